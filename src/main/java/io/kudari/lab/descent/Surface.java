package io.kudari.lab.descent;

import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * A function of some variables and its gradient, in double precision.
 *
 * @param height its value at a point
 * @param slope its gradient there, as a new array
 */
record Surface(ToDoubleFunction<double[]> height, UnaryOperator<double[]> slope) {

  /** x²/20 + y²: curvatures 0.1 and 2. */
  static final Surface VALLEY =
      new Surface(p -> p[0] * p[0] / 20 + p[1] * p[1], p -> new double[] {p[0] / 10, 2 * p[1]});

  /** x² − y²: a saddle at the origin. */
  static final Surface SADDLE =
      new Surface(p -> p[0] * p[0] - p[1] * p[1], p -> new double[] {2 * p[0], -2 * p[1]});

  /** 5 y² − x / 20: steep across, and almost level along. */
  static final Surface GULLY =
      new Surface(p -> 5 * p[1] * p[1] - p[0] / 20, p -> new double[] {-0.05, 10 * p[1]});

  /** x⁴/4 − x²/2 + x/10 of one variable: two minima, of which the left one is lower. */
  static final Surface BOWL =
      new Surface(
          p -> p[0] * p[0] * p[0] * p[0] / 4 - p[0] * p[0] / 2 + p[0] / 10,
          p -> new double[] {p[0] * p[0] * p[0] - p[0] + 0.1});

  /** Beale's function, whose minimum 0 is at (3, 0.5). */
  static final Surface BEALE = new Surface(Surface::beale, Surface::bealeSlope);

  private static final double[] BEALE_TERMS = {1.5, 2.25, 2.625};

  private static double beale(double[] p) {
    double sum = 0;
    double power = 1;
    for (double term : BEALE_TERMS) {
      power *= p[1];
      double rest = term - p[0] + p[0] * power;
      sum += rest * rest;
    }
    return sum;
  }

  private static double[] bealeSlope(double[] p) {
    double[] slope = new double[2];
    double before = 1;
    for (int k = 0; k < BEALE_TERMS.length; k++) {
      double power = before * p[1];
      double rest = BEALE_TERMS[k] - p[0] + p[0] * power;
      slope[0] += 2 * rest * (power - 1);
      slope[1] += 2 * rest * p[0] * (k + 1) * before;
      before = power;
    }
    return slope;
  }

  double at(double... point) {
    return height.applyAsDouble(point);
  }
}
