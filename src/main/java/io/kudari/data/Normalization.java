package io.kudari.data;

import io.kudari.model.Shape;
import java.util.function.Supplier;

/**
 * How inputs are to be normalised.
 *
 * @param method what is done
 * @param per which values share one shift and factor
 * @param divisor of {@link Normalizer.Method#SCALE}; not used by the others
 */
public record Normalization(Normalizer.Method method, Normalizer.Per per, double divisor)
    implements java.io.Serializable {

  /**
   * Makes the normaliser of a training set that may have gaps.
   *
   * @param encoding says what fills them
   * @param offsets that the examples are loaded less
   * @param training statistics of the training set, asked for once, when something needs them
   */
  public Normalizer fit(
      Shape shape, Encoding encoding, Offsets offsets, Supplier<FeatureStatistics> training) {
    if (!encoding.rules().missing().fills()) return fit(shape, training).with(offsets);
    FeatureStatistics found = training.get();
    Filling filling = Filling.fit(encoding, offsets, found);
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
