package io.kudari.lab;

import io.kudari.math.Floats;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Means, slopes and angles of what was measured, in double precision. */
public final class Statistics {

  private Statistics() {}

  /** Arithmetic mean; NaN of nothing. */
  public static double mean(double... values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** The middle value, or the mean of both; NaN of nothing. */
  public static double median(double... values) {
    if (values.length == 0) return Double.NaN;
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The mean of what each has. */
  public static <T> double mean(List<T> all, ToDoubleFunction<? super T> of) {
    return mean(all.stream().mapToDouble(of).toArray());
  }

  /** The median of what each has. */
  public static <T> double median(List<T> all, ToDoubleFunction<? super T> of) {
    return median(all.stream().mapToDouble(of).toArray());
  }

  /** The length of the difference of two vectors of one length. */
  public static double distance(float[] a, float[] b) {
    return Math.sqrt(squares(a, b));
  }

  /** The same by the length of the second. */
  public static double relativeDistance(float[] a, float[] b) {
    return Math.sqrt(squares(a, b) / squares(b, new float[b.length]));
  }

  private static double squares(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    return squares;
  }

  /** The slope of the line of least squares. */
  public static double slope(double[] x, double[] y) {
    double mx = mean(x);
    double my = mean(y);
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
    }
    return xy / xx;
  }

  /** The exponent of a power law: the slope in logarithms. */
  public static double exponent(double[] x, double[] y) {
    return slope(logs(x), logs(y));
  }

  private static double[] logs(double[] values) {
    return Arrays.stream(values).map(StrictMath::log).toArray();
  }

  /** The cosine of the angle between two vectors of one length. */
  public static double cosine(float[] a, float[] b) {
    int n = a.length;
    double lengths = Math.sqrt(Floats.sumOfSquares(a, 0, n) * Floats.sumOfSquares(b, 0, n));
    return Floats.dot(a, b, 0, n) / lengths;
  }
}
