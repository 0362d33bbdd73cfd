package io.kudari.data.format;

import io.kudari.model.Shape;

/**
 * The pixels of an example.
 *
 * @param shape how many channels, and of what height and width
 * @param bytes an unsigned one a pixel: the channels one after another, each row by row
 */
@SuppressWarnings("ArrayRecordComponent")
public record Pixels(Shape shape, byte[] bytes) {

  /** Each pixel as a number within 0..255. */
  public double[] numbers() {
    double[] numbers = new double[bytes.length];
    for (int i = 0; i < numbers.length; i++) numbers[i] = bytes[i] & 0xff;
    return numbers;
  }
}
