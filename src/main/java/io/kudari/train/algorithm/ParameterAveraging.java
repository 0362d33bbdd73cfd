package io.kudari.train.algorithm;

import io.kudari.math.Layout;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import io.kudari.train.Algorithm;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.plan.LocalSlots;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Local SGD: every worker takes H optimizer steps of its own, then all go on from the mean of their
 * parameters, weighted by the examples each has seen since the last mean. Running statistics are
 * averaged alike.
 *
 * <p>A schedule of H that is 1 at first and larger from some epoch on is post-local SGD (Lin et al.
 * 2020). An epoch ends with a mean, so its last round may have fewer steps.
 *
 * @param localSteps H by the epoch; rounded, and at least 1
 * @param slots what becomes of the workers' optimizer slots when parameters are averaged
 */
public record ParameterAveraging(ScheduleSpec localSteps, LocalSlots slots)
    implements AlgorithmSpec {

  private static final String NAME = "parameter-averaging";

  /** H where the schedule gives no value of its own. */
  private static final int LOCAL_STEPS = 16;

  static final Setting<?> STEPS =
      Setting.of(
          "local-steps",
          LOCAL_STEPS,
          "whole [1, 1048576]",
          "H, a number or a schedule section by the epoch, whose `value` is H at first");

  private static final Setting<?> SLOTS =
      Setting.of(
          "slots",
          "average",
          "keep | average | reset",
          "what becomes of optimizer slots, such as momentum: `average` them too, `keep` each"
              + " worker's own, or `reset` them");

  static final Algorithms.Kind KIND =
      new Algorithms.Kind(
          NAME,
          "local steps of every worker, then the mean of their parameters",
          List.of(STEPS, SLOTS),
          ParameterAveraging::parse);

  private static ParameterAveraging parse(Map<String, ?> settings) {
    Map<String, Object> numbers = new HashMap<>(settings);
    boolean scheduled = numbers.get(STEPS.key()) instanceof Map;
    if (scheduled) numbers.remove(STEPS.key());
    Map<String, Object> all = Setting.complete(NAME, List.of(STEPS, SLOTS), numbers);
    Object steps = scheduled ? settings.get(STEPS.key()) : all.get(STEPS.key());
    String slots = all.get(SLOTS.key()).toString();
    try {
      ScheduleSpec localSteps = ScheduleSpec.parse(steps);
      return new ParameterAveraging(localSteps, LocalSlots.valueOf(slots.toUpperCase(Locale.ROOT)));
    } catch (SettingException e) {
      throw new SettingException(STEPS.key() + "." + e.key(), e.getMessage());
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(
        STEPS.key(), localSteps.section(), SLOTS.key(), slots.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public List<OwnSchedule> schedules() {
    return List.of(new OwnSchedule(STEPS.key(), "local steps", localSteps, LOCAL_STEPS));
  }

  /** Workers that average keep their state elsewhere, and not always. */
  @Override
  public int slots(OptimizerSpec optimizer, Layout layout) {
    return 0;
  }

  @Override
  public String skipObstacle() {
    return slots == LocalSlots.KEEP
        ? "with train.algorithm.slots = keep workers have stepped before a round is judged"
        : "";
  }

  @Override
  public Algorithm open(Algorithm.Context context) {
    return new Rounds(this, context);
  }

  @Override
  public void check(OptimizerSpec optimizer, BatchRule rule) {
    AlgorithmSpec.super.check(optimizer, rule);
    if (rule == BatchRule.ADASCALE) {
      throw new IllegalArgumentException(
          NAME + " excludes train.batch-rule = adascale, which needs every step's mean gradient");
    }
    if (slots == LocalSlots.AVERAGE) return;
    String rest = ", which needs train.algorithm.slots = average";
    for (String key : new String[] {"lookahead-steps", "ema", "swa-start"}) {
      if ((double) optimizer.settings().get(key) > 0)
        throw new IllegalArgumentException("optimizer." + key + " keeps an average" + rest);
    }
    if (slots == LocalSlots.RESET && (double) optimizer.settings().get("gradient-noise") > 0) {
      throw new IllegalArgumentException(
          "optimizer.gradient-noise would repeat itself with train.algorithm.slots = reset");
    }
  }
}
