package io.kudari.lab.weights;

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
import java.util.Arrays;
import java.util.List;

/**
 * Equal dense layers one behind the other, each with its activation and without biases.
 *
 * @param layers how many
 */
record Chain(int layers, Activation activation, Initializer initializer) {

  /** Units of each layer, and inputs. */
  static final int UNITS = 100;

  NetworkSpec network() {
    List<LayerSpec> all = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      all.add(new LayerSpec.Dense(UNITS, initializer));
      all.add(new LayerSpec.Activate(activation));
    }
    return new NetworkSpec(Shape.flat(UNITS), all, Loss.MEAN_SQUARED_ERROR);
  }

  /** Normal inputs. */
  static MiniBatch inputs(int examples, long seed) {
    MiniBatch batch = MiniBatch.targeted(Shape.flat(UNITS), examples, UNITS);
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 20, 0);
    float[] features = batch.features();
    for (int i = 0; i < features.length; i++) features[i] = (float) random.gaussian();
    batch.filled(examples, new MiniBatch.Draw(seed, 0, 0));
    return batch;
  }

  /** The activations of a batch behind each layer: an example's units lie together. */
  List<float[]> activations(MiniBatch batch, long seed) {
    float[] parameters = network().initial(seed);
    List<float[]> all = new ArrayList<>();
    for (int layer = 1; layer <= layers; layer++) {
      NetworkSpec first = network().first(2 * layer);
      float[] own = Arrays.copyOf(parameters, first.layout().size());
      float[] outputs = new float[batch.count() * UNITS];
      try (GradientFunction function = Models.of(first).open()) {
        function.outputs(own, batch, outputs);
      }
      all.add(outputs);
    }
    return all;
  }
}
