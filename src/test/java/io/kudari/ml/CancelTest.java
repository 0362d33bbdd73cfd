package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.kudari.Slow;
import io.kudari.cli.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a user ends a fit: by its thread, by its group of jobs, by Spark's pages. */
@Slow
@Timeout(300)
class CancelTest {

  /** What docs/spark-ml.md promises. */
  private static final int MOST_SECONDS = 5;

  private static final String GROUP = "spark.jobGroup.id";

  @TempDir private Path dir;
  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void start() {
    spark = Frames.session();
    rows = Frames.clouds(spark, 300).cache();
    // What Spark itself begins with a first barrier stage, and with a cached frame, stays with it.
    var unused = classifier(1).setStrategy("all-reduce").setRanks(2).fit(rows);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static KudariClassifier classifier(int epochs) {
    return new KudariClassifier().setHiddenLayers(6).setEpochs(epochs).setBatchSize(30);
  }

  private static SparkContext context() {
    return spark.sparkContext();
  }

  /** Of a fit that ended: by what, in which group its thread is, and whether interrupted. */
  private record End(Throwable failure, String group, boolean interrupted) {}

  /** A fit without end, on a thread of its own. */
  private final class Fitting implements AutoCloseable {

    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final Thread thread;
    private final Path run;

    Fitting(String group, KudariClassifier estimator) {
      run = dir.resolve("run of " + group);
      thread = new Thread(() -> end.complete(fit(group, estimator)));
      thread.start();
    }

    private End fit(String group, KudariClassifier estimator) {
      Throwable failure = null;
      context().setJobGroup(group, "what I do", false);
      try {
        var unused = estimator.setRunPath(run.toString()).fit(rows);
      } catch (Throwable e) {
        failure = e;
      }
      boolean interrupted = Thread.interrupted();
      return new End(failure, context().getLocalProperty(GROUP), interrupted);
    }

    /** Returns when it has trained an epoch. */
    Fitting begun() throws InterruptedException {
      Boolean unused = TestCluster.await(() -> hasEpoch() ? true : null, "an epoch");
      return this;
    }

    private boolean hasEpoch() {
      Path events = run.resolve("events.jsonl");
      try {
        return end.isDone()
            || (Files.exists(events) && Files.readString(events).contains("\"epochDone\""));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** How it ends when this is done once, or again and again. */
    End after(Consumer<Fitting> what, boolean again) throws Exception {
      assertFalse(end.isDone(), () -> "it ended before: " + end.join());
      what.accept(this);
      for (int i = 0; again && i < 20 * MOST_SECONDS && !end.isDone(); i++) {
        what.accept(this);
        TimeUnit.MILLISECONDS.sleep(50);
      }
      return end.get(MOST_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
      thread.interrupt();
      thread.join(60_000);
    }
  }

  private static KudariClassifier forever(String strategy) {
    return classifier(1_000_000).setStrategy(strategy).setRanks(strategy.equals("serial") ? 1 : 2);
  }

  /** That a fit of that group was cancelled, and left nothing. */
  private static void assertCancelled(End end, String group, Map<String, String> before)
      throws Exception {
    assertInstanceOf(CancellationException.class, end.failure());
    assertEquals(1, end.failure().getMessage().lines().count());
    assertEquals(group, end.group());
    Boolean unused =
        TestCluster.await(
            () -> context().statusTracker().getActiveJobIds().length == 0 ? true : null,
            "the end of its jobs");
    assertEquals(before, SessionState.of(spark));
    assertEquals(Set.of(), SessionState.threads());
    assertEquals(3, classifier(3).fit(rows).summary().history().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"serial", "driver", "all-reduce"})
  void interruptingTheThreadThatFitsEndsTheTraining(String strategy) throws Exception {
    Map<String, String> before = SessionState.of(spark);
    try (Fitting fitting = new Fitting("mine", forever(strategy))) {
      End end = fitting.begun().after(f -> f.thread.interrupt(), false);
      assertEquals("the training was interrupted", end.failure().getMessage());
      assertEquals(true, end.interrupted());
      assertCancelled(end, "mine", before);
    }
  }

  /** Between two steps of the driver's there is no job to cancel. */
  @ParameterizedTest
  @ValueSource(strings = {"driver", "all-reduce"})
  void cancellingTheGroupOfTheThreadThatFitsEndsTheTraining(String strategy) throws Exception {
    Map<String, String> before = SessionState.of(spark);
    try (Fitting fitting = new Fitting("mine", forever(strategy))) {
      End end =
          fitting.begun().after(f -> context().cancelJobGroup("mine"), strategy.equals("driver"));
      assertFalse(end.interrupted());
      assertCancelled(end, "mine", before);
    }
  }

  @Test
  void aJobThatIsCancelledInSparksPagesIsNotTriedAgain() throws Exception {
    assertEndsTheFit(() -> context().cancelJob(context().statusTracker().getActiveJobIds()[0]));
  }

  @Test
  void aStageThatIsCancelledInSparksPagesIsNotTriedAgain() throws Exception {
    assertEndsTheFit(() -> context().cancelStage(context().statusTracker().getActiveStageIds()[0]));
  }

  private void assertEndsTheFit(Runnable cancelling) throws Exception {
    Map<String, String> before = SessionState.of(spark);
    try (Fitting fitting = new Fitting("mine", forever("all-reduce"))) {
      End end = fitting.begun().after(f -> cancelling.run(), false);
      assertCancelled(end, "mine", before);
    }
  }

  /** Each has one slot of two. */
  @Test
  void cancellingAGroupLeavesTheFitsOfOthersAlone() throws Exception {
    KudariClassifier some = classifier(60).setStrategy("all-reduce").setRanks(1).setThreads(1);
    String expected = some.fit(rows).summary().parametersSha256();
    KudariClassifier one = forever("all-reduce").setRanks(1).setThreads(1);
    try (Fitting mine = new Fitting("mine", one).begun();
        Fitting other = new Fitting("other", some.copy(none()))) {
      End end = mine.after(f -> context().cancelJobGroup("mine"), false);
      assertInstanceOf(CancellationException.class, end.failure());
      assertNull(other.end.get(60, TimeUnit.SECONDS).failure());
      KudariClassifier again = some.copy(none()).setRunPath(other.run.toString()).setResume(true);
      assertEquals(expected, again.fit(rows).summary().parametersSha256());
    }
  }

  /** As a search with parallelism trains, whose threads have the group of the one that searches. */
  @Test
  void twoFitsOfOneGroupTrainAtOnceAndAreCancelledTogether() throws Exception {
    KudariClassifier one = forever("all-reduce").setRanks(1).setThreads(1);
    try (Fitting first = new Fitting("both", one).begun()) {
      context().setJobGroup("both", "what we do", false);
      try {
        KudariClassifier second = classifier(20).setRanks(1).setThreads(1);
        assertEquals(20, second.fit(rows).summary().history().size());
      } finally {
        context().clearJobGroup();
      }
      End end = first.after(f -> context().cancelJobGroup("both"), false);
      assertInstanceOf(CancellationException.class, end.failure());
    }
  }

  private static org.apache.spark.ml.param.ParamMap none() {
    return org.apache.spark.ml.param.ParamMap.empty();
  }
}
