package io.kudari.model;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How good a model is on a set of examples: the figures of an {@link Evaluation}, as they are told
 * and recorded. A figure of no examples is NaN. Nobody changes the arrays.
 */
public sealed interface Figures extends Serializable {

  /** How many examples. */
  long examples();

  /** Mean loss of an example. */
  double loss();

  /** The figure that is best when it is highest: the accuracy, or R². */
  double score();

  /** The figures of an evaluation. */
  static Figures of(Evaluation e) {
    if (!e.isClassification()) {
      double mse = e.meanSquaredError();
      return new OfTargets(
          e.examples(), e.meanLoss(), mse, Math.sqrt(mse), e.meanAbsoluteError(), e.rSquared());
    }
    int ranks = Math.min(Evaluation.TOP, e.outputs());
    double[] top = array(ranks, k -> e.topAccuracy(k + 1));
    // Of more classes, what is told after every epoch would be long: evaluate tells each one's.
    if (!e.hasConfusion())
      return new OfClasses(e.examples(), e.meanLoss(), e.accuracy(), top, null, null, null, null);
    return new OfClasses(
        e.examples(),
        e.meanLoss(),
        e.accuracy(),
        top,
        array(e.outputs(), e::precision),
        array(e.outputs(), e::recall),
        array(e.outputs(), e::f1),
        confusion(e));
  }

  private static double[] array(int count, IntToDoubleFunction value) {
    return IntStream.range(0, count).mapToDouble(value).toArray();
  }

  private static long[][] confusion(Evaluation e) {
    long[][] counts = new long[e.outputs()][e.outputs()];
    for (int truth = 0; truth < counts.length; truth++)
      for (int taken = 0; taken < counts.length; taken++)
        counts[truth][taken] = e.confused(truth, taken);
    return counts;
  }

  /**
   * Of a classification. What is told of single classes is null where there are more than {@link
   * Evaluation#MATRIX}.
   *
   * @param accuracy share of examples whose true class is the predicted one
   * @param topAccuracy share of examples whose true class is among the k most likely, for k = 1, 2…
   * @param precision by class, see {@link Evaluation#precision}
   * @param recall by class, see {@link Evaluation#recall}
   * @param f1 by class, see {@link Evaluation#f1}
   * @param confusion counts: a row a true class, a column a predicted one
   */
  @SuppressWarnings("ArrayRecordComponent")
  record OfClasses(
      long examples,
      double loss,
      double accuracy,
      double[] topAccuracy,
      double[] precision,
      double[] recall,
      double[] f1,
      long[][] confusion)
      implements Figures {

    /** Checks that there is an accuracy for every k. */
    public OfClasses {
      requireNonNull(topAccuracy);
    }

    @Override
    public double score() {
      return accuracy;
    }

    /** Without what is told of single classes, which would be long. */
    @Override
    public String toString() {
      return "OfClasses[examples=%d, loss=%s, accuracy=%s, topAccuracy=%s]"
          .formatted(examples, loss, accuracy, Arrays.toString(topAccuracy));
    }

    /** The same without what is told of single classes, which takes most of the memory. */
    public OfClasses withoutClasses() {
      return new OfClasses(examples, loss, accuracy, topAccuracy, null, null, null, null);
    }
  }

  /**
   * Of a regression, over examples and outputs.
   *
   * @param mse mean squared error
   * @param rmse its square root
   * @param mae mean absolute error
   * @param r2 coefficient of determination, see {@link Evaluation#rSquared}
   */
  record OfTargets(long examples, double loss, double mse, double rmse, double mae, double r2)
      implements Figures {

    @Override
    public double score() {
      return r2;
    }
  }
}
