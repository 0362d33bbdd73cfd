package io.kudari.engine.program;

import io.kudari.engine.processor.LoadedLibraries;
import io.kudari.math.Layout;
import io.kudari.model.Libraries;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.Optional;

/**
 * A {@link NetworkSpec} computed by a {@link Program}: a fixed sequence of matrix products of
 * oneDNN and OpenBLAS and plain loops on buffers that are allocated once. It needs neither ND4J's
 * arrays nor Deeplearning4j's layers, and takes every network that a {@link NetworkSpec} can
 * describe.
 *
 * @param network what is computed
 */
public record ProgramModel(NetworkSpec network) implements ModelSpec {

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
  public Activations activations() {
    return network.activations();
  }

  @Override
  public Outside outside() {
    return Program.outside(network);
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
  public Program open() {
    return new Program(ProgramSpec.of(network));
  }
}
