package io.kudari.data;

import io.kudari.model.MiniBatch;

/**
 * Assembles batches of examples. Pixels go as bytes, with what normalises them; other features are
 * normalised here. Stateless: threads may share it, each with a batch of its own.
 *
 * @param examples of some workers, or any other set
 * @param normalizer of the features, and of the targets of a batch to learn from
 * @param classes what they weigh in a batch to learn from
 */
public record Batches(ExampleStore examples, Normalizer normalizer, ClassWeights classes) {

  public Batches {
    normalizer.check(examples.shape());
  }

  /** Where all classes count alike. */
  public Batches(ExampleStore examples, Normalizer normalizer) {
    this(examples, normalizer, ClassWeights.NONE);
  }

  /** Of a copy of the examples. */
  public Batches(Examples examples, Normalizer normalizer) {
    this(ExampleStore.of(examples), normalizer);
  }

  /**
   * Fills a batch with the examples {@code rows[from..to)}, and their weights if they have any.
   * Allocates nothing, but for the features of a batch that is filled for the first time. Of a
   * store that {@link ExampleStore#isFetched is fetched} the caller has them fetched before.
   *
   * @param into of the same shape and kind as the examples, with room for {@code to − from}
   * @param rows rows of the examples, such as {@link Sampler#order}
   * @param draw names the random numbers that belong to the batch
   */
  public void fill(MiniBatch into, int[] rows, int from, int to, MiniBatch.Draw draw) {
    int count = to - from;
    check(into, count);
    int targets = examples.targets();
    if (targets == 0) {
      for (int i = 0; i < count; i++) into.labels[i] = examples.label(rows[from + i]);
    } else if (count > 0) {
      if (into.targets.length != into.capacity() * targets) {
        throw new IllegalArgumentException("the batch is not for " + targets + " targets");
      }
      for (int i = 0; i < count; i++) examples.targets(rows[from + i], into.targets, i * targets);
    }
    features(into, rows, from, count, draw);
    if (!examples.weighted()) return;
    float[] weights = into.weigh();
    for (int i = 0; i < count; i++) weights[i] = examples.weight(rows[from + i]);
  }

  /**
   * As {@link #fill}, and weighs the classes, or makes of the targets what a model learns. The loss
   * of the batch is told in the targets' own units.
   */
  public void fillToLearn(MiniBatch into, int[] rows, int from, int to, MiniBatch.Draw draw) {
    fill(into, rows, from, to, draw);
    classes.apply(into);
    TargetScaling targets = normalizer.targets();
    if (targets.isNone()) return;
    targets.apply(into.targets, to - from);
    if (targets.ownUnits()) into.tellIn(targets.deviation());
  }

  private void features(MiniBatch into, int[] rows, int from, int count, MiniBatch.Draw draw) {
    int size = examples.shape().size();
    if (examples.ofBytes()) {
      for (int i = 0; i < count; i++) examples.features(rows[from + i], into.bytes(), i * size);
      into.filled(count, draw, normalizer.scaling());
    } else {
      for (int i = 0; i < count; i++) examples.features(rows[from + i], into.features(), i * size);
      normalizer.apply(into.features(), count, size);
      into.filled(count, draw);
    }
  }

  private void check(MiniBatch into, int count) {
    if (!into.shape().equals(examples.shape())) {
      throw new IllegalArgumentException(
          "a batch of shape " + into.shape() + " for examples of shape " + examples.shape());
    }
    if ((into.labels == null) != (examples.targets() > 0)) {
      throw new IllegalArgumentException("labels and targets do not mix in one batch");
    }
    if (count < 0 || count > into.capacity()) {
      throw new IllegalArgumentException(
          "a batch of at most " + into.capacity() + " examples cannot hold " + count);
    }
  }
}
