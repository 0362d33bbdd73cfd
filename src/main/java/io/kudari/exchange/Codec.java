package io.kudari.exchange;

/**
 * What becomes of a worker's vector on its way to the sum: a lossy code, as whoever receives it
 * decodes it. It is applied for each logical worker before the tree sums, so the bits do not depend
 * on the ranks. The gradient's noise is measured before.
 *
 * <p>A range of workers has one, asked for its workers in their order. Running statistics are no
 * gradients and are to be left as they are. What it keeps between steps is a worker's, so that any
 * range can go on with it. Not thread-safe.
 */
@FunctionalInterface
public interface Codec {

  /** Nothing is lost. */
  Codec EXACT = (worker, step, values) -> {};

  /**
   * Replaces a vector by what is decoded of it.
   *
   * @param worker whose vector it is
   * @param step how many steps have been taken before
   * @param values the sum of the gradients of its examples; after local steps, how far it came
   */
  void code(int worker, long step, float[] values);

  /**
   * Begins a step's vectors of the range's workers.
   *
   * @param step as that of {@link #code}
   * @param epoch of its first example, from 0
   */
  default void begin(long step, int epoch) {}

  /** A worker has no vector in this step: it has no examples. */
  default void nothing(int worker) {}

  /**
   * Rounds a partial sum of coded vectors, or a vector that has no code because it changes nothing,
   * to what partial sums travel in.
   */
  default void round(float[] values) {}

  /** Whether it keeps something of each worker between steps. */
  default boolean keeps() {
    return false;
  }

  /** What it keeps of a worker, copied; empty where that is nothing. */
  default float[][] kept(int worker) {
    return new float[0][];
  }

  /** The sum of squares of the residual in what {@link #kept} gave; 0 without one. */
  default double residualSquares(float[][] kept) {
    return 0;
  }

  /**
   * Takes over what {@link #kept} gave.
   *
   * @throws IllegalArgumentException when that is of something else; one line
   */
  default void keep(int worker, float[][] kept) {
    if (kept.length > 0)
      throw new IllegalArgumentException("nothing is kept of worker " + worker + " by its codec");
  }
}
