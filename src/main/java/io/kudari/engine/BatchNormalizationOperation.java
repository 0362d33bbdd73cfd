package io.kudari.engine;

import io.kudari.math.Segment;
import io.kudari.model.LayerSpec;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalisation of the columns of a matrix: the units of a dense layer, or the channels of
 * channels-last images (Ioffe and Szegedy, 2015, algorithm 1 and the derivatives of section 3).
 * Sums over the rows are taken in double precision, in the rows' order.
 */
final class BatchNormalizationOperation implements Operation {

  private final LayerSpec.BatchNormalization layer;
  private final Segment scale;
  private final Segment shift;
  private final Segment mean;
  private final Segment variance;
  private final int columns;
  private final int pixels;
  private final double[] batchMean;
  private final double[] batchVariance;
  private final double[] gradientSum;
  private final double[] productSum;
  private final float[] factor;
  private final float[] offset;
  private final float[] slope;
  private float[] normalised = {};
  private float[] out = {};

  /**
   * @param segments scale, shift, mean, variance
   * @param pixels rows an example has
   */
  BatchNormalizationOperation(
      LayerSpec.BatchNormalization layer, List<Segment> segments, int pixels) {
    this.layer = layer;
    this.scale = segments.get(0);
    this.shift = segments.get(1);
    this.mean = segments.get(2);
    this.variance = segments.get(3);
    this.columns = scale.size();
    this.pixels = pixels;
    this.batchMean = new double[columns];
    this.batchVariance = new double[columns];
    this.gradientSum = new double[columns];
    this.productSum = new double[columns];
    this.factor = new float[columns];
    this.offset = new float[columns];
    this.slope = new float[columns];
  }

  @Override
  public float[] forward(Pass pass, float[] x) {
    int rows = pass.count * pixels;
    normalised = Kernels.sized(normalised, rows * columns);
    out = Kernels.sized(out, rows * columns);
    float[] p = pass.parameters;
    if (pass.training) {
      measure(x, rows);
    } else {
      for (int c = 0; c < columns; c++) {
        batchMean[c] = p[mean.offset() + c];
        batchVariance[c] = p[variance.offset() + c];
      }
    }
    for (int c = 0; c < columns; c++) {
      factor[c] = (float) (1 / Math.sqrt(batchVariance[c] + layer.epsilon()));
      offset[c] = (float) batchMean[c];
    }
    for (int r = 0; r < rows; r++) {
      int at = r * columns;
      for (int c = 0; c < columns; c++) {
        float n = (x[at + c] - offset[c]) * factor[c];
        normalised[at + c] = n;
        out[at + c] = n * p[scale.offset() + c] + p[shift.offset() + c];
      }
    }
    return out;
  }

  /** Mean, then the mean squared distance from it: one pass over squares would cancel. */
  private void measure(float[] x, int rows) {
    Arrays.fill(batchMean, 0);
    Arrays.fill(batchVariance, 0);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) batchMean[c] += x[r * columns + c];
    }
    for (int c = 0; c < columns; c++) batchMean[c] /= rows;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double distance = x[r * columns + c] - batchMean[c];
        batchVariance[c] += distance * distance;
      }
    }
    for (int c = 0; c < columns; c++) batchVariance[c] /= rows;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    int rows = pass.count * pixels;
    Arrays.fill(gradientSum, 0);
    Arrays.fill(productSum, 0);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        float g = gradient[r * columns + c];
        gradientSum[c] += g;
        productSum[c] += (double) g * normalised[r * columns + c];
      }
    }
    report(pass);
    if (!wanted) return gradient;
    for (int c = 0; c < columns; c++) {
      slope[c] = (float) (productSum[c] / rows);
      offset[c] = (float) (gradientSum[c] / rows);
      factor[c] *= pass.parameters[scale.offset() + c];
    }
    for (int r = 0; r < rows; r++) {
      int at = r * columns;
      for (int c = 0; c < columns; c++) {
        gradient[at + c] =
            factor[c] * (gradient[at + c] - offset[c] - normalised[at + c] * slope[c]);
      }
    }
    return gradient;
  }

  private void report(Pass pass) {
    float[] p = pass.parameters;
    double decay = layer.decay();
    for (int c = 0; c < columns; c++) {
      pass.sum[scale.offset() + c] = (float) productSum[c];
      pass.sum[shift.offset() + c] = (float) gradientSum[c];
      double m = decay * p[mean.offset() + c] + (1 - decay) * batchMean[c];
      double v = decay * p[variance.offset() + c] + (1 - decay) * batchVariance[c];
      pass.sum[mean.offset() + c] = (float) (m * pass.count);
      pass.sum[variance.offset() + c] = (float) (v * pass.count);
    }
  }

  @Override
  public List<Segment> segments() {
    return List.of(scale, shift, mean, variance);
  }
}
