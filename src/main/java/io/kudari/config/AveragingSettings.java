package io.kudari.config;

import io.kudari.optim.ScheduleSpec;
import io.kudari.train.Averaging;
import io.kudari.train.TrainingPlan;

/** The {@code train.averaging} section, which belongs to {@code train.strategy = averaging}. */
final class AveragingSettings {

  private static final int MOST_STEPS = 1 << 20;

  private AveragingSettings() {}

  /** The plan with what the section says about averaging; without the strategy, the same plan. */
  static TrainingPlan read(Settings train, StrategySettings strategy, TrainingPlan plan) {
    if (strategy.strategy() != StrategySettings.Strategy.AVERAGING) {
      if (!train.has("averaging")) return plan;
      throw train.wrong(
          "averaging", "needs train.strategy = averaging, not " + strategy.strategy().id());
    }
    Settings section = train.section("averaging");
    ScheduleSpec localSteps =
        section.isSection("local-steps")
            ? PlanSettings.schedule(section, "local-steps")
            : ScheduleSpec.parse(
                section.integer("local-steps", Averaging.LOCAL_STEPS, 1, MOST_STEPS));
    Averaging averaging =
        new Averaging(
            localSteps, section.choice("slots", Averaging.Slots.AVERAGE, Averaging.Slots.class));
    section.done();
    try {
      return plan.averaging(averaging);
    } catch (IllegalArgumentException e) {
      throw train.wrong("strategy", ": " + e.getMessage());
    }
  }
}
