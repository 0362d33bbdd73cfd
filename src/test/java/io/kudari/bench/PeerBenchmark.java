package io.kudari.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.data.DigitsSource;
import io.kudari.data.IdxWriter;
import io.kudari.engine.NativeFacts;
import io.kudari.engine.NativeSetup;
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

  private final BenchOptions options;
  private final Children children;
  private final List<Map<String, Object>> record = new ArrayList<>();

  private boolean failed;

  private PeerBenchmark(BenchOptions options, String coreType) {
    this.options = options;
    File errors = new File("target/bench/errors.log");
    this.children = new Children(coreType, errors);
  }

  /** Measures what the options say. */
  public static void main(String[] args) throws IOException, InterruptedException {
    BenchOptions options = new BenchOptions();
    try {
      new CommandLine(options).parseArgs(args);
      if (options.rounds < 1) throw new IllegalArgumentException("--rounds must be at least 1");
      cases(options, WORKERS);
    } catch (CommandLine.ParameterException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    NativeFacts facts = NativeSetup.apply();
    String coreType = facts.suitableCoreType();
    int cores = Runtime.getRuntime().availableProcessors();
    System.out.printf("%s, %d cores, OPENBLAS_CORETYPE=%s%n", facts.processor(), cores, coreType);
    exportData(options);
    PeerBenchmark bench = new PeerBenchmark(options, coreType);
    if (options.scaling) bench.scale(cores);
    else bench.compare();
    bench.save(Map.of("processor", facts.processor(), "cores", cores, "options", options.facts()));
    if (bench.failed) System.exit(1);
  }

  private static List<TrainingCase> cases(BenchOptions options, int workers) {
    List<TrainingCase> cases = new ArrayList<>();
    for (String model : options.models) {
      for (int batch : options.batches) cases.add(new TrainingCase(model, batch, workers));
    }
    return cases;
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
        new DigitsSource(TrainingCase.EXAMPLES, TrainingCase.SEED).load(hadoop, all),
        images.toUri().toString(),
        labels.toUri().toString());
  }

  /** All contenders in turn, round by round. */
  private void compare() throws IOException, InterruptedException {
    for (TrainingCase c : cases(options, WORKERS)) {
      List<Contender> contenders = Contender.all(c, options);
      BenchReport report = new BenchReport(c.toString(), run(contenders));
      report.print();
      record.add(report.record());
    }
  }

  /** All-reduce on 1 thread up to all cores: as many workers as cores, or as many as threads. */
  private void scale(int cores) throws IOException, InterruptedException {
    for (TrainingCase c : cases(options, cores)) {
      List<Contender> strong = new ArrayList<>();
      List<Contender> weak = new ArrayList<>();
      for (int t = 1; t <= cores; t++) {
        TrainingCase grown = new TrainingCase(c.model(), c.batch(), t);
        strong.add(named(Contender.threads(c, options, t), t + " threads"));
        weak.add(named(Contender.threads(grown, options, t), t + " threads, " + t + " workers"));
      }
      for (List<Contender> sides : List.of(strong, weak)) {
        String kind = sides == strong ? "strong scaling" : "weak scaling";
        BenchReport report = new BenchReport(c + ", " + kind, run(sides));
        report.printScaling();
        record.add(report.record());
      }
    }
  }

  private static Contender named(Contender contender, String name) {
    return new Contender(name, contender.commands(), contender.environment());
  }

  /** A contender that fails is left out, and the benchmark ends with status 1. */
  private Map<String, Series> run(List<Contender> contenders)
      throws IOException, InterruptedException {
    Map<String, Series> found = new LinkedHashMap<>();
    List<Contender> left = new ArrayList<>(contenders);
    for (Contender c : contenders) found.put(c.name(), new Series(c.name()));
    for (int round = 0; round < options.rounds; round++) {
      for (Contender contender : List.copyOf(left)) {
        String name = contender.name();
        try {
          found.get(name).add(children.run(contender));
          double rate = found.get(name).rates().get(round);
          System.err.printf("round %d: %-22s %10.0f examples/s%n", round + 1, name, rate);
        } catch (Children.FailedException e) {
          System.err.println("bench: " + e.getMessage());
          failed = true;
          left.remove(contender);
          found.remove(name);
        }
      }
    }
    return found;
  }

  private void save(Map<String, Object> facts) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(facts);
    all.put("cases", record);
    File out = new File(options.out);
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(out, all);
    System.out.println("written to " + out);
  }
}
