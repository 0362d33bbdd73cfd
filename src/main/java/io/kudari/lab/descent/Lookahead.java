package io.kudari.lab.descent;

/** Nesterov's method in double precision on the valley, rate 0.05, μ 0.9, in its forms. */
final class Lookahead {

  private static final double RATE = 0.05;
  private static final double MU = 0.9;

  private Lookahead() {}

  /** The points p: v ← μv − η g(p + μv), p ← p + v. */
  static double[][] point(int steps) {
    return looking(steps, false);
  }

  /** The points p + μv, at which the next gradient is taken. */
  static double[][] ahead(int steps) {
    return looking(steps, true);
  }

  private static double[][] looking(int steps, boolean ahead) {
    double[][] path = new double[steps + 1][2];
    double[] p = {-7, 2};
    double[] v = new double[2];
    path[0] = p.clone();
    for (int i = 1; i <= steps; i++) {
      double[] g = Surface.VALLEY.slope().apply(new double[] {p[0] + MU * v[0], p[1] + MU * v[1]});
      for (int k = 0; k < 2; k++) {
        v[k] = MU * v[k] - RATE * g[k];
        p[k] += v[k];
        path[i][k] = ahead ? p[k] + MU * v[k] : p[k];
      }
    }
    return path;
  }

  /**
   * Stored ahead, with the gradient where it is stored: θ ← θ + μ²v − (1 + μ) η g, of the old v.
   */
  static double[][] stored(int steps) {
    return shifted(steps, false);
  }

  /** The same with the new velocity in the place of the old: another method. */
  static double[][] textbook(int steps) {
    return shifted(steps, true);
  }

  private static double[][] shifted(int steps, boolean fresh) {
    double[][] path = new double[steps + 1][];
    double[] theta = {-7, 2};
    double[] v = new double[2];
    path[0] = theta.clone();
    for (int i = 1; i <= steps; i++) {
      double[] g = Surface.VALLEY.slope().apply(theta);
      for (int k = 0; k < 2; k++) {
        double next = MU * v[k] - RATE * g[k];
        theta[k] += MU * MU * (fresh ? next : v[k]) - (1 + MU) * RATE * g[k];
        v[k] = next;
      }
      path[i] = theta.clone();
    }
    return path;
  }
}
