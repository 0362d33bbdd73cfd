package io.kudari.math;

/**
 * A vector that is read piece by piece, each worked out when it is asked for: so a sum of many
 * vectors and what is done with it pass through the cache once.
 */
@FunctionalInterface
public interface VectorSource {

  /**
   * Reads the elements [from, to), which are no more than {@link Layout#BLOCK}.
   *
   * @param into receives them at 0..to−from
   */
  void read(int from, int to, float[] into);

  /** The elements of an array, which is not copied. */
  static VectorSource of(float[] values) {
    return (from, to, into) -> System.arraycopy(values, from, into, 0, to - from);
  }

  /**
   * Reads a range into an array of full length.
   *
   * @param target receives the elements under their own indices
   */
  default void copy(Slice range, float[] target) {
    float[] piece = new float[Math.min(range.size(), Layout.BLOCK)];
    for (int from = range.from(); from < range.to(); from += Layout.BLOCK) {
      int to = Math.min(from + Layout.BLOCK, range.to());
      read(from, to, piece);
      System.arraycopy(piece, 0, target, from, to - from);
    }
  }

  /** Every element times a factor. */
  default VectorSource times(float factor) {
    return (from, to, into) -> {
      read(from, to, into);
      Floats.scale(into, factor, 0, to - from);
    };
  }
}
