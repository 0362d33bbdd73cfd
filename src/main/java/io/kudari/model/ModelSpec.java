package io.kudari.model;

import io.kudari.math.Layout;
import java.util.Optional;

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

  /** The layers that it computes, where they are known one by one. */
  default Optional<NetworkSpec> stack() {
    return Optional.empty();
  }

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

  /** What one opened model takes outside Java's heap, at least. */
  default Outside outside() {
    return new Outside(0, 0, 0, false);
  }

  /**
   * Bytes outside Java's heap.
   *
   * @param fixed whatever the batch
   * @param trained for each example of the largest batch whose gradient was computed
   * @param evaluated for each example of the largest batch whose outputs were computed
   * @param limited whether JavaCPP counts it, which gives no more than its limit
   */
  record Outside(long fixed, long trained, long evaluated, boolean limited) {}

  /** The loss it minimises. */
  Loss loss();

  /** Start values: a pure function of the seed, the same on every machine. */
  float[] initial(long seed);

  /** What this process has loaded to compute such models with; loads nothing. */
  default Libraries libraries() {
    return Libraries.NONE;
  }

  /** Allocates what one thread needs to compute. The caller closes it. */
  GradientFunction open();
}
