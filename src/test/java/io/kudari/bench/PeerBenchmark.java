package io.kudari.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.IdxWriter;
import io.kudari.engine.processor.NativeFacts;
import io.kudari.engine.processor.NativeSetup;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;

/**
 * Trains the same models on the same data at the same global batch with this project's strategies
 * and with what one would use instead, and prints examples a second. Run by {@code scripts/bench};
 * {@code docs/benchmarks.md} says how to read the result.
 */
public final class PeerBenchmark {

  private static final int WORKERS = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BenchOptions options;
  private final Children children;
  private final Progress progress;
  private final Map<String, Object> record;
  private final List<Map<String, Object>> cases = new ArrayList<>();

  private boolean failed;

  private PeerBenchmark(
      BenchOptions options, Children children, Progress progress, Map<String, Object> facts) {
    this.options = options;
    this.children = children;
    this.progress = progress;
    this.record = new LinkedHashMap<>(facts);
    record.put("cases", cases);
  }

  /** Measures what the options say. */
  public static void main(String[] args) throws IOException {
    BenchOptions options = new BenchOptions();
    int cores = Runtime.getRuntime().availableProcessors();
    List<Comparison> comparisons = List.of();
    try {
      new CommandLine(options).parseArgs(args);
      if (options.rounds < 1) throw new IllegalArgumentException("--rounds must be at least 1");
      comparisons = comparisons(options, cores);
    } catch (CommandLine.ParameterException | IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    }
    boolean exchange = !options.scaling && options.wants("exchange");
    Progress progress = new Progress(seconds(options, comparisons, exchange));
    progress.announce();
    if (options.plan) return;
    NativeFacts facts = NativeSetup.apply();
    String coreType = facts.suitableCoreType();
    System.out.printf("%s, %d cores, OPENBLAS_CORETYPE=%s%n", facts.processor(), cores, coreType);
    exportData(options);
    Children children = new Children(coreType, new File("target/bench/errors.log"));
    // Ctrl-C, and any other end of this process, takes along whatever still runs.
    Runtime.getRuntime().addShutdownHook(new Thread(children::close));
    PeerBenchmark bench =
        new PeerBenchmark(
            options,
            children,
            progress,
            Map.of("processor", facts.processor(), "cores", cores, "options", options.facts()));
    try {
      for (Comparison comparison : comparisons) bench.compare(comparison);
      if (exchange) bench.exchange();
    } catch (InterruptedException e) {
      System.err.println("bench: ended before it was done");
      return;
    }
    System.out.println("written to " + options.out);
    if (bench.failed) System.exit(1);
  }

  private static List<Comparison> comparisons(BenchOptions options, int cores) {
    List<Comparison> all = new ArrayList<>();
    for (String model : options.models) {
      for (int batch : options.batches) {
        TrainingCase c = new TrainingCase(model, batch, options.scaling ? cores : WORKERS);
        if (options.scaling) {
          all.add(Comparison.strong(c, options));
          all.add(Comparison.weak(c, options));
        } else {
          all.add(Comparison.peers(c, options));
        }
      }
    }
    all.removeIf(comparison -> comparison.contenders().isEmpty());
    return all;
  }

  private static List<Double> seconds(
      BenchOptions options, List<Comparison> comparisons, boolean exchange) {
    List<Double> all = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      for (int round = 0; round < options.rounds; round++) {
        comparison.contenders().forEach(contender -> all.add(contender.seconds()));
      }
    }
    if (exchange) all.add(Contender.exchange().seconds());
    return all;
  }

  private static void exportData(BenchOptions options) throws IOException {
    Path images = Path.of(options.data("images"));
    Path labels = Path.of(options.data("labels"));
    Files.deleteIfExists(images);
    Files.deleteIfExists(labels);
    int[] all = IntStream.range(0, TrainingCase.EXAMPLES).toArray();
    Configuration hadoop = new Configuration();
    // Without a check sum file beside each.
    hadoop.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    IdxWriter.write(
        hadoop,
        new DigitsSource(TrainingCase.EXAMPLES, TrainingCase.SEED)
            .load(hadoop, Schema.UNKNOWN, all),
        images.toUri().toString(),
        labels.toUri().toString());
  }

  private void compare(Comparison comparison) throws IOException, InterruptedException {
    Map<String, Series> found = run(comparison);
    if (found.isEmpty()) return;
    BenchReport report = new BenchReport(comparison.title(), comparison.against(), found);
    report.print();
    cases.add(report.record());
    save();
  }

  /** All in turn, round by round. One that fails is left out, and the status will be 1. */
  private Map<String, Series> run(Comparison comparison) throws IOException, InterruptedException {
    Map<String, Series> found = new LinkedHashMap<>();
    for (Contender c : comparison.contenders()) found.put(c.name(), new Series(c.name()));
    for (int round = 0; round < options.rounds; round++) {
      for (Contender contender : comparison.contenders()) {
        Series series = found.get(contender.name());
        progress.begin("round " + (round + 1) + ", " + contender.name());
        if (series == null) {
          progress.end(contender, "left out");
          continue;
        }
        try {
          series.add(rates(children.run(contender)));
          double rate = series.rates().get(round);
          progress.end(contender, String.format("%10.0f examples/s", rate));
        } catch (Children.FailedException e) {
          progress.end(contender, "failed");
          fail(e);
          found.remove(contender.name());
        }
      }
    }
    return found;
  }

  private static List<Rate> rates(List<String> lines) throws JsonProcessingException {
    List<Rate> rates = new ArrayList<>();
    for (String line : lines) rates.add(Rate.parse(line));
    return rates;
  }

  /** The exchange alone, once. */
  private void exchange() throws IOException, InterruptedException {
    Contender exchange = Contender.exchange();
    progress.begin(exchange.name());
    try {
      String line = children.run(exchange).get(0);
      progress.end(exchange, "done");
      Map<String, Map<String, Double>> table = JSON.readValue(line, new TypeReference<>() {});
      System.out.println("\nthe exchange alone");
      ExchangeBenchmark.print(table);
      record.put("exchangeMilliseconds", table);
      save();
    } catch (Children.FailedException e) {
      progress.end(exchange, "failed");
      fail(e);
    }
  }

  private void fail(Children.FailedException e) {
    System.err.println("bench: " + e.getMessage());
    failed = true;
  }

  /** After every case, so that a benchmark that is ended early leaves what it has. */
  private void save() throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(new File(options.out), record);
  }
}
