package io.kudari.engine.program;

/** Swaps the two axes of each example: channels-first images to channels-last ones, or back. */
final class ReorderOperation implements Operation {

  private final int outer;
  private final int inner;
  private float[] out = {};
  private float[] inputGradient = {};

  /** Takes examples of {@code outer × inner} values to {@code inner × outer}. */
  ReorderOperation(int outer, int inner) {
    this.outer = outer;
    this.inner = inner;
  }

  @Override
  public float[] forward(Pass pass, float[] in) {
    out = Kernels.sized(out, pass.count * outer * inner);
    Kernels.transposeEach(in, out, pass.count, outer, inner);
    return out;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    inputGradient = Kernels.sized(inputGradient, pass.count * outer * inner);
    Kernels.transposeEach(gradient, inputGradient, pass.count, inner, outer);
    return inputGradient;
  }
}
