package io.kudari.train.plan;

import io.kudari.optim.schedule.Schedule;

/**
 * Cuts epochs into steps: which examples each step takes. Pure.
 *
 * @param examples of an epoch, at least 1
 * @param batches the global batch of each epoch
 * @param dropLast whether an epoch's short last batch is left out
 * @param least a kept last batch of fewer examples is joined to the one before, if there is one
 * @param most there are no more steps than these
 * @param carrying so many epochs fill their last batch with the first examples of the next
 */
public record BatchSchedule(
    int examples, Schedule batches, boolean dropLast, int least, long most, int carrying) {

  /** With as many steps as epochs have. */
  public BatchSchedule(int examples, Schedule batches, boolean dropLast, int least) {
    this(examples, batches, dropLast, least, Course.UNBOUNDED, 0);
  }

  /** The global batch of an epoch: at least 1, and no more than there are examples. */
  public int batch(int epoch) {
    return Math.min(examples, batches.count(epoch));
  }

  /**
   * The step that starts at a position of its epoch; an empty range where the epoch ends, or all
   * steps have been taken.
   *
   * @param step number of the step
   * @param position examples of the epoch already taken
   * @return a range that may end beyond the epoch's examples, with so many of the next epoch's
   */
  public StepRange at(long step, int epoch, int position) {
    long end = (long) position + batch(epoch);
    if (isSpent(step) || isEnd(epoch, position))
      return new StepRange(step, epoch, position, position, false);
    if (epoch < carrying) return new StepRange(step, epoch, position, (int) end, false);
    if (!dropLast && examples - end < Math.min(least, batch(epoch))) end = examples;
    return new StepRange(step, epoch, position, (int) Math.min(examples, end), false);
  }

  /** Whether an epoch has no more examples to take at a position. */
  public boolean isEnd(int epoch, int position) {
    return position >= examples || (dropLast && (long) position + batch(epoch) > examples);
  }

  /** The position of an epoch beyond which none of its steps ends. */
  public long furthest(int epoch) {
    return epoch < carrying ? examples + batch(epoch) - 1L : examples;
  }

  /** How many examples of the next epoch have been taken when an epoch ends at a position. */
  public int carried(int position) {
    return Math.max(0, position - examples);
  }

  /** Whether all steps have been taken. */
  public boolean isSpent(long step) {
    return step >= most;
  }

  /** The same with as many steps as epochs have. */
  public BatchSchedule unbounded() {
    return new BatchSchedule(examples, batches, dropLast, least, Course.UNBOUNDED, carrying);
  }

  /** Number of steps of the first {@code epochs} epochs. */
  public long steps(int epochs) {
    long steps = 0;
    int begin = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int batch = batch(epoch);
      int left = examples - begin;
      int whole = left / batch;
      int enough = epoch < carrying ? 1 : Math.max(1, Math.min(least, batch));
      boolean more = !dropLast && (left % batch >= enough || (whole == 0 && left > 0));
      int taken = more ? whole + 1 : whole;
      begin = epoch < carrying ? Math.max(0, taken * batch - left) : 0;
      steps += taken;
    }
    return Math.min(most, steps);
  }
}
