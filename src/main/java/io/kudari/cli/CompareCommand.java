package io.kudari.cli;

import io.kudari.compare.ComparisonTable;
import io.kudari.compare.Dl4jComparison;
import io.kudari.config.Experiment;
import io.kudari.data.file.Location;
import io.kudari.data.file.OutputFiles;
import io.kudari.run.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kudari compare}. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Trains the same by Kudari and by another library, and shows both in a table.")
final class CompareCommand implements Runnable {

  private static final String PAGE = "comparison.md";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "whom to compare with is missing: compare dl4j CONFIG");
  }

  @Command(
      name = "dl4j",
      mixinStandardHelpOptions = true,
      description =
          "Trains the model and data of a configuration by Kudari, then by Deeplearning4j's"
              + " ParameterAveragingTrainingMaster on Spark. Needs Deeplearning4j: KUDARI_DL4J=1"
              + " scripts/kudari compare dl4j …")
  int dl4j(
      @Parameters(
              paramLabel = "CONFIG",
              description = "Configuration file or URI (HOCON), such as conf/digits.conf.")
          String config,
      @Option(
              names = "--set",
              paramLabel = "KEY=VALUE",
              description =
                  "Overrides a setting, such as optimizer.name=nesterov; may be repeated.")
          List<String> sets,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              description =
                  "Folder or URI for comparison.md and for the results of both trainings, kudari/"
                      + " and dl4j/. Without, a new folder out/CONFIG-1, out/CONFIG-2, …")
          String out,
      @Option(names = "--overwrite", description = "Replace the results that are there.")
          boolean overwrite,
      @Mixin SparkOptions spark)
      throws IOException, InterruptedException {
    Dl4jComparison.checkJars();
    List<String> overrides = sets == null ? List.of() : sets;
    Experiment experiment = Experiment.read(config, overrides, spark.hadoop());
    String folder = out == null ? DefaultFolder.of(config) : out;
    RunFolder.checkFile(folder + "/" + PAGE, overwrite, spark.hadoop());
    // The last one is told of the training that goes on, and has the line that may be open.
    List<ProgressLine> progress = new ArrayList<>(List.of(ProgressLine.ofTerminal()));
    experiment.notes().forEach(last(progress)::notice);
    var comparison = new Dl4jComparison(experiment, spark.settings(), folder, overwrite);
    try (Interruption interruption = new Interruption()) {
      ComparisonTable table;
      try {
        table =
            comparison.run(
                () -> {
                  progress.add(ProgressLine.ofTerminal());
                  return last(progress);
                },
                line -> last(progress).notice(line),
                interruption::asked,
                () -> delete(folder, spark));
      } catch (CancellationException e) {
        if (!interruption.asked()) throw e;
        last(progress).notice(e.getMessage());
        return interruption.code().code;
      } finally {
        last(progress).breakLine();
      }
      table.lines().forEach(System.out::println);
      write(folder, table, spark);
      return ExitCode.OK.code;
    }
  }

  private static ProgressLine last(List<ProgressLine> lines) {
    return lines.get(lines.size() - 1);
  }

  /** So that an older table does not stand beside new results, should this end early. */
  private static void delete(String folder, SparkOptions spark) throws IOException {
    Path page = new Path(RunFolder.path(folder), PAGE);
    FileSystem files = OutputFiles.fileSystem(page, spark.hadoop());
    if (Location.exists(files, page)) OutputFiles.delete(files, page);
  }

  private static void write(String folder, ComparisonTable table, SparkOptions spark) {
    Path page = new Path(RunFolder.path(folder), PAGE);
    try {
      OutputFiles.write(
          OutputFiles.fileSystem(page, spark.hadoop()),
          page,
          table.markdown().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.OUTPUT, folder + " cannot be written: " + e.getMessage(), e);
    }
    System.out.println("results     " + Location.shown(page));
  }
}
