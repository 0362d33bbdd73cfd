package io.kudari.data;

import java.util.Arrays;

/**
 * What is subtracted from the columns of a table in double precision before their values become
 * floats. A float has 24 bits: of seconds since 1970 it keeps multiples of 128. Part of a trained
 * model, so that new data become the same floats. Immutable by convention.
 *
 * @param values one a column, finite; most are 0. Empty where no column has one
 */
@SuppressWarnings("ArrayRecordComponent")
public record Offsets(double[] values) implements java.io.Serializable {

  /** Of columns that become floats as they are. */
  public static final Offsets NONE = new Offsets(new double[0]);

  public Offsets {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("an offset must be finite, not " + value);
      }
    }
  }

  /** Whether no column has one. */
  public boolean isNone() {
    return values.length == 0;
  }

  /** Of one column. */
  public double of(int column) {
    return isNone() ? 0 : values[column];
  }

  /** A value of a column, less its offset, as the float that a model is trained with. */
  public float less(double value, int column) {
    return (float) (isNone() ? value : value - values[column]);
  }

  /** Writes the features of an example, rounded to floats when their offsets are taken off. */
  public void less(double[] features, float[] to, int at) {
    for (int j = 0; j < features.length; j++) to[at + j] = less(features[j], j);
  }

  /**
   * Checks that there is one for each feature, or none at all.
   *
   * @throws IllegalArgumentException when there are more or fewer
   */
  public void check(int features) {
    if (!isNone() && values.length != features) {
      throw new IllegalArgumentException(
          values.length + " offsets do not fit examples of " + features + " features");
    }
  }

  /** Equal when every number is. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Offsets other && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}
