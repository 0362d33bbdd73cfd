package io.kudari.lab.landscape;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.model.Activation;
import io.kudari.model.GradientFunction;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.run.Models;
import java.util.ArrayList;
import java.util.List;

/**
 * A small network of tanh with a linear output, whose weights are at hand one by one.
 *
 * @param weights of each layer, a row a unit
 * @param biases of each layer
 */
@SuppressWarnings("ArrayRecordComponent")
record Layered(double[][][] weights, double[][] biases) {

  /** Normal weights and biases, which single precision holds exactly. */
  static Layered draw(long seed, int... sizes) {
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 63, 0);
    double[][][] weights = new double[sizes.length - 1][][];
    double[][] biases = new double[sizes.length - 1][];
    for (int l = 0; l < weights.length; l++) {
      weights[l] = new double[sizes[l + 1]][];
      for (int u = 0; u < sizes[l + 1]; u++) weights[l][u] = normal(sizes[l], random);
      biases[l] = normal(sizes[l + 1], random);
    }
    return new Layered(weights, biases);
  }

  static double[] normal(int count, RandomStream random) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) values[i] = (float) random.gaussian();
    return values;
  }

  /** In double precision. */
  double[] outputs(double[] input) {
    double[] at = input;
    for (int l = 0; l < weights.length; l++) {
      double[] next = new double[weights[l].length];
      for (int u = 0; u < next.length; u++) {
        double sum = biases[l][u];
        for (int i = 0; i < at.length; i++) sum += weights[l][u][i] * at[i];
        next[u] = l + 1 < weights.length ? StrictMath.tanh(sum) : sum;
      }
      at = next;
    }
    return at;
  }

  /** As the product's networks have it. */
  float[] flat() {
    List<Double> all = new ArrayList<>();
    for (int l = 0; l < weights.length; l++) {
      for (double[] row : weights[l]) for (double w : row) all.add(w);
      for (double b : biases[l]) all.add(b);
    }
    float[] flat = new float[all.size()];
    for (int i = 0; i < flat.length; i++) flat[i] = all.get(i).floatValue();
    return flat;
  }

  /** What the product computes of networks of this form: the caller closes it. */
  GradientFunction product() {
    Initializer zero = Initializer.of(Initializer.Kind.ZERO);
    List<LayerSpec> layers = new ArrayList<>();
    for (int l = 0; l < weights.length; l++) {
      layers.add(new LayerSpec.Dense(weights[l].length, zero));
      if (l + 1 < weights.length) layers.add(new LayerSpec.Activate(Activation.TANH));
    }
    Shape inputs = Shape.flat(weights[0][0].length);
    return Models.of(new NetworkSpec(inputs, layers, Loss.MEAN_SQUARED_ERROR)).open();
  }

  /** Inputs for {@link #product}. */
  MiniBatch batch(double[][] inputs) {
    int width = inputs[0].length;
    int outputs = biases[biases.length - 1].length;
    MiniBatch batch = MiniBatch.targeted(Shape.flat(width), inputs.length, outputs);
    for (int i = 0; i < inputs.length; i++)
      for (int k = 0; k < width; k++) batch.features()[i * width + k] = (float) inputs[i][k];
    batch.filled(inputs.length, new MiniBatch.Draw(0, 0, 0));
    return batch;
  }
}
