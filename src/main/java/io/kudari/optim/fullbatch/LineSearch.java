package io.kudari.optim.fullbatch;

/**
 * A search along a line for a point that meets the strong Wolfe conditions, φ(α) ≤ φ(0) + c₁ α
 * φ'(0) and |φ'(α)| ≤ c₂ |φ'(0)| (Nocedal and Wright 2006, algorithms 3.5 and 3.6 with cubic
 * interpolation, equation 3.59). On a quadratic the second trial is the exact minimum.
 */
final class LineSearch {

  private static final double SUFFICIENT = 1e-4;
  private static final int MOST_TRIALS = 40;

  private final Objective objective;
  private final double curvature;
  private final double[] origin;

  /** The current point, value and gradient: after a success those of the accepted step. */
  final double[] x;

  final double[] gradient;
  double value;
  int evaluations;

  private double[] direction;
  private double slope;

  LineSearch(Objective objective, double curvature, double[] x) {
    this.objective = objective;
    this.curvature = curvature;
    this.x = x;
    this.origin = new double[x.length];
    this.gradient = new double[x.length];
    this.value = objective.evaluate(x, gradient);
    this.evaluations = 1;
  }

  Minimizer.Iteration iteration(int number) {
    return new Minimizer.Iteration(
        number, evaluations, x, value, Math.sqrt(dot(gradient, gradient)));
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }

  /**
   * Moves along the direction, trying {@code step} first.
   *
   * @return the accepted step, or 0 if the value cannot be lowered; the point is then the old one
   */
  double search(double[] along, double step) {
    direction = along;
    System.arraycopy(x, 0, origin, 0, x.length);
    double value0 = value;
    double slope0 = dot(gradient, along);
    if (!(slope0 < 0)) return 0;
    double low = 0;
    double lowValue = value0;
    double lowSlope = slope0;
    double high = Double.NaN;
    double highValue = 0;
    double highSlope = 0;
    double trial = step;
    for (int i = 0; i < MOST_TRIALS; i++) {
      move(trial);
      boolean tooHigh = !(value <= value0 + SUFFICIENT * trial * slope0) || !(value < lowValue);
      if (!tooHigh && Math.abs(slope) <= -curvature * slope0) return trial;
      if (tooHigh || slope * (Double.isNaN(high) ? 1 : high - low) >= 0) {
        // The minimum lies between low and trial.
        if (!tooHigh) {
          high = low;
          highValue = lowValue;
          highSlope = lowSlope;
        } else {
          high = trial;
          highValue = value;
          highSlope = slope;
        }
      }
      double before = low;
      if (!tooHigh) {
        low = trial;
        lowValue = value;
        lowSlope = slope;
      }
      trial =
          Double.isNaN(high)
              ? extrapolate(before, low)
              : interpolate(low, lowValue, lowSlope, high, highValue, highSlope);
      if (trial == low || trial == high) break;
    }
    // The best point seen, where the conditions cannot be met in floating point.
    move(low);
    return value < value0 ? low : 0;
  }

  private void move(double step) {
    for (int i = 0; i < x.length; i++) x[i] = origin[i] + step * direction[i];
    value = objective.evaluate(x, gradient);
    slope = dot(gradient, direction);
    evaluations++;
  }

  private static double extrapolate(double before, double low) {
    return low + 2 * (low - before);
  }

  /** The minimum of the cubic through both ends, or the middle if it is too near an end. */
  private static double interpolate(
      double a, double fa, double da, double b, double fb, double db) {
    double d1 = da + db - 3 * (fa - fb) / (a - b);
    double d2 = Math.signum(b - a) * Math.sqrt(d1 * d1 - da * db);
    double at = b - (b - a) * (db + d2 - d1) / (db - da + 2 * d2);
    double margin = 1e-3 * Math.abs(b - a);
    boolean within = Math.min(a, b) + margin <= at && at <= Math.max(a, b) - margin;
    return within ? at : (a + b) / 2;
  }
}
