package io.kudari.event;

/**
 * Where the time of a step went, in nanoseconds; the parts add up to the step's duration.
 *
 * @param compute forward and backward passes, the mean over the ranks
 * @param waiting for the slowest rank, the mean over the ranks
 * @param exchange moving and summing gradients and parameters; of what is moved while something is
 *     computed, only what the step waited for
 * @param update the optimizer's, unless it is made while something is computed
 * @param input assembling batches, the mean over the ranks
 */
public record StepTimes(long compute, long waiting, long exchange, long update, long input)
    implements java.io.Serializable {

  /** No time at all. */
  public static final StepTimes ZERO = new StepTimes(0, 0, 0, 0, 0);

  /** Adds part by part. */
  public StepTimes plus(StepTimes other) {
    return new StepTimes(
        compute + other.compute,
        waiting + other.waiting,
        exchange + other.exchange,
        update + other.update,
        input + other.input);
  }

  /** Each part's share of so many, rounded down. */
  public StepTimes dividedBy(int steps) {
    return new StepTimes(
        compute / steps, waiting / steps, exchange / steps, update / steps, input / steps);
  }

  /** The same and the times of an update and of sharing its result. */
  public StepTimes with(long updated, long shared) {
    return new StepTimes(compute, waiting, exchange + shared, update + updated, input);
  }

  /** All parts together. */
  public long total() {
    return compute + waiting + exchange + update + input;
  }
}
