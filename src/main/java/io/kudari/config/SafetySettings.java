package io.kudari.config;

import io.kudari.setting.Setting;
import io.kudari.train.Safety;
import io.kudari.train.TrainingPlan;

/** What a run does when its arithmetic goes wrong: keys of the {@code train} section. */
final class SafetySettings {

  private static final Safety USUAL = Safety.DEFAULT;

  static final Setting<Safety.Action> ON_DIVERGENCE =
      Setting.choice(
          "on-divergence",
          USUAL.action(),
          Safety.Action.class,
          "what becomes of a step whose loss or gradient is NaN or infinite: `stop` the run, `skip`"
              + " the step, or `back-off`, see below");
  static final Setting<Double> BACK_OFF_FACTOR =
      Setting.number(
          "back-off-factor",
          USUAL.factor(),
          "[1e-6, 1)",
          "with `back-off`: what multiplies the learning rate");
  static final Setting<Integer> BACK_OFF_TIMES =
      Setting.whole("back-off-times", USUAL.times(), 0, 1 << 20, "with `back-off`: how often");
  static final Setting<Integer> DRIFT_STEPS =
      Setting.whole(
          "drift-steps",
          (int) USUAL.driftSteps(),
          0,
          Integer.MAX_VALUE,
          "every so many steps ranks compare a hash of their parameters; a difference ends the run"
              + " and names the rank; 0 is never");

  private SafetySettings() {}

  /** The plan with what the section says about it. */
  static TrainingPlan read(Settings train, StrategySettings strategy, TrainingPlan plan) {
    Safety.Action action = train.get(ON_DIVERGENCE);
    Safety safety =
        new Safety(
            action, train.get(BACK_OFF_FACTOR), train.get(BACK_OFF_TIMES), train.get(DRIFT_STEPS));
    boolean ranks = strategy.strategy() == StrategySettings.Strategy.ALL_REDUCE;
    if (action == Safety.Action.BACK_OFF && !ranks) {
      throw train.wrong(
          ON_DIVERGENCE,
          "= back-off needs train.strategy = all-reduce, not " + strategy.strategy().id());
    }
    try {
      return plan.with(safety);
    } catch (IllegalArgumentException e) {
      throw train.wrong(ON_DIVERGENCE, ": " + e.getMessage());
    }
  }
}
