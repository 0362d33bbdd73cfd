package io.kudari.compare;

import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.config.StrategySettings.Strategy;
import io.kudari.data.ClassWeighting;
import io.kudari.data.ExampleSource;
import io.kudari.data.Sampling;
import io.kudari.model.LayerSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.optim.BatchRule;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.run.SparkTasks;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.GradientSharing;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.LastBatch;
import io.kudari.train.plan.LocalSlots;
import java.util.Locale;

/**
 * What an experiment is for Deeplearning4j's {@code ParameterAveragingTrainingMaster}.
 *
 * @param workers its {@code numWorkers}: the logical workers
 * @param batch its {@code batchSizePerWorker}: a worker's share of the global batch
 * @param frequency its {@code averagingFrequency}: local steps, 1 where gradients are shared
 * @param saveUpdater whether the state of updaters is averaged as parameters are, or begins anew
 *     after each averaging
 */
record AveragingSettings(int workers, int batch, int frequency, boolean saveUpdater)
    implements java.io.Serializable {

  /**
   * Reads them off an experiment.
   *
   * @throws ConfigurationException when it asks for what Deeplearning4j's trainer lacks; names key
   *     and value
   */
  static AveragingSettings of(Experiment experiment) {
    checkPlace(experiment);
    checkPlan(experiment.plan());
    int workers = experiment.strategy().workers();
    int batch = experiment.plan().batch();
    if (batch % workers != 0)
      throw lacking(
          "train.batch = " + batch,
          "batchSizePerWorker is one number: it must be a multiple of train.workers = " + workers);
    return of(experiment.plan().algorithm(), workers, batch / workers);
  }

  private static AveragingSettings of(AlgorithmSpec algorithm, int workers, int batch) {
    if (algorithm instanceof GradientSharing) return new AveragingSettings(workers, batch, 1, true);
    if (!(algorithm instanceof ParameterAveraging averaging))
      throw lacking(
          "train.algorithm = " + algorithm.name(),
          "it averages parameters: gradient-sharing or parameter-averaging can be compared");
    checkConstant("train.algorithm.local-steps", averaging.localSteps());
    if (averaging.slots() == LocalSlots.KEEP)
      throw lacking(
          "train.algorithm.slots = keep",
          "it averages updaters or begins them anew: average, reset");
    if (!"none".equals(averaging.settings().get("outer")))
      throw lacking("train.algorithm.outer", "it takes the plain mean: none");
    int frequency = averaging.schedules().get(0).resolve(1).count(0);
    boolean saved = averaging.slots() == LocalSlots.AVERAGE;
    return new AveragingSettings(workers, batch, frequency, saved);
  }

  private static void checkPlace(Experiment experiment) {
    if (experiment.strategy().strategy() == Strategy.SERIAL)
      throw lacking("train.strategy = serial", "it runs on Spark: all-reduce or driver");
    if (!experiment.model().dl4j().isEmpty())
      throw new ConfigurationException(
          "model.dl4j: the comparison builds Deeplearning4j's network from model.layers");
    if (!experiment.frozen().isEmpty())
      throw lacking("train.frozen = " + experiment.frozen(), "here it trains all parameters");
    checkFile("data.train", experiment.data().train());
    checkFile("data.test", experiment.data().testOrNull());
    Sampling.Order order = experiment.data().rules().sampling().order();
    if (order != Sampling.USUAL.order())
      throw lacking("train.order = " + named(order), "it has its own, anew each epoch: shuffled");
    if (!experiment.data().rules().weighting().equals(ClassWeighting.NONE))
      throw lacking("train.class-weights", "all its examples count alike");
  }

  private static void checkFile(String key, ExampleSource sourceOrNull) {
    if (sourceOrNull != null && SparkTasks.areNeeded(sourceOrNull))
      throw new ConfigurationException(
          key
              + ".format = table: the examples of a comparison go through the driver, which"
              + " reads files alone");
  }

  /** A constant's name in configurations. */
  private static String named(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void checkPlan(TrainingPlan plan) {
    checkConstant("schedule.learning-rate", plan.schedules().learningRate());
    checkUnset("schedule.momentum", plan.schedules().momentum(), "optimizer.momentum");
    checkUnset("schedule.batch", plan.schedules().batch(), "train.batch");
    if (plan.lastBatch() != LastBatch.KEEP)
      throw lacking(
          "train.last-batch = " + named(plan.lastBatch()),
          "here it trains all examples of an epoch: keep");
    if (plan.rule() == BatchRule.ADASCALE)
      throw lacking("train.batch-rule = adascale", "it has no gain of gradients");
    if (!plan.exchange().isExact() || plan.exchange().isLossy())
      throw lacking(
          "train.exchange = " + plan.exchange().name(), "it sends parameters as they are");
    if (plan.course().steps() != Course.UNBOUNDED)
      throw lacking(
          "train.steps = " + plan.course().steps(), "it trains whole epochs: train.epochs");
  }

  private static void checkConstant(String key, ScheduleSpec schedule) {
    if (!schedule.kind().equals("constant"))
      throw lacking(key + ".kind = " + schedule.kind(), "here its settings are constant");
    if (!schedule.warmup().isEmpty())
      throw lacking(
          key + ".warmup.kind = " + schedule.warmup().get("kind"),
          "here its settings are constant");
  }

  /** Another number than the setting itself has is no schedule either. */
  private static void checkUnset(String key, ScheduleSpec schedule, String setting) {
    checkConstant(key, schedule);
    if (!schedule.equals(ScheduleSpec.CONSTANT))
      throw lacking(
          key + " = " + schedule.settings().get("value"), "here it takes " + setting + " alone");
  }

  /**
   * Checks what a network asks for, and what it makes of the last batch of so many examples.
   *
   * @throws ConfigurationException as {@link #of}
   */
  void check(NetworkSpec network, int examples) {
    int rest = examples % (workers * batch);
    for (LayerSpec layer : network.layers()) {
      if (!(layer instanceof LayerSpec.BatchNormalization normalisation)) continue;
      if (normalisation.ghostBatch() > 0)
        throw lacking(
            "model.layers: ghost-batch = " + normalisation.ghostBatch(),
            "its batch normalisation takes a worker's whole batch: 0");
      if (rest > 0 && rest < 2 * workers && examples > workers * batch)
        throw lacking(
            "train.batch = " + workers * batch,
            "with batch normalisation kudari joins the last "
                + rest
                + " of "
                + examples
                + " examples to the batch before");
    }
  }

  /** The error of what it cannot do. */
  static ConfigurationException lacking(String setting, String rule) {
    return new ConfigurationException(
        setting + " cannot be compared with Deeplearning4j's trainer: " + rule);
  }
}
