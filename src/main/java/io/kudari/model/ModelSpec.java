package io.kudari.model;

import io.kudari.math.Layout;

/**
 * A differentiable model, described: small, immutable, serialisable, safe to share between threads.
 */
public interface ModelSpec extends java.io.Serializable {

  /** Where each parameter lies in the flat vector. */
  Layout layout();

  /** Shape of one example. */
  Shape input();

  /** Number of outputs of one example: classes, or regression targets. */
  int outputs();

  /**
   * Values that the widest layer has for one example, and those that all layers with weights have
   * together, at least: memory that computing takes beside the outputs.
   */
  default Activations activations() {
    return new Activations(outputs(), 0);
  }

  /**
   * Sizes of one example's activations.
   *
   * @param widest values of one layer, which for a batch must be fewer than 2^31
   * @param kept values in Java's heap of all layers that keep theirs for the gradient
   */
  record Activations(long widest, long kept) {}

  /** The loss it minimises. */
  Loss loss();

  /** Start values: a pure function of the seed, the same on every machine. */
  float[] initial(long seed);

  /** Allocates what one thread needs to compute. The caller closes it. */
  GradientFunction open();
}
