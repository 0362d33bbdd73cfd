package io.kudari.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Count, mean, sum of squared deviations, minimum and maximum of each feature, in double precision.
 * Parts are taken by each worker from its own examples and merged; the result depends on the order
 * of merging in its last bits, so the caller merges in a fixed order, such as that of the workers.
 *
 * <p>Updating and merging follow Welford (1962) and Chan, Golub, LeVeque, "Updating formulae and a
 * pairwise algorithm for computing sample variances" (1979), eq. 2.1: stable for features whose
 * mean is large beside their deviation. A constant feature has exactly zero deviation. Immutable by
 * convention.
 *
 * <p>A value that is NaN is missing: it is counted, and otherwise not looked at.
 *
 * @param count examples seen
 * @param missing of each feature, how many of them lack it
 * @param mean of each feature; 0 when nothing was seen
 * @param deviation Σ(x − mean)² of each feature
 * @param min of each feature; +∞ when nothing was seen
 * @param max of each feature; −∞ when nothing was seen
 */
@SuppressWarnings("ArrayRecordComponent")
public record FeatureStatistics(
    long count, long[] missing, double[] mean, double[] deviation, double[] min, double[] max)
    implements java.io.Serializable {

  /** Of no examples with this many features. */
  public static FeatureStatistics empty(int features) {
    double[] min = new double[features];
    double[] max = new double[features];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    double[] mean = new double[features];
    return new FeatureStatistics(0, new long[features], mean, new double[features], min, max);
  }

  /** Of all these examples. */
  public static FeatureStatistics of(Examples examples) {
    return of(examples, IntStream.range(0, examples.count()).toArray());
  }

  /**
   * Of some of these examples.
   *
   * @param rows which, in the order they are added
   */
  public static FeatureStatistics of(Examples examples, int[] rows) {
    return of(ExampleStore.of(examples), rows);
  }

  /**
   * Of some of these examples.
   *
   * @param rows which, in the order they are added
   */
  public static FeatureStatistics of(ExampleStore examples, int[] rows) {
    int size = examples.shape().size();
    FeatureStatistics sum = empty(size);
    byte[] bytes = new byte[examples.ofBytes() ? size : 0];
    float[] floats = new float[examples.ofBytes() ? 0 : size];
    double[] row = new double[size];
    examples.visit(
        rows,
        i -> {
          if (examples.ofBytes()) {
            examples.features(rows[i], bytes, 0);
            for (int j = 0; j < size; j++) row[j] = bytes[j] & 0xff;
          } else {
            examples.features(rows[i], floats, 0);
            for (int j = 0; j < size; j++) row[j] = floats[j];
          }
          sum.add(row, i + 1);
        });
    return sum.counting(rows.length);
  }

  /**
   * Of the targets of some of these examples, and behind them of their weights, which are 1 where
   * there are none.
   *
   * @param rows which, in the order they are added
   */
  public static FeatureStatistics ofTargets(ExampleStore examples, int[] rows) {
    int targets = examples.targets();
    FeatureStatistics sum = empty(targets + 1);
    float[] values = new float[targets];
    double[] row = new double[targets + 1];
    examples.visit(
        rows,
        i -> {
          examples.targets(rows[i], values, 0);
          for (int k = 0; k < targets; k++) row[k] = values[k];
          row[targets] = examples.weight(rows[i]);
          sum.add(row, i + 1);
        });
    return sum.counting(rows.length);
  }

  private void add(double[] row, long seen) {
    for (int j = 0; j < row.length; j++) {
      if (Double.isNaN(row[j])) {
        missing[j]++;
        continue;
      }
      double delta = row[j] - mean[j];
      mean[j] += delta / (seen - missing[j]);
      deviation[j] += delta * (row[j] - mean[j]);
      min[j] = Math.min(min[j], row[j]);
      max[j] = Math.max(max[j], row[j]);
    }
  }

  /** Of the examples of both, which must have equally many features. */
  public FeatureStatistics merge(FeatureStatistics other) {
    if (other.mean.length != mean.length) {
      throw new IllegalArgumentException(
          "cannot merge statistics of " + mean.length + " and " + other.mean.length + " features");
    }
    FeatureStatistics merged = empty(mean.length);
    for (int j = 0; j < mean.length; j++) {
      merged.combine(j, this, j, 0);
      merged.combine(j, other, j, present(j));
      merged.missing[j] = missing[j] + other.missing[j];
    }
    return merged.counting(count + other.count);
  }

  /** Examples that have a feature. */
  public long present(int feature) {
    return count - missing[feature];
  }

  private FeatureStatistics counting(long examples) {
    return new FeatureStatistics(examples, missing, mean, deviation, min, max);
  }

  /**
   * The same where those that lack a feature have a value in its stead.
   *
   * @param values by feature
   */
  public FeatureStatistics filled(float[] values) {
    FeatureStatistics filled = empty(mean.length);
    for (int j = 0; j < mean.length; j++) {
      filled.combine(j, this, j, 0);
      filled.combine(j, values[j], missing[j], present(j));
    }
    return filled.counting(count);
  }

  /**
   * Pools neighbouring features: {@code groups} groups of equally many features each become one,
   * merged in the order of the features. A group counts every value of its features.
   *
   * @param groups a divisor of the number of features
   */
  public FeatureStatistics pooled(int groups) {
    if (groups < 1 || mean.length % groups != 0) {
      throw new IllegalArgumentException(
          mean.length + " features do not divide into " + groups + " groups");
    }
    int width = mean.length / groups;
    FeatureStatistics pooled = empty(groups);
    long before = 0;
    for (int j = 0; j < mean.length; j++) {
      if (j % width == 0) before = 0;
      pooled.combine(j / width, this, j, before);
      pooled.missing[j / width] += missing[j];
      before += present(j);
    }
    return pooled.counting(count * width);
  }

  /** Takes equal values, as the other. */
  private void combine(int to, float value, long added, long present) {
    if (added == 0) return;
    double share = (double) added / (present + added);
    double delta = value - mean[to];
    mean[to] += delta * share;
    deviation[to] += delta * delta * present * share;
    min[to] = Math.min(min[to], value);
    max[to] = Math.max(max[to], value);
  }

  /**
   * Takes the values of a feature of others into one of these.
   *
   * @param present values that this one has so far
   */
  private void combine(int to, FeatureStatistics other, int from, long present) {
    long added = other.present(from);
    if (added == 0) return;
    double share = (double) added / (present + added);
    double delta = other.mean[from] - mean[to];
    mean[to] += delta * share;
    deviation[to] += other.deviation[from] + delta * delta * present * share;
    min[to] = Math.min(min[to], other.min[from]);
    max[to] = Math.max(max[to], other.max[from]);
  }

  /** All figures in a row, for sending; counts are exact up to 2^53. */
  public double[] toArray() {
    int n = mean.length;
    double[] all = new double[1 + 5 * n];
    all[0] = count;
    System.arraycopy(mean, 0, all, 1, n);
    System.arraycopy(deviation, 0, all, 1 + n, n);
    System.arraycopy(min, 0, all, 1 + 2 * n, n);
    System.arraycopy(max, 0, all, 1 + 3 * n, n);
    for (int j = 0; j < n; j++) all[1 + 4 * n + j] = missing[j];
    return all;
  }

  /** The statistics that {@link #toArray} gave. */
  public static FeatureStatistics ofArray(double[] all) {
    int n = all.length / 5;
    return new FeatureStatistics(
        (long) all[0],
        Arrays.stream(all, 1 + 4 * n, 1 + 5 * n).mapToLong(missing -> (long) missing).toArray(),
        Arrays.copyOfRange(all, 1, 1 + n),
        Arrays.copyOfRange(all, 1 + n, 1 + 2 * n),
        Arrays.copyOfRange(all, 1 + 2 * n, 1 + 3 * n),
        Arrays.copyOfRange(all, 1 + 3 * n, 1 + 4 * n));
  }
}
