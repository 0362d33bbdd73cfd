package io.kudari.cli;

import io.kudari.run.HeapCheck;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What this process may have of memory and files. Too little of it makes anything fail anywhere, so
 * that it is asked for at the start.
 *
 * @param openFiles at once, or {@link Long#MAX_VALUE}
 * @param addressSpace bytes, or {@link Long#MAX_VALUE}
 */
record ProcessLimits(long openFiles, long addressSpace) {

  /** Files beside the class path's: Java's, the run's, connections and event loops of Spark. */
  private static final int OTHER_FILES = 300;

  /**
   * Bytes beside the heap: Java reserves a gibibyte for its classes and a quarter for compiled
   * code; threads and native arrays have the rest.
   */
  private static final long OTHER_SPACE = 3L << 30;

  /** Bytes of Java heap that the smallest run without Spark works with; Spark needs more. */
  private static final long LEAST_HEAP = 40L << 20;

  private static final Path LIMITS = Path.of("/proc/self/limits");

  /** Of this process; where the system does not tell, there are none. */
  static ProcessLimits current() {
    try {
      return parse(Files.readAllLines(LIMITS));
    } catch (IOException e) {
      return parse(List.of());
    }
  }

  /** Reads Linux's table: a name, the limit in force, then the one that it may be raised to. */
  static ProcessLimits parse(List<String> table) {
    return new ProcessLimits(find(table, "Max open files"), find(table, "Max address space"));
  }

  private static long find(List<String> table, String name) {
    for (String line : table) {
      if (!line.startsWith(name)) continue;
      String limit = line.substring(name.length()).strip().split("\\s+")[0];
      return limit.matches("\\d{1,18}") ? Long.parseLong(limit) : Long.MAX_VALUE;
    }
    return Long.MAX_VALUE;
  }

  /**
   * Which limit is too low, and what is needed: one line. Nothing when none is.
   *
   * @param heap most bytes of the Java heap
   * @param jars on the class path, all of which stay open
   */
  Optional<String> obstacle(long heap, int jars) {
    if (heap < LEAST_HEAP)
      return Optional.of(
          "this process has %d bytes of Java heap, and needs %d at least: raise %s"
              .formatted(heap, LEAST_HEAP, HeapCheck.HERE));
    long files = jars + OTHER_FILES;
    if (openFiles < files)
      return Optional.of(
          "this process may open %d files, and needs %d: raise the limit (ulimit -n)"
              .formatted(openFiles, files));
    if (addressSpace < heap + OTHER_SPACE)
      return Optional.of(
          ("this process may have %d bytes of address space, and needs %d with a Java heap of %d:"
                  + " raise the limit (ulimit -v), or lower KUDARI_MEMORY")
              .formatted(addressSpace, heap + OTHER_SPACE, heap));
    return Optional.empty();
  }

  /** Asks the limits of this process. */
  static Optional<String> obstacle() {
    int jars = System.getProperty("java.class.path", "").split(File.pathSeparator).length;
    return current().obstacle(Runtime.getRuntime().maxMemory(), jars);
  }
}
