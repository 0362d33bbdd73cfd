package io.kudari.engine;

import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import java.util.Locale;

/**
 * What computes a network. All engines agree in layout, and up to rounding in outputs and
 * gradients. Where a rectifier's input, or the lead of a window's largest value, is itself within
 * rounding of 0, a gradient may be that of the other side.
 */
public enum Engine {
  /** The fastest that can compute the network: the program. */
  AUTO,
  /** {@link ProgramModel}. */
  PROGRAM,
  /** {@link Dl4jModel}. */
  DL4J;

  /** The name used in configurations, such as {@code dl4j}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The network on this engine. */
  public ModelSpec model(NetworkSpec network) {
    return this == DL4J ? new Dl4jModel(network) : new ProgramModel(network);
  }

  /** One sentence for the log: which engine computes a network, and why. */
  public String reason() {
    return switch (this) {
      case AUTO -> "engine program (auto): every layer of a network description compiles";
      case PROGRAM -> "engine program: asked for";
      case DL4J -> "engine dl4j: asked for";
    };
  }
}
