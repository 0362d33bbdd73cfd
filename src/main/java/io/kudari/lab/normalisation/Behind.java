package io.kudari.lab.normalisation;

import io.kudari.lab.network.Probe;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.run.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the units of a network of hidden layers pass on, normalised by a batch as in training. */
final class Behind {

  private final NetworkSpec network;
  private final MiniBatch batch;

  Behind(Subject of) {
    network = of.network();
    batch = of.examples();
  }

  /** Mean and standard deviation of each unit over a batch. */
  @SuppressWarnings("ArrayRecordComponent")
  record Moments(double[] means, double[] deviations) {}

  /** Where the activation of a hidden layer stands, the first of which is 1. */
  int activation(int hidden) {
    int seen = 0;
    for (int i = 0; i < network.layers().size(); i++)
      if (network.layers().get(i) instanceof LayerSpec.Activate a
          && a.activation() != Activation.SOFTMAX
          && ++seen == hidden) return i;
    throw new IllegalArgumentException("no hidden layer " + hidden);
  }

  /** Where the dense layer behind a hidden layer stands. */
  int next(int hidden) {
    int at = activation(hidden) + 1;
    while (!(network.layers().get(at) instanceof LayerSpec.Dense)) at++;
    return at;
  }

  /**
   * The parameters with the batch's own statistics in the place of running ones, which inference
   * then normalises by as training does.
   */
  float[] normalisedByBatch(float[] parameters) {
    List<LayerSpec> layers = new ArrayList<>();
    for (LayerSpec layer : network.layers())
      layers.add(
          layer instanceof LayerSpec.BatchNormalization b
              ? new LayerSpec.BatchNormalization(0, b.epsilon(), b.ghostBatch())
              : layer);
    NetworkSpec forgetful = new NetworkSpec(network.input(), layers, network.loss());
    float[] gradient = new Probe(forgetful, batch).gradient(parameters);
    float[] own = parameters.clone();
    for (Segment s : network.layout().segments())
      if (s.role() == Role.STATISTIC)
        System.arraycopy(gradient, s.offset(), own, s.offset(), s.size());
    return own;
  }

  /** The moments of what the layer at a place is given. */
  Moments moments(int layer, float[] parameters) {
    List<LayerSpec> layers = new ArrayList<>(network.layers().subList(0, layer));
    int units = network.shapes().get(layer - 1).size();
    // A network ends with a dense layer: one that passes all on.
    layers.add(new LayerSpec.Dense(units, Initializer.of(Initializer.Kind.ZERO)));
    NetworkSpec cut = new NetworkSpec(network.input(), layers, Loss.MEAN_SQUARED_ERROR);
    float[] own = Arrays.copyOf(parameters, cut.layout().size());
    int weights = own.length - units * units - units;
    Arrays.fill(own, weights, own.length, 0);
    for (int u = 0; u < units; u++) own[weights + u * units + u] = 1;
    float[] values = new Probe(cut, batch).behind(layers.size(), own);
    double[] means = new double[units];
    double[] deviations = new double[units];
    for (int i = 0; i < values.length; i++) means[i % units] += values[i] / (double) batch.count();
    for (int i = 0; i < values.length; i++) {
      double off = values[i] - means[i % units];
      deviations[i % units] += off * off / batch.count();
    }
    for (int u = 0; u < units; u++) deviations[u] = Math.sqrt(deviations[u]);
    return new Moments(means, deviations);
  }
}
