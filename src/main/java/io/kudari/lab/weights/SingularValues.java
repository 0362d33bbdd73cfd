package io.kudari.lab.weights;

import java.util.Arrays;

/**
 * The lengths to which a matrix stretches directions, by turning pairs of columns until all are at
 * right angles (one-sided Jacobi), which also finds small ones well.
 */
final class SingularValues {

  private static final int SWEEPS = 60;
  private static final double ANGLE = 1e-12;

  private SingularValues() {}

  /**
   * The greatest / the least.
   *
   * @param columns of a square matrix
   */
  static double condition(double[][] columns) {
    double[][] a = Arrays.stream(columns).map(double[]::clone).toArray(double[][]::new);
    boolean turned = true;
    for (int sweep = 0; turned && sweep < SWEEPS; sweep++) {
      turned = false;
      for (int p = 0; p < a.length; p++)
        for (int q = p + 1; q < a.length; q++) turned |= turn(a[p], a[q]);
    }
    double[] values = Arrays.stream(a).mapToDouble(c -> Math.sqrt(dot(c, c))).sorted().toArray();
    return values[values.length - 1] / values[0];
  }

  /** Brings two columns to a right angle; false when they have it. */
  private static boolean turn(double[] x, double[] y) {
    double xx = dot(x, x);
    double yy = dot(y, y);
    double xy = dot(x, y);
    if (Math.abs(xy) <= ANGLE * Math.sqrt(xx * yy)) return false;
    double zeta = (yy - xx) / (2 * xy);
    double t = Math.signum(zeta == 0 ? 1 : zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
    double cos = 1 / Math.hypot(1, t);
    double sin = cos * t;
    for (int i = 0; i < x.length; i++) {
      double before = x[i];
      x[i] = cos * before - sin * y[i];
      y[i] = sin * before + cos * y[i];
    }
    return true;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }
}
