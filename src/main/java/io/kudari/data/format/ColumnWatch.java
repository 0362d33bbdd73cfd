package io.kudari.data.format;

import io.kudari.data.Offsets;
import io.kudari.data.Rounding;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Sees every value of a table's columns, row after row, and says which columns lose digits when
 * rounded to floats, and what to subtract from them before. Takes 53 bytes a column. Not
 * thread-safe.
 *
 * <p>The offset of a column is its first value. It has one when some value is no float, and either
 * its largest value is {@link #FAR} times as large as its range, or rounding makes neighbouring
 * rows equal that differ; other columns keep the bits they have without. A column whose range is
 * within the noise of double arithmetic is taken as constant.
 */
final class ColumnWatch {

  /** Beyond this many ranges from 0, rounding is an error of more than 2^-21 of the range. */
  private static final double FAR = 16;

  /** Doubles that differ by less, relative to their size, differ by accident. */
  private static final double NOISE = 0x1p-44;

  /** One pair of rows in so many that may become equal: random doubles never get there. */
  private static final long RARE = 10_000;

  private final double[] first;
  private final double[] last;
  private final double[] min;
  private final double[] max;
  private final boolean[] inexact;
  private final int[] different;
  private final int[] merged;
  private final int[] mergedWithOffset;
  private boolean empty = true;

  ColumnWatch(int columns) {
    first = new double[columns];
    last = new double[columns];
    min = new double[columns];
    max = new double[columns];
    inexact = new boolean[columns];
    different = new int[columns];
    merged = new int[columns];
    mergedWithOffset = new int[columns];
  }

  /** The next row. */
  void add(double[] row) {
    if (empty) {
      for (double[] of : new double[][] {first, last, min, max}) {
        System.arraycopy(row, 0, of, 0, row.length);
      }
      empty = false;
    }
    for (int j = 0; j < row.length; j++) {
      if ((float) row[j] != row[j]) inexact[j] = true;
      if (row[j] != last[j]) step(j, row[j]);
    }
  }

  private void step(int j, double x) {
    double before = last[j];
    last[j] = x;
    min[j] = Math.min(min[j], x);
    max[j] = Math.max(max[j], x);
    if (Math.abs(x - before) <= NOISE * Math.abs(x)) return;
    different[j]++;
    if ((float) x == (float) before) merged[j]++;
    if ((float) (x - first[j]) == (float) (before - first[j])) mergedWithOffset[j]++;
  }

  /** What was found, so far. */
  Rounding rounding(IntFunction<String> name) {
    double[] offsets = new double[first.length];
    for (int j = 0; j < offsets.length; j++) offsets[j] = hasOffset(j) ? first[j] : 0;
    boolean some = Arrays.stream(offsets).anyMatch(o -> o != 0);
    IntPredicate noise = j -> max[j] > min[j] && isNoise(j);
    return new Rounding(
        some ? new Offsets(offsets) : Offsets.NONE,
        names(j -> noise.test(j) || isOften(merged[j], j), name),
        names(
            j -> noise.test(j) || isOften(hasOffset(j) ? mergedWithOffset[j] : merged[j], j),
            name));
  }

  private List<String> names(IntPredicate which, IntFunction<String> name) {
    return IntStream.range(0, first.length).filter(which).mapToObj(name).toList();
  }

  private boolean hasOffset(int j) {
    if (!inexact[j] || isNoise(j)) return false;
    boolean far = largest(j) >= FAR * (max[j] - min[j]);
    return far || (isOften(merged[j], j) && mergedWithOffset[j] < merged[j]);
  }

  private boolean isNoise(int j) {
    return max[j] - min[j] <= NOISE * largest(j);
  }

  private double largest(int j) {
    return Math.max(Math.abs(min[j]), Math.abs(max[j]));
  }

  private boolean isOften(int count, int j) {
    return count > 0 && count * RARE > different[j];
  }
}
