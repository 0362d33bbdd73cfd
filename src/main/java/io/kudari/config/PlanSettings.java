package io.kudari.config;

import io.kudari.data.Normalization;
import io.kudari.data.Task;
import io.kudari.exchange.Exchanges;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.setting.OnResume;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import io.kudari.train.MeterSpec;
import io.kudari.train.Safety;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.Algorithms;
import io.kudari.train.meter.Meters;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.LastBatch;
import io.kudari.train.plan.NoiseMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The {@code optimizer}, {@code schedule} and {@code train} sections. */
final class PlanSettings {

  private static final int MOST_EPOCHS = 1 << 20;

  static final Setting<Integer> EPOCHS =
      Setting.whole(
              "epochs",
              10,
              1,
              MOST_EPOCHS,
              "passes over the training examples; where only `steps` is given, as many as they"
                  + " take")
          .onResume(OnResume.GROWS);
  static final Setting<Integer> BATCH =
      Setting.whole(
          "batch",
          128,
          1,
          Integer.MAX_VALUE,
          "examples of a step over all workers: the global batch");
  static final Setting<LastBatch> LAST_BATCH =
      Setting.choice(
          "last-batch",
          LastBatch.KEEP,
          LastBatch.class,
          "`keep` or `drop` an epoch's short last batch, or `carry`: the first examples of the next"
              + " epoch fill it, so that all batches are whole; the epoch ends with it, and the"
              + " run's last epoch keeps its short batch (more `epochs` on resuming begin behind"
              + " that). With batch normalisation, one of fewer than two examples a worker is kept"
              + " by joining it to the one before");
  static final Setting<BatchRule> BATCH_RULE =
      Setting.choice(
          "batch-rule", BatchRule.NONE, BatchRule.class, "how the learning rate follows the batch");
  static final Setting<Integer> BASE_BATCH =
      Setting.whole(
              "base-batch",
              null,
              1,
              Integer.MAX_VALUE,
              "the global batch the learning rate is meant for")
          .unset("`batch`");
  static final Setting<List<String>> METERS =
      Setting.texts(
              "meters",
              null,
              Meters.ALL.stream().map(m -> "`" + m.name() + "`").collect(Collectors.joining(", ")),
              "what else is measured while training, see below")
          .unset("none; `sent-bytes` and `residual-norm` with a lossy exchange")
          .onResume(OnResume.FREE);
  static final Setting<NoiseMode> NOISE_SCALE =
      Setting.choice(
              "noise-scale",
              NoiseMode.AUTO,
              NoiseMode.class,
              "whether the gradient's noise scale is measured, see below")
          .onResume(OnResume.FREE);

  private PlanSettings() {}

  static TrainingPlan read(
      Settings root,
      Settings train,
      long seed,
      Normalization normalization,
      int workers,
      Task task,
      boolean validated,
      boolean tested) {
    OptimizerSpec optimizer = optimizer(root.section(Sections.OPTIMIZER));
    int batch = train.get(BATCH);
    if (batch < workers) {
      throw train.wrong(BATCH, "must be at least train.workers = " + workers + ", not " + batch);
    }
    Settings schedule = root.section(Sections.SCHEDULE);
    TrainingPlan.Schedules schedules =
        new TrainingPlan.Schedules(
            schedule(schedule, "learning-rate", validated),
            schedule(schedule, "momentum", validated),
            schedule(schedule, "batch", validated));
    schedule.done();
    if (!schedules.momentum().equals(ScheduleSpec.CONSTANT)
        && !optimizer.settings().containsKey("momentum")) {
      throw root.wrong(
          Sections.SCHEDULE, "momentum needs an optimizer with momentum, not " + optimizer.name());
    }
    Course course = CourseSettings.read(train, task, validated, tested);
    TrainingPlan plan =
        new TrainingPlan(
            seed,
            train.get(EPOCHS, epochs(course)),
            batch,
            train.get(LAST_BATCH),
            normalization,
            optimizer,
            schedules,
            train.get(BATCH_RULE),
            train.get(BASE_BATCH, batch),
            StoppingSettings.readOrNull(train, task, validated),
            Algorithms.usual(optimizer),
            Safety.DEFAULT,
            Exchanges.USUAL,
            train.get(NOISE_SCALE),
            course,
            meters(train));
    String obstacle = plan.noiseObstacle(workers);
    if (!obstacle.isEmpty()) throw train.wrong(BATCH_RULE, "= " + obstacle);
    return plan;
  }

  private static List<MeterSpec> meters(Settings train) {
    try {
      return train.find(METERS).orElse(List.of()).stream().distinct().map(Meters::named).toList();
    } catch (IllegalArgumentException e) {
      throw train.wrong(METERS, e.getMessage());
    }
  }

  /** As many as a number of steps may need, since every epoch has one. */
  private static int epochs(Course course) {
    if (course.steps() == Course.UNBOUNDED) return EPOCHS.initial();
    return (int) Math.min(course.steps(), MOST_EPOCHS);
  }

  private static OptimizerSpec optimizer(Settings section) {
    try {
      Map<String, Object> given = new HashMap<>(section.raw());
      given.putIfAbsent("name", "momentum");
      OptimizerSpec optimizer = OptimizerSpec.parse(given);
      section.resolvedAs("name", optimizer.name());
      optimizer.settings().forEach(section::resolvedAs);
      return optimizer;
    } catch (SettingException e) {
      throw section.wrong(e.key(), ": " + e.getMessage());
    }
  }

  static ScheduleSpec schedule(Settings schedules, String key) {
    Settings section = schedules.section(key);
    try {
      ScheduleSpec spec = ScheduleSpec.parse(section.raw());
      section.resolvedAs("kind", spec.kind());
      spec.settings().forEach(section::resolvedAs);
      if (!spec.warmup().isEmpty()) section.resolvedAs("warmup", spec.warmup());
      return spec;
    } catch (SettingException e) {
      throw section.wrong(e.key(), ": " + e.getMessage());
    }
  }

  private static ScheduleSpec schedule(Settings schedules, String key, boolean validated) {
    ScheduleSpec spec = schedule(schedules, key);
    if (spec.followsValidation() && !validated) {
      throw schedules.wrong(
          key, "= " + spec.kind() + " needs validation examples: data.validation is 0");
    }
    return spec;
  }
}
