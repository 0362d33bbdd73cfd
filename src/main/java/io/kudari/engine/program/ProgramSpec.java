package io.kudari.engine.program;

import io.kudari.math.Layout;
import io.kudari.model.NetworkSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a {@link Program} computes: a network, and what is particular to where it came from.
 *
 * @param network its layers
 * @param layout of the parameter vector: the network's own, or one that differs in names only
 * @param streams for each layer, the number that names the random numbers of its dropout
 * @param logarithms indices of the batch normalisations that keep log₁₀ of the running standard
 *     deviation where others keep the variance, as Deeplearning4j does by default
 */
public record ProgramSpec(
    NetworkSpec network, Layout layout, List<Integer> streams, Set<Integer> logarithms)
    implements java.io.Serializable {

  public ProgramSpec {
    streams = List.copyOf(streams);
    logarithms = Set.copyOf(logarithms);
  }

  /** Of a network of ours. */
  static ProgramSpec of(NetworkSpec network) {
    List<Integer> indices = IntStream.range(0, network.layers().size()).boxed().toList();
    return new ProgramSpec(network, network.layout(), indices, Set.of());
  }
}
