package io.kudari.data;

import io.kudari.model.MiniBatch;

/**
 * Assembles a worker's batches from its examples. Pixels go as bytes, with what normalises them;
 * other features are normalised here. Stateless: threads may share it, each with a batch of its
 * own.
 *
 * @param examples of one worker, in the order of {@link Sampler#partition}; or any other set
 * @param normalizer of the features
 */
public record Batches(Examples examples, Normalizer normalizer) {

  public Batches {
    normalizer.check(examples.shape());
  }

  /**
   * Fills a batch with the examples {@code rows[from..to)}. Allocates nothing, but for the features
   * of a batch that is filled for the first time.
   *
   * @param into of the same shape and kind as the examples, with room for {@code to − from}
   * @param rows rows of the examples, such as {@link Sampler#order}
   * @param draw names the random numbers that belong to the batch
   */
  public void fill(MiniBatch into, int[] rows, int from, int to, MiniBatch.Draw draw) {
    int count = to - from;
    check(into, count);
    if (examples.labels() != null) {
      for (int i = 0; i < count; i++) into.labels[i] = examples.labels()[rows[from + i]];
    } else if (count > 0) {
      int outputs = examples.targets().length / examples.count();
      if (into.targets.length != into.capacity() * outputs) {
        throw new IllegalArgumentException("the batch is not for " + outputs + " targets");
      }
      copy(examples.targets(), rows, from, count, into.targets, outputs);
    }
    int size = examples.shape().size();
    if (examples.bytes() != null) {
      copy(examples.bytes(), rows, from, count, into.bytes(), size);
      into.filled(count, draw, normalizer.scaling());
    } else {
      copy(examples.floats(), rows, from, count, into.features(), size);
      normalizer.scaling().apply(into.features(), count, size);
      into.filled(count, draw);
    }
  }

  /** Copies rows of {@code width} elements of one array to the start of another of its type. */
  private static void copy(Object x, int[] rows, int from, int count, Object to, int width) {
    for (int i = 0; i < count; i++) {
      System.arraycopy(x, rows[from + i] * width, to, i * width, width);
    }
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
