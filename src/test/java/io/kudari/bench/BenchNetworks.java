package io.kudari.bench;

import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The networks that are measured, on 28 × 28 grey images of 10 classes. */
final class BenchNetworks {

  private BenchNetworks() {}

  static final Map<String, NetworkSpec> ALL = new LinkedHashMap<>();

  private static final Shape IMAGE = new Shape(1, 28, 28);
  private static final Initializer HE = Initializer.of(Initializer.Kind.HE_NORMAL);
  private static final LayerSpec RELU = new LayerSpec.Activate(Activation.RELU);
  private static final LayerSpec SOFTMAX = new LayerSpec.Activate(Activation.SOFTMAX);
  private static final LayerSpec POOLING = new LayerSpec.Pooling(LayerSpec.Pooling.Kind.MAX, 2, 2);

  static {
    ALL.put("MLP 784-512-512-10", network(dense(512), RELU, dense(512), RELU, dense(10), SOFTMAX));
    ALL.put(
        "MLP 784-2048-2048-10", network(dense(2048), RELU, dense(2048), RELU, dense(10), SOFTMAX));
    ALL.put(
        "LeNet",
        network(
            convolution(20),
            POOLING,
            convolution(50),
            POOLING,
            dense(500),
            RELU,
            dense(10),
            SOFTMAX));
  }

  private static NetworkSpec network(LayerSpec... layers) {
    return new NetworkSpec(IMAGE, List.of(layers), Loss.CROSS_ENTROPY);
  }

  private static LayerSpec dense(int units) {
    return new LayerSpec.Dense(units, HE);
  }

  private static LayerSpec convolution(int filters) {
    return new LayerSpec.Convolution(filters, 5, 1, 0, HE);
  }
}
