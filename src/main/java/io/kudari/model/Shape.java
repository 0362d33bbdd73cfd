package io.kudari.model;

/**
 * The shape of one example or of one example's activations, stored as {@code channels × height ×
 * width} in row-major order. Plain feature vectors are {@code n × 1 × 1}.
 *
 * @param channels at least 1
 * @param height at least 1
 * @param width at least 1
 */
public record Shape(int channels, int height, int width) implements java.io.Serializable {

  public Shape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "every length of a shape must be at least 1, not "
              + channels
              + "x"
              + height
              + "x"
              + width);
    }
    Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /** A feature vector. */
  public static Shape flat(int size) {
    return new Shape(size, 1, 1);
  }

  /** Number of values. */
  public int size() {
    return channels * height * width;
  }

  /** Whether this is a plain feature vector. */
  public boolean isFlat() {
    return height == 1 && width == 1;
  }

  @Override
  public String toString() {
    return isFlat() ? String.valueOf(channels) : channels + "x" + height + "x" + width;
  }
}
