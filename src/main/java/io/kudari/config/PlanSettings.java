package io.kudari.config;

import io.kudari.data.Normalization;
import io.kudari.data.Task;
import io.kudari.exchange.Exchanges;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.SettingException;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.train.MeterSpec;
import io.kudari.train.Safety;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.Algorithms;
import io.kudari.train.meter.Meters;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.plan.LastBatch;
import io.kudari.train.plan.NoiseMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The {@code optimizer}, {@code schedule} and {@code train} sections. */
final class PlanSettings {

  private static final int MOST_EPOCHS = 1 << 20;

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
    OptimizerSpec optimizer = optimizer(root.section("optimizer"));
    int batch = train.integer("batch", 128, 1, Integer.MAX_VALUE);
    if (batch < workers) {
      throw train.wrong("batch", "must be at least train.workers = " + workers + ", not " + batch);
    }
    Settings schedule = root.section("schedule");
    TrainingPlan.Schedules schedules =
        new TrainingPlan.Schedules(
            schedule(schedule, "learning-rate", validated),
            schedule(schedule, "momentum", validated),
            schedule(schedule, "batch", validated));
    schedule.done();
    if (!schedules.momentum().equals(ScheduleSpec.CONSTANT)
        && !optimizer.settings().containsKey("momentum")) {
      throw root.wrong(
          "schedule", "momentum needs an optimizer with momentum, not " + optimizer.name());
    }
    Course course = CourseSettings.read(train, task, validated, tested);
    TrainingPlan plan =
        new TrainingPlan(
            seed,
            train.integer("epochs", epochs(course), 1, MOST_EPOCHS),
            batch,
            train.choice("last-batch", LastBatch.KEEP, LastBatch.class),
            normalization,
            optimizer,
            schedules,
            train.choice("batch-rule", BatchRule.NONE, BatchRule.class),
            train.integer("base-batch", batch, 1, Integer.MAX_VALUE),
            stopping(train, task, validated),
            Algorithms.usual(optimizer),
            Safety.DEFAULT,
            Exchanges.USUAL,
            train.choice("noise-scale", NoiseMode.AUTO, NoiseMode.class),
            course,
            meters(train));
    String obstacle = plan.noiseObstacle(workers);
    if (!obstacle.isEmpty()) throw train.wrong("batch-rule", "= " + obstacle);
    return plan;
  }

  private static List<MeterSpec> meters(Settings train) {
    if (!train.has("meters")) return List.of();
    try {
      return train.texts("meters").stream().distinct().map(Meters::named).toList();
    } catch (IllegalArgumentException e) {
      throw train.wrong("meters", e.getMessage());
    }
  }

  /** As many as a number of steps may need, since every epoch has one. */
  private static int epochs(Course course) {
    if (course.steps() == Course.UNBOUNDED) return 10;
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

  private static EarlyStopping stopping(Settings train, Task task, boolean validated) {
    if (!train.has("early-stopping")) return null;
    if (!validated)
      throw train.wrong("early-stopping", "needs validation examples: data.validation is 0");
    Settings s = train.section("early-stopping");
    EarlyStopping stopping =
        new EarlyStopping(
            s.choice("metric", EarlyStopping.Metric.LOSS, EarlyStopping.Metric.class),
            s.integer("patience", 5, 1, 1 << 20),
            s.number("min-change", 0, 0, Double.MAX_VALUE),
            s.flag("restore-best", true));
    s.done();
    if (task == Task.REGRESSION && stopping.metric() == EarlyStopping.Metric.ACCURACY)
      throw s.wrong("metric", "= accuracy is for classes, but data.train.task = regression");
    return stopping;
  }
}
