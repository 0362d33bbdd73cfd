package io.kudari.math;

import java.util.Arrays;

/**
 * Kernels over ranges of float arrays, as plain loops that the JIT compiles to vector instructions.
 */
public final class Floats {

  private static final int LANES = 512;
  private static final int PIECES = 64;

  private Floats() {}

  /** {@code target[i] += addend[i]} for i in [from, to). */
  public static void add(float[] target, float[] addend, int from, int to) {
    for (int i = from; i < to; i++) target[i] += addend[i];
  }

  /** {@code target[i] *= factor} for i in [from, to). */
  public static void scale(float[] target, float factor, int from, int to) {
    for (int i = from; i < to; i++) target[i] *= factor;
  }

  /** The first index in [from, to) that is NaN or infinite, or -1. */
  public static int firstNonFinite(float[] values, int from, int to) {
    for (int i = from; i < to; i++) if (!Float.isFinite(values[i])) return i;
    return -1;
  }

  /**
   * The sum of values[i]·values[i] for i in [from, to), in double, in eight interleaved partial
   * sums that are added in a fixed order: the same range of the same values gives the same bits.
   */
  public static double sumOfSquares(float[] values, int from, int to) {
    return dot(values, values, from, to);
  }

  /** The sum of a[i]·b[i] for i in [from, to), summed like {@link #sumOfSquares}. */
  public static double dot(float[] a, float[] b, int from, int to) {
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      s0 += (double) a[i] * b[i];
      s1 += (double) a[i + 1] * b[i + 1];
      s2 += (double) a[i + 2] * b[i + 2];
      s3 += (double) a[i + 3] * b[i + 3];
      s4 += (double) a[i + 4] * b[i + 4];
      s5 += (double) a[i + 5] * b[i + 5];
      s6 += (double) a[i + 6] * b[i + 6];
      s7 += (double) a[i + 7] * b[i + 7];
    }
    double rest = 0;
    for (; i < to; i++) rest += (double) a[i] * b[i];
    return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)) + rest;
  }

  /**
   * The same sum in less than half the time and to about six digits: {@value #LANES} lanes of
   * floats, which become vector instructions, added up in double every {@value #PIECES} pieces. The
   * same range of the same values gives the same bits. Squares beyond a float's range are infinite.
   */
  public static double fastSumOfSquares(float[] values, int from, int to) {
    float[] lanes = new float[LANES];
    float[] piece = new float[LANES];
    double sum = 0;
    int at = from;
    while (to - at >= LANES) {
      Arrays.fill(lanes, 0f);
      for (int p = 0; p < PIECES && to - at >= LANES; p++, at += LANES) {
        // Under one index, or the JIT would not know that the arrays do not overlap.
        System.arraycopy(values, at, piece, 0, LANES);
        addSquares(lanes, piece);
      }
      sum += sum(lanes, 0, LANES);
    }
    return sum + sumOfSquares(values, at, to);
  }

  private static void addSquares(float[] lanes, float[] piece) {
    for (int i = 0; i < lanes.length; i++) lanes[i] += piece[i] * piece[i];
  }

  /** The sum of values[i] for i in [from, to), in double, from the first to the last. */
  public static double sum(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) sum += values[i];
    return sum;
  }
}
