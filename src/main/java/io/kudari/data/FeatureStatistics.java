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
 * @param count examples seen
 * @param mean of each feature; 0 when nothing was seen
 * @param deviation Σ(x − mean)² of each feature
 * @param min of each feature; +∞ when nothing was seen
 * @param max of each feature; −∞ when nothing was seen
 */
@SuppressWarnings("ArrayRecordComponent")
public record FeatureStatistics(
    long count, double[] mean, double[] deviation, double[] min, double[] max)
    implements java.io.Serializable {

  /** Of no examples with this many features. */
  public static FeatureStatistics empty(int features) {
    double[] min = new double[features];
    double[] max = new double[features];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    return new FeatureStatistics(0, new double[features], new double[features], min, max);
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
    for (int i = 0; i < rows.length; i++) {
      if (examples.ofBytes()) {
        examples.features(rows[i], bytes, 0);
        for (int j = 0; j < size; j++) row[j] = bytes[j] & 0xff;
      } else {
        examples.features(rows[i], floats, 0);
        for (int j = 0; j < size; j++) row[j] = floats[j];
      }
      sum.add(row, i + 1);
    }
    return new FeatureStatistics(rows.length, sum.mean, sum.deviation, sum.min, sum.max);
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
    for (int i = 0; i < rows.length; i++) {
      examples.targets(rows[i], values, 0);
      for (int k = 0; k < targets; k++) row[k] = values[k];
      row[targets] = examples.weight(rows[i]);
      sum.add(row, i + 1);
    }
    return new FeatureStatistics(rows.length, sum.mean, sum.deviation, sum.min, sum.max);
  }

  private void add(double[] row, long seen) {
    for (int j = 0; j < row.length; j++) {
      double delta = row[j] - mean[j];
      mean[j] += delta / seen;
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
      merged.combine(j, this, j, count, 0);
      merged.combine(j, other, j, other.count, count);
    }
    return new FeatureStatistics(
        count + other.count, merged.mean, merged.deviation, merged.min, merged.max);
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
    for (int j = 0; j < mean.length; j++) {
      pooled.combine(j / width, this, j, count, count * (j % width));
    }
    return new FeatureStatistics(
        count * width, pooled.mean, pooled.deviation, pooled.min, pooled.max);
  }

  /** Takes {@code added} values, feature {@code from} of {@code other}, into feature {@code to}. */
  private void combine(int to, FeatureStatistics other, int from, long added, long present) {
    if (added == 0) return;
    double share = (double) added / (present + added);
    double delta = other.mean[from] - mean[to];
    mean[to] += delta * share;
    deviation[to] += other.deviation[from] + delta * delta * present * share;
    min[to] = Math.min(min[to], other.min[from]);
    max[to] = Math.max(max[to], other.max[from]);
  }

  /** All figures in a row, for sending; the count is exact up to 2^53. */
  public double[] toArray() {
    int n = mean.length;
    double[] all = new double[1 + 4 * n];
    all[0] = count;
    System.arraycopy(mean, 0, all, 1, n);
    System.arraycopy(deviation, 0, all, 1 + n, n);
    System.arraycopy(min, 0, all, 1 + 2 * n, n);
    System.arraycopy(max, 0, all, 1 + 3 * n, n);
    return all;
  }

  /** The statistics that {@link #toArray} gave. */
  public static FeatureStatistics ofArray(double[] all) {
    int n = all.length / 4;
    return new FeatureStatistics(
        (long) all[0],
        Arrays.copyOfRange(all, 1, 1 + n),
        Arrays.copyOfRange(all, 1 + n, 1 + 2 * n),
        Arrays.copyOfRange(all, 1 + 2 * n, 1 + 3 * n),
        Arrays.copyOfRange(all, 1 + 3 * n, 1 + 4 * n));
  }
}
