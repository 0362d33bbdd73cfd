package io.kudari.lab.descent;

import java.util.stream.DoubleStream;

/** Straight lines through points. */
final class Fit {

  private Fit() {}

  /** The slope of the line of least squares. */
  static double slope(double[] x, double[] y) {
    double mx = DoubleStream.of(x).average().orElse(Double.NaN);
    double my = DoubleStream.of(y).average().orElse(Double.NaN);
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
    }
    return xy / xx;
  }

  /** The exponent of a power law: the slope in logarithms. */
  static double exponent(double[] x, double[] y) {
    return slope(logs(x), logs(y));
  }

  private static double[] logs(double[] values) {
    return DoubleStream.of(values).map(StrictMath::log).toArray();
  }
}
