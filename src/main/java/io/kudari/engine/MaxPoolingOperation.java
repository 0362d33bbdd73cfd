package io.kudari.engine;

import io.kudari.model.LayerSpec;
import io.kudari.model.Shape;
import java.util.Arrays;

/**
 * Maximum over windows of channels-last images. The gradient goes to the first largest value of a
 * window, in row-major order.
 */
final class MaxPoolingOperation implements Operation {

  private final Shape in;
  private final Shape out;
  private final int size;
  private final int stride;
  private float[] input = {};
  private float[] largest = {};
  private float[] inputGradient = {};

  MaxPoolingOperation(LayerSpec.Pooling layer, Shape in, Shape out) {
    this.in = in;
    this.out = out;
    this.size = layer.size();
    this.stride = layer.stride();
  }

  @Override
  public float[] forward(Pass pass, float[] x) {
    input = x;
    largest = Kernels.sized(largest, pass.count * out.size());
    int channels = in.channels();
    int to = 0;
    for (int e = 0; e < pass.count; e++) {
      for (int y = 0; y < out.height(); y++) {
        for (int column = 0; column < out.width(); column++, to += channels) {
          int corner = corner(e, y, column);
          System.arraycopy(x, corner, largest, to, channels);
          for (int w = 1; w < size * size; w++) keepLarger(x, corner + inWindow(w), to);
        }
      }
    }
    return largest;
  }

  private void keepLarger(float[] x, int from, int to) {
    for (int c = 0; c < in.channels(); c++) {
      largest[to + c] = Math.max(largest[to + c], x[from + c]);
    }
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    inputGradient = Kernels.sized(inputGradient, pass.count * in.size());
    Arrays.fill(inputGradient, 0, pass.count * in.size(), 0);
    int channels = in.channels();
    int to = 0;
    for (int e = 0; e < pass.count; e++) {
      for (int y = 0; y < out.height(); y++) {
        for (int column = 0; column < out.width(); column++, to += channels) {
          int corner = corner(e, y, column);
          for (int w = 0; w < size * size; w++) handDown(gradient, corner + inWindow(w), to);
        }
      }
    }
    return inputGradient;
  }

  /**
   * Adds the gradient of a window to its w-th value if that is the largest, and clears it so that
   * no later value gets it again. Bits instead of comparisons: a wrongly predicted branch would
   * cost more than the whole window.
   */
  private void handDown(float[] gradient, int from, int to) {
    for (int c = 0; c < in.channels(); c++) {
      int difference =
          Float.floatToRawIntBits(input[from + c]) ^ Float.floatToRawIntBits(largest[to + c]);
      int other = (difference | -difference) >> 31;
      int bits = Float.floatToRawIntBits(gradient[to + c]);
      inputGradient[from + c] += Float.intBitsToFloat(bits & ~other);
      gradient[to + c] = Float.intBitsToFloat(bits & other);
    }
  }

  private int corner(int example, int y, int x) {
    return ((example * in.height() + y * stride) * in.width() + x * stride) * in.channels();
  }

  /** Distance of the window's w-th value from its corner. */
  private int inWindow(int w) {
    return (w / size * in.width() + w % size) * in.channels();
  }
}
