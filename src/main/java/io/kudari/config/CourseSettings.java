package io.kudari.config;

import static io.kudari.setting.OnResume.FREE;
import static io.kudari.setting.OnResume.GROWS;

import io.kudari.data.ClassWeighting;
import io.kudari.data.Sampling;
import io.kudari.data.Task;
import io.kudari.setting.Setting;
import io.kudari.train.TrainingPlan;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code train.steps}, {@code train.evaluate} and {@code train.target}; {@code train.order} and
 * {@code train.shards}.
 */
final class CourseSettings {

  private static final String BALANCED = "balanced";

  private static final int MOST_STEPS = Integer.MAX_VALUE;

  static final Setting<Integer> STEPS =
      Setting.whole(
              "steps",
              null,
              1,
              MOST_STEPS,
              "the run ends after so many steps, or with its epochs if that is sooner")
          .unset("none")
          .onResume(GROWS);
  static final Setting<Sampling.Order> ORDER =
      Setting.choice(
          "order",
          Sampling.USUAL.order(),
          Sampling.Order.class,
          "in which order a worker visits its examples: `shuffled` anew each epoch;"
              + " `sorted-by-label`, class after class, shuffled within a class; `once`, shuffled"
              + " once and every epoch alike; `with-replacement`, each drawn from all of the"
              + " worker's own, so that an epoch is as many draws as there are examples (not with"
              + " full-batch recipes)");
  static final Setting<Sampling.Shards> SHARDS =
      Setting.choice(
          "shards",
          Sampling.USUAL.shards(),
          Sampling.Shards.class,
          "which examples a worker owns: `dealt` at random, or `sorted-by-label`, cut from all"
              + " sorted by class, so that a worker has few classes; the sizes are the same");
  static final Setting<Object> CLASS_WEIGHTS =
      Setting.part(
              "class-weights",
              "`balanced` or section",
              "what examples of a class weigh in the training loss, times a weight of their own: in"
                  + " a section a number for each name, 1 without; `balanced` is N / (K · n) of a"
                  + " class with n of N training examples in K classes")
          .unset("none: all count alike");
  static final Setting<Object> EVALUATE =
      Setting.section("evaluate", "when models are evaluated besides the ends of epochs, see below")
          .unset("never")
          .onResume(FREE);
  static final Setting<Integer> EVERY =
      Setting.whole(
          "every",
          0,
          0,
          MOST_STEPS,
          "evaluate the validation examples every so many steps; 0 is never. A round of local"
              + " steps is not cut for it: then after the round");
  static final Setting<List<String>> AT =
      Setting.texts(
              "at",
              null,
              "whole numbers, at least 1",
              "evaluate after these numbers of steps, such as `[10, 100, 1000]`")
          .unset("none");
  static final Setting<Boolean> ON_TEST =
      Setting.flag(
          "test",
          false,
          "evaluate the test examples too whenever the validation examples are evaluated: the test"
              + " set's curve");
  static final Setting<Boolean> ON_TRAIN =
      Setting.flag(
          "train",
          false,
          "evaluate the training examples at the end of the run, with the parameters that are kept:"
              + " `train.accuracy` or `train.r2` in `summary.json`");
  static final Setting<Object> TARGET =
      Setting.section("target", "what ends the run when it is reached, see below")
          .unset("none")
          .onResume(FREE);
  static final Setting<Metric> METRIC =
      Setting.choice(
          "metric", Metric.LOSS, Metric.class, "what is watched; `accuracy` of a classification");
  static final Setting<Double> VALUE =
      Setting.number(
          "value", null, "[0, inf)", "the loss, or the accuracy within [0, 1], to be reached");

  private CourseSettings() {}

  /**
   * Reads them.
   *
   * @param validated whether examples are held out for validation
   * @param tested whether there are test examples
   */
  static Course read(Settings train, Task task, boolean validated, boolean tested) {
    long steps = train.find(STEPS).map(Integer::longValue).orElse(Course.UNBOUNDED);
    return new Course(steps, looks(train, validated, tested), target(train, task, validated));
  }

