package io.kudari.engine.program;

import io.kudari.math.Segment;
import java.util.Arrays;
import java.util.List;

/**
 * y = W x + b for each example, or max(0, W x + b): a rectifier behind it is then computed where
 * values are copied anyway.
 */
final class DenseOperation implements Operation {

  private final Segment weight;
  private final Segment bias;
  private final int inputs;
  private final int units;
  private final MatrixProduct product;
  private final boolean rectified;
  private final float[] outBlock;
  private final float[] tile;
  private final float[] rowBlock;
  private final Operand matrix;
  private final Operand in;
  private final Operand derivative;
  private float[] out = {};
  private float[] inputGradient = {};

  DenseOperation(Segment weight, Segment bias, MatrixProduct product, boolean rectified) {
    this.rectified = rectified;
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
    this.outBlock = new float[rectified ? tile.length : 0];
  }

  @Override
  public float[] forward(Pass pass, float[] x) {
    in.copy(x, 0, pass.count, inputs);
    out = Kernels.sized(out, pass.count * units);
    float[] p = pass.parameters;
    matrix.copyWeights(p, weight.offset(), units, inputs);
    Operand y = product.shared();
    product.multiply(false, true, pass.count, units, inputs, in, matrix, 0, y);
    Kernels.addToRows(y, out, 0, pass.count, p, bias.offset(), units, tile, rowBlock, rectified);
    return out;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    int count = pass.count;
    float[] sum = pass.sum;
    copyDerivative(gradient, count);
    Kernels.fold(tile, sum, bias.offset(), units);
    product.multiply(units, inputs, count, derivative, in, sum, weight.offset(), pass.finalFrom);
    if (!wanted) return inputGradient;
    inputGradient = Kernels.sized(inputGradient, count * inputs);
    Operand x = product.shared();
    product.multiply(false, false, count, inputs, units, derivative, matrix, 0, x);
    x.read(0, inputGradient, 0, count * inputs);
    return inputGradient;
  }

  /** Sums its rows on the way, as {@link Kernels#sumRows}. */
  private void copyDerivative(float[] gradient, int count) {
    int rows = tile.length / units;
    Arrays.fill(tile, 0);
    derivative.begin(count, units);
    for (int row = 0; row < count; row += rows) {
      int taken = Math.min(rows, count - row);
      int length = taken * units;
      System.arraycopy(gradient, row * units, rowBlock, 0, length);
      if (rectified) {
        System.arraycopy(out, row * units, outBlock, 0, length);
        Kernels.keepPositive(outBlock, rowBlock, length);
      }
      Kernels.add(tile, rowBlock, length);
      derivative.put(row, rowBlock, taken);
    }
  }

  @Override
  public List<Segment> segments() {
    return List.of(weight, bias);
  }
}
