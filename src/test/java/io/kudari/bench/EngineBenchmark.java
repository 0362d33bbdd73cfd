package io.kudari.bench;

import io.kudari.engine.processor.NativeFacts;
import io.kudari.engine.processor.NativeSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * Processor time of one gradient (forward and backward, the batch in memory, no update) on one
 * thread: the program against Deeplearning4j with all native cures and, where they are, against
 * PyTorch and libtorch. Run by {@code scripts/bench-engine}.
 *
 * <p>Each figure comes from a process of its own. The processes of a round take turns, so that
 * whatever else the machine does hits all of them; ratios are taken within a round. All that use
 * OpenBLAS use the same kernels.
 */
public final class EngineBenchmark {

  private static final String SECONDS = "1.5";
  private static final String PROGRAM = "program";

  /** What the program is compared with. */
  static final List<String> PEERS = List.of("dl4j", "torch", "libtorch");

  /** What is measured. */
  private record Case(String network, int batch) {}

  private static final List<Case> CASES =
      List.of(
          new Case("MLP 784-512-512-10", 32),
          new Case("MLP 784-512-512-10", 128),
          new Case("MLP 784-512-512-10", 512),
          new Case("MLP 784-2048-2048-10", 128),
          new Case("LeNet", 128));

  private EngineBenchmark() {}

  /** Measures what the options say. */
  public static void main(String[] args) {
    EngineOptions options = new EngineOptions();
    try {
      new CommandLine(options).parseArgs(args);
      options.check();
    } catch (CommandLine.ParameterException | IllegalArgumentException e) {
      System.err.println("bench-engine: " + e.getMessage());
      System.exit(2);
    }
    NativeFacts facts = NativeSetup.apply();
    String coreType = facts.suitableCoreType();
    System.out.printf("%s, one thread, OPENBLAS_CORETYPE=%s%n", facts.processor(), coreType);
    System.out.println(heading());
    List<String> sides = new ArrayList<>(List.of(PROGRAM));
    PEERS.stream().filter(options::measures).forEach(sides::add);
    for (Case c : CASES) {
      Map<String, List<Double>> times = new LinkedHashMap<>();
      for (int round = 0; round < options.rounds; round++) {
        for (String side : sides) {
          times
              .computeIfAbsent(side, s -> new ArrayList<>())
              .add(run(command(side, c, options), environment(side, coreType, options)));
        }
      }
      System.out.println(row(c.network(), c.batch(), times));
    }
  }

  private static String heading() {
    StringBuilder heading = new StringBuilder(String.format("%-22s %5s ", "examples/s", "batch"));
    heading.append(String.format(" %10s", PROGRAM));
    for (String peer : PEERS) heading.append(String.format(" %10s", peer));
    for (String peer : PEERS) heading.append(String.format(" %10s", "/ " + peer));
    return heading.append("  (each round)").toString();
  }

  /**
   * A line of the table from the milliseconds of each side: rates, and the program's by those of
   * its peers. A peer that was left out is a dash.
   */
  static String row(String network, int batch, Map<String, List<Double>> times) {
    StringBuilder row = new StringBuilder(String.format("%-22s %5d ", network, batch));
    StringBuilder ratios = new StringBuilder();
    StringBuilder rounds = new StringBuilder();
    row.append(String.format(" %10.0f", batch * 1000 / median(times.get(PROGRAM))));
    for (String peer : PEERS) {
      List<Double> measured = times.get(peer);
      if (measured == null) {
        row.append(String.format(" %10s", "–"));
        ratios.append(String.format(" %10s", "–"));
        continue;
      }
      List<Double> of = ratios(measured, times.get(PROGRAM));
      row.append(String.format(" %10.0f", batch * 1000 / median(measured)));
      ratios.append(String.format(" %10.2f", median(of)));
      List<String> each = of.stream().map(r -> String.format("%.2f", r)).toList();
      rounds.append(String.format("  (%s: %s)", peer, String.join(" ", each)));
    }
    return row.append(ratios).append(rounds).toString();
  }

  private static List<Double> ratios(List<Double> above, List<Double> below) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < above.size(); i++) ratios.add(above.get(i) / below.get(i));
    return ratios;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static List<String> command(String side, Case c, EngineOptions options) {
    List<String> command = new ArrayList<>();
    if (side.equals("torch")) {
      command.addAll(List.of("/usr/bin/python3", options.torch()));
    } else {
      command.addAll(
          List.of(
              System.getProperty("java.home") + "/bin/java",
              "-Xmx2g",
              "-cp",
              System.getProperty("java.class.path")));
      boolean libtorch = side.equals("libtorch");
      command.add((libtorch ? LibtorchGradients.class : EngineGradients.class).getName());
      command.add(libtorch ? options.libtorch() : side);
    }
    command.addAll(List.of(c.network(), String.valueOf(c.batch()), SECONDS));
    return command;
  }

  private static Map<String, String> environment(
      String side, String coreType, EngineOptions options) {
    Map<String, String> environment = new HashMap<>();
    if (!coreType.isEmpty()) environment.put("OPENBLAS_CORETYPE", coreType);
    environment.put("OMP_NUM_THREADS", "1");
    environment.put("OPENBLAS_NUM_THREADS", "1");
    if (side.equals("torch")) environment.put("LD_LIBRARY_PATH", options.blas());
    if (side.equals("libtorch")) environment.putAll(Contender.libtorch(options.libtorch()));
    return environment;
  }

  /** The last line a process prints, as a number. */
  private static double run(List<String> command, Map<String, String> environment) {
    ProcessBuilder child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    child.environment().keySet().removeIf(name -> name.startsWith("OPENBLAS_"));
    child.environment().putAll(environment);
    try {
      Process process = child.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IllegalStateException(command + " failed: " + out);
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
}
