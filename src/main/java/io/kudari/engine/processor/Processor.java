package io.kudari.engine.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The processor as the operating system describes it.
 *
 * @param model its name, or the architecture where the system doesn't tell
 * @param flags its instruction sets as Linux names them; empty where the system doesn't tell
 */
public record Processor(String model, Set<String> flags) {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  public Processor {
    flags = Set.copyOf(flags);
  }

  /** Of this machine. */
  public static Processor current() {
    try {
      if (Files.isReadable(CPUINFO)) return parse(Files.readAllLines(CPUINFO));
    } catch (IOException e) {
      // Not knowing the processor costs speed only: fall through to what every system tells.
    }
    return parse(List.of());
  }

  /** Of the first processor in the lines of a {@code /proc/cpuinfo}. */
  static Processor parse(List<String> cpuinfo) {
    String model = value(cpuinfo, "model name");
    return new Processor(
        model.isEmpty() ? System.getProperty("os.arch") : model,
        Set.of(value(cpuinfo, "flags").split(" +")));
  }

  private static String value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.substring(0, Math.max(0, line.indexOf(':'))).strip().equals(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  /**
   * The OpenBLAS kernels that suit it, as a value of {@code OPENBLAS_CORETYPE}; empty to let
   * OpenBLAS choose. An OpenBLAS doesn't know processors made after it and may take twenty-year-old
   * kernels for them: that is why the choice is made here, by instruction set and not by name.
   */
  String coreType() {
    if (flags.containsAll(Set.of("avx512f", "avx512bw", "avx512dq", "avx512vl"))) return "SkylakeX";
    if (flags.containsAll(Set.of("avx2", "fma"))) return "Haswell";
    return "";
  }

  /**
   * The most instructions that OpenBLAS's kernels of this name use, as a value of {@code
   * ONEDNN_MAX_CPU_ISA}; empty where the name is none, or of an architecture that has one set.
   *
   * @param coreType a value of {@code OPENBLAS_CORETYPE}, in which case does not count
   */
  static String instructions(String coreType) {
    return switch (coreType.toLowerCase(Locale.ROOT)) {
      case "prescott", "core2", "penryn", "dunnington", "nehalem", "atom" -> "SSE41";
      case "sandybridge", "bulldozer", "piledriver", "steamroller" -> "AVX";
      case "haswell", "zen", "excavator" -> "AVX2";
      case "skylakex", "cooperlake", "sapphirerapids" -> "AVX512_CORE";
      default -> "";
    };
  }
}
