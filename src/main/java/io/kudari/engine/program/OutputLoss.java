package io.kudari.engine.program;

import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;

/**
 * The losses and their derivatives on the outputs of a batch, in double precision on the JVM: the
 * arrays are small, and neither overflow nor rounding of a native exponential can then hurt. Where
 * examples have weights, the loss and the derivative of each are times its own.
 */
public final class OutputLoss {

  private OutputLoss() {}

  /**
   * Cross-entropy after softmax, from the values before it: log Σ exp z − z[label], whose
   * derivative is softmax(z) − 1[label]. The largest z is taken off first, so large values neither
   * overflow nor lose the loss.
   *
   * @param z {@code count × outputs} values before softmax, in row-major order
   * @param derivative overwritten, of the same shape
   * @return the sum of the examples' losses, each times its weight
   */
  public static double crossEntropy(double[] z, MiniBatch batch, int outputs, double[] derivative) {
    float[] weights = batch.weightsOrNull();
    double sum = 0;
    for (int e = 0; e < batch.count(); e++) {
      int at = e * outputs;
      int label = label(batch, e, outputs);
      double largest = Double.NEGATIVE_INFINITY;
      for (int o = 0; o < outputs; o++) largest = Math.max(largest, z[at + o]);
      double total = 0;
      for (int o = 0; o < outputs; o++) {
        derivative[at + o] = StrictMath.exp(z[at + o] - largest);
        total += derivative[at + o];
      }
      for (int o = 0; o < outputs; o++) derivative[at + o] /= total;
      derivative[at + label] -= 1;
      double weight = weights == null ? 1 : weights[e];
      for (int o = 0; o < outputs; o++) derivative[at + o] *= weight;
      sum += weight * (StrictMath.log(total) + largest - z[at + label]);
    }
    return sum;
  }

  /**
   * Mean over the outputs of (y − target)²; the target of a class is its one-hot vector. Where the
   * batch has {@link MiniBatch#unitsOrNull units}, the loss is that of outputs and targets in
   * these, and the derivative is without them.
   *
   * @param y {@code count × outputs} outputs, in row-major order
   * @param derivative overwritten, of the same shape
   * @return the sum of the examples' losses, each times its weight
   */
  public static double meanSquaredError(
      double[] y, MiniBatch batch, int outputs, double[] derivative) {
    float[] units = batch.unitsOrNull();
    float[] weights = batch.weightsOrNull();
    double sum = 0;
    for (int e = 0; e < batch.count(); e++) {
      int label = batch.labels == null ? -1 : label(batch, e, outputs);
      double weight = weights == null ? 1 : weights[e];
      double squares = 0;
      for (int o = 0; o < outputs; o++) {
        int at = e * outputs + o;
        double target = batch.labels == null ? batch.targets[at] : (o == label ? 1 : 0);
        double error = y[at] - target;
        derivative[at] = weight * (2 * error / outputs);
        double told = units == null ? error : units[o] * error;
        squares += told * told;
      }
      sum += weight * (squares / outputs);
    }
    return sum;
  }

  /**
   * Throws unless the batch has what the loss compares with.
   *
   * @throws IllegalArgumentException if it is empty, or has no labels for cross-entropy
   */
  public static void check(Loss loss, MiniBatch batch) {
    if (batch.count() < 1)
      throw new IllegalArgumentException("a gradient needs at least 1 example");
    if (loss == Loss.CROSS_ENTROPY && batch.labels == null) {
      throw new IllegalArgumentException("cross-entropy needs class labels, the batch has targets");
    }
  }

  private static int label(MiniBatch batch, int example, int outputs) {
    int label = batch.labels[example];
    if (label < 0 || label >= outputs) {
      throw new IllegalArgumentException(
          "label " + label + " is not within 0.." + (outputs - 1) + ", the model's outputs");
    }
    return label;
  }
}
