package io.kudari.engine.program;

import io.kudari.math.Segment;
import io.kudari.model.LayerSpec;
import io.kudari.model.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Convolution of channels-last images as matrix products of windows and filters. A few images are
 * taken at a time, so that their windows stay in the processor's cache; how many depends on the
 * layer alone, and with it the order of every sum.
 */
final class ConvolutionOperation implements Operation {

  /** Floats of windows taken at a time. */
  static final int CACHED = 1 << 17;

  private final Segment weight;
  private final Segment bias;
  private final int filters;
  private final int channels;
  private final int area;
  private final int inputSize;
  private final Patches patches;
  private final boolean transposed;
  private final int images;
  private final MatrixProduct product;
  private final float[] filter;
  private final Operand filterMatrix;
  private final Operand windows;
  private final Operand derivative;

  /** Sums of products by the images so far: the derivative by the filters. */
  private final Operand filterGradient;

  private final float[] tile;
  private final float[] rowBlock;
  private float[] in = {};
  private float[] out = {};
  private float[] inputGradient = {};

  ConvolutionOperation(
      LayerSpec.Convolution layer,
      Shape in,
      Shape out,
      Segment weight,
      Segment bias,
      MatrixProduct product) {
    this.weight = weight;
    this.bias = bias;
    this.filters = layer.filters();
    this.channels = in.channels();
    this.area = layer.kernel() * layer.kernel();
    this.inputSize = in.size();
    this.patches = new Patches(layer, in, out);
    this.transposed = patches.transposed();
    this.product = product;
    this.images = Math.max(1, CACHED / (patches.rows() * patches.columns()));
    this.filter = new float[weight.size()];
    this.filterMatrix = product.operand();
    this.windows = product.operand();
    this.derivative = product.operand();
    this.filterGradient = product.operand();
    this.tile = new float[Kernels.block(filters)];
    this.rowBlock = new float[Kernels.block(filters)];
  }

  @Override
  public float[] forward(Pass pass, float[] x) {
    in = x;
    int rows = patches.rows();
    int columns = patches.columns();
    out = Kernels.sized(out, pass.count * rows * filters);
    Kernels.swapInner(pass.parameters, weight.offset(), filter, 0, filters, channels, area);
    filterMatrix.copy(filter, 0, filters, columns);
    Operand y = product.shared();
    for (int first = 0; first < pass.count; first += images) {
      int taken = Math.min(images, pass.count - first);
      int m = taken * rows;
      patches.gather(x, first, taken, windows);
      product.multiply(transposed, true, m, filters, columns, windows, filterMatrix, 0, y);
      int at = first * rows * filters;
      Kernels.addToRows(y, out, at, m, pass.parameters, bias.offset(), filters, tile, rowBlock);
    }
    return out;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    int rows = patches.rows();
    int columns = patches.columns();
    float[] sum = pass.sum;
    Kernels.sumRows(gradient, pass.count * rows, sum, bias.offset(), filters, tile, rowBlock);
    if (wanted) {
      inputGradient = Kernels.sized(inputGradient, pass.count * inputSize);
      Arrays.fill(inputGradient, 0, pass.count * inputSize, 0);
    }
    for (int first = 0; first < pass.count; first += images) {
      int taken = Math.min(images, pass.count - first);
      int m = taken * rows;
      patches.gather(in, first, taken, windows);
      derivative.copy(gradient, first * rows * filters, m, filters);
      int beta = first == 0 ? 0 : 1;
      filtersGradient(m, beta);
      if (!wanted) continue;
      windowsGradient(m);
      patches.scatter(product.shared(), first, taken, inputGradient);
    }
    filterGradient.read(0, filter, 0, filter.length);
    // Transposed windows are of one channel.
    if (transposed) Kernels.transpose(filter, sum, weight.offset(), columns, filters);
    else Kernels.swapInner(filter, 0, sum, weight.offset(), filters, area, channels);
    return inputGradient;
  }

  /** Each of the filters' derivatives is a row, or where windows are transposed a column. */
  private void filtersGradient(int rows, int beta) {
    int columns = patches.columns();
    if (transposed) {
      product.multiply(
          false, false, columns, filters, rows, windows, derivative, beta, filterGradient);
    } else {
      product.multiply(
          true, false, filters, columns, rows, derivative, windows, beta, filterGradient);
    }
  }

  private void windowsGradient(int rows) {
    int columns = patches.columns();
    Operand x = product.shared();
    if (transposed) {
      product.multiply(true, true, columns, rows, filters, filterMatrix, derivative, 0, x);
    } else {
      product.multiply(false, false, rows, columns, filters, derivative, filterMatrix, 0, x);
    }
  }

  @Override
  public List<Segment> segments() {
    return List.of(bias, weight);
  }
}
