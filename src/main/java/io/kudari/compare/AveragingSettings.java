package io.kudari.compare;

import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.config.StrategySettings.Strategy;
import io.kudari.data.ClassWeighting;
import io.kudari.optim.BatchRule;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.run.SparkTasks;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.GradientSharing;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.LocalSlots;

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
    if (SparkTasks.areNeeded(experiment.data().train()))
      throw new ConfigurationException(
          "data.train.format = table: the examples of a comparison go through the driver, which"
              + " reads files alone");
    if (!experiment.data().rules().weighting().equals(ClassWeighting.NONE))
      throw lacking("train.class-weights", "all its examples count alike");
  }

  private static void checkPlan(TrainingPlan plan) {
    checkConstant("schedule.learning-rate", plan.schedules().learningRate());
    checkConstant("schedule.momentum", plan.schedules().momentum());
    checkConstant("schedule.batch", plan.schedules().batch());
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
    if (!schedule.kind().equals("constant") || !schedule.warmup().isEmpty())
      throw lacking(key + ".kind = " + schedule.kind(), "here its settings are constant");
  }

  /** The error of what it cannot do. */
  static ConfigurationException lacking(String setting, String rule) {
    return new ConfigurationException(
        setting + " cannot be compared with Deeplearning4j's trainer: " + rule);
  }
}
