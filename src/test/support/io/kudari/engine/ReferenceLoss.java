package io.kudari.engine;

import io.kudari.model.Activation;
import io.kudari.model.DropoutMask;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.List;

/**
 * The loss of a network in double precision, layer by layer as the layers are defined, with no
 * thought of speed: what the program's gradients are differences of.
 */
final class ReferenceLoss {

  private final NetworkSpec network;
  private final MiniBatch batch;
  private final double[] p;
  private int next;

  private ReferenceLoss(NetworkSpec network, double[] parameters, MiniBatch batch) {
    this.network = network;
    this.p = parameters;
    this.batch = batch;
  }

  /** In training mode, summed over the examples. */
  static double of(NetworkSpec network, double[] parameters, MiniBatch batch) {
    return new ReferenceLoss(network, parameters, batch).loss();
  }

  private double loss() {
    Shape in = network.input();
    double[][] x = new double[batch.count()][in.size()];
    for (int e = 0; e < x.length; e++) {
      for (int i = 0; i < in.size(); i++) x[e][i] = batch.features()[e * in.size() + i];
    }
    List<LayerSpec> layers = network.layers();
    for (int l = 0; l < layers.size(); l++) {
      LayerSpec layer = layers.get(l);
      Shape out = network.shapes().get(l);
      if (layer instanceof LayerSpec.Dense) x = dense(x, in, out);
      else if (layer instanceof LayerSpec.Convolution c) x = convolution(x, c, in, out);
      else if (layer instanceof LayerSpec.Pooling w) x = pooling(x, w, in, out);
      else if (layer instanceof LayerSpec.BatchNormalization b) normalise(x, b, in);
      else if (layer instanceof LayerSpec.Dropout d) drop(x, l, d.rate());
      else for (double[] row : x) activate(row, ((LayerSpec.Activate) layer).activation());
      in = out;
    }
    double sum = 0;
    float[] weights = batch.weightsOrNull();
    for (int e = 0; e < x.length; e++) sum += (weights == null ? 1 : weights[e]) * loss(x[e], e);
    return sum;
  }

  private double[][] dense(double[][] x, Shape in, Shape out) {
    int bias = next + in.size() * out.size();
    double[][] y = new double[x.length][out.size()];
    for (int e = 0; e < x.length; e++) {
      for (int u = 0; u < out.size(); u++) {
        y[e][u] = p[bias + u];
        for (int i = 0; i < in.size(); i++) y[e][u] += p[next + u * in.size() + i] * x[e][i];
      }
    }
    next = bias + out.size();
    return y;
  }

  private double[][] convolution(double[][] x, LayerSpec.Convolution layer, Shape in, Shape out) {
    int weights = next + layer.filters();
    int k = layer.kernel();
    double[][] y = new double[x.length][out.size()];
    for (int e = 0; e < x.length; e++) {
      for (int o = 0; o < out.size(); o++) {
        int f = o / (out.height() * out.width());
        y[e][o] = p[next + f];
        for (int w = 0; w < in.channels() * k * k; w++) {
          int row = o / out.width() % out.height() * layer.stride() + w / k % k - layer.padding();
          int column = o % out.width() * layer.stride() + w % k - layer.padding();
          if (row < 0 || row >= in.height() || column < 0 || column >= in.width()) continue;
          double value = x[e][(w / (k * k) * in.height() + row) * in.width() + column];
          y[e][o] += p[weights + f * in.channels() * k * k + w] * value;
        }
      }
    }
    next = weights + layer.filters() * in.channels() * k * k;
    return y;
  }

  private static double[][] pooling(double[][] x, LayerSpec.Pooling layer, Shape in, Shape out) {
    boolean max = layer.kind() == LayerSpec.Pooling.Kind.MAX;
    int k = layer.size();
    double[][] y = new double[x.length][out.size()];
    for (int e = 0; e < x.length; e++) {
      for (int o = 0; o < out.size(); o++) {
        int channel = o / (out.height() * out.width());
        double largest = Double.NEGATIVE_INFINITY;
        double sum = 0;
        for (int w = 0; w < k * k; w++) {
          int row = o / out.width() % out.height() * layer.stride() + w / k;
          int column = o % out.width() * layer.stride() + w % k;
          double value = x[e][(channel * in.height() + row) * in.width() + column];
          largest = Math.max(largest, value);
          sum += value;
        }
        y[e][o] = max ? largest : sum / (k * k);
      }
    }
    return y;
  }

  private void normalise(double[][] x, LayerSpec.BatchNormalization layer, Shape in) {
    int groups = Math.max(1, layer.ghostBatch() == 0 ? 1 : x.length / layer.ghostBatch());
    for (int g = 0; g < groups; g++) {
      int from = g * x.length / groups;
      normaliseGroup(java.util.Arrays.copyOfRange(x, from, (g + 1) * x.length / groups), layer, in);
    }
    next += 4 * in.channels();
  }

  /** The rows of {@code x} are those of the whole batch, and changed in place. */
  private void normaliseGroup(double[][] x, LayerSpec.BatchNormalization layer, Shape in) {
    int pixels = in.height() * in.width();
    for (int c = 0; c < in.channels(); c++) {
      double mean = 0;
      for (double[] row : x) {
        for (int i = c * pixels; i < (c + 1) * pixels; i++) mean += row[i] / (x.length * pixels);
      }
      double variance = 0;
      for (double[] row : x) {
        for (int i = c * pixels; i < (c + 1) * pixels; i++) {
          variance += (row[i] - mean) * (row[i] - mean) / (x.length * pixels);
        }
      }
      double factor = p[next + c] / Math.sqrt(variance + layer.epsilon());
      for (double[] row : x) {
        for (int i = c * pixels; i < (c + 1) * pixels; i++) {
          row[i] = (row[i] - mean) * factor + p[next + in.channels() + c];
        }
      }
    }
  }

  private void drop(double[][] x, int layer, double rate) {
    int units = x[0].length;
    float[] mask = new float[x.length * units];
    DropoutMask.fill(mask, mask.length, batch.draw(), layer, rate);
    for (int i = 0; i < mask.length; i++) x[i / units][i % units] *= mask[i];
  }

  private static void activate(double[] x, Activation activation) {
    double total = 0;
    for (double v : x) total += Math.exp(v);
    for (int i = 0; i < x.length; i++) {
      x[i] =
          switch (activation) {
            case IDENTITY -> x[i];
            case SIGMOID -> 1 / (1 + Math.exp(-x[i]));
            case TANH -> Math.tanh(x[i]);
            case RELU -> Math.max(0, x[i]);
            case LEAKY_RELU -> Math.max(0.01f * x[i], x[i]);
            case SOFTMAX -> Math.exp(x[i]) / total;
          };
    }
  }

  private double loss(double[] y, int example) {
    if (network.loss() == Loss.CROSS_ENTROPY) return -Math.log(y[batch.labels[example]]);
    double sum = 0;
    for (int o = 0; o < y.length; o++) {
      double target =
          batch.labels != null
              ? (o == batch.labels[example] ? 1 : 0)
              : batch.targets[example * y.length + o];
      sum += (y[o] - target) * (y[o] - target) / y.length;
    }
    return sum;
  }
}
