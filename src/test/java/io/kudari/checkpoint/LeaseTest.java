package io.kudari.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@Slow
class LeaseTest {

  /** Ten beats fit into a watch, so a slow machine does not look like a dead holder. */
  private static final Lease.Times FAST =
      new Lease.Times(Duration.ofMillis(100), Duration.ofSeconds(1));

  private static final Lease.Times NEVER_BEATS =
      new Lease.Times(Duration.ofHours(1), Duration.ofSeconds(1));

  @TempDir private Path dir;
  private FileSystem files;
  private org.apache.hadoop.fs.Path folder;

  @BeforeEach
  void open() throws IOException {
    files = ((LocalFileSystem) FileSystem.getLocal(new Configuration())).getRawFileSystem();
    folder = new org.apache.hadoop.fs.Path(dir.resolve("run/checkpoints").toUri());
  }

  private Lease take(Lease.Times times) throws IOException, InterruptedException {
    return Lease.take(files, folder, times);
  }

  private Path file(int number) {
    return dir.resolve(String.format("run/checkpoints/lease-%09d", number));
  }

  /** Makes a lease look like one of a process elsewhere, and sets its file's time years back. */
  private void moveAway(int number) throws IOException {
    String text = Files.readString(file(number));
    Files.writeString(
        file(number), text.replaceAll("\"machine\" : \"[^\"]*\"", "\"machine\" : \"\""));
    Files.setLastModifiedTime(file(number), java.nio.file.attribute.FileTime.fromMillis(1));
  }

  @Test
  void oneProcessHasItUntilItIsGivenBack() throws Exception {
    try (Lease first = take(FAST)) {
      first.check();
      String holder = Lease.holder(files, folder, FAST).orElseThrow();
      assertTrue(holder.contains("process " + ProcessHandle.current().pid()), holder);
      var held = assertThrows(Lease.HeldException.class, () -> take(FAST));
      assertTrue(held.getMessage().startsWith("in use by process "), held.getMessage());
    }
    assertTrue(Lease.holder(files, folder, FAST).isEmpty());
    try (Lease second = take(FAST)) {
      second.check();
      assertEquals(1, dir.resolve("run/checkpoints").toFile().list().length);
    }
  }

  @Test
  void aHolderElsewhereIsKnownToLiveByItsBeatsWhateverTheClocksSay() throws Exception {
    Lease.Times remote = new Lease.Times(FAST.beat(), Duration.ofSeconds(20));
    Holder other = elsewhere(Holder.current());
    Files.createDirectories(file(1).getParent());
    Files.write(file(1), other.bytes());
    Thread beats =
        new Thread(
            () -> {
              Holder now = other;
              try {
                while (!Thread.interrupted()) {
                  now = now.beating();
                  Files.write(file(1), now.bytes());
                  Files.setLastModifiedTime(
                      file(1), java.nio.file.attribute.FileTime.fromMillis(1));
                  Thread.sleep(50);
                }
              } catch (IOException | InterruptedException e) {
                // The end of the test.
              }
            });
    beats.start();
    try {
      assertThrows(Lease.HeldException.class, () -> take(remote));
    } finally {
      beats.interrupt();
      beats.join();
    }
  }

