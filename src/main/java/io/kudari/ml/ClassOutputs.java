package io.kudari.ml;

import org.apache.spark.ml.linalg.Vectors;

/**
 * What a classification model says of a row.
 *
 * @param classes how many there are
 * @param probabilities whether the model's outputs are probabilities; otherwise a softmax makes
 *     some of them
 * @param raw whether a vector of their logarithms is asked for
 * @param probability whether a vector of probabilities is
 * @param prediction whether the class is
 * @param thresholds of Spark's, one a class, or empty
 */
@SuppressWarnings("ArrayRecordComponent")
record ClassOutputs(
    int classes,
    boolean probabilities,
    boolean raw,
    boolean probability,
    boolean prediction,
    double[] thresholds)
    implements Transformation.RowOutputs {

  private static final long serialVersionUID = 1;

  /** A probability that rounds to 0 counts as the least float above it. */
  private static final double LEAST = Float.MIN_VALUE;

  /**
   * Checks Spark's thresholds.
   *
   * @throws IllegalArgumentException when there is not one a class; one line
   */
  static void check(double[] thresholds, int classes) {
    if (thresholds.length != 0 && thresholds.length != classes)
      throw new IllegalArgumentException(
          "thresholds has "
              + (thresholds.length == 1 ? "1 value" : thresholds.length + " values")
              + ", but there are "
              + classes
              + " classes: it has one for each");
  }

  @Override
  public int columns() {
    return (raw ? 1 : 0) + (probability ? 1 : 0) + (prediction ? 1 : 0);
  }

  @Override
  public Object of(int column, float[] outputs, int from) {
    double[] p = probabilities(outputs, from);
    if (raw && column == 0) return VectorOutput.cell(Vectors.dense(logarithms(p)));
    if (probability && column == (raw ? 1 : 0)) return VectorOutput.cell(Vectors.dense(p));
    return (double) decide(p);
  }

  /** Of a row whose outputs begin there. */
  double[] probabilities(float[] outputs, int from) {
    double[] p = new double[classes];
    for (int k = 0; k < classes; k++) p[k] = outputs[from + k];
    if (!probabilities) softmax(p);
    return p;
  }

  /** Natural logarithms, none below that of the least float. */
  static double[] logarithms(double[] p) {
    double[] logs = new double[p.length];
    for (int k = 0; k < p.length; k++) logs[k] = Math.log(Math.max(p[k], LEAST));
    return logs;
  }

  /** What has these logarithms, divided by their sum, where they are. */
  static void softmax(double[] values) {
    double most = Double.NEGATIVE_INFINITY;
    for (double v : values) most = Math.max(most, v);
    double sum = 0;
    for (int k = 0; k < values.length; k++) sum += values[k] = Math.exp(values[k] - most);
    for (int k = 0; k < values.length; k++) values[k] /= sum;
  }

  /** The class whose probability divided by its threshold is greatest; the first of equals. */
  int decide(double[] p) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < p.length; k++) {
      double value = thresholds.length == 0 ? p[k] : p[k] / thresholds[k];
      if (value > most) {
        most = value;
        best = k;
      }
    }
    return best;
  }
}
