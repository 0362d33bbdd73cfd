package io.kudari.optim.fullbatch;

import java.util.function.Predicate;

/**
 * A second-order method for full batches and analytic functions, in double precision. Immutable; a
 * run keeps its own state.
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

  /** A walk that is taken one iteration at a time. Not thread-safe. */
  interface Run {

    /** Where the last iteration ended. */
    Iteration now();

    /**
     * Takes another; false when the gradient is 0 or no descent is found along any direction the
     * method knows. One that only forgets directions that did not help stays where it is.
     */
    boolean advance();
  }

  /**
   * Begins a walk down from {@code x}, which is always the best point found so far, and evaluates
   * the objective there.
   *
   * <p>To resume an interrupted run, start another from the last point: the remembered directions
   * are rebuilt, so the path may differ from an uninterrupted one.
   */
  Run start(Objective objective, double[] x);

  /**
   * Walks until the listener returns false or there is no way down.
   *
   * @param proceed called after the start's evaluation and after each iteration
   * @return the last iteration
   */
  default Iteration minimize(Objective objective, double[] x, Predicate<Iteration> proceed) {
    Run run = start(objective, x);
    while (proceed.test(run.now()) && run.advance()) {}
    return run.now();
  }
}
