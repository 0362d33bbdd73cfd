package io.kudari.engine;

import java.util.Locale;

/**
 * What computes a network. All engines agree in layout, and up to rounding in outputs and
 * gradients. Where a rectifier's input, or the lead of a window's largest value, is itself within
 * rounding of 0, a gradient may be that of the other side.
 */
public enum Engine {
  /** The fastest that can compute the network: the program. */
  AUTO,
  /** A fixed sequence of operations: package {@code engine.program}. */
  PROGRAM,
  /** Deeplearning4j's layers: package {@code engine.dl4j}. */
  DL4J;

  /** The name used in configurations, such as {@code dl4j}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
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
