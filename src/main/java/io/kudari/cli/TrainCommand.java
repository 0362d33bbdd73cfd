package io.kudari.cli;

import io.kudari.config.Experiment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
              + " report.html, checkpoints/.")
  private String out;

  @Option(
      names = "--overwrite",
      description = "Replace the results of an earlier run in that folder.")
  private boolean overwrite;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Go on with the run of that folder from its newest checkpoint. --set may extend"
              + " train.epochs and change train.early-stopping, train.ranks, checkpoint and the"
              + " synchronous strategy.")
  private String resume;

  @Option(
      names = "--print-config",
      description = "Print the configuration with all defaults, and do nothing else.")
  private boolean printConfig;

  @Option(
      names = "--export-dl4j",
      paramLabel = "FILE",
      description = "Also write the trained model as a Deeplearning4j zip, for ModelSerializer.")
  private String exportDl4j;

  @Mixin private SparkOptions spark;

  @Override
  public Integer call() throws Exception {
    if (resume != null) return resumed().code;
    if (config == null) throw usage("CONFIG must be given, or --resume DIR");
    Experiment experiment = Experiment.read(config, sets, spark.hadoop());
    if (printConfig) {
      System.out.print(experiment.resolved());
      return ExitCode.OK.code;
    }
    if (out == null) throw usage("--out DIR must be given: where the results go");
    RunFolder folder = RunFolder.check(out, overwrite, spark.hadoop());
    if (exportDl4j != null) RunFolder.checkFile(exportDl4j, true, spark.hadoop());
    try (Interruption interruption = new Interruption()) {
      return new TrainRun(experiment, folder, null, spark, exportDl4j, interruption).run().code;
    }
  }

  private ExitCode resumed() throws Exception {
    if (overwrite || printConfig || (out != null && !out.equals(resume)))
      throw usage("--resume excludes --overwrite, --print-config and another --out");
    RunFolder folder = RunFolder.existing(resume, spark.hadoop());
    if (exportDl4j != null) RunFolder.checkFile(exportDl4j, true, spark.hadoop());
    try (Interruption interruption = new Interruption();
        SavedRun saved = SavedRun.open(folder, spark.hadoop())) {
      Experiment experiment = saved.experiment(config, sets, spark.hadoop());
      Optional<String> end = saved.end(experiment.plan());
      if (end.isPresent()) {
        System.err.println("kudari: " + end.get());
        return ExitCode.OK;
      }
      return new TrainRun(experiment, folder, saved, spark, exportDl4j, interruption).run();
    }
  }

  private static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }
}
