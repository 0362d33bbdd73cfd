package io.kudari.cli;

import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.config.RecoverySettings;
import io.kudari.config.StrategySettings.Strategy;
import io.kudari.model.ModelSpec;
import io.kudari.spark.AllReduce;
import io.kudari.spark.DriverWorkers;
import io.kudari.spark.LegRules;
import io.kudari.spark.RankSlots;
import io.kudari.train.DataPlan;
import io.kudari.train.LeastShard;
import io.kudari.train.Requests;
import io.kudari.train.SerialWorkers;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
  private final SavedRun savedOrNull;
  private final SparkOptions spark;
  private final String exportDl4j;
  private final Interruption interruption;

  /**
   * A run, or the rest of one.
   *
   * @param savedOrNull what to go on with
   */
  TrainRun(
      Experiment experiment,
      RunFolder folder,
      SavedRun savedOrNull,
      SparkOptions spark,
      String exportDl4j,
      Interruption interruption) {
    this.experiment = experiment;
    this.folder = folder;
    this.savedOrNull = savedOrNull;
    this.spark = spark;
    this.exportDl4j = exportDl4j;
    this.interruption = interruption;
  }

  ExitCode run() throws IOException, InterruptedException {
    Configuration hadoop = spark.hadoop();
    if (experiment.strategy().strategy() != Strategy.SERIAL) spark.check();
    Models.check(experiment.model(), experiment.data().train().task());
    DataPlan data =
        DataPlan.of(
            experiment.data(), hadoop, experiment.strategy().workers(), experiment.plan().seed());
    ModelSpec model = Models.open(experiment.model(), data.description().shape(), data.outputs());
    checkShards(data, model);
    data.checkFollower(experiment.plan());
    announce(data, model);
    tellChanges(data, model);
    if (data.testDescriptionOrNull() != null) Notes.print(data.testDescriptionOrNull());
    HeapCheck heap = new HeapCheck(experiment, data, model);
    heap.start(spark.isLocal());
    try (RunOutput record = new RunOutput(experiment, folder, savedOrNull, hadoop, data, model)) {
      try {
        record.finished(train(hadoop, data, model, heap, record), exportDl4j);
      } catch (Throwable failure) {
        record.failed(failure);
        throw failure;
      }
    }
    if (!interruption.asked()) return ExitCode.OK;
    if (!rule().isNever())
      System.err.println("kudari: go on with: kudari train --resume " + folder);
    return interruption.code();
  }

  private void checkShards(DataPlan data, ModelSpec model) {
    try {
      LeastShard.check(experiment.plan(), data, model.layout());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
  }

  private TrainingLoop.Result train(
      Configuration hadoop, DataPlan data, ModelSpec model, HeapCheck heap, RunOutput record)
      throws IOException, InterruptedException {
    return switch (experiment.strategy().strategy()) {
      case SERIAL -> {
        long seed = experiment.plan().seed();
        yield loop(model, data, new SerialWorkers(model, data, hadoop, seed, requests()), record);
      }
      case DRIVER -> {
        try (JavaSparkContext context = spark.start()) {
          yield loop(model, data, driver(context, data, model, heap), record);
        }
      }
      case ALL_REDUCE, AVERAGING -> {
        try (JavaSparkContext context = spark.startRanks(experiment.strategy().ranks())) {
          yield AllReduce.run(
              context,
              model,
              data,
              experiment.plan(),
              legs(context, heap),
              from(),
              record::save,
              record,
              interruption::asked);
        }
      }
    };
  }

  private LegRules legs(JavaSparkContext context, HeapCheck heap) throws InterruptedException {
    var slots =
        RankSlots.of(
            context,
            experiment.strategy().ranks(),
            experiment.strategy().workers(),
            TrainRun::tell);
    heap.ranks(context, slots.ranks(), slots.threads());
    RecoverySettings recovery = experiment.strategy().recovery();
    return new LegRules(
        slots.ranks(),
        slots.threads(),
        Math.min(slots.ranks(), recovery.minRanks()),
        recovery.retries(),
        rule());
  }

  private SnapshotRule rule() {
    return experiment.checkpoints().rule();
  }

  private Requests requests() {
    return Requests.of(interruption::asked, rule(), System::nanoTime);
  }

  private TrainState from() {
    return continuation().map(Continuation::state).orElse(null);
  }

  private Optional<Continuation> continuation() {
    return Optional.ofNullable(savedOrNull).flatMap(s -> s.continuation(experiment.plan()));
  }

  private TrainingLoop.Result loop(
      ModelSpec model, DataPlan data, Workers workers, RunOutput record) {
    try (workers) {
      TrainingPlan plan = experiment.plan();
      return new TrainingLoop(model, data, plan, workers, record, from(), rule(), record::save)
          .run(experiment.strategy().strategy().id());
    }
  }

  private static void tell(String line) {
    System.err.println("kudari: " + line);
  }

  private Workers driver(JavaSparkContext context, DataPlan data, ModelSpec model, HeapCheck heap)
      throws InterruptedException {
    RankSlots.awaitOne(context, TrainRun::tell);
    int asked = experiment.strategy().ranks();
    int ranks =
        asked > 0 ? asked : Math.min(context.defaultParallelism(), experiment.strategy().workers());
    heap.tasks(context, ranks);
    return new DriverWorkers(context, model, data, ranks, experiment.plan().seed(), requests());
  }

  private void tellChanges(DataPlan data, ModelSpec model) {
    continuation()
        .map(c -> c.changes(data.sampler(), model.layout()))
        .orElse(List.of())
        .forEach(line -> System.err.println("kudari: warning: " + line));
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
    for (String warning : data.warnings()) System.err.println("kudari: warning: " + warning);
    String obstacle = SnapshotRule.obstacle(experiment.plan());
    if (obstacle != null) System.err.println("kudari: no checkpoints: " + obstacle);
    if (each < FEW) {
      System.err.println(
          "kudari: warning: "
              + each
              + " examples a worker are few: matrix products are faster with a larger train.batch"
              + " or fewer train.workers");
    }
  }
}
