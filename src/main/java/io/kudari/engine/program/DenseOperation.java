package io.kudari.engine.program;

import io.kudari.math.Segment;
import java.util.Arrays;
import java.util.List;

/**
 * y = W x + b for each example, or max(0, W x + b): a rectifier behind it is then computed where
 * values are copied anyway. Neighbours hand each other their rows outside the heap, where both need
 * them.
 */
final class DenseOperation implements Operation {

  private static final float[] HANDED_ON = {};

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

  /** The dense layer that reads what this one writes, or null. */
  private DenseOperation next;

  /** Whether there is one that writes what this one reads. */
  private boolean follows;

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

  /** From now on it is always run right before that one, which shares its product. */
  void precede(DenseOperation next) {
    this.next = next;
    next.follows = true;
  }

  /**
   * Computes the outputs.
   *
   * @param x not looked at behind a dense layer
   * @return nothing before a dense layer
   */
  @Override
  public float[] forward(Pass pass, float[] x) {
    if (!follows) in.copy(x, 0, pass.count, inputs);
    matrix.copyWeights(pass.parameters, weight.offset(), units, inputs);
    Operand y = product.shared();
    product.multiply(false, true, pass.count, units, inputs, in, matrix, 0, y);
    if (next == null) out = Kernels.sized(out, pass.count * units);
    else next.in.begin(pass.count, units);
    addBias(pass, y);
    return next == null ? out : HANDED_ON;
  }

  private void addBias(Pass pass, Operand y) {
    int rows = tile.length / units;
    for (int i = 0; i < tile.length; i += units) {
      System.arraycopy(pass.parameters, bias.offset(), tile, i, units);
    }
    for (int row = 0; row < pass.count; row += rows) {
      int taken = Math.min(rows, pass.count - row);
      int length = taken * units;
      y.read(row * units, rowBlock, 0, length);
      Kernels.add(rowBlock, tile, length);
      if (rectified) Kernels.rectify(rowBlock, length);
      if (next == null) System.arraycopy(rowBlock, 0, out, row * units, length);
      else next.in.put(row, rowBlock, taken);
    }
  }

  /**
   * Computes the derivatives.
   *
   * @param gradient not looked at before a dense layer, whose last product it is
   * @return nothing behind a dense layer
   */
  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    int count = pass.count;
    float[] sum = pass.sum;
    copyDerivative(gradient, count);
    Kernels.fold(tile, sum, bias.offset(), units);
    product.multiply(units, inputs, count, derivative, in, sum, weight.offset(), pass.finalFrom);
    if (!wanted) return inputGradient;
    Operand x = product.shared();
    product.multiply(false, false, count, inputs, units, derivative, matrix, 0, x);
    if (follows) return HANDED_ON;
    inputGradient = Kernels.sized(inputGradient, count * inputs);
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
      if (next == null) System.arraycopy(gradient, row * units, rowBlock, 0, length);
      else product.shared().read(row * units, rowBlock, 0, length);
      if (rectified) rectifyDerivative(row, taken);
      Kernels.add(tile, rowBlock, length);
      derivative.put(row, rowBlock, taken);
    }
  }

  private void rectifyDerivative(int row, int taken) {
    int length = taken * units;
    if (next == null) System.arraycopy(out, row * units, outBlock, 0, length);
    else next.in.read(row, outBlock, taken);
    Kernels.keepPositive(outBlock, rowBlock, length);
  }

  @Override
  public List<Segment> segments() {
    return List.of(weight, bias);
  }
}
