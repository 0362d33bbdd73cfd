package io.kudari.optim;

import java.util.function.Predicate;

/**
 * A second-order method for full batches and analytic functions, in double precision. Immutable; a
 * call keeps its state on the stack.
 */
public interface Minimizer {

  /**
   * Where an iteration ended.
   *
   * @param number iterations done, from 0 (the start)
   * @param evaluations evaluations of the objective so far
   * @param x the point: reused, copy it to keep it
   * @param value the objective there
   * @param gradientNorm Euclidean norm of the gradient there
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Iteration(int number, int evaluations, double[] x, double value, double gradientNorm) {}

  /**
   * Walks down from {@code x}, which ends up as the best point found. Ends when the listener
   * returns false, the gradient is 0 or no descent is found along any direction the method knows.
   *
   * <p>To resume an interrupted run, call it again from the last point: the remembered directions
   * are rebuilt, so the path may differ from an uninterrupted one.
   *
   * @param proceed called after the start's evaluation and after each iteration
   * @return the last iteration
   */
  Iteration minimize(Objective objective, double[] x, Predicate<Iteration> proceed);
}
