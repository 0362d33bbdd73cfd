package io.kudari.spark.data;

/** A feature that is null, or not finite as a float. The message names the column and the value. */
public final class InvalidFeature extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  InvalidFeature(String message) {
    super(message);
  }

  /** A feature, or all of them, is null. */
  static InvalidFeature missing(String name) {
    return new InvalidFeature("column " + name + ": found null, a feature must have a value");
  }
}
