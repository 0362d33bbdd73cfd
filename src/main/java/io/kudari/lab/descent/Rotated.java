package io.kudari.lab.descent;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;

/**
 * A symmetric matrix of given eigenvalues in random directions: H₁ H₂ H₃ D H₃ H₂ H₁ with
 * Householder's reflections.
 *
 * @param mirrors unit vectors
 */
record Rotated(double[] eigenvalues, double[][] mirrors) {

  private static final int MIRRORS = 3;

  static Rotated of(double[] eigenvalues, long seed) {
    double[][] mirrors = new double[MIRRORS][eigenvalues.length];
    for (int m = 0; m < MIRRORS; m++) {
      RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 12, m);
      double square = 0;
      for (int i = 0; i < eigenvalues.length; i++) {
        mirrors[m][i] = random.gaussian();
        square += mirrors[m][i] * mirrors[m][i];
      }
      for (int i = 0; i < eigenvalues.length; i++) mirrors[m][i] /= Math.sqrt(square);
    }
    return new Rotated(eigenvalues, mirrors);
  }

  double[] times(double[] x) {
    double[] y = x.clone();
    for (double[] mirror : mirrors) reflect(y, mirror);
    for (int i = 0; i < y.length; i++) y[i] *= eigenvalues[i];
    for (int m = MIRRORS - 1; m >= 0; m--) reflect(y, mirrors[m]);
    return y;
  }

  private static void reflect(double[] y, double[] mirror) {
    double along = 0;
    for (int i = 0; i < y.length; i++) along += mirror[i] * y[i];
    for (int i = 0; i < y.length; i++) y[i] -= 2 * along * mirror[i];
  }
}
