package io.kudari.engine.program;

import io.kudari.math.Segment;
import io.kudari.model.LayerSpec;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalisation of the columns of a matrix: the units of a dense layer, or the channels of
 * channels-last images (Ioffe and Szegedy, 2015, algorithm 1 and the derivatives of section 3).
 * Sums over the rows are taken in double precision, in the rows' order. The rows of a ghost batch
 * are normalised by themselves.
 */
final class BatchNormalizationOperation implements Operation {

  private final LayerSpec.BatchNormalization layer;
  private final Segment scale;
  private final Segment shift;
  private final Segment mean;
  private final Segment variance;
  private final int columns;
  private final int pixels;
  private final boolean logarithm;

  /** Of the current group. */
  private final double[] groupMean;

  private final double[] groupVariance;

  /** Over the groups. */
  private final double[] batchMean;

  private final double[] batchVariance;
  private final double[] gradientSum;
  private final double[] productSum;

  /** Of the current group. */
  private final double[] groupGradient;

  private final double[] groupProduct;
  private final float[] offset;
  private final float[] slope;

  /** 1 / deviation, of every group. */
  private float[] factor = {};

  private float[] normalised = {};
  private float[] out = {};

  /**
   * @param segments scale, shift, mean, variance
   * @param pixels rows an example has
   * @param logarithm whether the variance's segment holds log₁₀ of the deviation instead
   */
  BatchNormalizationOperation(
      LayerSpec.BatchNormalization layer, List<Segment> segments, int pixels, boolean logarithm) {
    this.layer = layer;
    this.logarithm = logarithm;
    this.scale = segments.get(0);
    this.shift = segments.get(1);
    this.mean = segments.get(2);
    this.variance = segments.get(3);
    this.columns = scale.size();
    this.pixels = pixels;
    this.groupMean = new double[columns];
    this.groupVariance = new double[columns];
    this.batchMean = new double[columns];
    this.batchVariance = new double[columns];
    this.gradientSum = new double[columns];
    this.productSum = new double[columns];
    this.groupGradient = new double[columns];
    this.groupProduct = new double[columns];
    this.offset = new float[columns];
    this.slope = new float[columns];
  }

  @Override
  public float[] forward(Pass pass, float[] x) {
    int rows = pass.count * pixels;
    normalised = Kernels.sized(normalised, rows * columns);
    out = Kernels.sized(out, rows * columns);
    if (!pass.training) {
      factor = Kernels.sized(factor, columns);
      for (int c = 0; c < columns; c++) {
        groupMean[c] = pass.parameters[mean.offset() + c];
        groupVariance[c] = runningVariance(pass.parameters, c);
      }
      normalise(pass.parameters, x, 0, rows, 0);
      return out;
    }
    int groups = layer.groups(pass.count);
    factor = Kernels.sized(factor, groups * columns);
    Arrays.fill(batchMean, 0);
    Arrays.fill(batchVariance, 0);
    for (int g = 0; g < groups; g++) {
      int from = layer.start(g, pass.count) * pixels;
      int to = layer.start(g + 1, pass.count) * pixels;
      measure(x, from, to);
      double share = (double) (to - from) / rows;
      for (int c = 0; c < columns; c++) {
        batchMean[c] += share * groupMean[c];
        batchVariance[c] += share * groupVariance[c];
      }
      normalise(pass.parameters, x, from, to, g * columns);
    }
    return out;
  }

  /** Mean, then the mean squared distance from it: one pass over squares would cancel. */
  private void measure(float[] x, int from, int to) {
    Arrays.fill(groupMean, 0);
    Arrays.fill(groupVariance, 0);
    for (int r = from; r < to; r++) {
      for (int c = 0; c < columns; c++) groupMean[c] += x[r * columns + c];
    }
    for (int c = 0; c < columns; c++) groupMean[c] /= to - from;
    for (int r = from; r < to; r++) {
      for (int c = 0; c < columns; c++) {
        double distance = x[r * columns + c] - groupMean[c];
        groupVariance[c] += distance * distance;
      }
    }
    for (int c = 0; c < columns; c++) groupVariance[c] /= to - from;
  }

  /** Normalises rows [from, to) by the group's statistics, whose factors go to {@code atFactor}. */
  private void normalise(float[] p, float[] x, int from, int to, int atFactor) {
    for (int c = 0; c < columns; c++) {
      factor[atFactor + c] = (float) (1 / Math.sqrt(groupVariance[c] + layer.epsilon()));
      offset[c] = (float) groupMean[c];
    }
    for (int r = from; r < to; r++) {
      int at = r * columns;
      for (int c = 0; c < columns; c++) {
        float n = (x[at + c] - offset[c]) * factor[atFactor + c];
        normalised[at + c] = n;
        out[at + c] = n * p[scale.offset() + c] + p[shift.offset() + c];
      }
    }
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    Arrays.fill(gradientSum, 0);
    Arrays.fill(productSum, 0);
    int groups = layer.groups(pass.count);
    for (int g = 0; g < groups; g++) {
      int from = layer.start(g, pass.count) * pixels;
      int to = layer.start(g + 1, pass.count) * pixels;
      sum(gradient, from, to);
      for (int c = 0; c < columns; c++) {
        gradientSum[c] += groupGradient[c];
        productSum[c] += groupProduct[c];
      }
      if (wanted) propagate(pass.parameters, gradient, from, to, g * columns);
    }
    report(pass);
    return gradient;
  }

  private void sum(float[] gradient, int from, int to) {
    Arrays.fill(groupGradient, 0);
    Arrays.fill(groupProduct, 0);
    for (int r = from; r < to; r++) {
      for (int c = 0; c < columns; c++) {
        float g = gradient[r * columns + c];
        groupGradient[c] += g;
        groupProduct[c] += (double) g * normalised[r * columns + c];
      }
    }
  }

  private void propagate(float[] p, float[] gradient, int from, int to, int atFactor) {
    for (int c = 0; c < columns; c++) {
      slope[c] = (float) (groupProduct[c] / (to - from));
      offset[c] = (float) (groupGradient[c] / (to - from));
      factor[atFactor + c] *= p[scale.offset() + c];
    }
    for (int r = from; r < to; r++) {
      int at = r * columns;
      for (int c = 0; c < columns; c++) {
        gradient[at + c] =
            factor[atFactor + c] * (gradient[at + c] - offset[c] - normalised[at + c] * slope[c]);
      }
    }
  }

  private void report(Pass pass) {
    float[] p = pass.parameters;
    double decay = layer.decay();
    for (int c = 0; c < columns; c++) {
      pass.sum[scale.offset() + c] = (float) productSum[c];
      pass.sum[shift.offset() + c] = (float) gradientSum[c];
      double m = decay * p[mean.offset() + c] + (1 - decay) * batchMean[c];
      double v = decay * runningVariance(p, c) + (1 - decay) * batchVariance[c];
      pass.sum[mean.offset() + c] = (float) (m * pass.count);
      double stored = logarithm ? 0.5 * StrictMath.log10(v) : v;
      pass.sum[variance.offset() + c] = (float) (stored * pass.count);
    }
  }

  private double runningVariance(float[] p, int column) {
    double stored = p[variance.offset() + column];
    return logarithm ? StrictMath.pow(10, 2 * stored) : stored;
  }

  @Override
  public List<Segment> segments() {
    return List.of(scale, shift, mean, variance);
  }
}