  /** On HDFS a file that is being replaced is empty for a moment. */
  @Test
  void aHolderThatRewritesItsFileWhileItIsReadIsKnownToLive() throws Exception {
    Files.createDirectories(file(1).getParent());
    Files.write(file(1), elsewhere(Holder.current()).bytes());
    FileSystem replacing =
        new FilterFileSystem(files) {
          private int opened;

          @Override
          public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer)
              throws IOException {
            boolean first = opened++ == 0;
            Files.write(file(1), first ? new byte[0] : elsewhere(Holder.current()).bytes());
            return super.open(path, buffer);
          }
        };
    assertThrows(Lease.HeldException.class, () -> Lease.take(replacing, folder, FAST));
  }

  private static Holder elsewhere(Holder h) {
    return new Holder(h.owner(), h.beat(), false, "elsewhere", "", h.pid(), h.started());
  }

  @Test
  void whatDoesNotChangeIsTakenOverAndItsHolderIsFencedOut() throws Exception {
    try (Lease old = take(NEVER_BEATS)) {
      moveAway(1);
      try (Lease next = take(FAST)) {
        next.check();
        assertThrows(LeaseLostException.class, old::check);
        assertTrue(old.lost());
        old.close();
        next.check();
        assertTrue(Lease.holder(files, folder, FAST).isPresent(), "the old one frees nothing");
      }
    }
  }

  @Test
  void aHolderThatWakesUpLateNoticesByItself() throws Exception {
    try (Lease old = take(FAST)) {
      Path later = file(2);
      Files.write(later, elsewhere(Holder.current()).bytes());
      while (!old.lost()) Thread.onSpinWait();
      assertFalse(Files.readString(later).contains(old.owner()));
    }
  }

  @Test
  void aProcessThatHasEndedHereIsKnownAtOnce() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    assertEquals(0, gone.waitFor());
    Holder now = Holder.current();
    Holder dead =
        new Holder("x", 3, false, now.host(), now.machine(), gone.pid(), now.started() - 1);
    Files.createDirectories(file(1).getParent());
    Files.write(file(1), dead.bytes());
    Lease.Times hours = new Lease.Times(Duration.ofMillis(100), Duration.ofHours(1));
    try (Lease next = take(hours)) {
      next.check();
    }
    // Another process that has got the number of the dead one.
    Holder reused =
        new Holder("x", 3, false, now.host(), now.machine(), now.pid(), now.started() - 1);
    Files.write(file(3), reused.bytes());
    try (Lease next = take(hours)) {
      next.check();
    }
  }

  @Test
  void aStoreThatFailsWhenTheLeaseIsGivenBackDoesNotFailItsHolder() throws Exception {
    FaultyFiles sound = new FaultyFiles(files, FaultyFiles.Fault.FAILS, -1);
    var elsewhere = new org.apache.hadoop.fs.Path(dir.resolve("other/checkpoints").toUri());
    Lease.take(sound, elsewhere, NEVER_BEATS).close();
    FaultyFiles counted = new FaultyFiles(files, FaultyFiles.Fault.FAILS, -1);
    Lease unused = Lease.take(counted, elsewhere, NEVER_BEATS);
    int taken = counted.changes.size();

    Lease.take(files, folder, NEVER_BEATS).close();
    FaultyFiles full = new FaultyFiles(files, FaultyFiles.Fault.CRASHES_BEFORE, taken);
    Lease.take(full, folder, NEVER_BEATS).close();
    assertTrue(full.changes.size() > taken, "it has tried");
  }

  @Test
  void aThreadThatIsInterruptedGivesItBackAndStaysInterrupted() throws Exception {
    Lease lease = take(FAST);
    Thread.currentThread().interrupt();
    lease.close();
    assertTrue(Thread.interrupted(), "the flag");
    // This process lives, so that what is not released would be refused.
    take(FAST).close();
  }

  @Test
  void aHalfWrittenLeaseOfADeadHolderIsTakenOver() throws Exception {
    Files.createDirectories(file(4).getParent());
    Files.writeString(file(4), "{\"owner\" : \"ab");
    try (Lease next = take(FAST)) {
      next.check();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage", "{}", "null", "[1]"})
  void aForeignFileThatTakesTheLastNumberOfNineDigitsIsPassedOver(String content) throws Exception {
    Files.createDirectories(file(1).getParent());
    Files.writeString(file(999_999_999), content);
    try (Lease next = take(FAST)) {
      next.check();
      assertThrows(Lease.HeldException.class, () -> take(FAST));
    }
    take(FAST).close();
  }

  @Test
  void ofManyWhoWantItAtOnceOneGetsIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 5; round++) {
        List<Callable<Lease>> wishes =
            IntStream.range(0, 8).<Callable<Lease>>mapToObj(i -> () -> take(FAST)).toList();
        Lease got = null;
        for (Future<Lease> wish : threads.invokeAll(wishes)) {
          try {
            Lease lease = wish.get();
            assertEquals(null, got, "two have it");
            got = lease;
          } catch (java.util.concurrent.ExecutionException e) {
            assertTrue(e.getCause() instanceof Lease.HeldException, e.getCause().toString());
          }
        }
        assertTrue(got != null);
        got.close();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
