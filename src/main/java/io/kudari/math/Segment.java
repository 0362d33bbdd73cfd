package io.kudari.math;

import java.util.List;

/**
 * One named array inside the flat parameter vector.
 *
 * <p>Elements are in row-major order of {@code shape}. Weights have their output units first, as in
 * PyTorch: {@code [out, in]} for a dense layer and {@code [out, in, height, width]} for a
 * convolution, so the fan-in of one unit is contiguous.
 *
 * @param name unique within its layout, such as {@code 0.weight}
 * @param offset index of the first element in the flat vector, from 0
 * @param shape lengths of the axes, each at least 1
 * @param role what an update may do to it
 */
public record Segment(String name, int offset, List<Integer> shape, Role role)
    implements java.io.Serializable {

  public Segment {
    shape = List.copyOf(shape);
    if (offset < 0)
      throw new IllegalArgumentException("segment " + name + ": offset " + offset + " is negative");
    if (shape.isEmpty() || shape.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(
          "segment " + name + ": every length of the shape must be at least 1, not " + shape);
    }
    long end = (long) offset + sizeOf(name, shape);
    if (end > Integer.MAX_VALUE)
      throw new IllegalArgumentException(
          "segment " + name + ": there are " + end + " parameters up to its end, at most 2^31-1");
  }

  /** Number of elements. */
  public int size() {
    return sizeOf(name, shape);
  }

  /** Index after the last element. */
  public int end() {
    return Math.addExact(offset, size());
  }

  private static int sizeOf(String name, List<Integer> shape) {
    long size = 1;
    for (int n : shape) {
      size *= n;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "segment " + name + ": shape " + shape + " has more than 2^31-1 elements");
      }
    }
    return (int) size;
  }
}
