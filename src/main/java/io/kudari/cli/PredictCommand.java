package io.kudari.cli;

import io.kudari.run.RunFolder;
import io.kudari.train.OutputFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
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
      "Applies a trained model to a data set and writes one CSV line an example:",
      "the example's number, the predicted class and each class's probability, or the predicted"
          + " values.",
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
      return ExitCode.OK.code;
    }
    Configuration hadoop = applied.hadoop();
    Path file = RunFolder.path(output);
    FileSystem files = OutputFiles.fileSystem(file, hadoop);
    if (files.exists(file)) {
      if (files.getFileStatus(file).isDirectory())
        throw new CommandException(ExitCode.OUTPUT, output + " is a folder");
      if (!overwrite)
        throw new CommandException(
            ExitCode.OUTPUT, output + " exists already; --overwrite replaces it");
    }
    OutputFiles.write(files, file, this::write);
    return ExitCode.OK.code;
  }

  private void write(OutputStream to) throws IOException {
    PrintStream out =
        new PrintStream(new BufferedOutputStream(to, 1 << 16), false, StandardCharsets.UTF_8);
    try (AppliedModel.Opened model = applied.open()) {
      boolean classes = model.data().classes() > 0;
      int width = model.saved().outputs();
      out.println(header(classes, width, model.classNames()));
      model.forEachOutputs(
          (outputs, count) -> rows(count, outputs, classes, width, model.classNames(), out));
    }
    out.flush();
    if (out.checkError()) throw new IOException("the predictions could not be written");
  }

  private static String header(boolean classes, int width, List<String> names) {
    StringBuilder line = new StringBuilder(classes ? "example,predicted" : "example");
    for (int o = 0; o < width; o++)
      line.append(',').append(classes ? cell("p(" + name(names, o) + ")") : "value" + o);
    return line.toString();
  }

  private void rows(
      int count, float[] outputs, boolean classes, int width, List<String> names, PrintStream out) {
    for (int e = 0; e < count; e++) {
      StringBuilder line = new StringBuilder().append(written++);
      if (classes) line.append(',').append(cell(name(names, best(outputs, e * width, width))));
      for (int o = 0; o < width; o++) line.append(',').append(outputs[e * width + o]);
      out.println(line);
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
