package io.kudari.config;

import io.kudari.setting.Setting;
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

  static final Setting<String> EVERY =
      Setting.text("every", "5 minutes", "duration", "a duration with its unit, or `never`");
  static final Setting<Integer> EVERY_STEPS =
      Setting.whole("every-steps", 0, 0, Integer.MAX_VALUE, "also after so many steps; 0 is never");
  static final Setting<Integer> EVERY_EPOCHS =
      Setting.whole(
          "every-epochs",
          0,
          0,
          1 << 20,
          "also after so many epochs, their evaluation included; 0 is never");
  static final Setting<Integer> KEEP =
      Setting.whole(
          "keep",
          3,
          1,
          1 << 20,
          "how many of the newest are kept; besides them, the first one at or after the end of the"
              + " best epoch, by the metric of `early-stopping`, or else the validation loss");

  static CheckpointSettings read(Settings root, TrainingPlan plan) {
    Settings section = root.section(Sections.CHECKPOINT);
    String obstacle = plan.obstacle();
    Duration every = section.duration(EVERY, obstacle.isEmpty() ? EVERY.initial() : Settings.NEVER);
    long steps = section.get(EVERY_STEPS);
    int epochs = section.get(EVERY_EPOCHS);
    int keep = section.get(KEEP);
    section.done();
    SnapshotRule rule = new SnapshotRule(steps, epochs, every.toNanos() / 1e9);
    if (!obstacle.isEmpty() && !rule.isNever())
      throw root.wrong(Sections.CHECKPOINT, "must have every = never: " + obstacle);
    return new CheckpointSettings(rule, keep);
  }
}
