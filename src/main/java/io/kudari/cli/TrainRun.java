package io.kudari.cli;

import io.kudari.config.Experiment;
import io.kudari.config.RecoverySettings;
import io.kudari.model.ModelSpec;
import io.kudari.spark.AllReduce;
import io.kudari.spark.DriverWorkers;
import io.kudari.spark.LegRules;
import io.kudari.spark.RankSlots;
import io.kudari.train.DataPlan;
import io.kudari.train.Event;
import io.kudari.train.SerialWorkers;
import io.kudari.train.TrainingLoop;
import io.kudari.train.Workers;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * One run of {@code kudari train}: checks everything, trains by the strategy asked for, records
 * what happens.
 */
final class TrainRun {

  /** Fewer examples a worker and step than this leave its matrix products slow. */
  private static final int FEW = 16;

  private final Experiment experiment;
  private final RunFolder folder;
  private final SparkOptions spark;
  private final String exportDl4j;
  private final Interruption interruption;

  TrainRun(
      Experiment experiment,
      RunFolder folder,
      SparkOptions spark,
      String exportDl4j,
      Interruption interruption) {
    this.experiment = experiment;
    this.folder = folder;
    this.spark = spark;
    this.exportDl4j = exportDl4j;
    this.interruption = interruption;
  }

  ExitCode run() throws IOException, InterruptedException {
    Configuration hadoop = spark.hadoop();
    DataPlan data =
        DataPlan.of(
            experiment.data(), hadoop, experiment.strategy().workers(), experiment.plan().seed());
    ModelSpec model = Models.open(experiment.model(), data.description().shape(), data.outputs());
    announce(data, model);
    try (RunOutput record = new RunOutput(experiment, folder, hadoop, data, model)) {
      try {
        record.finished(train(hadoop, data, model, record), exportDl4j);
      } catch (Throwable failure) {
        record.failed(failure);
        throw failure;
      }
    }
    return interruption.asked() ? interruption.code() : ExitCode.OK;
  }

  private TrainingLoop.Result train(
      Configuration hadoop, DataPlan data, ModelSpec model, Consumer<Event> events)
      throws IOException, InterruptedException {
    return switch (experiment.strategy().strategy()) {
      case SERIAL -> {
        long seed = experiment.plan().seed();
        yield loop(
            model, data, new SerialWorkers(model, data, hadoop, seed, interruption::asked), events);
      }
      case DRIVER -> {
        try (JavaSparkContext context = spark.start()) {
          yield loop(model, data, driver(context, data, model), events);
        }
      }
      case ALL_REDUCE, AVERAGING -> {
        try (JavaSparkContext context = spark.startRanks(experiment.strategy().ranks())) {
          var slots =
              RankSlots.of(context, experiment.strategy().ranks(), experiment.strategy().workers());
          yield AllReduce.run(
              context,
              model,
              data,
              experiment.plan(),
              rules(slots),
              null,
              state -> {},
              events,
              interruption::asked);
        }
      }
    };
  }

  private LegRules rules(RankSlots slots) {
    RecoverySettings recovery = experiment.strategy().recovery();
    return new LegRules(
        slots.ranks(),
        slots.threads(),
        Math.min(slots.ranks(), recovery.minRanks()),
        recovery.retries(),
        experiment.checkpoints().rule());
  }

  private TrainingLoop.Result loop(
      ModelSpec model, DataPlan data, Workers workers, Consumer<Event> events) {
    try (workers) {
      return new TrainingLoop(model, data, experiment.plan(), workers, events)
          .run(experiment.strategy().strategy().id());
    }
  }

  private Workers driver(JavaSparkContext context, DataPlan data, ModelSpec model) {
    int asked = experiment.strategy().ranks();
    int ranks =
        asked > 0 ? asked : Math.min(context.defaultParallelism(), experiment.strategy().workers());
    return new DriverWorkers(
        context, model, data, ranks, experiment.plan().seed(), interruption::asked);
  }

  private void announce(DataPlan data, ModelSpec model) {
    int each = experiment.plan().batch() / experiment.strategy().workers();
    System.err.println(
        "kudari: "
            + model.layout().size()
            + " parameters, "
            + data.sampler().examples()
            + " training examples; "
            + each
            + " examples a worker and step; "
            + Models.reason(experiment.model(), model));
    if (each < FEW) {
      System.err.println(
          "kudari: warning: "
              + each
              + " examples a worker are few: matrix products are faster with a larger train.batch"
              + " or fewer train.workers");
    }
  }
}
