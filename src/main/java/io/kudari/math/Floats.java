package io.kudari.math;

/**
 * Kernels over ranges of float arrays, as plain loops that the JIT compiles to vector instructions.
 */
public final class Floats {

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
}
