package io.kudari.math;

/**
 * A contiguous range of the flat parameter vector.
 *
 * @param from first index, at least 0
 * @param to index after the last, at least {@code from}
 */
public record Slice(int from, int to) implements java.io.Serializable {

  public Slice {
    if (from < 0 || to < from)
      throw new IllegalArgumentException("not a range: [" + from + ", " + to + ")");
  }

  /** Number of elements. */
  public int size() {
    return to - from;
  }
}
