package io.kudari.config;

import io.kudari.train.Safety;
import io.kudari.train.TrainingPlan;

/** What a run does when its arithmetic goes wrong: keys of the {@code train} section. */
final class SafetySettings {

  private static final double LEAST_FACTOR = 1e-6;

  private SafetySettings() {}

  /** The plan with what the section says about it. */
  static TrainingPlan read(Settings train, StrategySettings strategy, TrainingPlan plan) {
    Safety usual = Safety.DEFAULT;
    Safety.Action action = train.choice("on-divergence", usual.action(), Safety.Action.class);
    Safety safety =
        new Safety(
            action,
            train.number("back-off-factor", usual.factor(), LEAST_FACTOR, 1),
            train.integer("back-off-times", usual.times(), 0, 1 << 20),
            train.integer("drift-steps", (int) usual.driftSteps(), 0, Integer.MAX_VALUE));
    boolean ranks = strategy.strategy() == StrategySettings.Strategy.ALL_REDUCE;
    if (action == Safety.Action.BACK_OFF && !ranks) {
      throw train.wrong(
          "on-divergence",
          "= back-off needs train.strategy = all-reduce, not " + strategy.strategy().id());
    }
    try {
      return plan.with(safety);
    } catch (IllegalArgumentException e) {
      throw train.wrong("on-divergence", ": " + e.getMessage());
    }
  }
}
