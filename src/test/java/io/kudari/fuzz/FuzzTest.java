package io.kudari.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.data.DataException;
import io.kudari.engine.processor.NativeSetup;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a file holds: it is read as it says, or refused with one line. {@code -Dfuzz.runs=N},
 * {@code -Dfuzz.first=N} and {@code -Dfuzz.seed=S} choose other changes.
 */
class FuzzTest {

  private static final int RUNS = Integer.getInteger("fuzz.runs", 500);
  private static final int FIRST = Integer.getInteger("fuzz.first", 0);
  private static final long SEED = Long.getLong("fuzz.seed", 1);

  @TempDir private Path folder;

  /** Each reading has a bound of its own; this one is for a million of them. */
  @Timeout(value = 10, unit = TimeUnit.HOURS)
  @Slow
  @Test
  void changedFilesAreReadAsTheySayOrRefusedInOneLine() throws Exception {
    NativeSetup.apply();
    List<Format> formats = new ArrayList<>();
    formats.addAll(TableFormats.all());
    formats.addAll(PixelFormats.all());
    formats.addAll(ParquetFormats.all(Files.createDirectories(folder.resolve("written"))));
    formats.addAll(ModelFormats.all(Files.createDirectories(folder.resolve("model"))));
    formats.addAll(RunFormats.all(Files.createDirectories(folder.resolve("run"))));
    formats.addAll(ConfigurationFormats.all());
    try (Fuzzer fuzzer = new Fuzzer(formats, folder.resolve("case"), Fuzzer.BOUND)) {
      fuzzer.warmUp();
      List<String> found = fuzzer.run(SEED, FIRST, RUNS);
      fuzzer.summary().forEach(line -> System.out.println("fuzz: " + line));
      System.out.printf("fuzz: %d cases, seed %d: %d wrong%n", RUNS, SEED, found.size());
      assertEquals(0, found.size(), () -> String.join("\n", found));
    }
  }

  @Test
  void theSameSeedMakesTheSameChanges() {
    byte[] file = "1,2,3\n4,5,6\n".repeat(9).getBytes(StandardCharsets.UTF_8);
    List<String> one = changes(file);
    assertEquals(one, changes(file));
    assertTrue(one.stream().distinct().count() > 90, "different cases differ");
  }

  private static List<String> changes(byte[] file) {
    List<String> changes = new ArrayList<>();
    for (int k = 0; k < 100; k++) {
      Mutation mutation = Mutation.of(file, new RandomStream(7, Purpose.TEST, k, 0));
      changes.add(mutation.what() + Arrays.toString(mutation.bytes()));
    }
    return changes;
  }

  @Test
  void aReaderThatBreaksARuleIsFound() throws Exception {
    Map<String, Format.Reader> bad =
        Map.of(
            "a trace", (f, files) -> Integer.parseInt("x"),
            "no line", (f, files) -> refuse(" "),
            "a lie", (f, files) -> assertEquals(1, 2),
            "a hang", (f, files) -> hang(),
            "an overflow", (f, files) -> overflow(0),
            "memory", (f, files) -> assertEquals(1 << 27, new byte[1 << 27].length));
    for (Map.Entry<String, Format.Reader> reader : bad.entrySet()) {
      Format format = new Format(reader.getKey(), Map.of("x", new byte[9]), reader.getValue());
      try (Fuzzer fuzzer = new Fuzzer(List.of(format), folder, Duration.ofMillis(300))) {
        assertEquals(1, fuzzer.run(1, 0, 1).size(), reader.getKey());
      }
    }
    Format good = new Format("good", Map.of("x", new byte[9]), (f, files) -> refuse("x: is bad"));
    try (Fuzzer fuzzer = new Fuzzer(List.of(good), folder, Fuzzer.BOUND)) {
      assertEquals(List.of(), fuzzer.run(1, 0, 5));
    }
  }

  private static void refuse(String message) {
    throw new DataException(message);
  }

  private static void hang() {
    while (!Thread.currentThread().isInterrupted()) LockSupport.parkNanos(1_000_000);
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }
}
