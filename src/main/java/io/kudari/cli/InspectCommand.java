package io.kudari.cli;

import io.kudari.config.DataSettings;
import io.kudari.data.DataException;
import io.kudari.data.Deal;
import io.kudari.data.Description;
import io.kudari.data.ExampleMemory;
import io.kudari.data.ExampleSource;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.FoundTable;
import io.kudari.data.Missing;
import io.kudari.data.Offsets;
import io.kudari.data.Schema;
import io.kudari.data.SetReader;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.data.StoreWriter;
import io.kudari.data.Survey;
import io.kudari.data.TableSource;
import io.kudari.data.order.Division;
import io.kudari.run.ExamplePlace;
import io.kudari.run.HeapCheck;
import io.kudari.run.SparkTasks;
import io.kudari.train.DataPlan;
import io.kudari.train.worker.HeapNeed;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kudari data inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Reads and checks the data of a configuration, on all cores or by tasks of Spark, and shows"
            + " what it holds.")
final class InspectCommand implements Callable<Integer> {

  /** Of the order of examples, which nobody sees. */
  private static final long SEED = 0;

  private static final int CORES = Runtime.getRuntime().availableProcessors();

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
    DataPlan.Sources sources = DataSettings.read(config, sets, spark.hadoop());
    boolean tables =
        SparkTasks.areNeeded(sources.train())
            || sources.test().filter(SparkTasks::areNeeded).isPresent();
    if (!tables && !spark.isAsked()) {
      show(sources, Optional.empty());
    } else {
      try (SparkTasks tasks = SparkTasks.start(spark.settings(), SparkOptions::say)) {
        show(sources, Optional.of(tasks));
      }
    }
    return ExitCode.OK.code;
  }

  private void show(DataPlan.Sources sources, Optional<SparkTasks> tasks) throws IOException {
    ExampleMemory memory = sources.rules().memory();
    Schema schema = show("train", sources.train(), Schema.UNKNOWN, memory, tasks);
    if (sources.test().isPresent()) show("test", sources.test().get(), schema, memory, tasks);
  }

  /** Returns the schema that was found, or used. */
  private Schema show(
      String name,
      ExampleSource given,
      Schema schema,
      ExampleMemory memory,
      Optional<SparkTasks> tasks)
      throws IOException {
    StoreWriter.Room room = ExamplePlace.of(memory, spark.settings()).room();
    SourceReader here = new SourceReader(spark.hadoop(), CORES, room);
    SetReader reader = tasks.map(t -> t.reader(here)).orElse(here);
    given.generated().ifPresent(set -> check(set.description(), memory));
    System.out.println(name + ": " + given.name() + " (" + kind(given) + ")");
    ExampleSource source = tasks.map(t -> t.open("data." + name, given)).orElse(given);
    if (!schema.isKnown() && source instanceof TableSource table) showColumns(table, reader);
    Survey found = reader.survey(source, schema, SEED, true);
    Description d = found.description();
    Notes.print(d);
    check(d, memory);
    System.out.println("  examples     " + d.examples());
    System.out.println("  shape        " + d.shape() + (d.bytes() ? " bytes" : " floats"));
    System.out.println("  fingerprint  " + d.fingerprint());
    System.out.printf(
        Locale.ROOT,
        "  read         %.1f MB of files%s%n",
        found.read() / 1e6,
        SparkTasks.areNeeded(given) ? "" : splits(found));
    if (d.classes() > 0) showClasses(found);
    else System.out.println("  targets      " + d.targets());
    FeatureStatistics all = statistics(source, found, reader).pooled(1);
    double deviation = Math.sqrt(all.deviation()[0] / all.count());
    System.out.printf(
        Locale.ROOT,
        "  features     from %.4g to %.4g, mean %.4g, standard deviation %.4g%n",
        all.min()[0],
        all.max()[0],
        all.mean()[0],
        deviation);
    return d.schema();
  }

  /** Not the source itself: its settings may hold secrets. */
  private static String kind(ExampleSource source) {
    String name = source.getClass().getSimpleName();
    return name.replaceAll("^Spark|Source$", "").toLowerCase(Locale.ROOT);
  }

  private static String splits(Survey found) {
    int count = found.splits().size();
    return ", in " + count + (count == 1 ? " split" : " splits");
  }

  /** All workers are here; what of their examples the heap has no share for lies in a file. */
  private static void check(Description whole, ExampleMemory memory) {
    long heap = Runtime.getRuntime().maxMemory();
    HeapNeed.of(whole, 0, 1, 1)
        .within(memory.of(heap))
        .check("showing what it holds", heap, HeapCheck.HERE);
  }

  /** Also of a table that cannot be trained on as it is. */
  private static void showColumns(TableSource source, SetReader reader) throws IOException {
    FoundTable found;
    try {
      found = reader.columns(source.with(source.rules().lenient()));
    } catch (DataException e) {
      if (source.rules().missing() != Missing.SKIP) throw e;
      return; // Where a vector or image is missing, which has no cells, its row is left out.
    }
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
      System.out.printf(Locale.ROOT, "  class %-10s %d%n", name, count);
    }
  }

  /** Of all features as they are, by as many workers as there are cores. */
  private static FeatureStatistics statistics(ExampleSource source, Survey found, SetReader reader)
      throws IOException {
    Description d = found.description();
    int workers = Math.min(CORES, d.examples());
    Division division = new Division(found.keys(), Division.Rules.whole(workers));
    Shards all = reader.all(source, found, new Deal(d.schema(), Offsets.NONE, SEED, division));
    return Arrays.stream(all.training())
        .parallel()
        .map(rows -> FeatureStatistics.of(all.examples(), rows))
        .reduce(FeatureStatistics.empty(d.shape().size()), FeatureStatistics::merge);
  }
}
