package io.kudari.bench;

import io.kudari.engine.processor.NativeFacts;
import io.kudari.engine.processor.NativeSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Processor time of one gradient (forward and backward, the batch in memory, no update) on one
 * thread: the program against Deeplearning4j with all native cures and against PyTorch where it is.
 * Run by {@code scripts/bench-engine}.
 *
 * <p>Each figure comes from a process of its own. The processes of a round take turns, so that
 * whatever else the machine does hits all of them; ratios are taken within a round. All use the
 * same OpenBLAS kernels.
 */
public final class EngineBenchmark {

  private static final String SECONDS = "1.5";
  private static final List<String> SIDES = List.of("program", "dl4j", "torch");

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

  /**
   * Measures.
   *
   * @param args the number of rounds; PyTorch's script and the folder of the BLAS it shall load, or
   *     neither to leave it out
   */
  public static void main(String[] args) {
    int rounds = Integer.parseInt(args[0]);
    String torchScript = args.length > 1 ? args[1] : "";
    String blas = args.length > 2 ? args[2] : "";
    NativeFacts facts = NativeSetup.apply();
    String coreType = facts.suitableCoreType();
    System.out.printf("%s, one thread, OPENBLAS_CORETYPE=%s%n", facts.processor(), coreType);
    System.out.printf(
        "%-22s %5s  %10s %10s %10s (examples/s)  program/dl4j  program/torch  (each round)%n",
        "network", "batch", "program", "dl4j", "torch");
    for (Case c : CASES) {
      Map<String, List<Double>> times = new LinkedHashMap<>();
      for (int round = 0; round < rounds; round++) {
        for (String side : SIDES) {
          if (side.equals("torch") && torchScript.isEmpty()) continue;
          times
              .computeIfAbsent(side, s -> new ArrayList<>())
              .add(run(command(side, c, torchScript), coreType, blas));
        }
      }
      System.out.println(row(c.network(), c.batch(), times));
    }
  }

  /** A line of the table from the milliseconds of each side; a side that was left out is a dash. */
  static String row(String network, int batch, Map<String, List<Double>> times) {
    List<Double> toDl4j = ratios(times.get("dl4j"), times.get("program"));
    StringBuilder row = new StringBuilder(String.format("%-22s %5d ", network, batch));
    for (String side : SIDES) {
      List<Double> measured = times.get(side);
      row.append(
          measured == null
              ? String.format(" %10s", "–")
              : String.format(" %10.0f", batch * 1000 / median(measured)));
    }
    row.append(String.format(" %25.2f", median(toDl4j)));
    if (!times.containsKey("torch")) return row.append(String.format(" %14s", "–")).toString();
    List<Double> toTorch = ratios(times.get("torch"), times.get("program"));
    List<String> rounds = toTorch.stream().map(r -> String.format("%.2f", r)).toList();
    return row.append(String.format(" %14.2f  (%s)", median(toTorch), String.join(" ", rounds)))
        .toString();
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

  private static List<String> command(String side, Case c, String torchScript) {
    List<String> end = List.of(c.network(), String.valueOf(c.batch()), SECONDS);
    List<String> command = new ArrayList<>();
    if (side.equals("torch")) {
      command.addAll(List.of("/usr/bin/python3", torchScript));
    } else {
      command.addAll(
          List.of(
              System.getProperty("java.home") + "/bin/java",
              "-Xmx2g",
              "-cp",
              System.getProperty("java.class.path"),
              EngineGradients.class.getName(),
              side));
    }
    command.addAll(end);
    return command;
  }

  /** The last line a process prints, as a number. */
  private static double run(List<String> command, String coreType, String blas) {
    ProcessBuilder child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = child.environment();
    environment.keySet().removeIf(name -> name.startsWith("OPENBLAS_"));
    if (!coreType.isEmpty()) environment.put("OPENBLAS_CORETYPE", coreType);
    environment.put("OMP_NUM_THREADS", "1");
    environment.put("OPENBLAS_NUM_THREADS", "1");
    if (command.get(0).contains("python")) environment.put("LD_LIBRARY_PATH", blas);
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
