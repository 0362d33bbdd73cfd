package io.kudari.cli;

import io.kudari.data.ExampleSource;
import io.kudari.data.Schema;
import io.kudari.data.Task;
import io.kudari.data.file.InputFiles;
import io.kudari.data.file.InputPath;
import io.kudari.data.format.CsvSource;
import io.kudari.data.format.IdxSource;
import io.kudari.data.format.LibSvmSource;
import io.kudari.data.format.ParquetSource;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** Options that name data without a configuration: the model's schema says what is in it. */
final class NewData {

  private static final List<String> FORMATS = List.of("csv", "libsvm", "parquet", "idx");

  private static final Pattern CSV = Pattern.compile(".*\\.csv(\\.gz)?");
  private static final Pattern LIB_SVM = Pattern.compile(".*\\.(libsvm|svm)(\\.gz)?");
  private static final Pattern PARQUET = Pattern.compile(".*\\.parquet/?");

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = {
        "Data to predict without a configuration, which needs no labels: a file, a folder of them,"
            + " a pattern such as \"part-*.csv\", or a URI of these; - reads CSV from standard"
            + " input.",
        "Columns are found by the names that the model keeps, in any order; a CSV's first line"
            + " names them, unless the model was trained on data without names."
      })
  private String input;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "Format of that data: csv, libsvm, parquet, or idx for IDX files of images (default: by"
              + " the name's ending).")
  private String format;

  /** Whether there is such data. */
  boolean isGiven() {
    if (input == null && format != null)
      throw usage("--format says what --input is: it needs --input FILE");
    if (format != null && !FORMATS.contains(format))
      throw usage("--format must be one of " + String.join(", ", FORMATS) + ", not " + format);
    return input != null;
  }

  /** Where it is. */
  String input() {
    return input;
  }

  /** Whether it comes from the standard input. */
  boolean isStandardInput() {
    return InputPath.STANDARD_INPUT.equals(input);
  }

  /** The data, to be read without labels by a model's schema. */
  ExampleSource source(Schema schema, Configuration hadoop) throws IOException {
    Task task = schema.classes() > 0 ? Task.CLASSIFICATION : Task.REGRESSION;
    // A set that need not have labels need not name them either, but a source does.
    List<String> labels = schema.labels().isEmpty() ? List.of("label") : schema.labels();
    return switch (format(hadoop)) {
      case "csv" ->
          new CsvSource(
              input,
              !schema.features().isEmpty() && !schema.ofVectors(),
              ',',
              task,
              labels,
              List.of());
      case "libsvm" -> new LibSvmSource(input, task, 0, List.of());
      case "parquet" -> new ParquetSource(input, task, labels, List.of(), List.of());
      default -> new IdxSource(input, "", 0);
    };
  }

  private String format(Configuration hadoop) throws IOException {
    if (isStandardInput()) {
      if (format != null && !format.equals("csv"))
        throw usage("--input - reads CSV, not --format " + format);
      return "csv";
    }
    if (format != null) return format;
    if (CSV.matcher(input).matches()) return "csv";
    if (LIB_SVM.matcher(input).matches()) return "libsvm";
    if (PARQUET.matcher(input).matches()) return "parquet";
    List<InputPath> files = InputFiles.find(hadoop, input);
    if (areAll(files, CSV)) return "csv";
    if (areAll(files, LIB_SVM)) return "libsvm";
    if (areAll(files, PARQUET)) return "parquet";
    throw usage(
        input
            + ": its name does not tell its format: say --format "
            + String.join(", ", FORMATS.subList(0, FORMATS.size() - 1))
            + " or "
            + FORMATS.get(FORMATS.size() - 1));
  }

  private static boolean areAll(List<InputPath> files, Pattern format) {
    return files.stream().allMatch(file -> format.matcher(file.lastName()).matches());
  }

  private static CommandException usage(String line) {
    return new CommandException(ExitCode.USAGE, line);
  }
}
