package io.kudari.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.checkpoint.FaultyFiles.Fault;
import io.kudari.math.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointStoreTest {

  @TempDir private Path dir;
  private FileSystem local;

  @BeforeEach
  void open() throws IOException {
    local = ((LocalFileSystem) FileSystem.getLocal(new Configuration())).getRawFileSystem();
  }

  private Path root() {
    return dir.resolve("checkpoints");
  }

  private CheckpointStore store(FileSystem files, Commit commit) {
    var folder = new org.apache.hadoop.fs.Path(root().toUri());
    return new CheckpointStore(files, folder, commit, "me");
  }

  private static long save(CheckpointStore store, long step) throws IOException {
    return store.save(States.at(step), Fence.OPEN);
  }

  private static Checkpoint newest(CheckpointStore store) throws IOException {
    CheckpointStore.Found found = store.newest();
    assertEquals(List.of(), found.skipped());
    return found.checkpoint().orElseThrow();
  }

  /** Names of files and vectors are looked up by what another machine wrote. */
  @Test
  void namesAreTheSameWhereDigitsAreWrittenOtherwise() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      CheckpointStore store = store(local, Commit.RENAME);
      long unused = save(store, 5);
      States.assertSame(States.at(5), newest(store));
      assertTrue(Files.exists(root().resolve("step-000000000005")));
    } finally {
      Locale.setDefault(before);
    }
    assertEquals(5, newest(store(local, Commit.RENAME)).state().step());
  }

  @ParameterizedTest
  @EnumSource(Commit.class)
  void theNewestIsReadAsItWasWrittenToTheLastBit(Commit commit) throws IOException {
    CheckpointStore store = store(local, commit);
    assertTrue(store.newest().checkpoint().isEmpty());
    for (long step : new long[] {7, 1234, 99}) {
      long bytes = save(store, step);
      long onDisk = 0;
      for (Path file : files(folder(step))) onDisk += Files.size(file);
      assertEquals(onDisk, bytes);
    }
    States.assertSame(States.at(1234), newest(store));
    assertEquals(new TreeSet<>(Set.of(7L, 99L, 1234L)), store.steps());
    assertEquals(3, root().toFile().list().length, "nothing but checkpoints is left");
  }

  /** The manifest has the SHA-256 of every file. Another format needs another number of format. */
  @Test
  void checkpointsOfThisFormatKeepTheirBytes() throws IOException {
    long unused = save(store(local, Commit.RENAME), 6);
    byte[] manifest = Files.readAllBytes(folder(6).resolve(Manifest.NAME));
    assertEquals(
        "9b126957408b68282ccfdf70085fe6b35c525dbebf26c05302d647d8f28c44cf",
        Fingerprint.sha256(manifest));
  }

  @ParameterizedTest
  @EnumSource(Commit.class)
  void aChangedByteOrLengthAnywhereIsToldAndTheOneBeforeIsTaken(Commit commit) throws IOException {
    CheckpointStore store = store(local, commit);
    long unused = save(store, 4) + save(store, 6);
    Random random = new Random(20261121);
    int damaged = 0;
    for (Path file : files(folder(6))) {
      byte[] bytes = Files.readAllBytes(file);
      for (int region = 0; region < 12; region++) {
        int at = (int) ((long) bytes.length * region / 12);
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        assertFallsBack(store, file, flipped, at);
        byte[] shorter = java.util.Arrays.copyOf(bytes, at);
        assertFallsBack(store, file, shorter, at);
        damaged += 2;
      }
      assertFallsBack(store, file, java.util.Arrays.copyOf(bytes, bytes.length + 1), bytes.length);
      Files.delete(file);
      assertSkipped(store, file + " is missing");
      Files.write(file, bytes);
    }
    assertTrue(damaged >= 24 * 7, "every file was damaged");
    States.assertSame(States.at(6), newest(store));
  }

  private static void assertFallsBack(CheckpointStore store, Path file, byte[] damaged, int at)
      throws IOException {
    byte[] before = Files.readAllBytes(file);
    Files.write(file, damaged);
    assertSkipped(store, file + " at " + at);
    Files.write(file, before);
  }

  private static void assertSkipped(CheckpointStore store, String what) throws IOException {
    CheckpointStore.Found found = store.newest();
    States.assertSame(States.at(4), found.checkpoint().orElseThrow());
    assertEquals(1, found.skipped().size(), what);
    String line = found.skipped().get(0);
    assertTrue(line.startsWith("step-000000000006: "), line);
    assertEquals(1, line.lines().count(), line);
  }

  @Slow
  @Test
  void everyByteOfAManifestCounts() throws IOException {
    CheckpointStore store = store(local, Commit.RENAME);
    long unused = save(store, 4) + save(store, 6);
    Path file = folder(6).resolve(Manifest.NAME);
    byte[] bytes = Files.readAllBytes(file);
    for (int bit = 0; bit < 8 * bytes.length; bit += 7) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      assertSkipped(store, "bit " + bit);
    }
  }

  @Slow
  @ParameterizedTest
  @CsvSource({
    "RENAME, FAILS", "RENAME, CRASHES_BEFORE", "RENAME, CRASHES_AFTER",
    "MARKER, FAILS", "MARKER, CRASHES_BEFORE", "MARKER, CRASHES_AFTER"
  })
  void whereverWritingIsCutTheOldOrTheNewOneIsFoundWhole(Commit commit, Fault fault)
      throws IOException {
    FaultyFiles counting = new FaultyFiles(local, fault, -1);
    saveAndRetain(store(counting, commit));
    int all = counting.changes.size();
    assertTrue(all >= 24, () -> "changes: " + counting.changes);
    boolean old = false;
    for (int at = 0; at < all; at++) {
      FaultyFiles faulty = new FaultyFiles(local, fault, at);
      saveAndRetain(store(faulty, commit));
      String cut = "at " + at + ", " + faulty.changes.get(at);
      CheckpointStore after = store(local, commit);
      after.sweep();
      CheckpointStore.Found found = after.newest();
      Checkpoint checkpoint = found.checkpoint().orElseThrow(() -> new AssertionError(cut));
      long step = checkpoint.state().step();
      assertTrue(step == 2 || step == 3, cut);
      old |= step == 2;
      States.assertSame(States.at(step), checkpoint);
      if (at % 4 != 0) continue;
      // What was cut does not stand in the way of the next attempt.
      long unused = save(after, 3);
      States.assertSame(States.at(3), newest(after));
      after.sweep();
      for (String name : root().toFile().list()) assertTrue(name.startsWith("step-"), name);
    }
    assertTrue(old);
  }

  /** Steps 1 and 2 are there; step 3 is written through faults, and takes the place of 1. */
  private void saveAndRetain(CheckpointStore faulty) throws IOException {
    deleteAll();
    for (long step : new long[] {1, 2}) {
      Path kept = dir.resolve(faulty.commit() + "-" + step);
      if (!Files.exists(kept)) {
        long unused = save(store(local, faulty.commit()), step);
        copy(folder(step), kept);
        deleteAll();
      }
    }
    for (long step : new long[] {1, 2})
      copy(dir.resolve(faulty.commit() + "-" + step), folder(step));
    try {
      long unused = save(faulty, 3);
      faulty.retain(2, 3, -1);
    } catch (IOException e) {
      // What is left behind is what matters.
    }
  }

  @Test
  void leftoversAreSweptAndCheckpointsStay() throws IOException {
    CheckpointStore store = store(local, Commit.RENAME);
    long unused = save(store, 5);
    Files.createDirectories(root().resolve(".tmp-other-step-000000000009"));
    Files.writeString(root().resolve(".tmp-other-step-000000000009/parameters.f32"), "x");
    Files.createDirectories(root().resolve("step-000000000008"));
    Files.writeString(root().resolve("lease-000000001"), "{}");
    store.sweep();
    assertEquals(Set.of("step-000000000005", "lease-000000001"), Set.of(root().toFile().list()));
  }

  @Test
  void aBeatOfTheLeaseDuringTheSweepIsNoError() throws IOException {
    long unused = save(store(local, Commit.RENAME), 5);
    Path beat = Files.writeString(root().resolve(".lease-000000001.tmp"), "{}");
    Runnable renamed =
        () -> {
          try {
            Files.move(beat, root().resolve("lease-000000001"));
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        };
    store(FaultyFiles.happens(local, 0, renamed), Commit.RENAME).sweep();
    assertEquals(Set.of("step-000000000005", "lease-000000001"), Set.of(root().toFile().list()));
  }

  @Test
  void theNewestAndTheBestAreKept() {
    NavigableSet<Long> steps = new TreeSet<>(Set.of(10L, 20L, 30L, 40L, 50L));
    assertEquals(Set.of(40L, 50L), CheckpointStore.needed(steps, 2, -1));
    assertEquals(Set.of(20L, 40L, 50L), CheckpointStore.needed(steps, 2, 20));
    assertEquals(Set.of(20L, 40L, 50L), CheckpointStore.needed(steps, 2, 11));
    assertEquals(Set.of(50L), CheckpointStore.needed(steps, 1, 51));
  }

  @Test
  void damagedOnesOfALaterTimeDoNotPushOutTheValid() throws IOException {
    CheckpointStore store = store(local, Commit.RENAME);
    long unused = save(store, 4) + save(store, 9);
    Files.delete(folder(9).resolve("parameters.f32"));
    unused = save(store, 6);
    store.retain(1, 6, -1);
    assertEquals(Set.of(6L, 9L), store.steps());
    unused = save(store, 9);
    store.retain(1, 9, -1);
    assertEquals(Set.of(9L), store.steps());
    States.assertSame(States.at(9), newest(store));
  }

  @Test
  void whoIsFencedOutLeavesNothingThatCounts() throws IOException {
    for (Commit commit : Commit.values()) {
      CheckpointStore store = store(local, commit);
      int[] asked = {0};
      Fence shut =
          () -> {
            if (++asked[0] == 2) throw new LeaseLostException("gone");
          };
      assertThrows(LeaseLostException.class, () -> store.save(States.at(8), shut));
      assertFalse(store.newest().checkpoint().isPresent());
      // without atomic renaming the folder may be the other's by now
      if (commit == Commit.RENAME) assertEquals(List.of(), files(root()));
      deleteAll();
    }
  }

  @Test
  void storesWithoutAtomicRenameGetAMarker() {
    assertEquals(Commit.RENAME, Commit.suiting("file"));
    assertEquals(Commit.RENAME, Commit.suiting("hdfs"));
    assertEquals(Commit.MARKER, Commit.suiting("s3a"));
    assertEquals(Commit.MARKER, Commit.suiting("gs"));
  }

  private Path folder(long step) {
    return root().resolve(String.format("step-%012d", step));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : files(from)) Files.copy(file, to.resolve(file.getFileName()));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private void deleteAll() throws IOException {
    boolean unused = local.delete(new org.apache.hadoop.fs.Path(root().toUri()), true);
  }
}
