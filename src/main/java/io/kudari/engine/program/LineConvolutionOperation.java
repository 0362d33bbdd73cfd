package io.kudari.engine.program;

import io.kudari.math.Segment;
import io.kudari.model.LayerSpec;
import io.kudari.model.Shape;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Convolution of channels-last images, stride 1, as a sum of matrix products: one for each line of
 * the kernel. Each takes the windows of one line's height, which are the same for all of them but
 * for where they begin: a fraction of what whole windows hold need be copied.
 *
 * <p>A few images are taken at a time. The rows of the windows are in the order (line, image, x),
 * so that all that a kernel's line meets is one run of memory. How many images are taken depends on
 * the layer alone, and with it the order of every sum.
 */
final class LineConvolutionOperation implements Operation {

  /** Values of a window's line that make products wide enough. */
  private static final int WIDE = 64;

  private final Segment weight;
  private final Segment bias;
  private final int filters;
  private final Shape in;
  private final Shape out;
  private final int kernel;
  private final int padding;

  /** Values of a window's line. */
  private final int run;

  /** Lines of an image that windows look at, those of the padding included. */
  private final int lines;

  private final int images;
  private final MatrixProduct product;
  private final float[] filter;
  private final Operand filterMatrix;
  private final Operand windows;
  private final Operand derivative;
  private final Operand filterGradient;
  private final float[] windowRow;
  private final float[] outRow;
  private final float[] biasRow;
  private final float[] runGradient;
  private final float[] total;
  private final float[] tile;
  private final float[] rowBlock;
  private float[] values = {};
  private float[] result = {};
  private float[] inputGradient = {};

  LineConvolutionOperation(
      LayerSpec.Convolution layer,
      Shape in,
      Shape out,
      Segment weight,
      Segment bias,
      MatrixProduct product) {
    this.weight = weight;
    this.bias = bias;
    this.filters = layer.filters();
    this.in = in;
    this.out = out;
    this.kernel = layer.kernel();
    this.padding = layer.padding();
    this.run = kernel * in.channels();
    this.lines = out.height() + kernel - 1;
    this.images = Math.max(1, ConvolutionOperation.CACHED / (lines * out.width() * run));
    this.product = product;
    this.filter = new float[weight.size()];
    this.filterMatrix = product.operand();
    this.windows = product.operand();
    this.derivative = product.operand();
    this.filterGradient = product.operand();
    this.windowRow = new float[out.width() * run];
    this.outRow = new float[out.width() * filters];
    this.biasRow = new float[outRow.length];
    this.runGradient = new float[run];
    this.total = new float[run];
    this.tile = new float[Kernels.block(filters)];
    this.rowBlock = new float[tile.length];
  }

  /** Whether a layer is computed so. */
  static boolean suits(LayerSpec.Convolution layer, Shape in) {
    return layer.stride() == 1
        && layer.kernel() > 1
        && in.channels() > 1
        && layer.kernel() * in.channels() >= WIDE;
  }

  @Override
  public float[] forward(Pass pass, float[] x) {
    values = x;
    result = Kernels.sized(result, pass.count * out.size());
    int area = kernel * kernel;
    Kernels.swapInner(pass.parameters, weight.offset(), filter, 0, filters, in.channels(), area);
    filterMatrix.copy(filter, 0, filters, area * in.channels());
    for (int i = 0; i < biasRow.length; i += filters)
      System.arraycopy(pass.parameters, bias.offset(), biasRow, i, filters);
    Operand y = product.shared();
    for (int first = 0; first < pass.count; first += images) {
      int taken = Math.min(images, pass.count - first);
      gather(x, first, taken);
      int m = rows(taken);
      y.reserve(m * filters);
      for (int k = 0; k < kernel; k++) {
        FloatPointer filtersOfLine = filterMatrix.at(0, k * run);
        product.multiply(
            false,
            true,
            m,
            filters,
            run,
            ofLine(windows, k, taken),
            windows.stride(),
            filtersOfLine,
            filterMatrix.stride(),
            k == 0 ? 0 : 1,
            y.at(0),
            filters);
      }
      addBias(y, first, taken);
    }
    return result;
  }

  /** Rows of the windows that a line of the kernel meets, of so many images. */
  private int rows(int taken) {
    return out.height() * taken * out.width();
  }

  /** The first of them. */
  private FloatPointer ofLine(Operand of, int k, int taken) {
    return of.at(k * taken * out.width(), 0);
  }

  private void addBias(Operand y, int first, int taken) {
    int length = outRow.length;
    for (int line = 0, at = 0; line < out.height(); line++) {
      for (int e = first; e < first + taken; e++, at += length) {
        y.read(at, outRow, 0, length);
        Kernels.add(outRow, biasRow, length);
        System.arraycopy(outRow, 0, result, e * out.size() + line * length, length);
      }
    }
  }

