package io.kudari.lab.descent;

/** Where ε stands in Adam and RMSProp, in double precision on the valley at rate 0.05. */
enum AdaptiveForm {
  /** Adam of the paper: m̂ / (√v̂ + 1e-8). */
  ADAM_PAPER,
  /** Adam of the book: η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + 1e-7). */
  ADAM_BOOK,
  /** g / (√h + 1e-8). */
  RMSPROP_OUTSIDE,
  /** g / √(h + 1e-8). */
  RMSPROP_INSIDE;

  private static final double RATE = 0.05;
  private static final double EPSILON = 1e-8;
  private static final double BOOK = 1e-7;

  double[][] path(int steps) {
    double[][] path = new double[steps + 1][];
    double[] w = {-7, 2};
    double[] m = new double[2];
    double[] v = new double[2];
    path[0] = w.clone();
    for (int t = 1; t <= steps; t++) {
      double[] g = Surface.VALLEY.slope().apply(w);
      for (int k = 0; k < 2; k++) {
        double decay = this == ADAM_PAPER || this == ADAM_BOOK ? .999 : .9;
        m[k] = .9 * m[k] + .1 * g[k];
        v[k] = decay * v[k] + (1 - decay) * g[k] * g[k];
        w[k] -= RATE * direction(g[k], m[k], v[k], t);
      }
      path[t] = w.clone();
    }
    return path;
  }

  private double direction(double g, double m, double v, int t) {
    double first = 1 - StrictMath.pow(.9, t);
    double second = 1 - StrictMath.pow(.999, t);
    return switch (this) {
      case ADAM_PAPER -> m / first / (Math.sqrt(v / second) + EPSILON);
      case ADAM_BOOK -> Math.sqrt(second) / first * m / (Math.sqrt(v) + BOOK);
      case RMSPROP_OUTSIDE -> g / (Math.sqrt(v) + EPSILON);
      case RMSPROP_INSIDE -> g / Math.sqrt(v + EPSILON);
    };
  }

  /** g / √(g²) as a formula without ε has it. */
  static double firstStepWithoutEpsilon(double g) {
    return g / Math.sqrt(g * g);
  }
}
