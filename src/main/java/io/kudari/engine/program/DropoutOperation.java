package io.kudari.engine.program;

import io.kudari.model.DropoutMask;
import io.kudari.model.Shape;

/** Multiplies by {@link DropoutMask}'s mask in training; does nothing otherwise. */
final class DropoutOperation implements Operation {

  private final int layer;
  private final double rate;
  private final Shape shape;
  private final boolean channelsLast;
  private float[] drawn = {};
  private float[] mask = {};
  private float[] out = {};

  DropoutOperation(int layer, double rate, Shape shape, boolean channelsLast) {
    this.layer = layer;
    this.rate = rate;
    this.shape = shape;
    this.channelsLast = channelsLast;
  }

  @Override
  public float[] forward(Pass pass, float[] in) {
    if (!pass.training) return in;
    int length = pass.count * shape.size();
    out = Kernels.sized(out, length);
    mask = Kernels.sized(mask, length);
    if (channelsLast) {
      drawn = Kernels.sized(drawn, length);
      DropoutMask.fill(drawn, length, pass.batch.draw(), layer, rate);
      int pixels = shape.height() * shape.width();
      Kernels.transposeEach(drawn, mask, pass.count, shape.channels(), pixels);
    } else {
      DropoutMask.fill(mask, length, pass.batch.draw(), layer, rate);
    }
    Kernels.multiply(in, mask, out, length);
    return out;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    Kernels.multiply(gradient, mask, gradient, pass.count * shape.size());
    return gradient;
  }
}
