package io.kudari.engine.dl4j;

import io.kudari.engine.processor.LoadedLibraries;
import io.kudari.math.Layout;
import io.kudari.model.GradientFunction;
import io.kudari.model.LayerSpec;
import io.kudari.model.Libraries;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.Optional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A {@link NetworkSpec} computed by Deeplearning4j's layers: slower than a compiled program, but
 * the arithmetic of a well-known library, and thus what other engines are checked against.
 *
 * @param network what is computed
 */
public record Dl4jModel(NetworkSpec network) implements ModelSpec {

  /**
   * Checks that Deeplearning4j can compute it.
   *
   * @throws IllegalArgumentException when a layer has ghost batches, naming it
   */
  public Dl4jModel {
    for (int i = 0; i < network.layers().size(); i++) {
      if (network.layers().get(i) instanceof LayerSpec.BatchNormalization b && b.ghostBatch() > 0) {
        throw new IllegalArgumentException(
            "layer " + i + ": Deeplearning4j has no ghost batches, use the engine program");
      }
    }
  }

  @Override
  public Layout layout() {
    return network.layout();
  }

  @Override
  public Shape input() {
    return network.input();
  }

  @Override
  public int outputs() {
    return network.outputs();
  }

  @Override
  public Optional<NetworkSpec> stack() {
    return Optional.of(network);
  }

  @Override
  public Outside outside() {
    return Dl4jGradient.outside(layout(), input());
  }

  @Override
  public Loss loss() {
    return network.loss();
  }

  @Override
  public float[] initial(long seed) {
    return network.initial(seed);
  }

  @Override
  public Libraries libraries() {
    return LoadedLibraries.now();
  }

  @Override
  public GradientFunction open() {
    return open(DataType.FLOAT);
  }

  /** Computes in the given precision: double serves as a reference for float. */
  public GradientFunction open(DataType type) {
    Nd4jSetup.apply();
    MultiLayerNetwork built = new MultiLayerNetwork(NetworkConfiguration.of(network, type));
    built.init(Nd4j.create(type, 1, layout().size()), false);
    built.initGradientsView();
    Shape in = input();
    long[] inputShape =
        NetworkConfiguration.takesImages(network)
            ? new long[] {in.channels(), in.height(), in.width()}
            : new long[] {in.size()};
    return new Dl4jGradient(new Dl4jNetwork.Stack(built), layout(), loss(), outputs(), inputShape);
  }
}
