package io.kudari.optim.fullbatch;

/** A differentiable function, such as the loss over all training data. */
@FunctionalInterface
public interface Objective {

  /**
   * The value at x; its gradient is written to {@code gradient}, of the same length. Must give the
   * same bits for the same x, and may return infinity or NaN where the function is not defined.
   */
  double evaluate(double[] x, double[] gradient);
}
