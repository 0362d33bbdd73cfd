package io.kudari.spark.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.Distribution;
import io.kudari.collective.Hosts;
import io.kudari.collective.LinkChoice;
import io.kudari.collective.Topology;
import io.kudari.data.digits.DigitsSource;
import io.kudari.event.Event;
import io.kudari.exchange.Exchanges;
import io.kudari.spark.SparkStart;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.Removals;
import io.kudari.spark.cluster.SlotLease;
import io.kudari.spark.cluster.TaskCores;
import io.kudari.train.DataPlan;
import io.kudari.train.SnapshotRule;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;

/** What the end of a stage means, by Spark's own words, and what its beginning waits for. */
class RankJobTest {

  /** A core of each slot. */
  private static final TaskCores ONE = new TaskCores(1, 0, false);

  private static final String BARRIER =
      "Job aborted due to stage failure: Could not recover from a failed barrier ResultStage. Most"
          + " recent failure reason: Stage failed because barrier task ResultTask(0, 1) finished"
          + " unsuccessfully.\n";

  @Test
  void aStageThatLostAnExecutorLostARank() {
    String lost = "ExecutorLostFailure (executor 1 exited caused by one of the running tasks)";
    RuntimeException e = failure(BARRIER + lost + " Reason: Command exited with code 137\n");
    assertEquals(RankLostException.class, e.getClass());
    assertEquals(
        "a rank was lost: " + lost + " Reason: Command exited with code 137", e.getMessage());
    String ended = "Job 3 cancelled because SparkContext was shut down";
    assertEquals(RankLostException.class, failure(ended).getClass());
  }

  @Test
  void aJobThatSomebodyCancelledIsNoLoss() {
    for (String how :
        List.of("", "part of cancelled job group mine", "because Stage 7 was cancelled")) {
      CancellationException e =
          assertThrows(CancellationException.class, () -> failure("Job 3 cancelled " + how));
      assertEquals(("the training was cancelled: Job 3 cancelled " + how).strip(), e.getMessage());
    }
  }

  @Test
  void aTaskThatCannotBeginAnywhereEndsTheRunWithItsReason() {
    String reason = "java.io.NotSerializableException: io.kudari.spark.recovery.RankTask";
    RuntimeException e = failure(BARRIER + reason + "\n\tat java.base/java.io.ObjectOutputStream");
    assertEquals(IllegalStateException.class, e.getClass());
    assertEquals("a rank failed: " + reason, e.getMessage());
  }

  @Test
  void aClassThatExecutorsLackIsNamedUnlessTheExecutorWasLost() {
    String missing =
        "java.lang.ClassNotFoundException: io.kudari.spark.recovery.RankTask\n\tat java.base";
    RankSlots.UnsuitableException e =
        assertThrows(RankSlots.UnsuitableException.class, () -> failure(BARRIER + missing));
    String line = "the executors lack class io.kudari.spark.recovery.RankTask:";
    assertEquals(line, e.getMessage().substring(0, line.length()));
    // An executor that is being ended closes its jars under what still runs.
    String lost = "ExecutorLostFailure (executor 1 exited unrelated to the running tasks)\n";
    assertEquals(RankLostException.class, failure(BARRIER + lost + missing).getClass());
  }

  @Test
  void aResultThatMayNotTravelEndsTheRunWithTheSettingsName() {
    String said =
        "Job aborted due to stage failure: Total size of serialized results of 1 tasks (31.0 KiB)"
            + " is bigger than spark.driver.maxResultSize (1024.0 B)";
    RuntimeException e = failure(said);
    assertEquals(IllegalStateException.class, e.getClass());
    assertEquals("a rank failed: " + said, e.getMessage());
  }

  private static RuntimeException failure(String message) {
    return RankJob.failure(new SparkException(message));
  }

  private static volatile CountDownLatch gate;

