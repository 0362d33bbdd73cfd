package io.kudari.lab.descent;

import io.kudari.lab.JacobiRotation;
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
        for (int q = p + 1; q < a.length; q++) if (a[p][q] != 0) JacobiRotation.zero(a, p, q);
    double[] values = new double[a.length];
    for (int i = 0; i < a.length; i++) values[i] = a[i][i];
    Arrays.sort(values);
    return values;
  }
}
