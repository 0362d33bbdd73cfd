package io.kudari.data;

import java.util.Arrays;

/**
 * How the targets of a regression become what a model learns: {@code (t − mean) / deviation} of
 * each, fitted to the training examples. It is part of a trained model, whose outputs become
 * predictions by {@code y · deviation + mean}. Immutable by convention; threads may share it.
 *
 * @param mean of each target; empty for targets that are learned as they are
 * @param deviation of each, of the population, above 0; 1 of a target that is always the same
 * @param ownUnits whether the loss of what is learned is told in the targets' own units
 */
@SuppressWarnings("ArrayRecordComponent")
public record TargetScaling(float[] mean, float[] deviation, boolean ownUnits)
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Leaves targets, and outputs, exactly as they are. */
  public static final TargetScaling NONE = new TargetScaling(new float[0], new float[0]);

  /** Whose loss is told in the targets' own units. */
  public TargetScaling(float[] mean, float[] deviation) {
    this(mean, deviation, true);
  }

  /** How targets are scaled. */
  public enum Method {
    /** Mean of the training set 0, standard deviation (of the population) 1. */
    Z_SCORE,
    /** As they are. */
    NONE
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when there are not as many means as deviations, or one cannot
   *     be; one line
   */
  public TargetScaling {
    if (mean.length != deviation.length) {
      throw new IllegalArgumentException(
          "targets need as many means as deviations, not "
              + mean.length
              + " and "
              + deviation.length);
    }
    for (int k = 0; k < mean.length; k++) {
      boolean invertible = deviation[k] > 0 && Float.isFinite(1 / deviation[k]);
      if (Float.isFinite(mean[k]) && Float.isFinite(deviation[k]) && invertible) continue;
      throw new IllegalArgumentException(
          "the mean and the deviation of target "
              + k
              + " must be finite, the deviation above 0, not "
              + mean[k]
              + " and "
              + deviation[k]);
    }
  }

  /**
   * Fits to a training set.
   *
   * @param statistics as {@link FeatureStatistics#ofTargets} has them, of at least one example
   * @param targets of an example
   */
  static TargetScaling fit(FeatureStatistics statistics, int targets) {
    float[] mean = new float[targets];
    float[] deviation = new float[targets];
    for (int k = 0; k < targets; k++) {
      mean[k] = (float) statistics.mean()[k];
      float found = (float) Math.sqrt(statistics.deviation()[k] / statistics.count());
      deviation[k] = found > 0 && Float.isFinite(found) && Float.isFinite(1 / found) ? found : 1;
    }
    return new TargetScaling(mean, deviation);
  }

  /** Whether it leaves targets as they are. */
  public boolean isNone() {
    return mean.length == 0;
  }

  /**
   * Makes what is learned of targets, where they are.
   *
   * @param values at least {@code count} times the targets
   * @param count of examples
   */
  public void apply(float[] values, int count) {
    int n = mean.length;
    for (int i = 0; i < count * n; i++)
      values[i] = (float) (((double) values[i] - mean[i % n]) / deviation[i % n]);
  }

  /** Makes predictions of a model's outputs, where they are; as {@link #apply}. */
  public void restore(float[] outputs, int count) {
    int n = mean.length;
    for (int i = 0; i < count * n; i++)
      outputs[i] = (float) ((double) outputs[i] * deviation[i % n] + mean[i % n]);
  }

  /**
   * Checks that it can be applied to examples with so many targets.
   *
   * @throws IllegalArgumentException when it was made for others; one line
   */
  public void check(int targets) {
    if (isNone() || mean.length == targets) return;
    throw new IllegalArgumentException(
        "means of " + mean.length + " targets do not fit examples with " + targets);
  }

  /** Equal when every number is. */
  @Override
  public boolean equals(Object o) {
    return o instanceof TargetScaling other
        && Arrays.equals(mean, other.mean)
        && Arrays.equals(deviation, other.deviation)
        && ownUnits == other.ownUnits;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(deviation);
  }
}
