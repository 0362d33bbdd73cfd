package io.kudari.event;

/** Steps one after the other as one, for who shows fewer than there are. Not thread-safe. */
public final class StepMean {

  private Event.StepDone last;
  private int steps;
  private long examples;
  private double losses;
  private StepTimes times = StepTimes.ZERO;

  /** Takes a step over. */
  public void add(Event.StepDone step) {
    last = step;
    steps++;
    examples += step.examples();
    losses += step.loss() * step.examples();
    times = times.plus(step.times());
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return steps == 0;
  }

  /** Of all steps together. */
  public long examples() {
    return examples;
  }

  /** Mean over their examples; NaN where there are none. */
  public double loss() {
    return losses / examples;
  }

  /** Of all steps together. */
  public StepTimes times() {
    return times;
  }

  /**
   * The last of them, with the mean loss over the examples of all, and with the batch and the times
   * that they have in the mean.
   *
   * @throws IllegalStateException when there are none
   */
  public Event.StepDone mean() {
    if (isEmpty()) throw new IllegalStateException("no step");
    return new Event.StepDone(
        last.step(),
        last.epoch(),
        last.position(),
        Math.toIntExact(Math.round((double) examples / steps)),
        loss(),
        last.learningRate(),
        times.dividedBy(steps));
  }

  /** Forgets them. */
  public void clear() {
    last = null;
    steps = 0;
    examples = 0;
    losses = 0;
    times = StepTimes.ZERO;
  }
}
