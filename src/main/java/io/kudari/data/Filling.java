package io.kudari.data;

import java.util.Arrays;
import java.util.function.Function;

/**
 * What stands in place of a table's missing values: one number a feature. Part of a trained model.
 * Immutable by convention.
 *
 * @param values one a feature, finite. Empty where gaps are not filled
 */
@SuppressWarnings("ArrayRecordComponent")
public record Filling(float[] values) implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Of examples without gaps. */
  public static final Filling NONE = new Filling(new float[0]);

  public Filling {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("what fills a gap must be finite, not " + value);
      }
    }
  }

  /**
   * Fits to a training set.
   *
   * @param encoding of its columns, which says how
   * @param offsets of the features
   * @param training statistics of every feature; one that no example has is filled with 0
   * @param counted counts digits of the training examples, where medians are wanted
   */
  static Filling fit(
      Encoding encoding,
      Offsets offsets,
      FeatureStatistics training,
      Function<DigitCount, long[]> counted) {
    float[] values = new float[training.mean().length];
    for (int j = 0; j < values.length; j++)
      values[j] =
          switch (encoding.rules().missing()) {
            case MEAN -> (float) training.mean()[j];
            case MEDIAN -> training.mean()[j] > .5 ? 1 : 0;
            default -> offsets.less(0, j);
          };
    if (encoding.rules().missing() == Missing.MEDIAN)
      fillMedians(encoding, counted, offsets, values);
    return new Filling(values);
  }

  private static void fillMedians(
      Encoding encoding, Function<DigitCount, long[]> counted, Offsets offsets, float[] values) {
    int[] firsts = encoding.firsts();
    int[] numbers = encoding.numbers();
    float[] medians = Medians.of(numbers, counted);
    for (int i = 0; i < numbers.length; i++) {
      int feature = firsts[numbers[i]];
      values[feature] = Float.isNaN(medians[i]) ? offsets.less(0, feature) : medians[i];
    }
  }

  /** Whether gaps are not filled. */
  public boolean isNone() {
    return values.length == 0;
  }

  /**
   * Checks that there is one for each feature, or none at all.
   *
   * @throws IllegalArgumentException when there are more or fewer
   */
  void check(int features) {
    if (!isNone() && values.length != features) {
      throw new IllegalArgumentException(
          values.length + " values to fill gaps do not fit examples of " + features + " features");
    }
  }

  /** Fills the gaps of examples. */
  void apply(float[] features, int count, int size) {
    if (isNone()) return;
    for (int at = 0; at < count * size; at += size)
      for (int j = 0; j < size; j++)
        if (Float.isNaN(features[at + j])) features[at + j] = values[j];
  }

  /** Equal when every number is. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Filling other && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}
