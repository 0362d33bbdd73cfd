package io.kudari.model;

import io.kudari.math.ExactSum;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * What was found on a set of examples, as counts and {@link ExactSum exact sums}: two evaluations
 * of disjoint sets merge into that of their union, and the figures have the same bits in whatever
 * order examples are added and parts are merged. Mutable, not thread-safe.
 *
 * <p>Where examples have weights, the mean loss is by them; all other figures count examples.
 */
public final class Evaluation implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Ranks counted for top-k accuracy: k is 1..TOP. */
  public static final int TOP = 5;

  /**
   * A confusion matrix is kept of up to so many classes. Of more it would be too large to send and
   * to look at; all other figures need counts a class only.
   */
  public static final int MATRIX = 200;

  private final Loss loss;
  private final int outputs;
  private final boolean classification;
  private long examples;
  private final ExactSum lossSum = new ExactSum();

  /** Of the examples: their number where they have no weights. */
  private final ExactSum weightSum = new ExactSum();

  /** Classification: how often the true class ranked k-th, for k from 0. Empty for regression. */
  private final long[] rankedAt;

  /** Classification, by class: examples of it, those taken for it, and those that are both. */
  private final long[] present;

  private final long[] taken;
  private final long[] found;

  /** Row is the true class, column the predicted one. Empty for more than {@link #MATRIX}. */
  private final long[] confusion;

  /**
   * Regression, a value an output: sums of the target, its square and the squared error. Empty for
   * classification.
   */
  private final ExactSum[] target;

  private final ExactSum[] targetSquared;
  private final ExactSum[] squaredError;

  /** Regression, over all outputs. */
  private final ExactSum absoluteError = new ExactSum();

  private Evaluation(Loss loss, int outputs, boolean classification) {
    this.loss = loss;
    this.outputs = outputs;
    this.classification = classification;
    int classes = classification ? outputs : 0;
    int targets = classification ? 0 : outputs;
    this.rankedAt = new long[classification ? TOP : 0];
    this.present = new long[classes];
    this.taken = new long[classes];
    this.found = new long[classes];
    this.confusion = new long[classes > MATRIX ? 0 : classes * classes];
    this.target = sums(targets);
    this.targetSquared = sums(targets);
    this.squaredError = sums(targets);
  }

  private static ExactSum[] sums(int count) {
    return Stream.generate(ExactSum::new).limit(count).toArray(ExactSum[]::new);
  }

  private long[][] counts() {
    return new long[][] {rankedAt, present, taken, found, confusion};
  }

  private ExactSum[] sums() {
    ExactSum[][] all = {{lossSum, weightSum, absoluteError}, target, targetSquared, squaredError};
    return Arrays.stream(all).flatMap(Arrays::stream).toArray(ExactSum[]::new);
  }

  /** Of no examples, for a classifier. */
  public static Evaluation ofClasses(Loss loss, int classes) {
    return new Evaluation(loss, classes, true);
  }

  /** Of no examples, for a regression. */
  public static Evaluation ofTargets(Loss loss, int outputs) {
    return new Evaluation(loss, outputs, false);
  }

  /** Adds a batch and the model's outputs for it. */
  public void add(MiniBatch batch, float[] output) {
    float[] weights = batch.weightsOrNull();
    for (int e = 0; e < batch.count(); e++) {
      double loss =
          isClassification()
              ? addClass(output, e * outputs, batch.labels[e])
              : addTargets(output, batch.targets, e * outputs);
      double weight = weights == null ? 1 : weights[e];
      lossSum.add(weight * loss);
      weightSum.add(weight);
    }
    examples += batch.count();
  }

  /** Gives the loss. */
  private double addClass(float[] output, int at, int label) {
    int best = 0;
    int above = 0;
    double own = output[at + label];
    double squares = 0;
    for (int c = 0; c < outputs; c++) {
      float p = output[at + c];
      if (p > output[at + best]) best = c;
      if (p > own || (p == own && c < label)) above++;
      double error = p - (c == label ? 1 : 0);
      squares += error * error;
    }
    present[label]++;
    taken[best]++;
    if (label == best) found[label]++;
    if (hasConfusion()) confusion[label * outputs + best]++;
    if (above < TOP) rankedAt[above]++;
    return loss == Loss.CROSS_ENTROPY
        ? -StrictMath.log(Math.max(own, Float.MIN_NORMAL))
        : squares / outputs;
  }

  /** Gives the loss. */
  private double addTargets(float[] output, float[] targets, int at) {
    double squares = 0;
    double absolutes = 0;
    for (int o = 0; o < outputs; o++) {
      double t = targets[at + o];
      double error = output[at + o] - t;
      target[o].add(t);
      targetSquared[o].add(t * t);
      squaredError[o].add(error * error);
      absolutes += Math.abs(error);
      squares += error * error;
    }
    absoluteError.add(absolutes);
    return squares / outputs;
  }

  /** Adds what was found on other examples, and returns itself: for sums of many. */
  public Evaluation merged(Evaluation other) {
    merge(other);
    return this;
  }

  /** Adds what was found on other examples. */
  public void merge(Evaluation other) {
    if (other.outputs != outputs
        || other.loss != loss
        || other.isClassification() != isClassification()) {
      throw new IllegalArgumentException("evaluations of different models do not merge");
    }
    examples += other.examples;
    long[][] counts = counts();
    for (int k = 0; k < counts.length; k++) add(counts[k], other.counts()[k]);
    ExactSum[] sums = sums();
    ExactSum[] more = other.sums();
    for (int k = 0; k < sums.length; k++) sums[k].add(more[k]);
  }

  private static void add(long[] to, long[] more) {
    for (int i = 0; i < to.length; i++) to[i] += more[i];
  }

  /** All sums in a row, for sending; counts are exact up to 2^53. */
  public double[] toArray() {
    double[] all = new double[length()];
    all[0] = examples;
    int at = 1;
    for (long[] counts : counts()) for (long n : counts) all[at++] = n;
    for (ExactSum sum : sums()) {
      sum.write(all, at);
      at += ExactSum.LENGTH;
    }
    return all;
  }

  /**
   * Adds the sums of another evaluation of the same kind.
   *
   * @param all what {@link #toArray} gave
   */
  public void addArray(double[] all) {
    if (all.length != length()) {
      throw new IllegalArgumentException(
          "an evaluation of this kind has " + length() + " sums, not " + all.length);
    }
    examples += (long) all[0];
    int at = 1;
    for (long[] counts : counts())
      for (int i = 0; i < counts.length; i++) counts[i] += (long) all[at++];
    for (ExactSum sum : sums()) {
      sum.addWritten(all, at);
      at += ExactSum.LENGTH;
    }
  }

  private int length() {
    int length = 1 + sums().length * ExactSum.LENGTH;
    for (long[] counts : counts()) length += counts.length;
    return length;
  }

  /** Whether this is about classes (else about regression targets). */
  public boolean isClassification() {
    return classification;
  }

  /** How many examples were added. */
  public long examples() {
    return examples;
  }

  /** Number of classes, or of regression outputs. */
  public int outputs() {
    return outputs;
  }

  /** Mean loss, by the examples' weights; NaN when there are none, or all of them weigh nothing. */
  public double meanLoss() {
    return lossSum.value() / weightSum.value();
  }

  /** Whether there are examples, and all of them weigh nothing: then there is no loss. */
  public boolean weighsNothing() {
    return examples > 0 && weightSum.value() == 0;
  }

  /** Share of examples whose true class is the predicted one; NaN when there are no examples. */
  public double accuracy() {
    return topAccuracy(1);
  }

  /**
   * Share of examples whose true class is among the k most likely.
   *
   * @param k within 1..{@link #TOP}
   */
  public double topAccuracy(int k) {
    long hits = 0;
    for (int i = 0; i < k; i++) hits += rankedAt[i];
    return (double) hits / examples;
  }

  /** Whether {@link #confused} may be asked: of up to {@link #MATRIX} classes. */
  public boolean hasConfusion() {
    return confusion.length > 0;
  }

  /**
   * How many examples of class {@code truth} were taken for {@code predicted}.
   *
   * @throws IllegalStateException when there is no confusion matrix
   */
  public long confused(int truth, int predicted) {
    if (!hasConfusion())
      throw new IllegalStateException("no confusion matrix is kept of " + outputs + " outputs");
    return confusion[truth * outputs + predicted];
  }

  /** Of the examples taken for this class, the share that is; 0 when none was taken for it. */
  public double precision(int label) {
    return taken[label] == 0 ? 0 : (double) found[label] / taken[label];
  }

  /** Of the examples of this class, the share that was found; 0 when there is none. */
  public double recall(int label) {
    return present[label] == 0 ? 0 : (double) found[label] / present[label];
  }

  /** Harmonic mean of precision and recall; 0 when both are. */
  public double f1(int label) {
    double p = precision(label);
    double r = recall(label);
    return p + r == 0 ? 0 : 2 * p * r / (p + r);
  }

  /**
   * Mean of the F1 of the classes that are a true or a predicted class of some example; F1 is 0
   * where it would be 0 / 0. NaN when there are no examples. As scikit-learn's {@code
   * f1_score(average = "macro", zero_division = 0)}.
   */
  public double macroF1() {
    double sum = 0;
    int occurring = 0;
    for (int c = 0; c < outputs; c++) {
      if (present[c] + taken[c] == 0) continue;
      sum += f1(c);
      occurring++;
    }
    return sum / occurring;
  }

  /**
   * Mean of −ln of the true class's probability, which is taken as 2^-126 at least. This is the
   * loss of a model that is trained by cross-entropy; the outputs of others are no probabilities,
   * and theirs is NaN.
   */
  public double logLoss() {
    return loss == Loss.CROSS_ENTROPY ? meanLoss() : Double.NaN;
  }

  /** Mean squared error over examples and outputs. */
  public double meanSquaredError() {
    double sum = 0;
    for (ExactSum s : squaredError) sum += s.value();
    return sum / ((double) examples * outputs);
  }

  /** Mean absolute error over examples and outputs. */
  public double meanAbsoluteError() {
    return absoluteError.value() / ((double) examples * outputs);
  }

  /**
   * Coefficient of determination, 1 − (squared error / squared deviation of the targets from their
   * mean), averaged over the outputs. An output whose targets are all equal counts 0, or 1 when it
   * is predicted exactly. NaN when there are no examples. As scikit-learn's {@code
   * r2_score(multioutput = "uniform_average")}.
   */
  public double rSquared() {
    if (examples == 0) return Double.NaN;
    double sum = 0;
    for (int o = 0; o < outputs; o++) {
      double error = squaredError[o].value();
      double deviation = ExactSum.squaredDeviations(target[o], targetSquared[o], examples);
      if (deviation == 0) sum += error == 0 ? 1 : 0;
      else sum += 1 - error / deviation;
    }
    return sum / outputs;
  }
}
