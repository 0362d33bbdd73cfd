package io.kudari.cli;

import io.kudari.config.DataSettings;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.FoundTable;
import io.kudari.data.Missing;
import io.kudari.data.Schema;
import io.kudari.data.SourceReader;
import io.kudari.data.TableSource;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.IdxWriter;
import io.kudari.run.HeapCheck;
import io.kudari.run.RunFolder;
import io.kudari.train.worker.HeapNeed;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kudari data}. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    subcommands = ConvertCommand.class,
    description =
        "Writes the built-in digits as IDX files, shows what a data set holds, or writes it as"
            + " Parquet.")
final class DataCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: data digits, data inspect or data convert");
  }

  @Command(
      name = "digits",
      mixinStandardHelpOptions = true,
      description = "Writes the built-in handwritten-looking digits as gzipped IDX files.")
  int digits(
      @Parameters(paramLabel = "DIR", description = "Folder or URI to write to.") String folder,
      @Option(
              names = "--examples",
              paramLabel = "N",
              defaultValue = "10000",
              description = "How many images (default: ${DEFAULT-VALUE}).")
          int examples,
      @Option(
              names = "--seed",
              defaultValue = "1",
              description = "Names the set (default: ${DEFAULT-VALUE}).")
          long seed,
      @Option(names = "--overwrite", description = "Replace files that exist.") boolean overwrite,
      @Mixin SparkOptions spark)
      throws IOException {
    if (examples < 1)
      throw new CommandException(ExitCode.USAGE, "--examples must be at least 1, not " + examples);
    Path unused = RunFolder.path(folder);
    Configuration hadoop = spark.hadoop();
    String images = folder + "/images-idx3-ubyte.gz";
    String labels = folder + "/labels-idx1-ubyte.gz";
    for (String file : List.of(images, labels)) {
      RunFolder.checkFile(file, overwrite, hadoop);
    }
    DigitsSource source = new DigitsSource(examples, seed);
    check("making them at once", source);
    Examples made = source.load(hadoop, Schema.UNKNOWN, IntStream.range(0, examples).toArray());
    try {
      IdxWriter.write(hadoop, made, images, labels, overwrite);
    } catch (IOException e) {
      throw new CommandException(ExitCode.OUTPUT, e.getMessage(), e);
    }
    System.out.println(
        "wrote " + examples + " images to " + images + " and their labels to " + labels);
    return ExitCode.OK.code;
  }

  @Command(
      name = "inspect",
      mixinStandardHelpOptions = true,
      description = "Reads and checks the data of a configuration, and shows what it holds.")
  int inspect(
      @Parameters(
              paramLabel = "CONFIG",
              description = "Configuration file or URI; only its data section is read.")
          String config,
      @Option(
              names = "--set",
              paramLabel = "KEY=VALUE",
              description = "Overrides a setting; may be repeated.")
          List<String> sets,
      @Mixin SparkOptions spark)
      throws IOException {
    var sources = DataSettings.read(config, sets == null ? List.of() : sets, spark.hadoop());
    Schema schema = show("train", sources.train(), Schema.UNKNOWN, spark.hadoop());
    if (sources.test().isPresent()) show("test", sources.test().get(), schema, spark.hadoop());
    return ExitCode.OK.code;
  }

  /** Returns the schema that was found, or used. */
  private static Schema show(String name, ExampleSource source, Schema schema, Configuration hadoop)
      throws IOException {
    check("showing what it holds", source);
    System.out.println(name + ": " + source);
    if (!schema.isKnown() && source instanceof TableSource table) showColumns(table, hadoop);
    Description d = source.describe(hadoop, schema);
    Notes.print(d);
    check("showing what it holds", d);
    System.out.println("  examples     " + d.examples());
    System.out.println("  shape        " + d.shape() + (d.bytes() ? " bytes" : " floats"));
    System.out.println("  fingerprint  " + d.fingerprint());
    Examples examples = source.load(hadoop, d.schema(), IntStream.range(0, d.examples()).toArray());
    if (d.classes() > 0) showClasses(d, examples);
    else System.out.println("  targets      " + d.targets());
    FeatureStatistics all = FeatureStatistics.of(examples).pooled(1);
    double deviation = Math.sqrt(all.deviation()[0] / all.count());
    System.out.printf(
        "  features     from %.4g to %.4g, mean %.4g, standard deviation %.4g%n",
        all.min()[0], all.max()[0], all.mean()[0], deviation);
    return d.schema();
  }

  /** Also of a table that cannot be trained on as it is. */
  private static void showColumns(TableSource source, Configuration hadoop) throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    SourceReader reader = new SourceReader(hadoop, cores, HeapCheck.examples());
    FoundTable found = reader.table(source.with(source.rules().lenient()));
    if (found == null) return;
    TableText text = new TableText(found, source.rules().maxCategories());
    System.out.println("  columns");
    text.columns().forEach(System.out::println);
    List<String> proposal = text.proposal(source.rules().missing() == Missing.ERROR);
    if (proposal.isEmpty()) return;
    System.out.println("  to be added to the configuration, where it fits");
    proposal.forEach(line -> System.out.println("  " + line));
  }

  /** Of a set that is made, before it is. */
  private static void check(String what, ExampleSource source) {
    source.generated().ifPresent(set -> check(what, set.description()));
  }

  private static void check(String what, Description whole) {
    HeapNeed.of(whole).check(what, Runtime.getRuntime().maxMemory(), HeapCheck.HERE);
  }

  private static void showClasses(Description d, Examples examples) {
    int[] counts = new int[d.classes()];
    for (int label : examples.labels()) counts[label]++;
    for (int c = 0; c < counts.length; c++) {
      String name = d.classNames().isEmpty() ? String.valueOf(c) : d.classNames().get(c);
      System.out.printf("  class %-10s %d%n", name, counts[c]);
    }
  }
}
