package io.kudari.train.algorithm;

import io.kudari.math.Layout;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.Schedule;
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
 * <p>An outer optimizer takes the mean displacement d of a round, of which −d is a gradient, for a
 * step of its own: x ← x + d is the plain mean. With momentum Δ ← μ Δ + d, x ← x + η Δ it is
 * blockwise model-update filtering (Chen, Huo, "Scalable training of deep learning machines by
 * incremental block training with intra-block parallel optimization and blockwise model-update
 * filtering", ICASSP 2016, with block momentum μ and block rate η; its Nesterov form is {@code
 * nesterov}) and, at a constant inner rate, SlowMo (Wang, Tantia, Ballas, Rabbat, "SlowMo:
 * improving communication-efficient distributed SGD with slow momentum", ICLR 2020, with slow rate
 * η and slow momentum μ). With {@code adamw} inside and {@code nesterov} outside it is DiLoCo
 * (Douillard et al., "DiLoCo: distributed low-communication training of language models", 2023:
 * rate 0.7 and momentum 0.9 outside, slots kept).
 *
 * <p>A schedule of H that is 1 at first and larger from some epoch on is post-local SGD (Lin et al.
 * 2020). An epoch ends with a mean, so its last round may have fewer steps.
 *
 * @param localSteps H by the epoch; rounded, and at least 1
 * @param slots what becomes of the workers' optimizer slots when parameters are averaged
 * @param outer recipe that makes a step of the mean displacement; plain descent of rate 1 for the
 *     plain mean
 */
public record ParameterAveraging(ScheduleSpec localSteps, LocalSlots slots, OptimizerSpec outer)
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

  private static final Setting<?> OUTER =
      Setting.part(
              "outer",
              "`none`, name or section",
              "an optimizer as in the section `optimizer`, which takes a round's mean displacement"
                  + " for a step of its own")
          .unset("none: the plain mean");

  static final Algorithms.Kind KIND =
      new Algorithms.Kind(
          NAME,
          "local steps of every worker, then the mean of their parameters",
          List.of(STEPS, SLOTS, OUTER),
          ParameterAveraging::parse);

  private static ParameterAveraging parse(Map<String, ?> settings) {
    Map<String, Object> others = new HashMap<>(settings);
    ScheduleSpec localSteps = localSteps(NAME, others);
    Map<String, Object> all = Setting.complete(NAME, KIND.settings(), others);
    LocalSlots slots = LocalSlots.valueOf(all.get(SLOTS.key()).toString().toUpperCase(Locale.ROOT));
    Object outer = all.getOrDefault(OUTER.key(), OuterStep.NONE);
    return new ParameterAveraging(localSteps, slots, OuterStep.parse(OUTER.key(), outer));
  }

  /**
   * Takes H out of an algorithm's settings.
   *
   * @throws SettingException when it is no number and no schedule
   */
  static ScheduleSpec localSteps(String owner, Map<String, Object> settings) {
    Object given = settings.remove(STEPS.key());
    Map<String, ?> number = given == null ? Map.of() : Map.of(STEPS.key(), given);
    boolean scheduled = given instanceof Map;
    Object steps =
        scheduled ? given : Setting.complete(owner, List.of(STEPS), number).get(STEPS.key());
    try {
      return ScheduleSpec.parse(steps);
    } catch (SettingException e) {
      throw new SettingException(STEPS.key() + "." + e.key(), e.getMessage());
    }
  }

  /** With the plain mean. */
  public ParameterAveraging(ScheduleSpec localSteps, LocalSlots slots) {
    this(localSteps, slots, OuterStep.MEAN);
  }

  /**
   * @throws SettingException when the recipe cannot be an outer one; one line
   */
  public ParameterAveraging {
    OuterStep.check(outer);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(
        STEPS.key(), localSteps.section(),
        SLOTS.key(), slots.name().toLowerCase(Locale.ROOT),
        OUTER.key(), OuterStep.section(outer));
  }

  @Override
  public List<OwnSchedule> schedules() {
    return List.of(schedule(localSteps));
  }

  /** H by the epoch. */
  static OwnSchedule schedule(ScheduleSpec localSteps) {
    return new OwnSchedule(STEPS.key(), "local steps", localSteps, LOCAL_STEPS);
  }

  /** Workers that average keep the state of local steps elsewhere, and not always. */
  @Override
  public int slots(OptimizerSpec optimizer, Layout layout) {
    return AlgorithmSpec.super.slots(outer, layout);
  }

  @Override
  public int vectorsOfWorker(OptimizerSpec optimizer, Layout layout) {
    return slots == LocalSlots.KEEP ? AlgorithmSpec.super.slots(optimizer, layout) : 0;
  }

  @Override
  public String skipObstacle() {
    return slots == LocalSlots.KEEP
        ? "with train.algorithm.slots = keep workers have stepped before a round is judged"
        : "";
  }

  @Override
  public Algorithm open(Algorithm.Context context) {
    Schedule steps = schedules().get(0).resolve(context.plan().epochs());
    return new Rounds(context, steps, slots, 0, outer);
  }

  @Override
  public void check(OptimizerSpec optimizer, BatchRule rule) {
    AlgorithmSpec.super.check(optimizer, rule);
    checkRounds(NAME, rule);
    if (slots == LocalSlots.AVERAGE) return;
    checkNoAverages(optimizer, ", which needs train.algorithm.slots = average");
    if (slots == LocalSlots.RESET && (double) optimizer.settings().get("gradient-noise") > 0) {
      throw new IllegalArgumentException(
          "optimizer.gradient-noise would repeat itself with train.algorithm.slots = reset");
    }
  }

  /** What no algorithm of rounds can do. */
  static void checkRounds(String owner, BatchRule rule) {
    if (rule != BatchRule.ADASCALE) return;
    throw new IllegalArgumentException(
        owner + " excludes train.batch-rule = adascale, which needs every step's mean gradient");
  }

  /** Slots that stay with their workers have no average to evaluate. */
  static void checkNoAverages(OptimizerSpec optimizer, String rest) {
    for (String key : new String[] {"lookahead-steps", "ema", "swa-start"}) {
      if ((double) optimizer.settings().get(key) > 0)
        throw new IllegalArgumentException("optimizer." + key + " keeps an average" + rest);
    }
  }
}
