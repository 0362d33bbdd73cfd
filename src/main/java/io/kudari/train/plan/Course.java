package io.kudari.train.plan;

import java.util.List;

/**
 * How far a run goes, and when it looks at what it has learned, besides what epochs say.
 *
 * @param steps the run ends after so many steps, if not with its epochs before; {@link #UNBOUNDED}
 * @param looks in which steps models are evaluated
 * @param target what ends the run when an evaluation reaches it
 */
public record Course(long steps, Looks looks, Target target) implements java.io.Serializable {

  /** So many steps are never taken. */
  public static final long UNBOUNDED = Long.MAX_VALUE;

  /** By epochs alone. */
  public static final Course EPOCHS = new Course(UNBOUNDED, Looks.EPOCHS, Target.NONE);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when there are no steps; one line
   */
  public Course {
    if (steps < 1) throw new IllegalArgumentException("steps must be at least 1, not " + steps);
  }

  /** Whether to evaluate after a step, or after several that were taken at once. */
  public boolean looksAfter(long before, long now) {
    return now >= steps || looks.dueAfter(before, now);
  }

  /**
   * In which steps the validation examples are evaluated besides the ends of epochs and of the run.
   *
   * @param every so many steps; 0 is never. Averaging rounds are not cut for it
   * @param at these numbers of steps
   * @param test whether the test examples are evaluated whenever the validation examples are
   * @param train whether the training examples are evaluated at the end of the run
   */
  public record Looks(long every, List<Long> at, boolean test, boolean train)
      implements java.io.Serializable {

    /** At the ends of epochs alone. */
    public static final Looks EPOCHS = new Looks(0, List.of(), false, false);

    /** Copies the list. */
    public Looks {
      at = List.copyOf(at);
      if (every < 0) throw new IllegalArgumentException("every must not be negative: " + every);
    }

    /** Whether there are evaluations within epochs. */
    public boolean isWithinEpochs() {
      return every > 0 || !at.isEmpty();
    }

    boolean dueAfter(long before, long now) {
      if (every > 0 && now / every > before / every) return true;
      return at.stream().anyMatch(step -> before < step && step <= now);
    }
  }

  /**
   * A value of the validation examples.
   *
   * @param value to reach: the loss is to be no more, the accuracy no less
   */
  public record Target(EarlyStopping.Metric metric, double value) implements java.io.Serializable {

    /** Never reached. */
    public static final Target NONE =
        new Target(EarlyStopping.Metric.LOSS, Double.NEGATIVE_INFINITY);

    /** Whether there is no target. */
    public boolean isNone() {
      return equals(NONE);
    }

    /** Whether figures reach it; NaN reaches nothing. */
    public boolean isReachedBy(double loss, double accuracy) {
      return metric == EarlyStopping.Metric.LOSS ? loss <= value : accuracy >= value;
    }
  }
}
