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
  private final float[] total;

  /** A row of the matrix. */
  private float[] row = {};

  Patches(LayerSpec.Convolution layer, Shape in, Shape out) {
    this.in = in;
    this.out = out;
    this.kernel = layer.kernel();
    this.stride = layer.stride();
    this.padding = layer.padding();
    this.run = new float[kernel * in.channels()];
    this.total = new float[run.length];
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
  void gather(float[] images, int first, int count, Operand matrix) {
    int length = begin(count);
    matrix.begin(count * rows() * columns() / length, length);
    if (transposed()) runTransposed(images, first, count, matrix, true);
    else run(images, first, count, matrix, true);
  }

  /**
   * Adds the derivatives by the windows of images [first, first + count) to those by the images.
   *
   * @param matrix holds the derivatives by the windows, one row after the other
   */
  void scatter(Operand matrix, int first, int count, float[] images) {
    begin(count);
    if (transposed()) runTransposed(images, first, count, matrix, false);
    else run(images, first, count, matrix, false);
  }

  /** Makes room for a row, and returns its length. */
  private int begin(int count) {
    int length = transposed() ? count * rows() : columns();
    row = Kernels.sized(row, length);
    return length;
  }

  private void run(float[] images, int first, int count, Operand matrix, boolean gather) {
    int channels = in.channels();
    int columns = columns();
    int r = 0;
    for (int e = first; e < first + count; e++) {
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++, r++) {
          int left = x * stride - padding;
          int from = Math.max(0, left);
          int length = (Math.min(in.width(), left + kernel) - from) * channels;
          int skipped = (from - left) * channels;
          if (!gather) matrix.read(r * columns, row, 0, columns);
          for (int k = 0; k < kernel; k++) {
            int line = y * stride - padding + k;
            int inside = line < 0 || line >= in.height() ? 0 : length;
            int pixel = ((e * in.height() + line) * in.width() + from) * channels;
            int at = k * kernel * channels;
            if (gather) copy(images, pixel, at, skipped, inside, kernel * channels);
            else add(at + skipped, images, pixel, inside);
          }
          if (gather) matrix.put(r, row);
        }
      }
    }
  }

  private void runTransposed(float[] images, int first, int count, Operand matrix, boolean gather) {
    int columns = count * rows();
    for (int k = 0; k < kernel * kernel; k++) {
      int left = k % kernel - padding;
      int from = Math.max(0, left);
      int length = Math.min(in.width(), left + out.width()) - from;
      if (!gather) matrix.read(k * columns, row, 0, columns);
      int at = 0;
      for (int e = first; e < first + count; e++) {
        for (int y = 0; y < out.height(); y++, at += out.width()) {
          int line = y - padding + k / kernel;
          int inside = line < 0 || line >= in.height() ? 0 : length;
          int pixel = (e * in.height() + line) * in.width() + from;
          if (gather) copy(images, pixel, at, from - left, inside, out.width());
          else add(at + from - left, images, pixel, inside);
        }
      }
      if (gather) matrix.put(k, row);
    }
  }

  /** Copies a run of {@code length} to {@code to + skipped} of the row, with zeros around it. */
  private void copy(float[] image, int pixel, int to, int skipped, int length, int whole) {
    if (length < whole) Arrays.fill(row, to, to + whole, 0);
    if (length > 0) System.arraycopy(image, pixel, row, to + skipped, length);
  }

  /** Adds a run of the row, in blocks with a common index ({@link Kernels}). */
  private void add(int from, float[] image, int pixel, int length) {
    if (length < 16 || length > run.length) {
      for (int i = 0; i < length; i++) image[pixel + i] += row[from + i];
      return;
    }
    System.arraycopy(row, from, run, 0, length);
    System.arraycopy(image, pixel, total, 0, length);
    Kernels.add(total, run, length);
    System.arraycopy(total, 0, image, pixel, length);
  }
}
