package io.kudari.engine;

import io.kudari.math.RandomStream;
import io.kudari.model.Activation;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.List;

/** Networks of random layers, for property tests. */
final class RandomNetworks {

  private RandomNetworks() {}

  /** As {@link #of}, with ghost batches of 2 to 6 examples where there is batch normalisation. */
  static NetworkSpec withGhostBatches(RandomStream random) {
    NetworkSpec plain = of(random);
    List<LayerSpec> layers = new ArrayList<>();
    for (LayerSpec layer : plain.layers()) {
      layers.add(
          layer instanceof LayerSpec.BatchNormalization b
              ? new LayerSpec.BatchNormalization(b.decay(), b.epsilon(), 2 + random.below(5))
              : layer);
    }
    return new NetworkSpec(plain.input(), layers, plain.loss());
  }

  /**
   * Elementwise layers come after another one: Deeplearning4j's inference refuses networks that
   * begin with two of them.
   */
  static NetworkSpec of(RandomStream random) {
    Shape input =
        random.below(2) == 0
            ? Shape.flat(1 + random.below(40))
            : new Shape(1 + random.below(4), 6 + random.below(5), 6 + random.below(5));
    List<LayerSpec> layers = new ArrayList<>();
    if (!input.isFlat())
      for (int i = random.below(6); i > 0; i--) addSpatial(input, layers, random);
    for (int i = random.below(5); i > 0; i--) {
      if (layers.isEmpty() || random.below(2) == 0)
        layers.add(Networks.dense(1 + random.below(30)));
      else layers.add(elementwise(random));
    }
    layers.add(Networks.dense(2 + random.below(11)));
    boolean classes = random.below(3) > 0;
    if (classes) layers.add(Networks.SOFTMAX);
    else if (random.below(2) == 0) layers.add(Networks.activate(activation(random)));
    return new NetworkSpec(input, layers, classes ? Loss.CROSS_ENTROPY : Loss.MEAN_SQUARED_ERROR);
  }

  /** Adds a layer unless it does not fit. */
  private static void addSpatial(Shape input, List<LayerSpec> layers, RandomStream random) {
    LayerSpec layer =
        switch (random.below(layers.isEmpty() ? 3 : 4)) {
          case 0, 1 -> {
            int kernel = 1 + random.below(4);
            yield Networks.convolution(
                1 + random.below(7), kernel, 1 + random.below(2), random.below(kernel));
          }
          case 2 ->
              Networks.pooling(
                  LayerSpec.Pooling.Kind.values()[random.below(2)],
                  1 + random.below(3),
                  1 + random.below(3));
          default -> elementwise(random);
        };
    layers.add(layer);
    layers.add(Networks.dense(1));
    try {
      if (new NetworkSpec(input, layers, Loss.MEAN_SQUARED_ERROR).outputs() > 0) {
        layers.remove(layers.size() - 1);
      }
    } catch (IllegalArgumentException tooSmall) {
      layers.remove(layers.size() - 1);
      layers.remove(layers.size() - 1);
    }
  }

  private static LayerSpec elementwise(RandomStream random) {
    return switch (random.below(5)) {
      case 0 -> Networks.batchNormalization();
      case 1 -> new LayerSpec.Dropout(0.1 + 0.1 * random.below(5));
      default -> Networks.activate(activation(random));
    };
  }

  private static Activation activation(RandomStream random) {
    return Activation.values()[random.below(Activation.values().length - 1)];
  }
}
