package io.kudari.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialStoreTest {

  private static final Trial FIRST = Trial.of(Map.of("train.batch", "8"));
  private static final Trial SECOND = FIRST.seeded(2);
  private static final TrialResult RESULT =
      new TrialResult(
          TrialResult.TARGET,
          7,
          7,
          "ab",
          List.of(new TrialResult.Evaluated("validation", 7, 1, 0.1 + 0.2, 0.05)),
          List.of(new TrialResult.Measured("noise-scale", 7, Double.POSITIVE_INFINITY)));
  private static final TrialResult LOST =
      new TrialResult(TrialResult.DIVERGED, 0, 0, "", List.of(), List.of());

  @TempDir Path folder;

  private void put(Trial trial, TrialResult result) throws IOException {
    try (TrialStore store = TrialStore.open(folder, "1")) {
      store.add(trial.configuration(), 0.5, result);
    }
  }

  private Optional<TrialResult> find(Trial trial, String version) throws IOException {
    try (TrialStore store = TrialStore.open(folder, version)) {
      return store.find(trial);
    }
  }

  @Test
  void whatWasKeptIsFoundAgainToTheBit() throws IOException {
    put(FIRST, RESULT);
    put(SECOND, LOST);
    assertEquals(Optional.of(RESULT), find(FIRST, "1"));
    assertEquals(Optional.of(LOST), find(SECOND, "1"));
  }

  @Test
  void anotherSeedSettingOrVersionIsAnotherTrial() throws IOException {
    put(FIRST, RESULT);
    assertEquals(Optional.empty(), find(SECOND, "1"));
    assertEquals(Optional.empty(), find(FIRST.with("train.batch", 9), "1"));
    assertEquals(Optional.empty(), find(FIRST, "2"));
  }

  /** As a process leaves it that is killed while it writes. */
  @Test
  void aLastLineThatWasCutIsTrainedAnewAndDisturbsNoOther() throws IOException {
    put(FIRST, RESULT);
    Path file = folder.resolve(TrialStore.FILE);
    long whole = Files.size(file);
    put(SECOND, LOST);
    byte[] bytes = Files.readAllBytes(file);
    for (long length = whole; length < bytes.length; length += 7) {
      Files.write(file, Arrays.copyOf(bytes, (int) length));
      assertEquals(Optional.empty(), find(SECOND, "1"), "cut at byte " + length);
      put(SECOND, LOST);
      assertEquals(Optional.of(RESULT), find(FIRST, "1"), "cut at byte " + length);
      assertEquals(Optional.of(LOST), find(SECOND, "1"), "cut at byte " + length);
    }
  }

  @Test
  void aDamagedLineIsNamed() throws IOException {
    put(FIRST, RESULT);
    Files.writeString(folder.resolve(TrialStore.FILE), "{\"x\":1}\n", StandardOpenOption.APPEND);
    DataException e = assertThrows(DataException.class, () -> find(FIRST, "1"));
    assertTrue(e.getMessage().contains("line 2 is damaged"), e.getMessage());
  }

  @Test
  void twoLabsDoNotShareAFolder() throws Exception {
    put(FIRST, RESULT);
    try (TrialStore store = TrialStore.open(folder, "1")) {
      assertEquals(Optional.empty(), store.find(SECOND));
      assertEquals(IN_USE, otherProcess());
      DataException e = assertThrows(DataException.class, () -> find(FIRST, "1"));
      assertTrue(e.getMessage().contains("in use"), e.getMessage());
    }
    assertEquals(0, otherProcess());
  }

  private static final int IN_USE = 7;

  private int otherProcess() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                folder.toString())
            .inheritIO()
            .start();
    assertTrue(other.waitFor(60, TimeUnit.SECONDS), "the other process does not end");
    return other.exitValue();
  }

  /** A process that opens the folder's trials. */
  static final class Other {

    public static void main(String[] args) throws IOException {
      try (TrialStore store = TrialStore.open(Path.of(args[0]), "1")) {
        System.exit(store.find(FIRST).isPresent() ? 0 : 1);
      } catch (DataException e) {
        System.exit(IN_USE);
      }
    }
  }
}
