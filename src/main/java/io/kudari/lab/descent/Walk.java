package io.kudari.lab.descent;

import java.util.function.Predicate;

/**
 * A point that goes down on a surface, step by step: parameters and gradients in single precision,
 * as where networks train, the surface itself in double. Not thread-safe.
 */
final class Walk {

  private final Surface surface;
  private final Stepper stepper;
  private final float[] at;
  private final double[] point;
  private final float[] gradient;
  private long steps;

  Walk(Surface surface, Stepper stepper, double... start) {
    this.surface = surface;
    this.stepper = stepper;
    this.at = new float[start.length];
    for (int i = 0; i < start.length; i++) at[i] = (float) start[i];
    this.point = new double[start.length];
    this.gradient = new float[start.length];
    read();
  }

  private void read() {
    for (int i = 0; i < at.length; i++) point[i] = at[i];
  }

  void step() {
    double[] slope = surface.slope().apply(point);
    for (int i = 0; i < slope.length; i++) gradient[i] = (float) slope[i];
    stepper.step(at, gradient, steps++);
    read();
  }

  /** Where it is: the array changes with the next step. */
  double[] point() {
    return point;
  }

  double height() {
    return surface.at(point);
  }

  /** How many were taken. */
  long steps() {
    return steps;
  }

  /**
   * Steps until it has arrived.
   *
   * @return steps taken in all, or NaN when it has not arrived after that many
   */
  double until(Predicate<double[]> arrived, int most) {
    while (!arrived.test(point)) {
      if (steps >= most) return Double.NaN;
      step();
    }
    return steps;
  }

  /** Takes so many steps: the start and the point after each. */
  double[][] path(int count) {
    double[][] path = new double[count + 1][];
    path[0] = point.clone();
    for (int i = 1; i <= count; i++) {
      step();
      path[i] = point.clone();
    }
    return path;
  }
}
