package io.kudari.train;

import io.kudari.optim.Schedule;

/**
 * Cuts epochs into steps: which examples each step takes. Pure.
 *
 * @param examples of an epoch, at least 1
 * @param batches the global batch of each epoch
 * @param dropLast whether an epoch's short last batch is left out
 * @param least a kept last batch of fewer examples is joined to the one before, if there is one
 */
public record BatchSchedule(int examples, Schedule batches, boolean dropLast, int least) {

  /** The global batch of an epoch: at least 1, and no more than there are examples. */
  public int batch(int epoch) {
    return Math.min(examples, batches.count(epoch));
  }

  /**
   * The step that starts at a position of its epoch; an empty range where the epoch ends.
   *
   * @param step number of the step
   * @param position examples of the epoch already taken
   */
  public StepRange at(long step, int epoch, int position) {
    long end = (long) position + batch(epoch);
    if (position >= examples || (dropLast && end > examples))
      return new StepRange(step, epoch, position, position, false);
    if (!dropLast && examples - end < Math.min(least, batch(epoch))) end = examples;
    return new StepRange(step, epoch, position, (int) Math.min(examples, end), false);
  }

  /** Number of steps of the first {@code epochs} epochs. */
  public long steps(int epochs) {
    long steps = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int batch = batch(epoch);
      int whole = examples / batch;
      boolean more = !dropLast && examples % batch >= Math.max(1, Math.min(least, batch));
      steps += more ? whole + 1 : whole;
    }
    return steps;
  }
}
