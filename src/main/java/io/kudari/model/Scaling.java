package io.kudari.model;

import java.util.Arrays;

/**
 * Maps the raw values of examples to what a model sees: {@code y = (x − shift) × factor}, where
 * equally long runs of an example's values share a shift and a factor.
 *
 * <p>Rounding: x is exact as a float (a byte stands for 0..255), the difference is rounded to
 * float, then the product; so scaling by 1/255 multiplies by the float nearest to 1/255.
 *
 * @param shift 1 value, one a channel or one a feature
 * @param factor as many, all finite
 */
@SuppressWarnings("ArrayRecordComponent")
public record Scaling(float[] shift, float[] factor) implements java.io.Serializable {

  /** Values of a byte. */
  static final int BYTES = 256;

  public Scaling {
    if (shift.length == 0 || shift.length != factor.length) {
      throw new IllegalArgumentException(
          "a normaliser needs as many shifts as factors, at least 1, not "
              + shift.length
              + " and "
              + factor.length);
    }
    for (int i = 0; i < shift.length; i++) {
      if (!Float.isFinite(shift[i]) || !Float.isFinite(factor[i])) {
        throw new IllegalArgumentException(
            "shift and factor " + i + " must be finite, not " + shift[i] + " and " + factor[i]);
      }
    }
  }

  /**
   * Scales examples where they are.
   *
   * @param values at least {@code count × size}, of which as many are overwritten
   * @param count number of examples
   * @param size values of an example: a multiple of the number of shifts
   */
  public void apply(float[] values, int count, int size) {
    int run = run(size);
    for (int at = 0; at < count * size; at += size) {
      if (run == 1) each(values, at);
      else for (int g = 0; g < shift.length; g++) same(values, at + g * run, run, g);
    }
  }

  private void each(float[] y, int from) {
    for (int j = 0; j < shift.length; j++) y[from + j] = (y[from + j] - shift[j]) * factor[j];
  }

  private void same(float[] y, int from, int length, int group) {
    float s = shift[group];
    float f = factor[group];
    for (int i = from; i < from + length; i++) y[i] = (y[i] - s) * f;
  }

  /**
   * Scales the unsigned bytes of examples. Where values share a shift, what a byte becomes is
   * computed once and looked up: no loop from bytes to floats becomes vector instructions, and a
   * conversion costs more than a look at the cache.
   *
   * @param x at least {@code count × size} bytes
   * @param y as many values, overwritten
   * @param table of {@link #BYTES} elements, overwritten
   */
  void apply(byte[] x, int count, int size, float[] y, float[] table) {
    int run = run(size);
    if (run == 1) {
      for (int at = 0; at < count * size; at += size) each(x, y, at);
      return;
    }
    for (int g = 0; g < shift.length; g++) {
      for (int b = 0; b < BYTES; b++) table[b] = (b - shift[g]) * factor[g];
      for (int at = g * run; at < count * size; at += size) lookUp(x, y, at, run, table);
    }
  }

  private void each(byte[] x, float[] y, int from) {
    for (int j = 0; j < shift.length; j++) {
      y[from + j] = ((x[from + j] & 0xff) - shift[j]) * factor[j];
    }
  }

  private static void lookUp(byte[] x, float[] y, int from, int length, float[] table) {
    for (int i = from; i < from + length; i++) y[i] = table[x[i] & 0xff];
  }

  /** How many values of an example share a shift. */
  private int run(int size) {
    if (size % shift.length != 0) {
      throw new IllegalArgumentException(
          shift.length + " shifts do not divide among the " + size + " values of an example");
    }
    return size / shift.length;
  }

  /** Equal when every number is. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Scaling other
        && Arrays.equals(shift, other.shift)
        && Arrays.equals(factor, other.factor);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shift) + Arrays.hashCode(factor);
  }
}
