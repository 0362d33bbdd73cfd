package io.kudari.cli;

import io.kudari.config.DataSettings;
import io.kudari.data.Deal;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.FoundTable;
import io.kudari.data.Missing;
import io.kudari.data.Offsets;
import io.kudari.data.Schema;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.data.Survey;
import io.kudari.data.TableSource;
import io.kudari.data.order.Division;
import io.kudari.run.HeapCheck;
import io.kudari.train.worker.HeapNeed;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kudari data inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Reads and checks the data of a configuration, on all cores, and shows what it holds.")
final class InspectCommand implements Callable<Integer> {

  /** Of the order of examples, which nobody sees. */
  private static final long SEED = 0;

  @Parameters(
      paramLabel = "CONFIG",
      description = "Configuration file or URI; only its data section is read.")
  private String config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a setting; may be repeated.")
  private List<String> sets = List.of();

  @Mixin private SparkOptions spark;

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = spark.hadoop();
    var sources = DataSettings.read(config, sets, hadoop);
    Schema schema = show("train", sources.train(), Schema.UNKNOWN, hadoop);
    if (sources.test().isPresent()) show("test", sources.test().get(), schema, hadoop);
    return ExitCode.OK.code;
  }

  /** Returns the schema that was found, or used. */
  private static Schema show(String name, ExampleSource source, Schema schema, Configuration hadoop)
      throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    SourceReader reader = new SourceReader(hadoop, cores, HeapCheck.examples());
    source.generated().ifPresent(set -> check(set.description()));
    System.out.println(name + ": " + source);
    if (!schema.isKnown() && source instanceof TableSource table) showColumns(table, reader);
    Survey found = reader.survey(source, schema, SEED, true);
    Description d = found.description();
    Notes.print(d);
    check(d);
    System.out.println("  examples     " + d.examples());
    System.out.println("  shape        " + d.shape() + (d.bytes() ? " bytes" : " floats"));
    System.out.println("  fingerprint  " + d.fingerprint());
    System.out.printf(
        "  read         %.1f MB of files, in %d %s%n",
        found.read() / 1e6, found.splits().size(), found.splits().size() == 1 ? "split" : "splits");
    if (d.classes() > 0) showClasses(found);
    else System.out.println("  targets      " + d.targets());
    FeatureStatistics all = statistics(source, found, reader).pooled(1);
    double deviation = Math.sqrt(all.deviation()[0] / all.count());
    System.out.printf(
        "  features     from %.4g to %.4g, mean %.4g, standard deviation %.4g%n",
        all.min()[0], all.max()[0], all.mean()[0], deviation);
    return d.schema();
  }

  private static void check(Description whole) {
    HeapNeed.of(whole)
        .check("showing what it holds", Runtime.getRuntime().maxMemory(), HeapCheck.HERE);
  }

  /** Also of a table that cannot be trained on as it is. */
  private static void showColumns(TableSource source, SourceReader reader) throws IOException {
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

  private static void showClasses(Survey found) {
    Description d = found.description();
    for (int c = 0; c < d.classes(); c++) {
      String name = d.classNames().isEmpty() ? String.valueOf(c) : d.classNames().get(c);
      long count = c < found.keys().groups() ? found.keys().total(c) : 0;
      System.out.printf("  class %-10s %d%n", name, count);
    }
  }

  /** Of all features as they are, by as many workers as there are cores. */
  private static FeatureStatistics statistics(
      ExampleSource source, Survey found, SourceReader reader) throws IOException {
    Description d = found.description();
    int workers = Math.min(reader.threads(), d.examples());
    Division division = new Division(found.keys(), Division.Rules.whole(workers));
    Shards all = reader.all(source, found, new Deal(d.schema(), Offsets.NONE, SEED, division));
    return Arrays.stream(all.training())
        .parallel()
        .map(rows -> FeatureStatistics.of(all.examples(), rows))
        .reduce(FeatureStatistics.empty(d.shape().size()), FeatureStatistics::merge);
  }
}
