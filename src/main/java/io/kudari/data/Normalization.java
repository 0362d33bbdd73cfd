package io.kudari.data;

import io.kudari.model.Shape;
import java.util.function.Supplier;

/**
 * How inputs and targets are to be normalised.
 *
 * @param method what is done
 * @param per which values share one shift and factor
 * @param divisor of {@link Normalizer.Method#SCALE}; not used by the others
 * @param target what is done to the targets of a regression
 */
public record Normalization(
    Normalizer.Method method, Normalizer.Per per, double divisor, TargetScaling.Method target)
    implements java.io.Serializable {

  /** Of targets that are learned as they are. */
  public Normalization(Normalizer.Method method, Normalizer.Per per, double divisor) {
    this(method, per, divisor, TargetScaling.Method.NONE);
  }

  /**
   * Makes the scaling of targets.
   *
   * @param targets of an example, or 0 where it has a class
   * @param training statistics of the training set's targets, asked for only when they are needed
   */
  public TargetScaling fitTargets(int targets, Supplier<FeatureStatistics> training) {
    boolean scaled = targets > 0 && target == TargetScaling.Method.Z_SCORE;
    return scaled ? TargetScaling.fit(training.get(), targets) : TargetScaling.NONE;
  }

  /**
   * Makes the normaliser of a training set that may have gaps.
   *
   * @param encoding says what fills them
   * @param offsets that the examples are loaded less
   * @param training the training set, asked only for what is needed, and once
   */
  public Normalizer fit(
      Shape shape, Encoding encoding, Offsets offsets, TrainingFeatures training) {
    if (!encoding.rules().missing().fills()) return fit(shape, training::statistics).with(offsets);
    FeatureStatistics found = training.statistics();
    Filling filling = Filling.fit(encoding, offsets, found, training::count);
    return fit(shape, () -> found.filled(filling.values())).with(offsets).with(filling);
  }

  /**
   * Makes the normaliser.
   *
   * @param training statistics of the training set, asked for only when the method needs them
   */
  public Normalizer fit(Shape shape, Supplier<FeatureStatistics> training) {
    return switch (method) {
      case NONE -> Normalizer.none();
      case SCALE -> Normalizer.scale(divisor);
      case MIN_MAX, Z_SCORE -> Normalizer.fit(method, per, shape, training.get());
    };
  }
}
