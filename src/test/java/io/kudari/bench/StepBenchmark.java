package io.kudari.bench;

import io.kudari.engine.dl4j.Dl4jModel;
import io.kudari.engine.program.ProgramModel;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Time of one training step on one thread, against Deeplearning4j as it comes. Run by {@code
 * scripts/bench-step}.
 *
 * <p>Each figure comes from JVMs of its own, which take turns so that whatever else the machine
 * does hits all of them; the median over the rounds is printed. Deeplearning4j out of the box runs
 * with the plain native from Maven and without OpenBLAS settings in its environment. Both sides do
 * forward, backward and a plain SGD update of all parameters with a batch of {@value #BATCH}, and
 * use one thread.
 */
public final class StepBenchmark {

  static final int BATCH = 128;

  private static final int ROUNDS = 3;
  private static final String OUT_OF_THE_BOX = "out-of-the-box";

  /** An engine is added here. */
  static final Map<String, Function<NetworkSpec, ModelSpec>> ENGINES = new LinkedHashMap<>();

  static {
    ENGINES.put("dl4j", Dl4jModel::new);
    ENGINES.put("program", ProgramModel::new);
  }

  private StepBenchmark() {}

  /**
   * Measures.
   *
   * @param args path of the plain native's jar, and the number of rounds if not {@value #ROUNDS}
   */
  public static void main(String[] args) {
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
    List<String> engines = new ArrayList<>(List.of(OUT_OF_THE_BOX));
    engines.addAll(ENGINES.keySet());
    for (String network : BenchNetworks.ALL.keySet()) {
      Map<String, List<Double>> times = new LinkedHashMap<>();
      for (int round = 0; round < rounds; round++) {
        for (String engine : engines) {
          times
              .computeIfAbsent(engine, name -> new ArrayList<>())
              .add(measure(engine, network, args[0]));
        }
      }
      print(network, times);
    }
  }

  private static void print(String network, Map<String, List<Double>> times) {
    System.out.printf("%n%s, batch %d, one thread%n", network, BATCH);
    double reference = median(times.get(OUT_OF_THE_BOX));
    times.forEach(
        (engine, of) ->
            System.out.printf(
                "  %-16s %8.2f ms/step %9.0f examples/s %6.2f x   (rounds: %s)%n",
                engine,
                median(of),
                BATCH * 1000 / median(of),
                reference / median(of),
                String.join(" ", of.stream().map(t -> String.format("%.2f", t)).toList())));
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** Milliseconds a step, measured in a JVM of its own. */
  private static double measure(String engine, String network, String plainNative) {
    boolean plain = engine.equals(OUT_OF_THE_BOX);
    String classpath = System.getProperty("java.class.path");
    List<String> command =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-Xmx2g",
            "-cp",
            plain ? withPlainNative(classpath, plainNative) : classpath,
            plain ? Dl4jOutOfTheBox.class.getName() : EngineSteps.class.getName(),
            engine,
            network);
    ProcessBuilder child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    child.environment().keySet().removeIf(name -> name.startsWith("OPENBLAS_"));
    child.environment().put("OMP_NUM_THREADS", "1");
    try {
      Process process = child.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IllegalStateException(engine + " on " + network + " failed: " + out);
      }
      List<String> lines = out.lines().toList();
      return Double.parseDouble(lines.get(lines.size() - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String withPlainNative(String classpath, String plainNative) {
    Stream<String> others =
        Arrays.stream(classpath.split(System.getProperty("path.separator")))
            .filter(entry -> !entry.matches(".*nd4j-native-[^/]*-(linux|macosx|windows)-.*\\.jar"));
    return String.join(
        System.getProperty("path.separator"),
        Stream.concat(Stream.of(plainNative), others).toList());
  }

  /** Runs steps for a while and prints the median time of one, in milliseconds. */
  static void time(Runnable step) {
    long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
    for (int i = 0; i < 20 || System.nanoTime() < warm; i++) step.run();
    List<Double> times = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
    while (times.size() < 20 || System.nanoTime() < end) {
      long start = System.nanoTime();
      step.run();
      times.add((System.nanoTime() - start) / 1e6);
    }
    System.out.println(median(times));
  }
}
