package io.kudari.engine.program;

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
  private final int stride;

  /** Distance of each value of a window from its first, in row-major order. */
  private final int[] window;

  private float[] largest = {};
  private int[] indices = {};
  private float[] inputGradient = {};

  MaxPoolingOperation(LayerSpec.Pooling layer, Shape in, Shape out) {
    this.in = in;
    this.out = out;
    this.stride = layer.stride();
    int size = layer.size();
    this.window = new int[size * size];
    for (int w = 0; w < window.length; w++) {
      window[w] = (w / size * in.width() + w % size) * in.channels();
    }
  }

  @Override
  public float[] forward(Pass pass, float[] x) {
    int n = pass.count * out.size();
    largest = Kernels.sized(largest, n);
    if (indices.length < n) indices = new int[n];
    int channels = in.channels();
    int to = 0;
    for (int e = 0; e < pass.count; e++) {
      for (int y = 0; y < out.height(); y++) {
        int line = (e * in.height() + y * stride) * in.width();
        for (int column = 0; column < out.width(); column++, to += channels) {
          int corner = (line + column * stride) * channels;
          if (window.length == 4) poolFour(x, corner, to, channels);
          else pool(x, corner, to, channels);
        }
      }
    }
    return largest;
  }

  private void pool(float[] x, int corner, int to, int channels) {
    for (int c = 0; c < channels; c++) {
      int index = corner + c;
      for (int w = 1; w < window.length; w++) {
        int other = corner + c + window[w];
        index += (other - index) & less(x[index], x[other]);
      }
      largest[to + c] = x[index];
      indices[to + c] = index;
    }
  }

  /** The common case of 2 × 2 values, without the inner loop. */
  private void poolFour(float[] x, int corner, int to, int channels) {
    int second = window[1];
    int third = window[2];
    int fourth = window[3];
    for (int c = 0; c < channels; c++) {
      int at = corner + c;
      int upper = second & less(x[at], x[at + second]);
      int lower = third + ((fourth - third) & less(x[at + third], x[at + fourth]));
      int index = at + upper + ((lower - upper) & less(x[at + upper], x[at + lower]));
      largest[to + c] = x[index];
      indices[to + c] = index;
    }
  }

  /**
   * All ones if a &lt; b, else 0: the sign bit of their difference, because half of the branches of
   * a comparison would be mispredicted.
   */
  private static int less(float a, float b) {
    return Float.floatToRawIntBits(a - b) >> 31;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    inputGradient = Kernels.sized(inputGradient, pass.count * in.size());
    Arrays.fill(inputGradient, 0, pass.count * in.size(), 0);
    int n = pass.count * out.size();
    for (int i = 0; i < n; i++) inputGradient[indices[i]] += gradient[i];
    return inputGradient;
  }
}
