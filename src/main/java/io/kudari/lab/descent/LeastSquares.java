package io.kudari.lab.descent;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.optim.OptimizerSpec;
import java.util.Arrays;

/**
 * A problem of least squares whose right answer is 0: the mean over examples of ½ (x·w)². How fast
 * descent is depends on the examples alone, not on the targets.
 *
 * @param inputs a row an example
 */
record LeastSquares(double[][] inputs) {

  private static final int STEPS = 2000;
  private static final int HALVINGS = 24;

  /** Of standard normal inputs. */
  static LeastSquares draw(long seed, int number, int variables, int examples) {
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 2, number);
    double[][] inputs = new double[examples][variables];
    for (double[] row : inputs) for (int k = 0; k < variables; k++) row[k] = random.gaussian();
    return new LeastSquares(inputs);
  }

  /** The largest eigenvalue of the second derivative of the mean. */
  double largestCurvature() {
    int variables = inputs[0].length;
    double[] v = new double[variables];
    Arrays.fill(v, 1);
    double value = 0;
    for (int i = 0; i < 10_000; i++) {
      double[] next = slope(v, inputs.length);
      value = norm(next);
      for (int k = 0; k < variables; k++) v[k] = next[k] / value;
    }
    return value;
  }

  /**
   * The gradient.
   *
   * @param divisor of the sum over examples
   */
  private double[] slope(double[] w, double divisor) {
    double[] slope = new double[w.length];
    for (double[] x : inputs) {
      double output = 0;
      for (int k = 0; k < w.length; k++) output += x[k] * w[k];
      for (int k = 0; k < w.length; k++) slope[k] += output * x[k];
    }
    for (int k = 0; k < w.length; k++) slope[k] /= divisor;
    return slope;
  }

  private static double norm(double[] v) {
    double sum = 0;
    for (double x : v) sum += x * x;
    return Math.sqrt(sum);
  }

  /**
   * The largest rate at which 2,000 steps of Kudari's SGD from (1, 1 …) do not lead away from 0.
   *
   * @param divisor of the sum of the examples' gradients
   */
  double largestStableRate(double divisor) {
    double low = 0;
    double high = 4 / largestCurvature();
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (isStable(middle, divisor)) low = middle;
      else high = middle;
    }
    return low;
  }

  private boolean isStable(double rate, double divisor) {
    int variables = inputs[0].length;
    OptimizerSpec sgd = Method.of("sgd", rate).spec();
    Surface surface = new Surface(w -> norm(w), w -> slope(w, divisor));
    double[] start = new double[variables];
    Arrays.fill(start, 1);
    Walk walk = new Walk(surface, Stepper.Source.KUDARI.open(sgd, variables, 1), start);
    double limit = walk.height();
    double lost = walk.until(w -> !(norm(w) < 1e6), STEPS);
    return Double.isNaN(lost) && walk.height() <= limit;
  }
}
