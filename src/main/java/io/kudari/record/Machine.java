package io.kudari.record;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What the process runs on.
 *
 * @param cpu name of the processor
 * @param cores the process may use
 * @param memoryMB of the machine, in units of 2²⁰ bytes, or 0 where the system doesn't tell
 * @param os name and version of the operating system
 * @param java version of the Java platform
 */
public record Machine(String cpu, int cores, long memoryMB, String os, String java) {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";

  /**
   * This machine.
   *
   * @param cpu name of its processor
   */
  public static Machine current(String cpu) {
    return new Machine(
        cpu,
        Runtime.getRuntime().availableProcessors(),
        memory() >> 20,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Runtime.version().toString());
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? os.getTotalMemorySize()
        : 0;
  }

  /**
   * The most memory this process has held at once, in units of 2²⁰ bytes: its resident set on
   * Linux, the Java heap elsewhere.
   */
  public static long peakMemoryMB() {
    return residentPeakKB().orElseGet(() -> heapPeak() >> 10) >> 10;
  }

  private static OptionalLong residentPeakKB() {
    if (!Files.isReadable(STATUS)) return OptionalLong.empty();
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(
              line -> Long.parseLong(line.substring(PEAK.length()).replace("kB", "").strip()))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static long heapPeak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
        .sum();
  }
}
