package io.kudari.data;

import io.kudari.model.Shape;
import java.util.Arrays;

/**
 * Maps raw feature values to what a model sees: {@code y = (x − shift) × factor}. It is part of a
 * trained model, so its numbers are fixed once, from the training set only.
 *
 * <p>Rounding: x is exact as a float (a byte stands for 0..255), the difference is rounded to
 * float, then the product; so scaling by 1/255 multiplies by the float nearest to 1/255. A feature
 * that is constant in the training set maps to 0 always, also where it varies later.
 *
 * @param method how shift and factor were found
 * @param per which values share one shift and factor
 * @param shift 1 value, one a channel or one a feature
 * @param factor as many, all finite
 */
@SuppressWarnings("ArrayRecordComponent")
public record Normalizer(Method method, Per per, float[] shift, float[] factor)
    implements java.io.Serializable {

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

  public Normalizer {
    if (shift.length == 0 || shift.length != factor.length) {
      throw new IllegalArgumentException(
          "a normaliser needs as many shifts as factors, at least 1, not "
              + shift.length
              + " and "
              + factor.length);
    }
    for (int i = 0; i < shift.length; i++) {
      if (!Float.isFinite(shift[i]) || !Float.isFinite(factor[i])) {
        throw new IllegalArgumentException(
            "shift and factor " + i + " must be finite, not " + shift[i] + " and " + factor[i]);
      }
    }
  }

  /** Leaves values exactly as they are. */
  public static Normalizer none() {
    return new Normalizer(Method.NONE, Per.ALL, new float[] {0}, new float[] {1});
  }

  /**
   * Divides by a constant, such as 255 for bytes.
   *
   * @param divisor finite and not 0
   */
  public static Normalizer scale(double divisor) {
    return new Normalizer(
        Method.SCALE, Per.ALL, new float[] {0}, new float[] {(float) (1 / divisor)});
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
    return new Normalizer(method, per, shift, factor);
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
    if (shift.length != groups(per, shape)) {
      throw new IllegalArgumentException(
          "a normaliser with " + shift.length + " shifts does not fit examples of shape " + shape);
    }
  }

  /**
   * Writes the normalised features of one example. The shape must have passed {@link #check}.
   *
   * @param row which example
   * @param to written from {@code at} on, {@code shape.size()} values
   */
  public void apply(Examples examples, int row, float[] to, int at) {
    int size = examples.shape().size();
    int from = row * size;
    if (shift.length == size) {
      if (examples.bytes() != null) each(examples.bytes(), from, to, at);
      else each(examples.floats(), from, to, at);
      return;
    }
    int width = size / shift.length;
    for (int g = 0; g < shift.length; g++) {
      int skip = g * width;
      if (examples.bytes() != null) {
        same(examples.bytes(), from + skip, to, at + skip, width, shift[g], factor[g]);
      } else {
        same(examples.floats(), from + skip, to, at + skip, width, shift[g], factor[g]);
      }
    }
  }

  private void each(byte[] x, int from, float[] y, int at) {
    for (int j = 0; j < shift.length; j++) {
      y[at + j] = ((x[from + j] & 0xff) - shift[j]) * factor[j];
    }
  }

  private void each(float[] x, int from, float[] y, int at) {
    for (int j = 0; j < shift.length; j++) y[at + j] = (x[from + j] - shift[j]) * factor[j];
  }

  private static void same(
      byte[] x, int from, float[] y, int at, int n, float shift, float factor) {
    for (int j = 0; j < n; j++) y[at + j] = ((x[from + j] & 0xff) - shift) * factor;
  }

  private static void same(
      float[] x, int from, float[] y, int at, int n, float shift, float factor) {
    for (int j = 0; j < n; j++) y[at + j] = (x[from + j] - shift) * factor;
  }

  /** Equal when method, grouping and every number are. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Normalizer other
        && method == other.method
        && per == other.per
        && Arrays.equals(shift, other.shift)
        && Arrays.equals(factor, other.factor);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shift) + Arrays.hashCode(factor);
  }

  @Override
  public String toString() {
    return method + " per " + per + " (" + shift.length + ")";
  }
}
