package io.kudari.cli;

import io.kudari.data.file.OutputFiles;
import io.kudari.run.RunFolder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
      "Applies a trained model to a data set and writes one CSV line an example.",
      "A line has the example's number, the predicted class and each class's probability, or the"
          + " predicted values.",
      "Without --config the test data of the run itself is used."
    })
final class PredictCommand implements Callable<Integer> {

  @Mixin private AppliedModel applied;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "File or URI to write (default: standard output).")
  private String output;

  @Option(names = "--overwrite", description = "Replace the file if it exists.")
  private boolean overwrite;

  private long written;

  @Override
  public Integer call() throws Exception {
    if (output == null) {
      write(System.out);
      if (System.out.checkError()) throw unwritable(new IOException("standard output ended early"));
      return ExitCode.OK.code;
    }
    Configuration hadoop = applied.hadoop();
    Path file = RunFolder.path(output);
    FileSystem files = OutputFiles.fileSystem(file, hadoop);
    applied.checkApart(output);
    RunFolder.checkFile(output, overwrite, hadoop);
    OutputFiles.write(files, file, this::write);
    return ExitCode.OK.code;
  }

  private void write(OutputStream to) throws IOException {
    Writer out = new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8), 1 << 16);
    try (AppliedModel.Opened model = applied.open()) {
      boolean classes = model.data().classes() > 0;
      int width = model.saved().outputs();
      put(header(classes, width, model.classNames()), out);
      model.forEachOutputs(
          (outputs, count) -> rows(count, outputs, classes, width, model.classNames(), out));
    }
    try {
      out.flush();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static void put(CharSequence line, Writer out) {
    try {
      out.append(line).append(System.lineSeparator());
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static CommandException unwritable(IOException e) {
    return new CommandException(
        ExitCode.OUTPUT, "the predictions cannot be written: " + e.getMessage(), e);
  }

  private static String header(boolean classes, int width, List<String> names) {
    StringBuilder line = new StringBuilder(classes ? "example,predicted" : "example");
    for (int o = 0; o < width; o++)
      line.append(',').append(classes ? cell("p(" + name(names, o) + ")") : "value" + o);
    return line.toString();
  }

  private void rows(
      int count, float[] outputs, boolean classes, int width, List<String> names, Writer out) {
    for (int e = 0; e < count; e++) {
      StringBuilder line = new StringBuilder().append(written++);
      if (classes) line.append(',').append(cell(name(names, best(outputs, e * width, width))));
      for (int o = 0; o < width; o++) line.append(',').append(outputs[e * width + o]);
      put(line, out);
    }
  }

  private static int best(float[] outputs, int at, int width) {
    int best = 0;
    for (int o = 1; o < width; o++) if (outputs[at + o] > outputs[at + best]) best = o;
    return best;
  }

  private static String name(List<String> names, int label) {
    return names.isEmpty() ? String.valueOf(label) : names.get(label);
  }

  /** A text as a CSV value. */
  private static String cell(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
