package io.kudari.model;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
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

  /** The figures of an evaluation, without {@link Scores}. */
  static Figures of(Evaluation e) {
    return e.isClassification() ? classes(e, null) : targets(e);
  }

  /**
   * The figures of an evaluation that is the last of a run, or the only one.
   *
   * @param counts of the same examples
   */
  static Figures of(Evaluation e, ScoreCounts counts) {
    return e.isClassification() ? classes(e, Scores.of(e, counts)) : targets(e);
  }

  private static OfTargets targets(Evaluation e) {
    double mse = e.meanSquaredError();
    return new OfTargets(
        e.examples(), e.meanLoss(), mse, Math.sqrt(mse), e.meanAbsoluteError(), e.rSquared());
  }

  private static OfClasses classes(Evaluation e, Scores scoresOrNull) {
    int ranks = Math.min(Evaluation.TOP, e.outputs());
    double[] top = array(ranks, k -> e.topAccuracy(k + 1));
    // Of more classes, what is told after every epoch would be long: evaluate tells each one's.
    if (!e.hasConfusion())
      return new OfClasses(
          e.examples(), e.meanLoss(), e.accuracy(), top, null, null, null, null, scoresOrNull);
    return new OfClasses(
        e.examples(),
        e.meanLoss(),
        e.accuracy(),
        top,
        array(e.outputs(), e::precision),
        array(e.outputs(), e::recall),
        array(e.outputs(), e::f1),
        confusion(e),
        scoresOrNull);
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
   * @param scores of the last evaluation of a run; null of others, and of what was recorded before
   *     there were any
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
      long[][] confusion,
      Scores scores)
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
      return new OfClasses(examples, loss, accuracy, topAccuracy, null, null, null, null, scores);
    }
  }

  /**
   * Of a classification, over all classes: what is told at the end only.
   *
   * @param macroF1 see {@link Evaluation#macroF1}
   * @param logLoss see {@link Evaluation#logLoss}
   * @param rocAuc see {@link ScoreCounts#rocAuc}
   * @param rocAucError how far the area of the scores themselves may be from that
   * @param prAuc see {@link ScoreCounts#averagePrecision}
   * @param prAucError likewise
   */
  record Scores(
      double macroF1,
      double logLoss,
      double rocAuc,
      double rocAucError,
      double prAuc,
      double prAucError)
      implements Serializable {

    /** An error as it is shown: two digits, rounded up, so that it remains a bound. */
    public static double shown(double error) {
      if (!Double.isFinite(error)) return error;
      return new BigDecimal(error).round(new MathContext(2, RoundingMode.UP)).doubleValue();
    }

    private static Scores of(Evaluation e, ScoreCounts counts) {
      // A bin may have wrapped around then.
      ScoreCounts sound = e.examples() > Integer.MAX_VALUE ? ScoreCounts.NONE : counts;
      ScoreCounts.Area roc = sound.rocAuc();
      ScoreCounts.Area pr = sound.averagePrecision();
      return new Scores(e.macroF1(), e.logLoss(), roc.value(), roc.error(), pr.value(), pr.error());
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
