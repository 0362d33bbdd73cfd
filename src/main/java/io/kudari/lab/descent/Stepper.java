package io.kudari.lab.descent;

import io.kudari.math.Layout;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;

/** What moves a point: an optimizer of Kudari, or in a test a wrong one. */
@FunctionalInterface
interface Stepper {

  /**
   * Moves the point.
   *
   * @param step from 0
   */
  void step(float[] point, float[] gradient, long step);

  /** Where steppers come from. */
  @FunctionalInterface
  interface Source {

    /** Kudari's own, at a constant rate. */
    Source KUDARI =
        (spec, size, seed) -> {
          Optimizer optimizer = spec.open(Layout.flat(size), seed);
          double rate = spec.learningRate();
          return (point, gradient, step) -> optimizer.step(point, gradient, Step.of(step, rate));
        };

    /**
     * One with empty slots.
     *
     * @param size number of variables
     * @param seed of gradient noise
     */
    Stepper open(OptimizerSpec spec, int size, long seed);
  }
}
