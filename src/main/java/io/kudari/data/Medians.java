package io.kudari.data;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Medians of a table's columns, exact, wherever the examples are, and in whatever order: by a
 * search for the middle numbers digit by digit, the highest first (Knuth, "The art of computer
 * programming" vol. 3, §5.2.5, of which no digit is sorted but the one that the middle is in). Four
 * times the digits of a column are counted; what it takes of memory does not grow with examples or
 * columns. Of an even number of values the median is the mean of the middle two, rounded to a
 * float.
 */
final class Medians {

  /** Columns whose digits are counted at once: 256 KiB of counts, of each rank when added up. */
  static final int AT_ONCE = 64;

  private static final int HIGHEST = Integer.SIZE - DigitCount.BITS;

  /** The lower and the upper middle of each column, as far as they are known. */
  private final int[] begun;

  /** How many are less of the values that begin like it; negative where there are none. */
  private final long[] less;

  private Medians(int columns) {
    begun = new int[2 * columns];
    less = new long[2 * columns];
  }

  /**
   * Finds them.
   *
   * @param columns of numbers, ascending
   * @param counted counts digits of all examples
   * @return by column; NaN where it has no value
   */
  static float[] of(int[] columns, Function<DigitCount, long[]> counted) {
    float[] medians = new float[columns.length];
    for (int from = 0; from < columns.length; from += AT_ONCE) {
      int[] some = Arrays.copyOfRange(columns, from, Math.min(from + AT_ONCE, columns.length));
      float[] found = new Medians(some.length).search(some, counted);
      System.arraycopy(found, 0, medians, from, found.length);
    }
    return medians;
  }

  private float[] search(int[] columns, Function<DigitCount, long[]> counted) {
    for (int shift = HIGHEST; shift >= 0; shift -= DigitCount.BITS) {
      long[] counts = counted.apply(new DigitCount(columns, shift, begun.clone()));
      for (int number = 0; number < begun.length; number++) {
        if (shift == HIGHEST) less[number] = rank(number, counts);
        goOn(number, shift, counts);
      }
    }
    float[] medians = new float[columns.length];
    for (int c = 0; c < medians.length; c++) medians[c] = median(c);
    return medians;
  }

  /** How many of all values of its column are less than a middle. */
  private static long rank(int number, long[] counts) {
    int first = number * DigitCount.RADIX;
    long values = Arrays.stream(counts, first, first + DigitCount.RADIX).sum();
    if (values == 0) return -1;
    return number % 2 == 0 ? (values - 1) / 2 : values / 2;
  }

  /** Finds the next digit of a middle. */
  private void goOn(int number, int shift, long[] counts) {
    int digit = 0;
    for (int at = number * DigitCount.RADIX; less[number] >= counts[at + digit]; digit++)
      less[number] -= counts[at + digit];
    begun[number] |= digit << shift;
  }

  private float median(int column) {
    if (less[2 * column] < 0) return Float.NaN;
    double lower = DigitCount.value(begun[2 * column]);
    return (float) ((lower + DigitCount.value(begun[2 * column + 1])) / 2);
  }
}
