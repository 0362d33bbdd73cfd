package io.kudari.train;

/**
 * How often a run states where it is, for its checkpoints and its recovery; whatever of it comes
 * first. Each 0 means never. With any of them there is also a snapshot at the end.
 *
 * @param steps every so many steps; averaging rounds are not cut for it
 * @param epochs after every so many epochs, their evaluation included
 * @param seconds every so many seconds
 */
public record SnapshotRule(long steps, int epochs, double seconds) implements java.io.Serializable {

  /** No snapshots. */
  public static final SnapshotRule NEVER = new SnapshotRule(0, 0, 0);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when a number is negative or not finite
   */
  public SnapshotRule {
    if (steps < 0 || epochs < 0 || !(seconds >= 0 && seconds < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "snapshots every %d steps, %d epochs, %s seconds: all must be at least 0"
              .formatted(steps, epochs, seconds));
    }
  }

  /** Whether there are no snapshots at all. */
  public boolean isNever() {
    return steps == 0 && epochs == 0 && seconds == 0;
  }

  /** Whether the rule asks for one after a step, or after several that were taken at once. */
  boolean dueAfterSteps(long before, long now) {
    return steps > 0 && now / steps > before / steps;
  }

  /** Whether the rule asks for one after so many epochs. */
  boolean dueAfterEpochs(int done) {
    return epochs > 0 && done % epochs == 0;
  }

  /**
   * Checks that a plan can do it.
   *
   * @throws IllegalArgumentException when it cannot; one line
   */
  void check(TrainingPlan plan) {
    String obstacle = isNever() ? "" : plan.obstacle();
    if (!obstacle.isEmpty())
      throw new IllegalArgumentException("no snapshots can be taken: " + obstacle);
  }
}
