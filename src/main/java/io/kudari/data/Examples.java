package io.kudari.data;

import io.kudari.model.Shape;

/**
 * Examples in compact form: pixels stay bytes until a model computes. Immutable by convention:
 * nobody writes to the arrays once it is made, so threads may share it.
 *
 * @param shape of one example
 * @param bytes {@code count × shape.size()} unsigned bytes, or null when {@code floats} holds the
 *     features
 * @param floats {@code count × shape.size()} values, or null when {@code bytes} holds the features
 * @param labels class of each example, or null for regression
 * @param targets {@code count × outputs} values, or null for classification
 * @param count number of examples
 */
@SuppressWarnings("ArrayRecordComponent")
public record Examples(
    Shape shape, byte[] bytes, float[] floats, int[] labels, float[] targets, int count)
    implements java.io.Serializable {

  public Examples {
    if ((bytes == null) == (floats == null))
      throw new IllegalArgumentException("features are either bytes or floats");
    if ((labels == null) == (targets == null))
      throw new IllegalArgumentException("examples have either labels or targets");
    long features = (long) count * shape.size();
    if ((bytes != null ? bytes.length : floats.length) != features) {
      throw new IllegalArgumentException(
          count + " examples of shape " + shape + " need " + features + " feature values");
    }
    if (labels != null && labels.length != count) {
      throw new IllegalArgumentException(
          count + " examples need as many labels, not " + labels.length);
    }
    if (targets != null && (count == 0 ? targets.length != 0 : targets.length % count != 0)) {
      throw new IllegalArgumentException(
          targets.length + " target values do not divide among " + count + " examples");
    }
  }

  /**
   * The same as floats, less the offsets of another set's columns; itself when there are none.
   *
   * @throws IllegalArgumentException when the offsets do not fit the features
   */
  Examples less(Offsets offsets) {
    if (offsets.isNone()) return this;
    int size = shape.size();
    offsets.check(size);
    float[] less = new float[count * size];
    for (int i = 0; i < less.length; i++) {
      double value = bytes != null ? bytes[i] & 0xff : floats[i];
      less[i] = (float) (value - offsets.of(i % size));
    }
    return new Examples(shape, null, less, labels, targets, count);
  }
}
