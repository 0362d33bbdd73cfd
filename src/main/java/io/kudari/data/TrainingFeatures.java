package io.kudari.data;

/**
 * What the features of a training set tell, wherever its examples are: what a {@link Normalizer} is
 * fitted to.
 */
public interface TrainingFeatures {

  /** Statistics of all training features. */
  FeatureStatistics statistics();

  /** Counts digits in cells of all training examples, which are of a table. */
  long[] count(DigitCount digits);

  /**
   * Those of some examples.
   *
   * @param rows which of them are trained on
   */
  static TrainingFeatures of(ExampleStore examples, int[] rows) {
    return new TrainingFeatures() {
      @Override
      public FeatureStatistics statistics() {
        return FeatureStatistics.of(examples, rows);
      }

      @Override
      public long[] count(DigitCount digits) {
        return digits.of(examples, rows);
      }
    };
  }
}
