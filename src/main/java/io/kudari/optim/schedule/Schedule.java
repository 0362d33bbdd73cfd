package io.kudari.optim.schedule;

/**
 * A value as a function of the step: learning rate, momentum, batch size or local steps.
 *
 * <p>All schedules but reduce-on-plateau are pure functions, safe to share between threads. A
 * schedule may count in any unit: for a batch size that changes from epoch to epoch, resolve its
 * specification with one "step" an epoch and ask with the epoch's number.
 */
@FunctionalInterface
public interface Schedule {

  /** The value in this step, counted from 0. */
  double at(long step);

  /**
   * The value rounded to the nearest whole number of at least 1, for batch sizes and local steps.
   */
  default int count(long step) {
    return (int) Math.max(1, StrictMath.rint(at(step)));
  }

  /** Tells the validation loss at the end of an epoch; only reduce-on-plateau listens. */
  default void observe(double validationLoss) {}

  /** What it remembers, for a checkpoint: empty for pure schedules. */
  default double[] state() {
    return new double[0];
  }

  /** Takes over what {@link #state} gave, of a schedule of the same specification. */
  default void restore(double[] state) {}
}
