package io.kudari.config;

import io.kudari.data.Task;
import io.kudari.setting.OnResume;
import io.kudari.setting.Setting;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.plan.EarlyStopping.Metric;

/** The {@code train.early-stopping} section. */
final class StoppingSettings {

  static final Setting<Object> EARLY_STOPPING =
      Setting.section("early-stopping", "when to end because the validation gets no better")
          .unset("none")
          .onResume(OnResume.FREE);
  static final Setting<Metric> METRIC =
      Setting.choice(
          "metric", Metric.LOSS, Metric.class, "what is watched; `accuracy` of a classification");
  static final Setting<Integer> PATIENCE =
      Setting.whole("patience", 5, 1, 1 << 20, "epochs without a better one that end the run");
  static final Setting<Double> MIN_CHANGE =
      Setting.number("min-change", 0.0, "[0, inf)", "what an epoch must be better by");
  static final Setting<Boolean> RESTORE_BEST =
      Setting.flag("restore-best", true, "end with the parameters of the best epoch");

  private StoppingSettings() {}

  /** What the section says, or null where there is none. */
  static EarlyStopping readOrNull(Settings train, Task task, boolean validated) {
    if (!train.has(EARLY_STOPPING)) return null;
    if (!validated)
      throw train.wrong(EARLY_STOPPING, "needs validation examples: data.validation is 0");
    Settings s = train.section(EARLY_STOPPING);
    EarlyStopping stopping =
        new EarlyStopping(s.get(METRIC), s.get(PATIENCE), s.get(MIN_CHANGE), s.get(RESTORE_BEST));
    s.done();
    if (task == Task.REGRESSION && stopping.metric() == Metric.ACCURACY)
      throw s.wrong(METRIC, "= accuracy is for classes, but data.train.task = regression");
    return stopping;
  }
}
