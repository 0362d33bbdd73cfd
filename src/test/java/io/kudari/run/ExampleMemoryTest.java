package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.cli.TestCluster;
import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.data.SpilledExamples;
import io.kudari.event.Event;
import io.kudari.math.Fingerprint;
import io.kudari.spark.SparkStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where {@code data.memory} lets examples lie changes no bit, and nothing of them is left. */
@Slow
@Timeout(300)
class ExampleMemoryTest {

  private static final int EXAMPLES = 1_501;
  private static final int TESTS = 307;

  /** Pixels and a label. */
  private static final int BYTES = 28 * 28 + 4;

  @TempDir Path dir;

  private static Experiment experiment(String memory, String more) {
    return Experiment.parse(
        "test",
        """
        data {
          train { format = digits, examples = %d }
          test { format = digits, examples = %d }
          %s
        }
        model.layers = [{ type = dense, units = auto }]
        train { epochs = 2, batch = 200, workers = 4, %s }
        """
            .formatted(EXAMPLES, TESTS, memory, more),
        List.of(),
        new Configuration());
  }

  /** Of a run its parameters, and the bytes of examples that lay in files. */
  private record Found(String parameters, long spilled) {

    static Found of(Training training) throws Exception {
      AtomicLong spilled = new AtomicLong(-1);
      Outcome outcome =
          training
              .listen(
                  event -> {
                    if (event instanceof Event.Dealt dealt) spilled.set(dealt.spilled());
                  })
              .run();
      return new Found(Fingerprint.sha256(outcome.model().parameters()), spilled.get());
    }
  }

  private SparkSettings here() {
    return new SparkSettings("local[2]", Map.of());
  }

  private void checkEmpty() throws IOException {
    try (Stream<Path> left = Files.walk(dir)) {
      List<Path> files = left.filter(Files::isRegularFile).toList();
      assertEquals(List.of(), files, "left behind");
    }
  }

  @Test
  void examplesOnTheHeapAndInFilesGiveTheSameBits() throws Exception {
    long all = (long) (EXAMPLES + TESTS) * BYTES;
    Found serial = Found.of(Training.of(experiment("", "strategy = serial")));
    assertEquals(0, serial.spilled);
    for (String strategy : List.of("serial", "all-reduce")) {
      Experiment files = experiment("memory = 0", "strategy = " + strategy);
      Found found = Found.of(Training.of(files).on(here()));
      assertEquals(new Found(serial.parameters, all), found, strategy);
    }
    try (JavaSparkContext spark =
        SparkStart.start("memory", "local[4]", Map.of("spark.local.dir", dir.toString()))) {
      for (String more : List.of("ranks = 2", "strategy = driver, ranks = 2")) {
        Found found = Found.of(Training.of(experiment("memory = 0", more)).on(spark));
        assertEquals(serial.parameters, found.parameters, more);
        // Some on a border are sent to both.
        assertTrue(found.spilled >= all && found.spilled < all * 1.1, found + " of " + all);
      }
      // Ranks share it: each has half of it.
      Found half =
          Found.of(
              Training.of(experiment("memory = " + all * 3 / 8 + " B", "ranks = 2")).on(spark));
      assertEquals(serial.parameters, half.parameters);
      assertTrue(half.spilled > 0 && half.spilled < all, half + " of " + all);
      // Spark's own is there until it ends.
      try (Stream<Path> left = Files.walk(dir)) {
        List<Path> files =
            left.filter(file -> file.getFileName().toString().startsWith("kudari")).toList();
        assertEquals(List.of(), files, "left behind");
      }
    }
    checkEmpty();
  }

  @Test
  void nothingIsLeftOfARunThatFailsOrIsAskedToEnd() throws Exception {
    SparkSettings settings =
        new SparkSettings("local[2]", Map.of("spark.local.dir", dir.toString()));
    AtomicBoolean begun = new AtomicBoolean();
    Training longOne =
        Training.of(experiment("memory = 0", "strategy = serial"))
            .on(settings)
            .listen(
                e -> {
                  if (e instanceof Event.Dealt dealt) begun.set(dealt.spilled() > 0);
                });
    assertTrue(longOne.stopWhen(begun::get).run().isInterrupted());
    checkEmpty();
    var failure = new IllegalStateException("as a full disk of a listener");
    Training failing =
        longOne.listen(
            e -> {
              if (e instanceof Event.StepDone) throw failure;
            });
    assertSame(failure, assertThrows(IllegalStateException.class, failing::run));
    checkEmpty();
  }

