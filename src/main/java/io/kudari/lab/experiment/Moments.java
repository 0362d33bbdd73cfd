package io.kudari.lab.experiment;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The second moments of momentum on a quadratic in one direction, E x², E xv and E v², from E x² =
 * 1 and v = 0: with curvature h, noise of variance c, rate η and v ← μv + hx + noise, x ← x − ηv
 * they follow an affine map, whose powers come by repeated squaring.
 */
final class Moments {

  private static final int SIZE = 4;

  /** Steps are counted below 2 to this power. */
  private static final int DOUBLINGS = 25;

  /**
   * Directions that are taken for equal.
   *
   * @param h their curvature
   */
  record Group(double h, int directions) {}

  private Moments() {}

  /**
   * The first step at which ½ Σ h E x² is no more than the target; infinite where it never is. The
   * loss must fall up to there.
   *
   * @param noise variance of the noise by the curvature
   */
  static double steps(
      List<Group> groups, DoubleUnaryOperator noise, double rate, double mu, double target) {
    double[][][] powers = new double[groups.size()][DOUBLINGS][];
    double[][] states = new double[groups.size()][];
    for (int g = 0; g < powers.length; g++) {
      double h = groups.get(g).h();
      powers[g][0] = map(h, noise.applyAsDouble(h), rate, mu);
      for (int k = 1; k < DOUBLINGS; k++) powers[g][k] = product(powers[g][k - 1]);
      states[g] = new double[] {1, 0, 0, 1};
    }
    long steps = 0;
    for (int k = DOUBLINGS - 1; k >= 0; k--) {
      double[][] later = new double[states.length][];
      double loss = 0;
      for (int g = 0; g < states.length; g++) {
        later[g] = apply(powers[g][k], states[g]);
        loss += groups.get(g).directions() * groups.get(g).h() * later[g][0] / 2;
      }
      if (loss <= target) continue;
      states = later;
      steps += 1L << k;
    }
    return steps + 1 == 1L << DOUBLINGS ? Double.POSITIVE_INFINITY : steps + 1;
  }

  /** One step, as a matrix on (E x², E xv, E v², 1), by rows. */
  private static double[] map(double h, double c, double rate, double mu) {
    double[] v = {h * h, 2 * mu * h, mu * mu, c};
    double[] xv = {h, mu, 0, 0};
    double[] map = new double[SIZE * SIZE];
    for (int j = 0; j < SIZE; j++) {
      map[j] = (j == 0 ? 1 : 0) - 2 * rate * xv[j] + rate * rate * v[j];
      map[SIZE + j] = xv[j] - rate * v[j];
      map[2 * SIZE + j] = v[j];
      map[3 * SIZE + j] = j == 3 ? 1 : 0;
    }
    return map;
  }

  private static double[] product(double[] m) {
    double[] square = new double[SIZE * SIZE];
    for (int i = 0; i < SIZE; i++)
      for (int j = 0; j < SIZE; j++)
        for (int k = 0; k < SIZE; k++) square[i * SIZE + j] += m[i * SIZE + k] * m[k * SIZE + j];
    return square;
  }

  private static double[] apply(double[] m, double[] state) {
    double[] to = new double[SIZE];
    for (int i = 0; i < SIZE; i++)
      for (int k = 0; k < SIZE; k++) to[i] += m[i * SIZE + k] * state[k];
    return to;
  }
}
