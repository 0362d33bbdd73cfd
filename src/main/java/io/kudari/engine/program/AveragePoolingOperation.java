package io.kudari.engine.program;

import io.kudari.model.LayerSpec;
import io.kudari.model.Shape;
import java.util.Arrays;

/** Mean over windows of channels-last images. */
final class AveragePoolingOperation implements Operation {

  private final Shape in;
  private final Shape out;
  private final int size;
  private final int stride;
  private float[] mean = {};
  private float[] inputGradient = {};

  AveragePoolingOperation(LayerSpec.Pooling layer, Shape in, Shape out) {
    this.in = in;
    this.out = out;
    this.size = layer.size();
    this.stride = layer.stride();
  }

  @Override
  public float[] forward(Pass pass, float[] x) {
    mean = Kernels.sized(mean, pass.count * out.size());
    Arrays.fill(mean, 0, pass.count * out.size(), 0);
    run(pass.count, x, mean, true);
    float share = 1f / (size * size);
    for (int i = 0; i < pass.count * out.size(); i++) mean[i] *= share;
    return mean;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    inputGradient = Kernels.sized(inputGradient, pass.count * in.size());
    Arrays.fill(inputGradient, 0, pass.count * in.size(), 0);
    float share = 1f / (size * size);
    for (int i = 0; i < pass.count * out.size(); i++) gradient[i] *= share;
    run(pass.count, inputGradient, gradient, false);
    return inputGradient;
  }

  /** Adds every window of the images to its output, or every output to its window. */
  private void run(int count, float[] images, float[] outputs, boolean forward) {
    int channels = in.channels();
    int at = 0;
    for (int e = 0; e < count; e++) {
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++, at += channels) {
          int corner = ((e * in.height() + y * stride) * in.width() + x * stride) * channels;
          for (int w = 0; w < size * size; w++) {
            int pixel = corner + (w / size * in.width() + w % size) * channels;
            if (forward) add(images, pixel, outputs, at, channels);
            else add(outputs, at, images, pixel, channels);
          }
        }
      }
    }
  }

  private static void add(float[] from, int at, float[] to, int atTo, int n) {
    for (int i = 0; i < n; i++) to[atTo + i] += from[at + i];
  }
}
