package io.kudari.engine.program;

import io.kudari.model.LayerSpec;
import io.kudari.model.Shape;
import java.util.Arrays;

/**
 * Maximum over windows of channels-last images. The gradient goes to the first largest value of a
 * window, in row-major order.
 *
 * <p>A line of windows is taken at a time. The values of one cell of all its windows are copied
 * into a row, so that every loop runs over whole rows and needs no branch.
 */
final class MaxPoolingOperation implements Operation {

  /** Twice a factor of any difference of floats, the least included, takes it beyond 1. */
  private static final float HUGE = 1e38f;

  private final Shape in;
  private final Shape out;
  private final int size;
  private final int stride;
  private final boolean overlapping;
  private final boolean covered;

  /** A row: values of the windows of a line. */
  private final float[] cell;

  private final float[] rowLargest;

  /** What is left of the gradient after the cells so far: all of it belongs to the last. */
  private final float[] rest;

  private float[] values = {};
  private float[] largest = {};
  private float[] inputGradient = {};

  MaxPoolingOperation(LayerSpec.Pooling layer, Shape in, Shape out) {
    this.in = in;
    this.out = out;
    this.size = layer.size();
    this.stride = layer.stride();
    this.overlapping = stride < size;
    this.covered =
        stride == size && out.height() * size == in.height() && out.width() * size == in.width();
    int row = out.width() * out.channels();
    this.cell = new float[row];
    this.rowLargest = new float[row];
    this.rest = new float[row];
  }

  @Override
  public float[] forward(Pass pass, float[] x) {
    values = x;
    largest = Kernels.sized(largest, pass.count * out.size());
    int row = cell.length;
    for (int line = 0; line < pass.count * out.height(); line++) {
      gather(x, corner(line), rowLargest);
      for (int w = 1; w < size * size; w++) {
        gather(x, corner(line) + distance(w), cell);
        max(rowLargest, cell, row);
      }
      System.arraycopy(rowLargest, 0, largest, line * row, row);
    }
    return largest;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    int total = pass.count * in.size();
    inputGradient = Kernels.sized(inputGradient, total);
    if (!covered) Arrays.fill(inputGradient, 0, total, 0);
    int row = cell.length;
    for (int line = 0; line < pass.count * out.height(); line++) {
      System.arraycopy(gradient, line * row, rest, 0, row);
      System.arraycopy(largest, line * row, rowLargest, 0, row);
      int last = size * size - 1;
      for (int w = 0; w < last; w++) {
        int first = corner(line) + distance(w);
        gather(values, first, cell);
        take(rowLargest, cell, rest, row);
        scatter(cell, first);
      }
      scatter(rest, corner(line) + distance(last));
    }
    return inputGradient;
  }

  /** Where the first window of a line of windows, over all images, begins. */
  private int corner(int line) {
    int top = line / out.height() * in.height() + line % out.height() * stride;
    return top * in.width() * in.channels();
  }

  /** From the first cell of a window to another, in row-major order. */
  private int distance(int w) {
    return (w / size * in.width() + w % size) * in.channels();
  }

  private void gather(float[] x, int first, float[] row) {
    int channels = in.channels();
    int step = stride * channels;
    int from = first;
    for (int to = 0; to < row.length; to += channels, from += step) {
      System.arraycopy(x, from, row, to, channels);
    }
  }

  private void scatter(float[] row, int first) {
    int channels = in.channels();
    int step = stride * channels;
    int to = first;
    for (int from = 0; from < row.length; from += channels, to += step) {
      if (overlapping) {
        for (int c = 0; c < channels; c++) inputGradient[to + c] += row[from + c];
      } else {
        System.arraycopy(row, from, inputGradient, to, channels);
      }
    }
  }

  private static void max(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) a[i] = Math.max(a[i], b[i]);
  }

  /** The gradient of a cell where it holds the largest value, taken off the rest; 0 elsewhere. */
  private static void take(float[] largest, float[] cell, float[] rest, int n) {
    for (int i = 0; i < n; i++) {
      float g = rest[i] * (1 - Math.min(1, (largest[i] - cell[i]) * HUGE * HUGE));
      cell[i] = g;
      rest[i] -= g;
    }
  }
}
