package io.kudari.data;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Sees every value of a table's columns, and says which columns lose digits when rounded to floats,
 * and what to subtract from them before. What it says does not depend on the order of the rows, and
 * watches of parts of a table add up to that of the table. Not thread-safe.
 *
 * <p>The offset of a column is its least value. It has one when some value is no float, and either
 * its largest value is {@link #FAR} times as large as its range, or rounding merges values far
 * oftener than it would if they lay evenly within the range; other columns keep the bits they have
 * without. A column whose range is within the noise of double arithmetic is taken as constant.
 *
 * <p>How often rounding merges values is told by a sample of the column's different floats: those
 * of the smallest hashes (Bar-Yossef and others, "Counting distinct elements in a data stream",
 * RANDOM 2002, §2), each with the least and the greatest of the values that become it. It has at
 * most {@link #SAMPLE} floats a column, fewer where there are many columns, and none beyond 4,096.
 */
final class ColumnWatch implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Beyond this many ranges from 0, rounding is an error of more than 2^-21 of the range. */
  private static final double FAR = 16;

  /** Doubles that differ by less, relative to their size, differ by accident. */
  static final double NOISE = 0x1p-44;

  /** Floats of a column that are looked at. */
  private static final int SAMPLE = 256;

  private static final int LEAST_SAMPLE = 8;

  /** Floats of all columns that are looked at, about. */
  private static final int SAMPLES = 1 << 15;

  /** One float in so many may stand for several values. */
  private static final int RARE = 100;

  /** Values that lie evenly become at least this share of as many floats as they could. */
  private static final double CROWDED = .5;

  private final double[] min;
  private final double[] max;

  /** Of each column, how many values are no floats. */
  private final long[] inexact;

  private final Sample[] samples;

  ColumnWatch(int columns) {
    min = new double[columns];
    max = new double[columns];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    inexact = new long[columns];
    samples = new Sample[columns * LEAST_SAMPLE <= SAMPLES ? columns : 0];
  }

  private Sample sample(int column) {
    if (samples[column] == null) {
      int size = Math.max(LEAST_SAMPLE, Math.min(SAMPLE, SAMPLES / samples.length));
      samples[column] = new Sample(size);
    }
    return samples[column];
  }

  /** The next row; NaN is no value. */
  void add(double[] row) {
    for (int j = 0; j < row.length; j++) {
      double x = row[j];
      if (Double.isNaN(x)) continue;
      if (x < min[j]) min[j] = x;
      if (x > max[j]) max[j] = x;
      if ((float) x != x) inexact[j]++;
      if (samples.length > 0) sample(j).add(x, x);
    }
  }

  /** Adds what was seen of other rows of the table. */
  void add(ColumnWatch other) {
    for (int j = 0; j < min.length; j++) {
      min[j] = Math.min(min[j], other.min[j]);
      max[j] = Math.max(max[j], other.max[j]);
      inexact[j] += other.inexact[j];
      if (samples.length > 0 && other.samples[j] != null) sample(j).add(other.samples[j]);
    }
  }

  /** The least value of a column; +∞ where it has none. */
  double least(int column) {
    return min[column];
  }

  /** The greatest value of a column; −∞ where it has none. */
  double greatest(int column) {
    return max[column];
  }

  /** What was found, so far. */
  Rounding rounding(IntFunction<String> name) {
    int columns = min.length;
    double[] offsets = new double[columns];
    boolean[] merged = new boolean[columns];
    boolean[] still = new boolean[columns];
    for (int j = 0; j < columns; j++) {
      if (inexact[j] == 0) continue;
      boolean noise = max[j] > min[j] && isNoise(j);
      merged[j] = isMerging(j, 0);
      boolean offset = hasOffset(j, merged[j]);
      if (offset) offsets[j] = min[j];
      still[j] = noise || (offset ? isMerging(j, min[j]) : merged[j]);
      merged[j] |= noise;
    }
    boolean some = Arrays.stream(offsets).anyMatch(o -> o != 0);
    return new Rounding(
        some ? new Offsets(offsets) : Offsets.NONE,
        names(j -> merged[j], name),
        names(j -> still[j], name));
  }

  private List<String> names(IntPredicate which, IntFunction<String> name) {
    return IntStream.range(0, min.length).filter(which).mapToObj(name).toList();
  }

  private boolean hasOffset(int j, boolean merging) {
    if (isNoise(j)) return false;
    return isFar(j) || (merging && !isMerging(j, min[j]));
  }

  private boolean isFar(int j) {
    return largest(j) >= FAR * (max[j] - min[j]);
  }

  private boolean isNoise(int j) {
    return max[j] - min[j] <= NOISE * largest(j);
  }

  private double largest(int j) {
    return Math.max(Math.abs(min[j]), Math.abs(max[j]));
  }

  /** Whether values less an offset often become the float of others. */
  private boolean isMerging(int j, double offset) {
    if (isNoise(j)) return false;
    if (samples.length == 0) return offset == 0 && isFar(j);
    Sample sample = sample(j);
    if (sample.merged(offset) * RARE <= sample.size()) return false;
    if (isFar(j)) return true;
    double floats = (max[j] - min[j]) / Math.ulp((float) largest(j));
    double evenly = -floats * Math.expm1(-inexact[j] / floats);
    return sample.distinct() <= CROWDED * evenly;
  }

  /** Different floats, and the values that become them. */
  private static final class Sample implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    private final int most;
    private final int[] floats;
    private final double[] least;
    private final double[] greatest;
    private final boolean[] used;
    private int size;

    /** Hashes above it are left out. */
    private int bound = -1;

    private boolean isWhole = true;

    /**
     * An empty one.
     *
     * @param most floats that are kept in the end
     */
    Sample(int most) {
      this.most = most;
      int slots = Integer.highestOneBit(most) * 8;
      floats = new int[slots];
      least = new double[slots];
      greatest = new double[slots];
      used = new boolean[slots];
    }

    /** Values from the least to the greatest, which become the same float. */
    void add(double low, double high) {
      int bits = Float.floatToIntBits((float) low + 0f);
      int hash = hash(bits);
      if (Integer.compareUnsigned(hash, bound) > 0) return;
      int at = hash & (floats.length - 1);
      while (used[at] && floats[at] != bits) at = (at + 1) & (floats.length - 1);
      if (used[at]) {
        if (low < least[at]) least[at] = low;
        if (high > greatest[at]) greatest[at] = high;
        return;
      }
      used[at] = true;
      floats[at] = bits;
      least[at] = low;
      greatest[at] = high;
      if (++size == 2 * most) prune();
    }

    void add(Sample other) {
      isWhole &= other.isWhole;
      if (Integer.compareUnsigned(other.bound, bound) < 0) keepUpTo(other.bound);
      for (int i = 0; i < other.used.length; i++)
        if (other.used[i]) add(other.least[i], other.greatest[i]);
    }

    /** Keeps those of the smallest hashes. */
    private void prune() {
      if (size <= most) return;
      isWhole = false;
      int[] hashes = new int[size];
      int n = 0;
      for (int i = 0; i < used.length; i++)
        if (used[i]) hashes[n++] = hash(floats[i]) ^ Integer.MIN_VALUE;
      Arrays.sort(hashes);
      keepUpTo(hashes[most - 1] ^ Integer.MIN_VALUE);
    }

    private void keepUpTo(int highest) {
      double[] low = new double[size];
      double[] high = new double[size];
      int n = 0;
      for (int i = 0; i < used.length; i++) {
        if (!used[i] || Integer.compareUnsigned(hash(floats[i]), highest) > 0) continue;
        low[n] = least[i];
        high[n++] = greatest[i];
      }
      Arrays.fill(used, false);
      size = 0;
      bound = highest;
      for (int i = 0; i < n; i++) add(low[i], high[i]);
    }

    int size() {
      prune();
      return size;
    }

    /** How many floats stand for several values, less an offset. */
    int merged(double offset) {
      prune();
      int merged = 0;
      for (int i = 0; i < used.length; i++) {
        boolean several = used[i] && greatest[i] - least[i] > NOISE * Math.abs(greatest[i]);
        if (several && (float) (least[i] - offset) == (float) (greatest[i] - offset)) merged++;
      }
      return merged;
    }

    /** About how many different floats there were. */
    double distinct() {
      prune();
      return isWhole ? size : (size - 1) * 0x1p32 / (bound & 0xffffffffL);
    }

    /** Of different numbers different ones: the last steps of MurmurHash3. */
    private static int hash(int bits) {
      int h = bits * 0x9E3779B9;
      h = (h ^ h >>> 16) * 0x85EBCA6B;
      h = (h ^ h >>> 13) * 0xC2B2AE35;
      return h ^ h >>> 16;
    }
  }
}
