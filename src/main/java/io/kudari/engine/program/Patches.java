package io.kudari.engine.program;

import io.kudari.model.LayerSpec;
import io.kudari.model.Shape;
import java.util.Arrays;

/**
 * The windows that a convolution looks at, as a matrix ("im2col"): its row (image, y, x) holds the
 * window's values in the order (kernel row, kernel column, channel), zero outside the image.
 *
 * <p>Images are channels-last, so a window's line is a run of memory. Of images with one channel
 * and stride 1 the transposed matrix is made instead: there a line of the image is the longer run.
 */
final class Patches {

  private final Shape in;
  private final Shape out;
  private final int kernel;
  private final int stride;
  private final int padding;
  private final float[] run;

  Patches(LayerSpec.Convolution layer, Shape in, Shape out) {
    this.in = in;
    this.out = out;
    this.kernel = layer.kernel();
    this.stride = layer.stride();
    this.padding = layer.padding();
    this.run = new float[kernel * in.channels()];
  }

  /** Rows one image gives. */
  int rows() {
    return out.height() * out.width();
  }

  /** Values of a window. */
  int columns() {
    return kernel * kernel * in.channels();
  }

  /** Whether the matrix is transposed. */
  boolean transposed() {
    return in.channels() == 1 && stride == 1 && out.width() > kernel;
  }

  /** Writes the windows of images [first, first + count) into {@code matrix}. */
  void gather(float[] images, int first, int count, float[] matrix) {
    if (transposed()) runTransposed(images, first, count, matrix, true);
    else run(images, first, count, matrix, true);
  }

  /**
   * Adds the derivatives by the windows of images [first, first + count) to those by the images.
   */
  void scatter(float[] matrix, int first, int count, float[] images) {
    if (transposed()) runTransposed(images, first, count, matrix, false);
    else run(images, first, count, matrix, false);
  }

  private void run(float[] images, int first, int count, float[] matrix, boolean gather) {
    int channels = in.channels();
    int at = 0;
    for (int e = first; e < first + count; e++) {
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          int left = x * stride - padding;
          int from = Math.max(0, left);
          int length = (Math.min(in.width(), left + kernel) - from) * channels;
          int skipped = (from - left) * channels;
          for (int k = 0; k < kernel; k++, at += kernel * channels) {
            int line = y * stride - padding + k;
            int inside = line < 0 || line >= in.height() ? 0 : length;
            int pixel = ((e * in.height() + line) * in.width() + from) * channels;
            if (gather) copy(images, pixel, matrix, at, skipped, inside, kernel * channels);
            else add(matrix, at + skipped, images, pixel, inside);
          }
        }
      }
    }
  }

  private void runTransposed(float[] images, int first, int count, float[] matrix, boolean gather) {
    int at = 0;
    for (int k = 0; k < kernel * kernel; k++) {
      int left = k % kernel - padding;
      int from = Math.max(0, left);
      int length = Math.min(in.width(), left + out.width()) - from;
      for (int e = first; e < first + count; e++) {
        for (int y = 0; y < out.height(); y++, at += out.width()) {
          int line = y - padding + k / kernel;
          int inside = line < 0 || line >= in.height() ? 0 : length;
          int pixel = (e * in.height() + line) * in.width() + from;
          if (gather) copy(images, pixel, matrix, at, from - left, inside, out.width());
          else add(matrix, at + from - left, images, pixel, inside);
        }
      }
    }
  }

  /** Copies a run of {@code length} to {@code to + skipped}, with zeros around it. */
  private static void copy(
      float[] image, int pixel, float[] matrix, int to, int skipped, int length, int whole) {
    if (length < whole) Arrays.fill(matrix, to, to + whole, 0);
    if (length > 0) System.arraycopy(image, pixel, matrix, to + skipped, length);
  }

  /**
   * Adds a run; in blocks with a common index where it is long enough to gain ({@link Kernels}).
   */
  private void add(float[] matrix, int from, float[] image, int pixel, int length) {
    if (length < 32 || length > run.length) {
      for (int i = 0; i < length; i++) image[pixel + i] += matrix[from + i];
      return;
    }
    System.arraycopy(matrix, from, run, 0, length);
    for (int i = 0; i < length; i++) image[pixel + i] += run[i];
  }
}
