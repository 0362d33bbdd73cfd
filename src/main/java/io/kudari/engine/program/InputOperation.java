package io.kudari.engine.program;

import io.kudari.model.Shape;

/** The features of the batch: what every {@link Program} begins with. Bytes are normalised here. */
final class InputOperation implements Operation {

  private final Shape shape;
  private float[] out = {};

  InputOperation(Shape shape) {
    this.shape = shape;
  }

  /**
   * Reads the batch.
   *
   * @param in not looked at
   */
  @Override
  public float[] forward(Pass pass, float[] in) {
    if (!pass.batch.holdsBytes()) return pass.batch.features();
    out = Kernels.sized(out, pass.count * shape.size());
    pass.batch.normalise(out);
    return out;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    throw new UnsupportedOperationException("nobody needs the derivative by the features");
  }
}
