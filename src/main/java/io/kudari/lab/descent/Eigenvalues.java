package io.kudari.lab.descent;

import java.util.Arrays;

/** Eigenvalues of small symmetric matrices, by Jacobi's rotations (1846), in cyclic order. */
final class Eigenvalues {

  private static final int SWEEPS = 30;

  private Eigenvalues() {}

  /** Rising. */
  static double[] of(double[][] symmetric) {
    double[][] a = Arrays.stream(symmetric).map(double[]::clone).toArray(double[][]::new);
    for (int sweep = 0; sweep < SWEEPS; sweep++)
      for (int p = 0; p < a.length; p++)
        for (int q = p + 1; q < a.length; q++) if (a[p][q] != 0) rotate(a, p, q);
    double[] values = new double[a.length];
    for (int i = 0; i < a.length; i++) values[i] = a[i][i];
    Arrays.sort(values);
    return values;
  }

  /** Makes the element (p, q) 0. */
  private static void rotate(double[][] a, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (double[] row : a) {
      double x = row[p];
      double y = row[q];
      row[p] = c * x - s * y;
      row[q] = s * x + c * y;
    }
    for (int k = 0; k < a.length; k++) {
      double x = a[p][k];
      double y = a[q][k];
      a[p][k] = c * x - s * y;
      a[q][k] = s * x + c * y;
    }
  }
}
