package io.kudari.data;

import io.kudari.model.MiniBatch;

/**
 * Assembles a worker's batches from its examples. Stateless: threads may share it, each with a
 * batch of its own.
 *
 * @param examples of one worker, in the order of {@link Sampler#partition}; or any other set
 * @param normalizer applied to the features on the way
 */
public record Batches(Examples examples, Normalizer normalizer) {

  public Batches {
    normalizer.check(examples.shape());
  }

  /**
   * Fills a batch with the examples {@code rows[from..to)}. Allocates nothing.
   *
   * @param into of the same shape and kind as the examples, with room for {@code to − from}
   * @param rows rows of the examples, such as {@link Sampler#order}
   * @param draw names the random numbers that belong to the batch
   */
  public void fill(MiniBatch into, int[] rows, int from, int to, MiniBatch.Draw draw) {
    int count = to - from;
    check(into, count);
    int size = examples.shape().size();
    for (int i = 0; i < count; i++) {
      normalizer.apply(examples, rows[from + i], into.features, i * size);
    }
    if (examples.labels() != null) {
      for (int i = 0; i < count; i++) into.labels[i] = examples.labels()[rows[from + i]];
    } else if (count > 0) {
      int outputs = examples.targets().length / examples.count();
      if (into.targets.length != into.capacity() * outputs) {
        throw new IllegalArgumentException("the batch is not for " + outputs + " targets");
      }
      for (int i = 0; i < count; i++) {
        int row = rows[from + i];
        System.arraycopy(examples.targets(), row * outputs, into.targets, i * outputs, outputs);
      }
    }
    into.filled(count, draw);
  }

  private void check(MiniBatch into, int count) {
    if (!into.shape().equals(examples.shape())) {
      throw new IllegalArgumentException(
          "a batch of shape " + into.shape() + " for examples of shape " + examples.shape());
    }
    if ((into.labels == null) != (examples.labels() == null)) {
      throw new IllegalArgumentException("labels and targets do not mix in one batch");
    }
    if (count < 0 || count > into.capacity()) {
      throw new IllegalArgumentException(
          "a batch of at most " + into.capacity() + " examples cannot hold " + count);
    }
  }
}
