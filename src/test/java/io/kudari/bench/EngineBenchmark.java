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
 * thread: the program against Deeplearning4j with all native cures and against PyTorch. Run by
 * {@code scripts/bench-engine}.
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
   * @param args PyTorch's script, the folder of the BLAS it shall load, the number of rounds
   */
  public static void main(String[] args) {
    NativeFacts facts = NativeSetup.apply();
    String coreType = facts.suitableCoreType();
    System.out.printf("%s, one thread, OPENBLAS_CORETYPE=%s%n", facts.processor(), coreType);
    System.out.printf(
        "%-22s %5s  %10s %10s %10s (examples/s)  program/dl4j  program/torch  (each round)%n",
        "network", "batch", "program", "dl4j", "torch");
    for (Case c : CASES) {
      Map<String, List<Double>> times = new LinkedHashMap<>();
      for (int round = 0; round < Integer.parseInt(args[2]); round++) {
        for (String side : SIDES) {
          times
              .computeIfAbsent(side, s -> new ArrayList<>())
              .add(run(command(side, c, args[0]), coreType, args[1]));
        }
      }
      print(c, times);
    }
  }

  private static void print(Case c, Map<String, List<Double>> times) {
    List<Double> toDl4j = ratios(times.get("dl4j"), times.get("program"));
    List<Double> toTorch = ratios(times.get("torch"), times.get("program"));
    System.out.printf("%-22s %5d ", c.network(), c.batch());
    for (String side : SIDES) {
      System.out.printf(" %10.0f", c.batch() * 1000 / median(times.get(side)));
    }
    List<String> rounds = toTorch.stream().map(r -> String.format("%.2f", r)).toList();
    System.out.printf(
        " %25.2f %14.2f  (%s)%n", median(toDl4j), median(toTorch), String.join(" ", rounds));
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
