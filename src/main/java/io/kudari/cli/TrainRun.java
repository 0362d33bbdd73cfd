package io.kudari.cli;

import io.kudari.config.Experiment;
import io.kudari.data.Description;
import io.kudari.engine.Dl4jExport;
import io.kudari.model.ModelSpec;
import io.kudari.spark.AllReduce;
import io.kudari.spark.DriverWorkers;
import io.kudari.spark.RankSlots;
import io.kudari.train.DataPlan;
import io.kudari.train.Event;
import io.kudari.train.EventLog;
import io.kudari.train.ModelFolder;
import io.kudari.train.OutputFiles;
import io.kudari.train.SavedModel;
import io.kudari.train.SerialWorkers;
import io.kudari.train.TrainingLoop;
import io.kudari.train.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** One run of {@code kudari train}: checks everything, trains, writes the results. */
final class TrainRun {

  /** Fewer examples a worker and step than this leave its matrix products slow. */
  private static final int FEW = 16;

  private final Experiment experiment;
  private final RunFolder folder;
  private final SparkOptions spark;
  private final String exportDl4j;
  private final Interruption interruption = new Interruption();

  TrainRun(Experiment experiment, RunFolder folder, SparkOptions spark, String exportDl4j) {
    this.experiment = experiment;
    this.folder = folder;
    this.spark = spark;
    this.exportDl4j = exportDl4j;
  }

  ExitCode run() throws IOException, InterruptedException {
    Configuration hadoop = spark.hadoop();
    DataPlan data =
        DataPlan.of(
            experiment.data(), hadoop, experiment.strategy().workers(), experiment.plan().seed());
    ModelSpec model = Models.open(experiment.model(), data.description().shape(), data.outputs());
    announce(data, model);
    return switch (experiment.strategy().strategy()) {
      case SERIAL -> {
        folder.create(experiment.resolved());
        Workers workers =
            new SerialWorkers(model, data, hadoop, experiment.plan().seed(), interruption::asked);
        yield record(data, model, events -> loop(model, data, workers, events));
      }
      case DRIVER -> {
        try (JavaSparkContext context = spark.start()) {
          folder.create(experiment.resolved());
          Workers workers =
              new DriverWorkers(
                  context,
                  model,
                  data,
                  driverRanks(context),
                  experiment.plan().seed(),
                  interruption::asked);
          yield record(data, model, events -> loop(model, data, workers, events));
        }
      }
      case ALL_REDUCE -> {
        try (JavaSparkContext context = spark.startRanks(experiment.strategy().ranks())) {
          RankSlots slots =
              RankSlots.of(context, experiment.strategy().ranks(), experiment.strategy().workers());
          folder.create(experiment.resolved());
          yield record(
              data,
              model,
              events ->
                  AllReduce.run(
                      context,
                      model,
                      data,
                      experiment.plan(),
                      slots.ranks(),
                      slots.threads(),
                      events,
                      interruption::asked));
        }
      }
    };
  }

  private int driverRanks(JavaSparkContext context) {
    int asked = experiment.strategy().ranks();
    return asked > 0
        ? asked
        : Math.min(context.defaultParallelism(), experiment.strategy().workers());
  }

  private TrainingLoop.Result loop(
      ModelSpec model, DataPlan data, Workers workers, Consumer<Event> events) {
    try (workers) {
      return new TrainingLoop(model, data, experiment.plan(), workers, events)
          .run(experiment.strategy().strategy().id());
    }
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
            + Models.reason(experiment.model()));
    if (each < FEW) {
      System.err.println(
          "kudari: warning: "
              + each
              + " examples a worker are few: matrix products are faster with a larger train.batch"
              + " or fewer train.workers");
    }
  }

  /** How a strategy trains, once it is told whom to tell. */
  private interface Training {
    TrainingLoop.Result run(Consumer<Event> events) throws InterruptedException;
  }

  private ExitCode record(DataPlan data, ModelSpec model, Training training)
      throws IOException, InterruptedException {
    try (EventLog log = EventLog.create(folder.file("events.jsonl"), spark.hadoop())) {
      save(data, model, training.run(log));
    }
    System.out.println("results are in " + folder);
    return interruption.asked() ? interruption.code() : ExitCode.OK;
  }

  private void save(DataPlan data, ModelSpec model, TrainingLoop.Result result) throws IOException {
    Description d = data.description();
    SavedModel saved =
        new SavedModel(
            experiment.model().json(),
            model.layout(),
            result.parameters(),
            result.normalizer(),
            d.classNames(),
            model.input(),
            model.outputs(),
            model.loss(),
            Version.current());
    ModelFolder.write(folder.file("model"), spark.hadoop(), saved);
    if (exportDl4j != null) {
      ByteArrayOutputStream zip = new ByteArrayOutputStream();
      Dl4jExport.write(model, result.parameters(), result.normalizer(), zip);
      Path file = RunFolder.path(exportDl4j);
      OutputFiles.write(OutputFiles.fileSystem(file, spark.hadoop()), file, zip.toByteArray());
    }
  }
}
