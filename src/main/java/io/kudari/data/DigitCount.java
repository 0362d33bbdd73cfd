package io.kudari.data;

import java.util.Arrays;

/**
 * Which digits of a table's cells to count, for {@link Medians}: of those that begin like a number
 * that is looked for, the eight bits that come next. Bits are those of floats, changed so that they
 * are in the floats' order as unsigned numbers; −0 counts as 0, a gap not at all. Counts are whole
 * numbers, so those of parts of a set add up to the same in whatever order. Immutable by
 * convention.
 *
 * @param columns of numbers, ascending, at least one
 * @param shift bits behind the digit: 24, 16, 8 or 0
 * @param begun two numbers a column, one behind the other: the bits above the digit, and then zeros
 */
@SuppressWarnings("ArrayRecordComponent")
public record DigitCount(int[] columns, int shift, int[] begun) implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Bits of a digit. */
  static final int BITS = 8;

  /** Digits there are. */
  static final int RADIX = 1 << BITS;

  /**
   * Counts the digits of some examples.
   *
   * @param rows which
   * @return by number that is looked for, then by digit
   */
  public long[] of(ExampleStore examples, int[] rows) {
    long[] counts = none();
    int first = columns[0];
    float[] cells = new float[columns[columns.length - 1] + 1 - first];
    examples.visit(
        rows,
        i -> {
          examples.cells(rows[i], first, cells);
          for (int c = 0; c < columns.length; c++) {
            float cell = cells[columns[c] - first];
            if (!Float.isNaN(cell)) add(counts, c, bits(cell));
          }
        });
    return counts;
  }

  private void add(long[] counts, int column, int bits) {
    int digit = bits >>> shift & RADIX - 1;
    for (int number = 2 * column; number < 2 * column + 2; number++)
      // An int is not shifted by 32.
      if ((bits ^ begun[number]) >>> shift >>> BITS == 0) counts[number * RADIX + digit]++;
  }

  /** Counts of no examples. */
  public long[] none() {
    return new long[begun.length * RADIX];
  }

  /** Adds counts of others. */
  public static long[] add(long[] counts, long[] others) {
    Arrays.setAll(counts, i -> counts[i] + others[i]);
    return counts;
  }

  /** The bits of a float, which as unsigned numbers are in the order of floats. */
  static int bits(float value) {
    int bits = Float.floatToRawIntBits(value + 0f);
    return bits ^ (bits >> 31 | Integer.MIN_VALUE);
  }

  /** The float of such bits. */
  static float value(int bits) {
    return Float.intBitsToFloat(bits < 0 ? bits ^ Integer.MIN_VALUE : ~bits);
  }
}