  /** Copies the windows' lines of images [first, first + taken). */
  private void gather(float[] images, int first, int taken) {
    windows.begin(lines * taken * out.width(), run);
    for (int line = 0, row = 0; line < lines; line++) {
      for (int e = first; e < first + taken; e++, row += out.width()) {
        gatherLine(images, e, line - padding);
        windows.put(row, windowRow, out.width());
      }
    }
  }

  /** All windows of one line of an image, which may be one of the padding. */
  private void gatherLine(float[] images, int image, int line) {
    if (line < 0 || line >= in.height()) {
      Arrays.fill(windowRow, 0);
      return;
    }
    int channels = in.channels();
    int start = (image * in.height() + line) * in.width() * channels;
    for (int x = 0; x < out.width(); x++) {
      int from = Math.max(0, x - padding);
      int to = Math.min(in.width(), x - padding + kernel);
      int at = x * run;
      int length = (to - from) * channels;
      if (length < run) Arrays.fill(windowRow, at, at + run, 0);
      int skipped = (from - x + padding) * channels;
      System.arraycopy(images, start + from * channels, windowRow, at + skipped, length);
    }
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    int rows = pass.count * out.height() * out.width();
    Kernels.sumRows(gradient, rows, pass.sum, bias.offset(), filters, tile, rowBlock);
    if (wanted) {
      inputGradient = Kernels.sized(inputGradient, pass.count * in.size());
      Arrays.fill(inputGradient, 0, pass.count * in.size(), 0);
    }
    filterGradient.reserve(filter.length);
    for (int first = 0; first < pass.count; first += images) {
      int taken = Math.min(images, pass.count - first);
      gather(values, first, taken);
      copyDerivative(gradient, first, taken);
      for (int k = 0; k < kernel; k++) filtersGradient(k, taken, first == 0 ? 0 : 1);
      if (wanted) inputGradient(first, taken);
    }
    filterGradient.read(0, filter, 0, filter.length);
    int area = kernel * kernel;
    Kernels.swapInner(filter, 0, pass.sum, weight.offset(), filters, area, in.channels());
    return inputGradient;
  }

  /** In the order of the windows' rows. */
  private void copyDerivative(float[] gradient, int first, int taken) {
    int length = outRow.length;
    derivative.begin(rows(taken), filters);
    for (int line = 0, row = 0; line < out.height(); line++) {
      for (int e = first; e < first + taken; e++, row += out.width()) {
        System.arraycopy(gradient, e * out.size() + line * length, outRow, 0, length);
        derivative.put(row, outRow, out.width());
      }
    }
  }

  private void filtersGradient(int k, int taken, int beta) {
    product.multiply(
        true,
        false,
        filters,
        run,
        rows(taken),
        derivative.at(0),
        derivative.stride(),
        ofLine(windows, k, taken),
        windows.stride(),
        beta,
        filterGradient.at(k * run),
        kernel * run);
  }

  /** Takes the place of the windows, which are not wanted any more. */
  private void inputGradient(int first, int taken) {
    Arrays.fill(windowRow, 0);
    for (int group = 0; group < lines * taken; group++)
      windows.put(group * out.width(), windowRow, out.width());
    for (int k = 0; k < kernel; k++) {
      product.multiply(
          false,
          false,
          rows(taken),
          run,
          filters,
          derivative.at(0),
          derivative.stride(),
          filterMatrix.at(0, k * run),
          filterMatrix.stride(),
          1,
          ofLine(windows, k, taken),
          windows.stride());
    }
    for (int line = 0, row = 0; line < lines; line++) {
      for (int e = first; e < first + taken; e++, row += out.width()) {
        if (line < padding || line - padding >= in.height()) continue;
        windows.read(row, windowRow, out.width());
        scatter(e, line - padding);
      }
    }
  }

  private void scatter(int image, int line) {
    int channels = in.channels();
    int start = (image * in.height() + line) * in.width() * channels;
    for (int x = 0; x < out.width(); x++) {
      int from = Math.max(0, x - padding);
      int to = Math.min(in.width(), x - padding + kernel);
      int length = (to - from) * channels;
      System.arraycopy(
          windowRow, x * run + (from - x + padding) * channels, runGradient, 0, length);
      System.arraycopy(inputGradient, start + from * channels, total, 0, length);
      Kernels.add(total, runGradient, length);
      System.arraycopy(total, 0, inputGradient, start + from * channels, length);
    }
  }

  @Override
  public List<Segment> segments() {
    return List.of(bias, weight);
  }
}
