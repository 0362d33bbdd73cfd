package io.kudari.cli;

import io.kudari.config.DataSettings;
import io.kudari.data.ExampleMemory;
import io.kudari.data.ExampleSource;
import io.kudari.data.file.Location;
import io.kudari.inference.LocalInference;
import io.kudari.inference.SparkInference;
import io.kudari.inference.TrainedModel;
import io.kudari.run.ExamplePlace;
import io.kudari.run.RunFolder;
import io.kudari.run.SparkTasks;
import io.kudari.train.DataPlan;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Options and work that {@code evaluate} and {@code predict} share: a saved model, applied to a
 * data set.
 */
final class AppliedModel {

  @Parameters(
      paramLabel = "RUN",
      description = "Output folder of a run, or a model folder; may be a URI.")
  private String run;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file or URI whose data.test is read (default: RUN/config.conf).")
  private String config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a setting of that configuration; may be repeated.")
  private List<String> sets = List.of();

  @Mixin private SparkOptions spark;

  /** How to reach file systems. */
  Configuration hadoop() {
    return spark.hadoop();
  }

  /**
   * Checks that a file is not one of the run or model itself.
   *
   * @throws io.kudari.run.FolderException when it is
   */
  void checkApart(String output) {
    RunFolder.checkApart(output, run);
  }

  /** Loads the model and finds the data that a configuration names. */
  LocalInference open() throws IOException {
    Configuration hadoop = spark.hadoop();
    RunFolder.ModelPlace place = RunFolder.model(run, hadoop);
    TrainedModel model = TrainedModel.read(run, place.folder(), hadoop);
    if (config == null && !place.ofRun()) {
      throw new CommandException(
          ExitCode.USAGE,
          run + " is a model's folder, which names no data: the run's folder, or --config FILE");
    }
    DataPlan.Sources data = sources(RunFolder.path(run), hadoop);
    ExampleSource source = data.test().orElseThrow();
    ExamplePlace kept = ExamplePlace.of(data.rules().memory(), spark.settings());
    return new LocalInference(model, source, hadoop, kept, Notes::print);
  }

  /** Loads the model, to be applied to data that options name. */
  LocalInference open(NewData data) throws IOException {
    if (config != null || !sets.isEmpty())
      throw new CommandException(
          ExitCode.USAGE, "--input names the data: it goes without --config and --set");
    if (data.isStandardInput() && spark.isAsked())
      throw new CommandException(
          ExitCode.USAGE, "--input - is read by this process: it goes without --master");
    Configuration hadoop = spark.hadoop();
    TrainedModel model = TrainedModel.read(run, RunFolder.model(run, hadoop).folder(), hadoop);
    ExamplePlace place = ExamplePlace.of(ExampleMemory.QUARTER, spark.settings());
    return new LocalInference(
        model, data.source(model.schema(), hadoop), hadoop, place, Notes::print);
  }

  /** Whether tasks of Spark are to do the work: where a master is named, or the data needs it. */
  boolean isOfSpark(LocalInference here) {
    return spark.isAsked() || SparkTasks.areNeeded(here.source());
  }

  /** What becomes of a set in an application of Spark. */
  interface Use<T> {
    T of(SparkInference inference) throws IOException;
  }

  /** Starts Spark, and ends it when all is done. */
  <T> T withSpark(LocalInference here, Use<T> use) throws IOException {
    try (SparkTasks tasks = SparkTasks.start(spark.settings(), SparkOptions::say)) {
      ExampleSource source = tasks.open("data.test", here.source());
      return use.of(
          new SparkInference(
              tasks.context(), here.model(), source, here.place().memory(), Notes::print));
    }
  }

  private DataPlan.Sources sources(Path folder, Configuration hadoop) {
    String file = config != null ? config : Location.shown(new Path(folder, RunFolder.CONFIG));
    DataPlan.Sources all = DataSettings.read(file, sets, hadoop);
    if (all.test().isPresent()) return all;
    throw new CommandException(
        ExitCode.USAGE,
        file
            + " has no data.test: what is the model to be applied to? --config FILE or"
            + " --set data.test.format=…, data.test.file=… and so on say it");
  }
}