  /** Which examples workers own, and when they visit them. */
  static Sampling sampling(Settings train) {
    Sampling usual = Sampling.USUAL;
    return new Sampling(
        train.find(ORDER).orElse(usual.order()), train.find(SHARDS).orElse(usual.shards()));
  }

  /** What classes weigh in training. */
  static ClassWeighting classWeights(Settings train, Task task) {
    if (!train.has(CLASS_WEIGHTS)) return ClassWeighting.NONE;
    if (task != Task.CLASSIFICATION)
      throw train.wrong(CLASS_WEIGHTS, "needs classes, but data.train.task = regression");
    if (train.isWord(CLASS_WEIGHTS, BALANCED)) {
      train.resolvedAs(CLASS_WEIGHTS, BALANCED);
      return ClassWeighting.BALANCED;
    }
    if (!train.isSection(CLASS_WEIGHTS))
      throw train.wrong(CLASS_WEIGHTS, "must be balanced or a section { CLASS = weight, … }");
    Settings section = train.section(CLASS_WEIGHTS);
    Map<String, Double> weights = new TreeMap<>();
    section
        .raw()
        .forEach(
            (name, value) -> {
              boolean weight =
                  value instanceof Number n
                      && (n.doubleValue() == 0
                          || (n.doubleValue() >= 1e-6 && n.doubleValue() <= 1e6));
              if (!weight)
                throw section.wrong(name, "must be 0 or a number within [1e-6, 1e6], not " + value);
              weights.put(name, ((Number) value).doubleValue());
            });
    return new ClassWeighting(false, weights);
  }

  /** Full-batch recipes take every example in every step. */
  static void checkSampling(Settings train, TrainingPlan plan) {
    if (plan.optimizer().fullBatch()
        && sampling(train).order() == Sampling.Order.WITH_REPLACEMENT) {
      throw train.wrong(
          ORDER,
          "= with-replacement needs an optimizer that takes steps, not " + plan.optimizer().name());
    }
  }

  private static Course.Looks looks(Settings train, boolean validated, boolean tested) {
    if (!train.has(EVALUATE)) return Course.Looks.EPOCHS;
    Settings s = train.section(EVALUATE);
    int every = s.get(EVERY);
    List<Long> at = s.has(AT) ? steps(s) : List.of();
    Course.Looks looks = new Course.Looks(every, at, s.get(ON_TEST), s.get(ON_TRAIN));
    s.done();
    if (looks.test() && !tested)
      throw s.wrong(ON_TEST, "needs test examples: data.test is not set");
    if (looks.isWithinEpochs() && !validated && !looks.test())
      throw train.wrong(EVALUATE, "needs validation examples: data.validation is 0");
    return looks;
  }

  private static List<Long> steps(Settings evaluate) {
    List<Long> steps = new ArrayList<>();
    for (String text : evaluate.get(AT)) {
      long step = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
      if (step < 1 || step > MOST_STEPS)
        throw evaluate.wrong(AT, "must be numbers of steps from 1, not " + text);
      steps.add(step);
    }
    evaluate.resolvedAs(AT, steps);
    return steps;
  }

  private static Course.Target target(Settings train, Task task, boolean validated) {
    if (!train.has(TARGET)) return Course.Target.NONE;
    if (!validated) throw train.wrong(TARGET, "needs validation examples: data.validation is 0");
    Settings s = train.section(TARGET);
    Metric metric = s.get(METRIC);
    double value = s.get(VALUE);
    s.done();
    if (metric == Metric.ACCURACY && value > 1)
      throw s.wrong(VALUE, "must be an accuracy within [0, 1], not " + value);
    if (metric == Metric.ACCURACY && task == Task.REGRESSION)
      throw s.wrong(METRIC, "= accuracy is for classes, but data.train.task = regression");
    return new Course.Target(metric, value);
  }
}
