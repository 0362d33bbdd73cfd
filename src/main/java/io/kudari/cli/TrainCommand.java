package io.kudari.cli;

import io.kudari.config.Experiment;
import java.io.File;
import java.util.List;
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
      paramLabel = "CONFIG",
      description = "Configuration file (HOCON), such as conf/digits.conf.")
  private File config;

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
              + " report.html.")
  private String out;

  @Option(
      names = "--overwrite",
      description = "Replace the results of an earlier run in that folder.")
  private boolean overwrite;

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
    Experiment experiment = Experiment.read(config, sets);
    if (printConfig) {
      System.out.print(experiment.resolved());
      return ExitCode.OK.code;
    }
    if (out == null)
      throw new CommandException(ExitCode.USAGE, "--out DIR must be given: where the results go");
    RunFolder folder = RunFolder.check(out, overwrite, spark.hadoop());
    try (Interruption interruption = new Interruption()) {
      return new TrainRun(experiment, folder, spark, exportDl4j, interruption).run().code;
    }
  }
}
