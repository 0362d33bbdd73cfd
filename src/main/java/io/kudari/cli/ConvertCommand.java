package io.kudari.cli;

import io.kudari.config.DataSettings;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Schema;
import io.kudari.data.SourceReader;
import io.kudari.data.Survey;
import io.kudari.data.file.Location;
import io.kudari.data.file.OutputFiles;
import io.kudari.data.file.PartsFolder;
import io.kudari.data.format.ParquetSink;
import io.kudari.run.ExamplePlace;
import io.kudari.run.RunFolder;
import io.kudari.train.DataPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kudari data convert}. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the training set of a configuration as a folder of Parquet files, one a split, on"
          + " all cores of this process.",
      "Read as format = parquet, and normalised alike, it trains to the same parameters."
    })
final class ConvertCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "CONFIG",
      description = "Configuration file or URI; only its data section is read.")
  private String config;

  @Parameters(index = "1", paramLabel = "OUT", description = "Folder or URI to write.")
  private String out;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a setting; may be repeated.")
  private List<String> sets = List.of();

  @Option(names = "--overwrite", description = "Replace a folder of such files if it exists.")
  private boolean overwrite;

  @Mixin private SparkOptions spark;

  @Override
  public Integer call() throws IOException {
    spark.refuseMaster("data convert");
    Configuration hadoop = spark.hadoop();
    DataPlan.Sources sources = DataSettings.read(config, sets, hadoop);
    ExampleSource source = sources.train();
    PartsOutput.check(out, overwrite, hadoop);
    int cores = Runtime.getRuntime().availableProcessors();
    SourceReader reader =
        new SourceReader(
            hadoop, cores, ExamplePlace.of(sources.rules().memory(), spark.settings()).room());
    Survey found = reader.survey(source, Schema.UNKNOWN, 0, false);
    Description set = found.description();
    Notes.print(set);
    ParquetSink.Table table = ParquetSink.Table.of(source.name(), set);
    Path folder = RunFolder.path(out);
    Output output = new Output(out);
    try (PartsFolder parts = output.written(() -> PartsFolder.begin(folder, overwrite, hadoop))) {
      write(reader, found, table, parts, output);
      output.write(() -> parts.finish(found.splits().size()));
    } catch (UncheckedIOException e) {
      throw output.unwritable(e.getCause());
    }
    System.out.printf(
        Locale.ROOT,
        "wrote %d examples to %s in %d files%n",
        set.examples(),
        out,
        found.splits().size());
    System.out.println("  " + section(set, table, Location.shown(folder)));
    if (table.pixels())
      System.out.println("  normalize { method = scale, per = all }   # as pixels have it");
    return ExitCode.OK.code;
  }

  private static void write(
      SourceReader reader, Survey found, ParquetSink.Table table, PartsFolder parts, Output output)
      throws IOException {
    Description set = found.description();
    FileSystem files = OutputFiles.fileSystem(parts.temporary(), reader.hadoop());
    AtomicLong written = new AtomicLong();
    reader.forEach(
        found.splits(),
        (number, split) -> {
          PartsFolder.Opening<ParquetSink> opening =
              file -> new ParquetSink(split.name(), set.schema(), table, files, file);
          try (ParquetSink sink = output.written(() -> parts.open(number, opening))) {
            split.read(reader.hadoop(), sink);
            output.write(sink::close); // Most of it is written only now.
            written.addAndGet(sink.count());
          }
        });
    if (written.get() != set.examples()) throw found.splits().get(0).changed();
  }

  /** The section that reads it. */
  private static String section(Description set, ParquetSink.Table table, String path) {
    StringBuilder text = new StringBuilder("train { format = parquet, path = " + quoted(path));
    List<String> labels = table.labels().stream().map(ConvertCommand::quoted).toList();
    text.append(", label = ").append(labels.size() == 1 ? labels.get(0) : labels);
    if (!table.classification()) text.append(", task = regression");
    if (!table.weight().isEmpty()) text.append(", weight = ").append(quoted(table.weight()));
    List<String> names = set.schema().names();
    if (table.classification())
      text.append(", classes = ").append(names.stream().map(ConvertCommand::quoted).toList());
    return text.append(" }").toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
