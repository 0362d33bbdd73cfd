package io.kudari.cli;

import io.kudari.data.file.OutputFiles;
import io.kudari.inference.LocalInference;
import io.kudari.inference.ParquetPredictions;
import io.kudari.inference.Predictions;
import io.kudari.inference.SparkPredictions;
import io.kudari.run.RunFolder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
          + " one reading, on all cores; with --master by tasks of Spark, the same rows.",
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
      description =
          "File or URI to write (default: CSV on standard output). Tasks of Spark write Parquet as"
              + " a folder of parts.")
  private String output;

  /** Of what is written. */
  enum Format {
    /** Text. */
    CSV,
    /** Columns. */
    PARQUET
  }

  private static final Pattern PARQUET = Pattern.compile(".*\\.parquet/?");

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description = "csv or parquet (default: by the ending .parquet, else csv).")
  private Format format;

  @Option(
      names = "--overwrite",
      description = "Replace the file, or the folder of parts, if it exists.")
  private boolean overwrite;

  private static final Output PREDICTIONS = new Output("the predictions");

  private boolean begun;

  @Override
  public Integer call() throws Exception {
    if (output == null) {
      if (isParquet())
        throw new CommandException(ExitCode.USAGE, "--output-format parquet needs --output FILE");
      write(System.out, open());
      return ExitCode.OK.code;
    }
    Configuration hadoop = applied.hadoop();
    Path file = RunFolder.path(output);
    applied.checkApart(output);
    if (data.isGiven() && !data.isStandardInput() && file.equals(RunFolder.path(data.input())))
      throw new CommandException(ExitCode.OUTPUT, output + " is the data itself");
    if (isParquet()) PartsOutput.check(output, overwrite, hadoop);
    else RunFolder.checkFile(output, overwrite, hadoop);
    FileSystem files = OutputFiles.fileSystem(file, hadoop);
    LocalInference here = open();
    PREDICTIONS.write(() -> OutputFiles.makeFolder(files, file.getParent()));
    if (!isParquet()) {
      OutputFiles.make(files, file, path -> writeText(files, path, here));
    } else if (applied.isOfSpark(here)) {
      writeParts(file, here);
    } else {
      RunFolder.checkFile(output, overwrite, hadoop);
      OutputFiles.make(files, file, path -> writeParquet(files, path, here));
    }
    return ExitCode.OK.code;
  }

  private LocalInference open() throws IOException {
    return data.isGiven() ? applied.open(data) : applied.open();
  }

  private boolean isParquet() {
    if (format != null) return format == Format.PARQUET;
    return output != null && PARQUET.matcher(output).matches();
  }

  private void writeParts(Path folder, LocalInference here) throws IOException {
    Object unused =
        applied.withSpark(
            here,
            spark -> {
              try (SparkPredictions made = spark.predict()) {
                PREDICTIONS.write(() -> made.parquet(folder, overwrite));
              }
              return null;
            });
  }

  /** The outputs of a batch, kept. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Outputs(long first, int count, float[] values) {}

  private void writeText(FileSystem files, Path path, LocalInference here) throws IOException {
    try (OutputStream out = PREDICTIONS.written(() -> OutputFiles.create(files, path, true))) {
      write(out, here);
      PREDICTIONS.write(out::close); // Some file systems write the end of it only now.
    }
  }

  private void writeParquet(FileSystem files, Path path, LocalInference here) throws IOException {
    Predictions table = Predictions.of(here.model().saved());
    try (ParquetPredictions rows =
        PREDICTIONS.written(() -> new ParquetPredictions(files, path, table))) {
      here.predict(
          (first, batch, outputs) -> new Outputs(first, batch.count(), outputs.clone()),
          made -> PREDICTIONS.write(() -> rows.write(made.first, made.count, made.values)));
      PREDICTIONS.write(rows::close); // Most of it is written only now.
    }
  }

  private void write(OutputStream to, LocalInference here) throws IOException {
    Predictions table = Predictions.of(here.model().saved());
    Writer out = new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8), 1 << 16);
    LocalInference.Taker<String> taker = rows -> put(begun ? rows : table.header() + rows, out);
    if (applied.isOfSpark(here)) {
      Object unused =
          applied.withSpark(
              here,
              spark -> {
                try (SparkPredictions made = spark.predict()) {
                  made.rows(taker);
                }
                return null;
              });
    } else {
      here.predict((first, batch, outputs) -> table.rows(first, batch.count(), outputs), taker);
    }
    end(out);
  }

  /** Rows go on at once where somebody may wait for them. */
  private void put(String rows, Writer out) {
    begun = true;
    PREDICTIONS.write(() -> out.append(rows));
    if (output == null) end(out);
  }

  private void end(Writer out) {
    PREDICTIONS.write(out::flush);
    if (output == null && System.out.checkError())
      throw PREDICTIONS.unwritable(new IOException("standard output ended early"));
  }
}
