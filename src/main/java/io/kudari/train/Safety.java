package io.kudari.train;

/**
 * What a run does when something goes wrong in its arithmetic.
 *
 * @param action on a NaN or infinite loss or gradient
 * @param factor of the learning rate after each {@link Action#BACK_OFF}, within (0, 1)
 * @param times how often a run goes back, at least 0
 * @param driftSteps every so many steps ranks compare their parameters; 0 is never
 */
public record Safety(Action action, double factor, int times, long driftSteps)
    implements java.io.Serializable {

  /** The run ends. */
  public static final Safety DEFAULT = new Safety(Action.STOP, 0.5, 5, 1000);

  /** What becomes of a step whose loss or gradient is no number. */
  public enum Action {
    /** The run ends with a {@link DivergedException}. */
    STOP,
    /** Parameters, optimizer and statistics stay as they were; the next step follows. */
    SKIP,
    /** The run goes back to the newest snapshot, or to the beginning, with a smaller rate. */
    BACK_OFF
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when one is broken
   */
  public Safety {
    if (!(factor > 0 && factor < 1) || times < 0 || driftSteps < 0) {
      throw new IllegalArgumentException(
          "factor %s, times %d, drift-steps %d".formatted(factor, times, driftSteps));
    }
  }

  /** Whether ranks compare their parameters after steps. */
  boolean comparesAfter(long before, long now) {
    return driftSteps > 0 && now / driftSteps > before / driftSteps;
  }

  /**
   * Checks that a plan can do it.
   *
   * @throws IllegalArgumentException when it cannot; one line
   */
  void check(TrainingPlan plan) {
    String obstacle = action == Action.STOP ? "" : plan.obstacle();
    if (!obstacle.isEmpty())
      throw new IllegalArgumentException("only stop is possible: " + obstacle);
    String skip = action == Action.SKIP ? plan.algorithm().skipObstacle() : "";
    if (!skip.isEmpty()) throw new IllegalArgumentException("skip is not possible: " + skip);
  }
}
