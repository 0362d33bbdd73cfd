package io.kudari.cli;

import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.SavedModel;
import io.kudari.config.DataSettings;
import io.kudari.config.ModelSettings;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSource;
import io.kudari.data.file.Location;
import io.kudari.model.Evaluation;
import io.kudari.model.ModelSpec;
import io.kudari.model.ScoreCounts;
import io.kudari.run.Models;
import io.kudari.run.RunFolder;
import io.kudari.train.Workers;
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
  Opened open() throws IOException {
    Configuration hadoop = spark.hadoop();
    RunFolder.ModelPlace place = RunFolder.model(run, hadoop);
    SavedModel saved = ModelFolder.read(place.folder(), hadoop);
    if (config == null && !place.ofRun()) {
      throw new CommandException(
          ExitCode.USAGE,
          run + " is a model's folder, which names no data: the run's folder, or --config FILE");
    }
    ExampleSource source = source(RunFolder.path(run), hadoop);
    return new Opened(saved, network(run, saved), source, hadoop);
  }

  /** Loads the model, to be applied to data that options name. */
  Opened open(NewData data) throws IOException {
    if (config != null || !sets.isEmpty())
      throw new CommandException(
          ExitCode.USAGE, "--input names the data: it goes without --config and --set");
    Configuration hadoop = spark.hadoop();
    SavedModel saved = ModelFolder.read(RunFolder.model(run, hadoop).folder(), hadoop);
    ExampleSource source = data.source(saved.schema(), hadoop);
    return new Opened(saved, network(run, saved), source, hadoop);
  }

  /**
   * What a saved model describes.
   *
   * @param run where it is, for messages
   * @throws DataException when its description does not fit its parameters
   */
  static ModelSpec network(String run, SavedModel saved) {
    ModelSettings settings = ModelSettings.parse(run + ": model.json", saved.modelJson());
    ModelSpec model = Models.open(settings, saved.input(), saved.outputs());
    if (!model.layout().equals(saved.layout())) {
      throw new DataException(run + ": model.json describes other parameters than layout.json");
    }
    return model;
  }

  private ExampleSource source(Path folder, Configuration hadoop) {
    String file = config != null ? config : Location.shown(new Path(folder, RunFolder.CONFIG));
    return DataSettings.read(file, sets, hadoop)
        .test()
        .orElseThrow(
            () ->
                new CommandException(
                    ExitCode.USAGE,
                    file + " has no data.test: what is the model to be applied to?"));
  }

  /** A model and its data, which is read with the model's schema. */
  record Opened(SavedModel saved, ModelSpec model, ExampleSource source, Configuration hadoop) {

    /** Whether it has classes, rather than target values. */
    boolean isClassifier() {
      return saved.schema().classes() > 0;
    }

    private Evaluation emptyEvaluation() {
      return isClassifier()
          ? Evaluation.ofClasses(saved.loss(), saved.outputs())
          : Evaluation.ofTargets(saved.loss(), saved.outputs());
    }

    /**
     * What training found on these examples, but for the last bits of outputs, which may depend on
     * an example's place in its batch. Sums are exact, so that the order of batches is free.
     */
    Workers.Evaluated evaluation() throws IOException {
      Evaluation found = emptyEvaluation();
      ScoreCounts scores = isClassifier() ? ScoreCounts.of(saved.outputs()) : ScoreCounts.NONE;
      ForwardPass<Boolean> pass =
          new ForwardPass<>(
              saved,
              model,
              (first, batch, outputs) -> {
                synchronized (found) {
                  found.add(batch, outputs);
                }
                scores.add(batch, outputs);
                return true;
              });
      pass.run(source, hadoop, true, done -> {});
      return new Workers.Evaluated(found, scores);
    }

    /**
     * Makes something of each batch and its outputs on any thread, and hands it on in the order of
     * the data, which needs no labels.
     */
    <T> void predict(ForwardPass.Work<T> work, ForwardPass.Taker<T> taker) throws IOException {
      new ForwardPass<>(saved, model, work).run(source, hadoop, false, taker);
    }
  }
}
