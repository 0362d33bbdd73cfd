package io.kudari.config;

import io.kudari.data.Sampling;
import io.kudari.data.Task;
import io.kudari.train.TrainingPlan;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping.Metric;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code train.steps}, {@code train.evaluate} and {@code train.target}; {@code train.order} and
 * {@code train.shards}.
 */
final class CourseSettings {

  private static final int MOST_STEPS = Integer.MAX_VALUE;

  private CourseSettings() {}

  /**
   * Reads them.
   *
   * @param validated whether examples are held out for validation
   * @param tested whether there are test examples
   */
  static Course read(Settings train, Task task, boolean validated, boolean tested) {
    long steps = train.has("steps") ? train.integer("steps", 1, MOST_STEPS) : Course.UNBOUNDED;
    return new Course(steps, looks(train, validated, tested), target(train, task, validated));
  }

  /** Which examples workers own, and when they visit them. */
  static Sampling sampling(Settings train) {
    Sampling usual = Sampling.USUAL;
    return new Sampling(
        train.has("order")
            ? train.choice("order", usual.order(), Sampling.Order.class)
            : usual.order(),
        train.has("shards")
            ? train.choice("shards", usual.shards(), Sampling.Shards.class)
            : usual.shards());
  }

  /** Full-batch recipes take every example in every step. */
  static void checkSampling(Settings train, TrainingPlan plan) {
    if (plan.optimizer().fullBatch()
        && sampling(train).order() == Sampling.Order.WITH_REPLACEMENT) {
      throw train.wrong(
          "order",
          "= with-replacement needs an optimizer that takes steps, not " + plan.optimizer().name());
    }
  }

  private static Course.Looks looks(Settings train, boolean validated, boolean tested) {
    if (!train.has("evaluate")) return Course.Looks.EPOCHS;
    Settings s = train.section("evaluate");
    int every = s.integer("every", 0, 0, MOST_STEPS);
    List<Long> at = s.has("at") ? steps(s) : List.of();
    Course.Looks looks = new Course.Looks(every, at, s.flag("test", false), s.flag("train", false));
    s.done();
    if (looks.test() && !tested) throw s.wrong("test", "needs test examples: data.test is not set");
    if (looks.isWithinEpochs() && !validated && !looks.test())
      throw train.wrong("evaluate", "needs validation examples: data.validation is 0");
    return looks;
  }

  private static List<Long> steps(Settings evaluate) {
    List<Long> steps = new ArrayList<>();
    for (String text : evaluate.texts("at")) {
      long step = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
      if (step < 1 || step > MOST_STEPS)
        throw evaluate.wrong("at", "must be numbers of steps from 1, not " + text);
      steps.add(step);
    }
    evaluate.resolvedAs("at", steps);
    return steps;
  }

  private static Course.Target target(Settings train, Task task, boolean validated) {
    if (!train.has("target")) return Course.Target.NONE;
    if (!validated) throw train.wrong("target", "needs validation examples: data.validation is 0");
    Settings s = train.section("target");
    Metric metric = s.choice("metric", Metric.LOSS, Metric.class);
    if (!s.has("value")) throw s.wrong("value", "must be given");
    double value = s.number("value", 0, 0, Double.MAX_VALUE);
    s.done();
    if (metric == Metric.ACCURACY && value > 1)
      throw s.wrong("value", "must be an accuracy within [0, 1], not " + value);
    if (metric == Metric.ACCURACY && task == Task.REGRESSION)
      throw s.wrong("metric", "= accuracy is for classes, but data.train.task = regression");
    return new Course.Target(metric, value);
  }
}