  @Test
  void ranksThatWereToGoByHostsAndAreApartGoAsAMeshAndSaySoInOneLine() {
    List<String> apart = List.of("a", "b", "a", "b");
    for (Topology asked : Topology.values()) {
      Event.Connected told = RankTask.connected(asked, apart, asked.choose(apart, 1 << 20, false));
      assertEquals(2, told.hosts());
      assertEquals("mesh", told.topology());
      String line =
          "train.topology = hierarchical: Spark has not placed the ranks of a host next to each"
              + " other, so they exchange as a mesh";
      assertEquals(asked == Topology.HIERARCHICAL ? line : null, told.note());
    }
    for (List<String> names : List.of(List.of("a", "a", "b", "b"), List.of("a", "b"))) {
      Optional<Hosts> hosts = Topology.HIERARCHICAL.choose(names, 1 << 20, false);
      assertNull(RankTask.connected(Topology.HIERARCHICAL, names, hosts).note());
    }
  }

  /** Nobody listens where its ranks call. */
  private static RankTask task() throws IOException {
    var sources = new DataPlan.Sources(new DigitsSource(20, 1), null, 0);
    DataPlan data = DataPlan.of(sources, new Configuration(), 2, 1);
    var hadoop = new SerializableConfiguration(new Configuration());
    return new RankTask(
        new RunSpec(null, data, hadoop, 1, Exchanges.USUAL),
        null,
        Distribution.even(2, 2),
        1,
        LinkChoice.AUTO,
        Topology.AUTO,
        0,
        1,
        InetSocketAddress.createUnresolved("127.0.0.1", 1),
        SnapshotRule.NEVER,
        null);
  }

  @Slow
  @Test
  void ranksThatWaitWhenTheApplicationEndsAreLostAndNotRefused() throws Exception {
    gate = new CountDownLatch(1);
    JavaSparkContext spark = SparkStart.startForRanks("test", "local[2]", Map.of());
    try (spark;
        Removals removals = new Removals();
        SlotLease lease = SlotLease.acquire(spark, 2, ONE, () -> false, line -> {})) {
      JavaFutureAction<?> other =
          spark.parallelize(List.of(1), 1).foreachAsync(i -> gate.await(30, TimeUnit.SECONDS));
      until(() -> lease.use().foreign() == 1);
      try (RankJob job = new RankJob(lease, task(), 2, removals)) {
        until(() -> job.isWaiting(line -> {}));
        spark.close();
        assertFalse(job.isWaiting(line -> {}));
        until(job::isDone);
        assertThrows(RankLostException.class, job::outcomes);
        // Who looks at the slots in that very moment.
        assertThrows(RankLostException.class, lease::use);
        assertThrows(IllegalStateException.class, () -> new RankJob(lease, task(), 2, removals));
      }
      assertTrue(other.isDone());
    } finally {
      gate.countDown();
    }
  }

  @Slow
  @Test
  void ranksWhoseSlotsOtherJobsUseWaitAndAreNotLost() throws Exception {
    gate = new CountDownLatch(1);
    try (JavaSparkContext spark = SparkStart.startForRanks("test", "local[2]", Map.of());
        SlotLease lease = SlotLease.acquire(spark, 2, ONE, () -> false, line -> {});
        Removals removals = new Removals()) {
      JavaFutureAction<?> other =
          spark.parallelize(List.of(1), 1).foreachAsync(i -> gate.await(30, TimeUnit.SECONDS));
      until(() -> lease.use().foreign() == 1);
      List<String> lines = new ArrayList<>();
      try (RankJob job = new RankJob(lease, task(), 2, removals)) {
        until(() -> job.isWaiting(lines::add) && !lines.isEmpty());
        assertEquals(
            "waiting since 2 s for 2 slots: of 2 there are, other jobs use 1", lines.get(0));
        assertFalse(job.isDone());
        gate.countDown();
        other.get(20, TimeUnit.SECONDS);
        until(job::isDone);
        assertFalse(job.isWaiting(lines::add));
        assertFalse(job.outcomes().isEmpty());
      }
    } finally {
      gate.countDown();
    }
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30), "waited in vain");
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
