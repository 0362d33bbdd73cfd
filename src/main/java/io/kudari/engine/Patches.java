package io.kudari.engine;

import io.kudari.model.LayerSpec;
import io.kudari.model.Shape;
import java.util.Arrays;

/**
 * The windows that a convolution looks at, as rows of a matrix ("im2col"): row (image, y, x) of the
 * output holds the window's values in the order (kernel row, kernel column, channel), zero outside
 * the image.
 */
final class Patches {

  private final Shape in;
  private final Shape out;
  private final int kernel;
  private final int stride;
  private final int padding;

  Patches(LayerSpec.Convolution layer, Shape in, Shape out) {
    this.in = in;
    this.out = out;
    this.kernel = layer.kernel();
    this.stride = layer.stride();
    this.padding = layer.padding();
  }

  /** Rows one image gives. */
  int rows() {
    return out.height() * out.width();
  }

  /** Values of a window. */
  int columns() {
    return kernel * kernel * in.channels();
  }

  /** Writes the windows of images [first, first + count) into {@code matrix}. */
  void gather(float[] images, int first, int count, float[] matrix) {
    run(images, first, count, matrix, true);
  }

  /**
   * Adds the derivatives by the windows of images [first, first + count) to those by the images.
   */
  void scatter(float[] matrix, int first, int count, float[] images) {
    run(images, first, count, matrix, false);
  }

  private void run(float[] images, int first, int count, float[] matrix, boolean gather) {
    int row = 0;
    for (int e = first; e < first + count; e++) {
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          int left = x * stride - padding;
          int from = Math.max(0, left);
          int to = Math.min(in.width(), left + kernel);
          for (int k = 0; k < kernel; k++) {
            int line = y * stride - padding + k;
            int at = row + k * kernel * in.channels();
            int inside = at + (from - left) * in.channels();
            int length = line < 0 || line >= in.height() ? 0 : (to - from) * in.channels();
            int pixel = ((e * in.height() + line) * in.width() + from) * in.channels();
            if (gather) {
              copy(images, pixel, matrix, at, inside, length);
            } else {
              add(matrix, inside, images, pixel, length);
            }
          }
          row += columns();
        }
      }
    }
  }

  /** Copies a run of a window's line, with zeros around it up to the line's length. */
  private void copy(float[] image, int pixel, float[] matrix, int at, int inside, int length) {
    int end = at + kernel * in.channels();
    if (length <= 0) {
      Arrays.fill(matrix, at, end, 0);
      return;
    }
    for (int i = at; i < inside; i++) matrix[i] = 0;
    if (length < 16) {
      for (int i = 0; i < length; i++) matrix[inside + i] = image[pixel + i];
    } else {
      System.arraycopy(image, pixel, matrix, inside, length);
    }
    for (int i = inside + length; i < end; i++) matrix[i] = 0;
  }

  private static void add(float[] matrix, int from, float[] image, int pixel, int length) {
    for (int i = 0; i < length; i++) image[pixel + i] += matrix[from + i];
  }
}
