package io.kudari.cli;

import io.kudari.engine.processor.NativeFacts;
import io.kudari.engine.processor.NativeSetup;
import io.kudari.engine.program.NativeProbe;
import io.kudari.record.Machine;
import io.kudari.spark.SparkStart;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.util.VersionInfo;
import picocli.CommandLine.Command;

/** {@code kudari doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Shows what this machine computes with, how fast, and what to change.")
final class DoctorCommand implements Callable<Integer> {

  /** Below this share of an AVX2 core's usual rate, something is wrong. */
  private static final double SLOW_GEMM = 30;

  private static final double SLOW_CONVOLUTION = 20;

  @Override
  public Integer call() {
    NativeFacts facts = NativeSetup.apply();
    double gemm = NativeProbe.gemm();
    double convolution = NativeProbe.convolution();
    double backward = NativeProbe.convolutionBackward();
    PrintStream out = System.out;
    out.println(
        "processor        "
            + facts.processor()
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " available");
    out.println(
        "memory           "
            + gib(Machine.current(facts.processor()).memoryMB() << 20)
            + " in the machine, "
            + gib(Runtime.getRuntime().maxMemory())
            + " Java heap, "
            + gib(NativeSetup.maxBytes())
            + " native arrays");
    out.println("oneDNN           " + facts.oneDnnAndInstructions());
    out.println("BLAS             " + facts.blasAndKernels() + ", " + facts.threads() + " thread");
    out.printf(Locale.ROOT, "matrix product   %.0f GFLOP/s on one thread%n", gemm);
    out.printf(
        Locale.ROOT,
        "convolution      %.0f GFLOP/s forward, %.0f backward%n",
        convolution,
        backward);
    out.println(
        "Java             " + Runtime.version() + ", " + System.getProperty("java.vm.name"));
    out.println(
        "Spark            " + SparkStart.version() + ", Hadoop " + VersionInfo.getVersion());
    out.println("Kudari           " + io.kudari.run.Version.current());
    List<String> advice = advice(facts, gemm, convolution);
    out.println();
    if (advice.isEmpty()) out.println("Nothing to change.");
    for (String line : advice) out.println("- " + line);
    return ExitCode.OK.code;
  }

  private static List<String> advice(NativeFacts facts, double gemm, double convolution) {
    List<String> advice = new ArrayList<>();
    if (!facts.suitable()) {
      advice.add(
          "BLAS uses kernels for "
              + facts.coreType()
              + " although "
              + facts.suitableCoreType()
              + " suits this processor"
              + (facts.requestedCoreType().isEmpty()
                  ? ""
                  : ": the environment sets OPENBLAS_CORETYPE="
                      + facts.requestedCoreType()
                      + "; unset it"));
    }
    if (gemm < SLOW_GEMM)
      advice.add(
          String.format(
              Locale.ROOT,
              "matrix products are slow (%.0f GFLOP/s): is another program using the processor?",
              gemm));
    if (convolution < SLOW_CONVOLUTION)
      advice.add(
          String.format(
              Locale.ROOT,
              "convolutions are slow (%.0f GFLOP/s): is another program using the processor?",
              convolution));
    if (Runtime.version().feature() != 17)
      advice.add("Kudari is tested on Java 17, this is " + Runtime.version().feature());
    return advice;
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
