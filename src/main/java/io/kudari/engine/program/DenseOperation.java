package io.kudari.engine.program;

import io.kudari.math.Segment;
import java.util.List;

/** y = W x + b for each example. */
final class DenseOperation implements Operation {

  private final Segment weight;
  private final Segment bias;
  private final int inputs;
  private final int units;
  private final MatrixProduct product;
  private final float[] tile;
  private final float[] rowBlock;
  private final Operand matrix;
  private final Operand in;
  private final Operand derivative;
  private float[] out = {};
  private float[] inputGradient = {};

  DenseOperation(Segment weight, Segment bias, MatrixProduct product) {
    this.weight = weight;
    this.bias = bias;
    this.units = weight.shape().get(0);
    this.inputs = weight.shape().get(1);
    this.product = product;
    this.matrix = product.operand();
    this.in = product.operand();
    this.derivative = product.operand();
    this.tile = new float[Kernels.block(units)];
    this.rowBlock = new float[Kernels.block(units)];
  }

  @Override
  public float[] forward(Pass pass, float[] x) {
    in.copy(x, 0, pass.count, inputs);
    out = Kernels.sized(out, pass.count * units);
    float[] p = pass.parameters;
    matrix.copyWeights(p, weight.offset(), units, inputs);
    Operand y = product.shared();
    product.multiply(false, true, pass.count, units, inputs, in, matrix, 0, y);
    Kernels.addToRows(y, out, 0, pass.count, p, bias.offset(), units, tile, rowBlock);
    return out;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    int count = pass.count;
    float[] sum = pass.sum;
    Kernels.sumRows(gradient, count, sum, bias.offset(), units, tile, rowBlock);
    derivative.copy(gradient, 0, count, units);
    product.multiply(units, inputs, count, derivative, in, sum, weight.offset(), pass.finalFrom);
    if (!wanted) return inputGradient;
    inputGradient = Kernels.sized(inputGradient, count * inputs);
    Operand x = product.shared();
    product.multiply(false, false, count, inputs, units, derivative, matrix, 0, x);
    x.read(0, inputGradient, 0, count * inputs);
    return inputGradient;
  }

  @Override
  public List<Segment> segments() {
    return List.of(weight, bias);
  }
}
