package io.kudari.data;

import java.util.Arrays;

/**
 * The examples of neighbouring workers. Immutable by convention.
 *
 * @param examples of all of them, and perhaps some of nobody's
 * @param training by worker, which of the examples it trains on, in the order of their keys
 * @param held by worker, which of those that are held out it has, likewise
 * @param read bytes that were read to deal them, to whomever
 */
@SuppressWarnings("ArrayRecordComponent")
public record Shards(ExampleStore examples, int[][] training, int[][] held, long read) {

  /** The same after a reading of so many bytes. */
  Shards after(long bytes) {
    return new Shards(examples, training, held, bytes + read);
  }

  /** Those of some of the workers, which share the examples. */
  public Shards of(int from, int to) {
    return new Shards(
        examples, Arrays.copyOfRange(training, from, to), Arrays.copyOfRange(held, from, to), read);
  }
}
