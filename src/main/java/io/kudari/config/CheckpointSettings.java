package io.kudari.config;

import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainingPlan;
import java.time.Duration;

/**
 * The {@code checkpoint} section: what is saved while training.
 *
 * @param rule how often; never where the plan has no state to go on from
 * @param keep how many of the newest are kept, besides the best
 */
public record CheckpointSettings(SnapshotRule rule, int keep) {

  private static final String EVERY = "5 minutes";

  static CheckpointSettings read(Settings root, TrainingPlan plan) {
    Settings section = root.section("checkpoint");
    String obstacle = plan.obstacle();
    Duration every = section.duration("every", obstacle.isEmpty() ? EVERY : Settings.NEVER);
    long steps = section.integer("every-steps", 0, 0, Integer.MAX_VALUE);
    int epochs = section.integer("every-epochs", 0, 0, 1 << 20);
    int keep = section.integer("keep", 3, 1, 1 << 20);
    section.done();
    SnapshotRule rule = new SnapshotRule(steps, epochs, every.toNanos() / 1e9);
    if (!obstacle.isEmpty() && !rule.isNever())
      throw root.wrong("checkpoint", "must have every = never: " + obstacle);
    return new CheckpointSettings(rule, keep);
  }
}
