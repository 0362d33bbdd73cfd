package io.kudari.data;

import java.util.Arrays;

/**
 * The examples of neighbouring workers. Immutable by convention.
 *
 * @param examples of all of them, and perhaps some of nobody's
 * @param training by worker, which of the examples it trains on, in the order of their keys
 * @param held by worker, which of those that are held out it has, likewise
 */
@SuppressWarnings("ArrayRecordComponent")
public record Shards(ExampleStore examples, int[][] training, int[][] held) {

  /** Those of some of the workers, which share the examples. */
  public Shards of(int from, int to) {
    return new Shards(
        examples, Arrays.copyOfRange(training, from, to), Arrays.copyOfRange(held, from, to));
  }
}
