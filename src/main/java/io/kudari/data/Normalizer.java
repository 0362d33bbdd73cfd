package io.kudari.data;

import io.kudari.model.Scaling;
import io.kudari.model.Shape;

/**
 * How the raw values of a data set become what a model sees and learns. It is part of a trained
 * model, so its numbers are fixed once, from the training set only. A feature that is constant in
 * the training set maps to 0 always, also where it varies later.
 *
 * @param method how the scaling was found
 * @param per which values share one shift and factor
 * @param scaling the arithmetic, of values less their offsets
 * @param offsets what examples are loaded less
 * @param filling of a table's gaps
 * @param targets what becomes of the targets of a regression
 */
public record Normalizer(
    Method method,
    Per per,
    Scaling scaling,
    Offsets offsets,
    Filling filling,
    TargetScaling targets)
    implements java.io.Serializable {

  /** Of examples that are loaded as they are. */
  public Normalizer(Method method, Per per, Scaling scaling) {
    this(method, per, scaling, Offsets.NONE);
  }

  /** Of examples without gaps, and of targets that are learned as they are. */
  public Normalizer(Method method, Per per, Scaling scaling, Offsets offsets) {
    this(method, per, scaling, offsets, Filling.NONE, TargetScaling.NONE);
  }

  /** How shift and factor are found. */
  public enum Method {
    /** Values as they are. */
    NONE,
    /** Divided by a constant. */
    SCALE,
    /** Minimum of the training set to 0, maximum to 1. */
    MIN_MAX,
    /** Mean of the training set 0, standard deviation (of the population) 1. */
    Z_SCORE
  }

  /** Which values share one shift and factor. */
  public enum Per {
    ALL,
    CHANNEL,
    FEATURE
  }

  /** Leaves values exactly as they are. */
  public static Normalizer none() {
    return of(Method.NONE, 1);
  }

  /**
   * Divides by a constant, such as 255 for bytes.
   *
   * @param divisor finite and not 0
   */
  public static Normalizer scale(double divisor) {
    return of(Method.SCALE, (float) (1 / divisor));
  }

  private static Normalizer of(Method method, float factor) {
    return new Normalizer(method, Per.ALL, new Scaling(new float[] {0}, new float[] {factor}));
  }

  /**
   * Fits to a training set.
   *
   * @param method {@link Method#MIN_MAX} or {@link Method#Z_SCORE}
   * @param shape of one example
   * @param training statistics of every feature of the training set, of at least one example
   */
  public static Normalizer fit(Method method, Per per, Shape shape, FeatureStatistics training) {
    if (method != Method.MIN_MAX && method != Method.Z_SCORE) {
      throw new IllegalArgumentException("nothing to fit for method " + method);
    }
    if (training.mean().length != shape.size() || training.count() < 1) {
      throw new IllegalArgumentException(
          "a normaliser of shape " + shape + " needs statistics of at least one such example");
    }
    FeatureStatistics statistics = training.pooled(groups(per, shape));
    float[] shift = new float[statistics.mean().length];
    float[] factor = new float[shift.length];
    for (int i = 0; i < shift.length; i++) {
      double low = statistics.min()[i];
      double range = statistics.max()[i] - low;
      double spread =
          method == Method.MIN_MAX
              ? range
              : Math.sqrt(statistics.deviation()[i] / statistics.count());
      float inverse = (float) (1 / spread);
      shift[i] = (float) (method == Method.MIN_MAX ? low : statistics.mean()[i]);
      factor[i] = range == 0 || !Float.isFinite(inverse) ? 0 : inverse;
    }
    return new Normalizer(method, per, new Scaling(shift, factor));
  }

  /** The same for examples that are loaded less some offsets, to which it was fitted. */
  public Normalizer with(Offsets loaded) {
    return new Normalizer(method, per, scaling, loaded, filling, targets);
  }

  /** The same for examples with gaps, with which it was fitted. */
  Normalizer with(Filling gaps) {
    return new Normalizer(method, per, scaling, offsets, gaps, targets);
  }

  /**
   * Fills the gaps of examples and scales them, where they are.
   *
   * @param values at least {@code count × size}, of which as many are overwritten
   * @param count number of examples
   * @param size values of an example
   */
  public void apply(float[] values, int count, int size) {
    filling.apply(values, count, size);
    scaling.apply(values, count, size);
  }

  /** The same, but the loss is told in the units that are learned in. */
  public Normalizer withoutUnits() {
    return with(new TargetScaling(targets.mean(), targets.deviation(), false));
  }

  /** The same with another scaling of targets. */
  public Normalizer with(TargetScaling other) {
    return new Normalizer(method, per, scaling, offsets, filling, other);
  }

  private static int groups(Per per, Shape shape) {
    return switch (per) {
      case ALL -> 1;
      case CHANNEL -> shape.channels();
      case FEATURE -> shape.size();
    };
  }

  /**
   * Checks that it can be applied to examples of this shape.
   *
   * @throws IllegalArgumentException when it was made for another shape
   */
  public void check(Shape shape) {
    int shifts = scaling.shift().length;
    if (shifts != groups(per, shape)) {
      throw new IllegalArgumentException(
          "a normaliser with " + shifts + " shifts does not fit examples of shape " + shape);
    }
    offsets.check(shape.size());
    filling.check(shape.size());
  }

  @Override
  public String toString() {
    return method + " per " + per + " (" + scaling.shift().length + ")";
  }
}
