package io.kudari.lab.network;

import io.kudari.math.Segment;
import io.kudari.model.Evaluation;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.run.Models;
import io.kudari.run.Subject;
import java.util.Arrays;

/** Looks into a network: what it makes of a batch with any parameters. */
public final class Probe {

  private final NetworkSpec network;
  private final MiniBatch batch;

  /** Of a network and its training examples. */
  public Probe(Subject of) {
    this(of.network(), of.examples());
  }

  /** Of a network and any examples. */
  public Probe(NetworkSpec network, MiniBatch batch) {
    this.network = network;
    this.batch = batch;
  }

  /** The network. */
  public NetworkSpec network() {
    return network;
  }

  /** Loss and accuracy, as inference has them. */
  public Evaluation evaluate(float[] parameters) {
    Evaluation found = Evaluation.ofClasses(network.loss(), network.outputs());
    found.add(batch, outputs(network, parameters));
    return found;
  }

  /** The mean gradient over examples, in training; of statistics the batch's own part. */
  public float[] gradient(float[] parameters) {
    float[] gradient = new float[parameters.length];
    try (GradientFunction function = Models.of(network).open()) {
      function.gradient(parameters, batch, gradient);
    }
    for (int i = 0; i < gradient.length; i++) gradient[i] /= batch.count();
    return gradient;
  }

  /**
   * The outputs behind the first layers, as inference has them.
   *
   * @param layers as many as of {@link NetworkSpec#first}
   * @return those of an example lie together
   */
  public float[] behind(int layers, float[] parameters) {
    return outputs(network.first(layers), parameters);
  }

  private float[] outputs(NetworkSpec of, float[] parameters) {
    float[] own = Arrays.copyOf(parameters, of.layout().size());
    float[] outputs = new float[batch.count() * of.outputs()];
    try (GradientFunction function = Models.of(of).open()) {
      function.outputs(own, batch, outputs);
    }
    return outputs;
  }

  /** The parameters of a segment, by its name. */
  public float[] part(float[] parameters, String name) {
    Segment s = segment(name);
    return Arrays.copyOfRange(parameters, s.offset(), s.end());
  }

  /** Where a segment lies, by its name. */
  public Segment segment(String name) {
    return network.layout().segments().stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
