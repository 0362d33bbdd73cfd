package io.kudari.cli;

import io.kudari.config.Experiment;
import io.kudari.config.StrategySettings.Strategy;
import io.kudari.data.Description;
import io.kudari.engine.Dl4jExport;
import io.kudari.model.ModelSpec;
import io.kudari.spark.DriverWorkers;
import io.kudari.train.DataPlan;
import io.kudari.train.EventLog;
import io.kudari.train.ModelFolder;
import io.kudari.train.OutputFiles;
import io.kudari.train.SavedModel;
import io.kudari.train.SerialWorkers;
import io.kudari.train.TrainingLoop;
import io.kudari.train.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

  ExitCode run() throws IOException {
    Configuration hadoop = spark.hadoop();
    DataPlan data =
        DataPlan.of(
            experiment.data(), hadoop, experiment.strategy().workers(), experiment.plan().seed());
    ModelSpec model = Models.open(experiment.model(), data.description().shape(), data.outputs());
    announce(data, model);
    if (experiment.strategy().strategy() == Strategy.SERIAL) {
      folder.create(experiment.resolved());
      return train(
          data,
          model,
          new SerialWorkers(model, data, hadoop, experiment.plan().seed(), interruption::asked));
    }
    try (JavaSparkContext context = spark.start("kudari")) {
      folder.create(experiment.resolved());
      return train(data, model, workers(context, data, model));
    }
  }

  private Workers workers(JavaSparkContext context, DataPlan data, ModelSpec model) {
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
            + Models.reason(experiment.model()));
    if (each < FEW) {
      System.err.println(
          "kudari: warning: "
              + each
              + " examples a worker are few: matrix products are faster with a larger train.batch"
              + " or fewer train.workers");
    }
  }

  private ExitCode train(DataPlan data, ModelSpec model, Workers workers) throws IOException {
    try (workers;
        EventLog log = EventLog.create(folder.file("events.jsonl"), spark.hadoop())) {
      TrainingLoop loop = new TrainingLoop(model, data, experiment.plan(), workers, log);
      save(data, model, loop.run(experiment.strategy().strategy().id()));
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
