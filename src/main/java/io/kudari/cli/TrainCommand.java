package io.kudari.cli;

import io.kudari.checkpoint.SavedModel;
import io.kudari.config.Experiment;
import io.kudari.data.TargetScaling;
import io.kudari.data.file.Location;
import io.kudari.data.file.OutputFiles;
import io.kudari.engine.dl4j.Dl4jExport;
import io.kudari.model.ModelSpec;
import io.kudari.run.Models;
import io.kudari.run.Outcome;
import io.kudari.run.RunFolder;
import io.kudari.run.SavedRun;
import io.kudari.run.Training;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kudari train}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Trains the model of a configuration on its data.")
final class TrainCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "CONFIG",
      description =
          "Configuration file or URI (HOCON), such as conf/digits.conf; with --resume, the saved"
              + " one when not given.")
  private String config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a setting, such as train.epochs=3; may be repeated.")
  private List<String> sets = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder or URI for the results: events.jsonl, summary.json, config.conf, model/,"
              + " report.html, checkpoints/. Without, a new folder out/CONFIG-1, out/CONFIG-2, …")
  private String out;

  @Option(
      names = "--overwrite",
      description =
          "Replace the results of an earlier run in that folder, and the file of --export-dl4j.")
  private boolean overwrite;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Go on with the run of that folder from its newest checkpoint. --set may raise"
              + " train.epochs and change what else docs/configuration.md lists under Resuming;"
              + " what must stay is refused and named.")
  private String resume;

  @Option(
      names = "--print-config",
      description = "Print the configuration with all defaults, and do nothing else.")
  private boolean printConfig;

  @Option(
      names = "--dry-run",
      description =
          "Check the configuration against its data, print what the run would do (layers, steps,"
              + " ranks, memory), and neither train nor write anything.")
  private boolean dryRun;

  @Option(
      names = "--export-dl4j",
      paramLabel = "FILE",
      description =
          "Also write the trained model as a Deeplearning4j zip, for ModelSerializer. A file that"
              + " is there is replaced with --overwrite only, also with --resume.")
  private String exportDl4j;

  @Mixin private SparkOptions spark;

  private final ProgressLine progress = ProgressLine.ofTerminal();

  @Override
  public Integer call() throws Exception {
    if (resume != null) return resumed().code;
    if (config == null) throw usage("CONFIG must be given, or --resume DIR");
    Experiment experiment = Experiment.read(config, sets, spark.hadoop());
    if (printConfig) {
      System.out.print(experiment.resolved());
      return ExitCode.OK.code;
    }
    experiment.notes().forEach(progress::notice);
    if (out == null) out = DefaultFolder.of(config);
    checkExport(out);
    checkExport(experiment);
    Training training = Training.of(experiment);
    Training placed = overwrite ? training.overwriting(out) : training.folder(out);
    if (dryRun) {
      System.out.print(PlanText.of(placed.on(spark.settings()).listen(progress).plan()));
      return ExitCode.OK.code;
    }
    try (Interruption interruption = new Interruption()) {
      return train(experiment, placed, interruption).code;
    }
  }

  private ExitCode resumed() throws Exception {
    if (dryRun) throw usage("--resume excludes --dry-run, which tells what a new run would do");
    if (printConfig || (out != null && !out.equals(resume)))
      throw usage("--resume excludes --print-config and another --out");
    if (overwrite && exportDl4j == null)
      throw usage("--resume excludes --overwrite, but for the file of --export-dl4j");
    RunFolder folder = RunFolder.existing(resume, spark.hadoop());
    checkExport(resume);
    try (Interruption interruption = new Interruption();
        SavedRun saved = SavedRun.open(folder, spark.hadoop(), progress)) {
      saved.tellEdits(progress);
      Experiment experiment = saved.experiment(config, sets, spark.hadoop());
      checkExport(experiment);
      Optional<String> end = saved.end(experiment.plan());
      if (end.isPresent()) {
        if (exportDl4j != null) {
          SavedModel model = folder.model(spark.hadoop());
          export(Models.of(resume, model), model);
        }
        progress.notice(end.get());
        return ExitCode.OK;
      }
      out = resume;
      return train(experiment, Training.of(experiment).resuming(saved), interruption);
    }
  }

  private ExitCode train(Experiment experiment, Training training, Interruption interruption)
      throws Exception {
    Outcome outcome;
    try {
      outcome = training.on(spark.settings()).listen(progress).stopWhen(interruption::asked).run();
    } catch (CancellationException e) {
      if (!interruption.asked()) throw e;
      progress.notice(e.getMessage());
      return interruption.code();
    } finally {
      progress.breakLine();
    }
    if (exportDl4j != null) export(outcome.network(), outcome.model());
    progress.end(Location.shown(RunFolder.path(out)));
    // Who asks for the end when the last step is done has got all of the run.
    if (!outcome.isInterrupted()) return ExitCode.OK;
    if (!experiment.checkpoints().rule().isNever())
      progress.notice("go on with: kudari train --resume " + ShellWord.of(out));
    return interruption.code();
  }

  private void checkExport(String folder) throws IOException {
    if (exportDl4j == null) return;
    Models.checkDl4j("--export-dl4j");
    RunFolder.checkApart(exportDl4j, folder);
    RunFolder.checkFile(exportDl4j, overwrite, spark.hadoop());
  }

  /** Before training, and not when it is done. */
  private void checkExport(Experiment experiment) {
    boolean scaled = experiment.plan().normalization().target() == TargetScaling.Method.Z_SCORE;
    if (exportDl4j == null || !scaled || experiment.model().endsLinear()) return;
    throw usage(
        "--export-dl4j cannot take data.normalize.target = z-score into a model whose last layer"
            + " has an activation, or that is a Deeplearning4j file: set data.normalize.target ="
            + " none");
  }

  private void export(ModelSpec network, SavedModel model) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    Dl4jExport.write(network, model.parameters(), model.normalizer(), zip);
    Path file = RunFolder.path(exportDl4j);
    try {
      OutputFiles.write(OutputFiles.fileSystem(file, spark.hadoop()), file, zip.toByteArray());
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.OUTPUT, exportDl4j + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }
}
