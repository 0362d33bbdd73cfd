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

  /** The loss it minimises. */
  Loss loss();

  /** Start values: a pure function of the seed, the same on every machine. */
  float[] initial(long seed);

  /** Allocates what one thread needs to compute. The caller closes it. */
  GradientFunction open();
}
