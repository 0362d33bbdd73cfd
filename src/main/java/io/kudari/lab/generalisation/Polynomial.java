package io.kudari.lab.generalisation;

import java.util.Arrays;

/**
 * A polynomial of least squares, by orthogonal polynomials on its points (Forsythe 1957): exact to
 * rounding, where powers would not be.
 */
final class Polynomial {

  private final double[] alphas;
  private final double[] betas;
  private final double[] coefficients;

  /**
   * The best of a degree.
   *
   * @param x more of them than the degree
   */
  Polynomial(int degree, double[] x, double[] y) {
    alphas = new double[degree + 1];
    betas = new double[degree + 1];
    coefficients = new double[degree + 1];
    double[] before = new double[x.length];
    double[] at = new double[x.length];
    Arrays.fill(at, 1);
    double[] rest = y.clone();
    double norm = 1;
    for (int k = 0; k <= degree; k++) {
      double square = 0;
      double moment = 0;
      double product = 0;
      for (int i = 0; i < x.length; i++) {
        square += at[i] * at[i];
        moment += x[i] * at[i] * at[i];
        product += rest[i] * at[i];
      }
      coefficients[k] = product / square;
      alphas[k] = moment / square;
      betas[k] = k == 0 ? 0 : square / norm;
      norm = square;
      for (int i = 0; i < x.length; i++) {
        rest[i] -= coefficients[k] * at[i];
        double next = (x[i] - alphas[k]) * at[i] - betas[k] * before[i];
        before[i] = at[i];
        at[i] = next;
      }
    }
  }

  double at(double x) {
    double before = 0;
    double p = 1;
    double sum = 0;
    for (int k = 0; k < coefficients.length; k++) {
      sum += coefficients[k] * p;
      double next = (x - alphas[k]) * p - betas[k] * before;
      before = p;
      p = next;
    }
    return sum;
  }

  /** Mean of the squares of what is left at points. */
  double error(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) sum += (y[i] - at(x[i])) * (y[i] - at(x[i]));
    return sum / x.length;
  }
}