  /** How a run ends, once its examples lie in files. */
  private enum End {
    STOPPED,
    FAILED,
    INTERRUPTED
  }

  /** The files of a run that is ended so when they are seen. */
  private SpilledExamples ended(Training training, End end) throws Exception {
    AtomicReference<SpilledExamples> seen = new AtomicReference<>();
    var failure = new IllegalStateException("as a full disk of a listener");
    Training watched =
        training
            .listen(
                e -> {
                  if (!(e instanceof Event.StepDone) || seen.get() != null) return;
                  SpilledExamples files = SpilledExamples.in(dir);
                  assertTrue(files.bytes() > 0, "nothing lies in a file");
                  seen.set(files);
                  if (end == End.FAILED) throw failure;
                  if (end == End.INTERRUPTED) Thread.currentThread().interrupt();
                })
            .stopWhen(() -> end == End.STOPPED && seen.get() != null);
    switch (end) {
      case STOPPED -> assertTrue(watched.run().isInterrupted());
      case FAILED -> assertSame(failure, assertThrows(IllegalStateException.class, watched::run));
      case INTERRUPTED -> assertThrows(InterruptedException.class, watched::run);
    }
    return seen.get();
  }

  private void checkFreed(Training training, End end) throws Exception {
    try (SpilledExamples files = ended(training, end)) {
      Boolean freed = TestCluster.await(() -> files.bytes() == 0 ? true : null, "the free disk");
      assertTrue(freed);
    }
    checkOpen();
  }

  /** Nothing is left but what is closed. */
  private void checkOpen() throws Exception {
    Boolean closed =
        TestCluster.await(() -> SpilledExamples.count(dir) == 0 ? true : null, "the closed files");
    assertTrue(closed);
  }

  /** A file without a name is there as long as it is open or mapped. */
  @Test
  void theDiskIsFreeWhenARunOfASessionEndsHoweverItEnds() throws Exception {
    String forever = ", epochs = 1000000";
    SparkSettings settings =
        new SparkSettings("local[2]", Map.of("spark.local.dir", dir.toString()));
    for (String strategy : List.of("serial", "all-reduce")) {
      Training one =
          Training.of(experiment("memory = 0", "strategy = " + strategy + forever)).on(settings);
      checkFreed(one, End.STOPPED);
      checkFreed(one, End.FAILED);
      if (strategy.equals("all-reduce")) checkFreed(one, End.INTERRUPTED);
    }
    try (JavaSparkContext spark =
        SparkStart.start("memory", "local[4]", Map.of("spark.local.dir", dir.toString()))) {
      for (String more : List.of("ranks = 2", "strategy = driver, ranks = 2")) {
        Training one = Training.of(experiment("memory = 0", more + forever)).on(spark);
        for (End end : List.of(End.STOPPED, End.FAILED)) checkFreed(one, end);
      }
      checkFreed(
          Training.of(experiment("memory = 0", "ranks = 2" + forever)).on(spark), End.INTERRUPTED);
    }
  }

  @Test
  void aFolderWithoutRoomIsNamedWithWhatIsNeededOfIt() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    SparkSettings settings = new SparkSettings("local[2]", Map.of("spark.local.dir", "" + file));
    Training training = Training.of(experiment("memory = 0", "strategy = serial")).on(settings);
    String said = assertThrows(DataException.class, training::run).getMessage();
    assertTrue(said.startsWith(file + ": cannot keep examples there: it needs room for at"), said);
    assertEquals(1, said.lines().count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"12", "-1 MB", "much", "1 parsec", "1..2 MB"})
  void whatIsNoSizeIsRefused(String size) {
    var e =
        assertThrows(
            ConfigurationException.class, () -> experiment("memory = \"" + size + "\"", ""));
    assertTrue(
        e.getMessage().contains("memory must be a size with its unit, such as 512 MB, or 0"),
        e.getMessage());
  }
}
