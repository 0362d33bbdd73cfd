package io.kudari.lab.normalisation;

import io.kudari.lab.JacobiRotation;

/**
 * Gradient descent on half the mean squared error from 0, in closed form: at the rate 1 / the
 * greatest curvature each eigenvector's part of the error shrinks by itself.
 *
 * @param curvatures of the eigenvectors
 * @param parts of the loss above the least that each has at the start
 */
@SuppressWarnings("ArrayRecordComponent")
record LeastSquaresModes(double[] curvatures, double[] parts) {

  private static final int SWEEPS = 60;

  /**
   * Of examples.
   *
   * @param design a row an example
   */
  static LeastSquaresModes of(double[][] design, double[] targets) {
    int d = design[0].length;
    double[][] a = new double[d][d];
    double[] b = new double[d];
    for (int i = 0; i < design.length; i++)
      for (int p = 0; p < d; p++) {
        b[p] += design[i][p] * targets[i] / design.length;
        for (int q = 0; q < d; q++) a[p][q] += design[i][p] * design[i][q] / design.length;
      }
    for (int sweep = 0; sweep < SWEEPS; sweep++)
      for (int p = 0; p < d; p++)
        for (int q = p + 1; q < d; q++) if (a[p][q] != 0) JacobiRotation.zero(a, p, q).turn(b);
    double[] curvatures = new double[d];
    double[] parts = new double[d];
    for (int i = 0; i < d; i++) {
      curvatures[i] = a[i][i];
      // At 0 the gradient is −b: the error along an eigenvector is b/h, its loss ½ h (b/h)².
      parts[i] = b[i] * b[i] / curvatures[i] / 2;
    }
    return new LeastSquaresModes(curvatures, parts);
  }

  private double greatest() {
    double greatest = 0;
    for (double h : curvatures) greatest = Math.max(greatest, h);
    return greatest;
  }

  /** The greatest curvature over the least. */
  double condition() {
    double least = Double.POSITIVE_INFINITY;
    for (double h : curvatures) least = Math.min(least, h);
    return greatest() / least;
  }

  /** The loss above the least after so many steps, which need not be whole. */
  double excess(double steps) {
    double most = greatest();
    double sum = 0;
    for (int i = 0; i < parts.length; i++) {
      double left = StrictMath.exp(2 * steps * StrictMath.log1p(-curvatures[i] / most));
      sum += curvatures[i] == most ? 0 : parts[i] * left;
    }
    return sum;
  }

  /** After how many steps the loss is so little above the least. */
  double steps(double above) {
    double high = 1;
    while (excess(high) > above) high *= 2;
    double low = 0;
    for (int i = 0; i < 100; i++) {
      double middle = (low + high) / 2;
      if (excess(middle) > above) low = middle;
      else high = middle;
    }
    return high;
  }
}
