package io.kudari.cli;

import io.kudari.data.file.OutputFiles;
import io.kudari.run.RunFolder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kudari predict}. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = {
      "Applies a trained model to a data set and writes one CSV line an example, in their order, in"
          + " one reading, on all cores.",
      "A line has the example's number, the predicted class and each class's probability, or the"
          + " predicted values.",
      "The data needs no labels. Without --input and --config the test data of the run itself is"
          + " used."
    })
final class PredictCommand implements Callable<Integer> {

  @Mixin private AppliedModel applied;

  @Mixin private NewData data;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "File or URI to write (default: standard output).")
  private String output;

  @Option(names = "--overwrite", description = "Replace the file if it exists.")
  private boolean overwrite;

  private boolean begun;

  @Override
  public Integer call() throws Exception {
    boolean given = data.isGiven();
    if (output == null) {
      write(System.out, given);
      return ExitCode.OK.code;
    }
    Configuration hadoop = applied.hadoop();
    Path file = RunFolder.path(output);
    FileSystem files = OutputFiles.fileSystem(file, hadoop);
    applied.checkApart(output);
    if (given && !data.isStandardInput() && file.equals(RunFolder.path(data.input())))
      throw new CommandException(ExitCode.OUTPUT, output + " is the data itself");
    RunFolder.checkFile(output, overwrite, hadoop);
    OutputFiles.write(files, file, to -> write(to, given));
    return ExitCode.OK.code;
  }

  private void write(OutputStream to, boolean given) throws IOException {
    AppliedModel.Opened opened = given ? applied.open(data) : applied.open();
    Predictions table =
        new Predictions(
            opened.isClassifier(), opened.saved().outputs(), opened.saved().classNames());
    Writer out = new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8), 1 << 16);
    opened.predict(
        (first, batch, outputs) -> table.rows(first, batch.count(), outputs),
        rows -> put(begun ? rows : table.header() + rows, out));
    end(out);
  }

  /** Rows go on at once where somebody may wait for them. */
  private void put(String rows, Writer out) {
    begun = true;
    try {
      out.append(rows);
    } catch (IOException e) {
      throw unwritable(e);
    }
    if (output == null) end(out);
  }

  private void end(Writer out) {
    try {
      out.flush();
    } catch (IOException e) {
      throw unwritable(e);
    }
    if (output == null && System.out.checkError())
      throw unwritable(new IOException("standard output ended early"));
  }

  private static CommandException unwritable(IOException e) {
    return new CommandException(
        ExitCode.OUTPUT, "the predictions cannot be written: " + e.getMessage(), e);
  }
}
