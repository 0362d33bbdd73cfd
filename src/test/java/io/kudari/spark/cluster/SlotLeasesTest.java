package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.spark.SparkStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets which slots of an application with four, and when. */
@Timeout(60)
class SlotLeasesTest {

  /** A core of each slot. */
  private static final TaskCores ONE = new TaskCores(1, 0, false);

  private static JavaSparkContext spark;

  /** Where tasks of this process wait. */
  private static volatile CountDownLatch gate;

  @BeforeAll
  static void startSpark() {
    spark = SparkStart.start("test", "local[4]", Map.of());
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  @Test
  void slotsAreGrantedInTheOrderOfAsking() {
    try (SlotLease first = SlotLease.ask(spark, 3);
        SlotLease second = SlotLease.ask(spark, 2);
        SlotLease third = SlotLease.ask(spark, 1)) {
      assertFalse(second.isGranted(), "the first has asked before, and may still begin");
      assertTrue(first.isGranted());
      assertFalse(second.isGranted());
      assertFalse(third.isGranted(), "there is room for it, but the second has asked before");
      assertEquals(new SlotUse(4, 3, 0, 0, 1), third.use());
      first.close();
      assertFalse(third.isGranted());
      assertTrue(second.isGranted());
      assertTrue(third.isGranted());
    }
    try (SlotLease all = SlotLease.ask(spark, 4)) {
      assertTrue(all.isGranted(), "everything was given back");
    }
  }

  @Test
  void inLocalModeARankOfSeveralThreadsHoldsASlotForEach() {
    TaskCores three = TaskCores.of(spark.getConf(), 3);
    try (SlotLease rank = SlotLease.ask(spark, 1, three);
        SlotLease two = SlotLease.ask(spark, 2);
        SlotLease late = SlotLease.ask(spark, 1, three)) {
      assertEquals(new SlotUse(1, 0, 0, 0, 0), rank.use());
      assertTrue(rank.isGranted());
      assertEquals(new SlotUse(4, 3, 0, 0, 0), two.use());
      assertFalse(two.isGranted());
      rank.close();
      assertTrue(two.isGranted());
      assertFalse(late.isGranted());
      two.close();
      assertTrue(late.isGranted());
    }
  }

  @Test
  void aRankWaitsForNoCoreThatItCouldNotUseAnyway() throws Exception {
    TaskCores three = TaskCores.of(spark.getConf(), 3);
    gate = new CountDownLatch(1);
    JavaFutureAction<?> foreign = tasks(1);
    awaitTasks(1);
    try (SlotLease rank = SlotLease.ask(spark, 1, three)) {
      assertTrue(rank.isGranted(), "three of four cores are free");
      try (SlotLease one = SlotLease.ask(spark, 1);
          SlotLease late = SlotLease.ask(spark, 1, three)) {
        assertEquals(new SlotUse(4, 3, 1, 0, 0), one.use());
        assertFalse(one.isGranted());
        assertEquals(new SlotUse(1, 1, 0, 0, 1), late.use());
      }
    } finally {
      gate.countDown();
    }
    foreign.get(20, TimeUnit.SECONDS);
    awaitTasks(0);
  }

  @Test
  void aLeaseOfWorkThatIsDoneHoldsNothingThoughNobodyHasClosedIt() {
    CompletableFuture<String> work = new CompletableFuture<>();
    try (SlotLease first = SlotLease.ask(spark, 3);
        SlotLease second = SlotLease.ask(spark, 4)) {
      assertTrue(first.isGranted());
      first.endWith(work);
      assertFalse(second.isGranted());
      work.complete("done");
      assertTrue(second.isGranted());
    }
  }

  @Test
  void whoeverHasTheApplicationSharesOneAccount() {
    JavaSparkContext same = new JavaSparkContext(spark.sc());
    try (SlotLease first = SlotLease.ask(spark, 4);
        SlotLease second = SlotLease.ask(same, 4)) {
      assertTrue(first.isGranted());
      assertFalse(second.isGranted());
    }
  }

  @Test
  void aWaitTellsWhatForAndEndsWhenItIsAskedTo() throws Exception {
    List<String> lines = new ArrayList<>();
    AtomicBoolean stop = new AtomicBoolean();
    try (SlotLease held = SlotLease.ask(spark, 3)) {
      assertTrue(held.isGranted());
      assertThrows(
          CancellationException.class,
          () ->
              SlotLease.acquire(
                  spark,
                  2,
                  ONE,
                  stop::get,
                  line -> {
                    lines.add(line);
                    stop.set(true);
                  }));
      assertEquals(
          List.of("waiting since 2 s for 2 slots: of 4 there are, other trainings hold 3"), lines);
      try (SlotLease next = SlotLease.acquire(spark, 1, ONE, () -> false, lines::add)) {
        assertEquals(0, next.use().before(), "who has stopped waits no more");
      }
    }
  }

  @Test
  void tasksOfOthersAreCountedAndThoseOfALeaseOnce() throws Exception {
    gate = new CountDownLatch(1);
    JavaFutureAction<?> foreign = tasks(2);
    try (SlotLease lease = SlotLease.ask(spark, 2)) {
      JavaFutureAction<?> own = lease.newJob().submit("own", () -> tasks(1));
      awaitTasks(3);
      assertEquals(new SlotUse(4, 0, 2, 1, 0), lease.use());
      assertFalse(lease.isGranted(), "one of its tasks still runs");
      try (SlotLease other = SlotLease.ask(spark, 1)) {
        assertEquals(new SlotUse(4, 1, 2, 0, 1), other.use());
      }
      gate.countDown();
      foreign.get(20, TimeUnit.SECONDS);
      own.get(20, TimeUnit.SECONDS);
      awaitTasks(0);
      assertTrue(lease.isGranted());
    } finally {
      gate.countDown();
    }
  }

  @Test
  void aTrainingThatLostARankGoesOnWithWhatOthersLeaveAndHoldsNoMore() throws Exception {
    try (SlotLease own = SlotLease.ask(spark, 2);
        SlotLease other = SlotLease.ask(spark, 2)) {
      assertTrue(own.isGranted() && other.isGranted());
      // As if an executor had gone: there is room for two, and the other holds them.
      assertEquals(0, own.again(3, 4));
      assertEquals(2, own.again(1, 4));
      other.close();
      assertEquals(4, own.again(1, 4));
      try (SlotLease late = SlotLease.ask(spark, 1)) {
        assertEquals(4, late.use().leased());
      }
    }
  }

  @Test
  void aJobHasANameOfItsOwnAndTheGroupOfItsThreadWhichKeepsIt() {
    spark.setJobGroup("mine", "my job", false);
    spark.addJobTag("tag");
    try (SlotLease lease = SlotLease.ask(spark, 1)) {
      List<String> names = new ArrayList<>();
      for (int job = 0; job < 2; job++)
        lease
            .newJob()
            .submit(
                "ours",
                () -> {
                  assertEquals("mine", spark.getLocalProperty(JobGroup.ID));
                  assertEquals(2, spark.getJobTags().size());
                  return names.add(spark.getLocalProperty(JobGroup.NAME));
                });
      assertTrue(names.stream().allMatch(g -> g.startsWith("kudari-")), names.toString());
      assertFalse(names.get(0).equals(names.get(1)));
      assertEquals("mine", spark.getLocalProperty(JobGroup.ID));
      assertEquals("my job", spark.getLocalProperty("spark.job.description"));
      assertEquals(Set.of("tag"), spark.getJobTags());
      assertNull(spark.getLocalProperty(JobGroup.NAME));
    } finally {
      spark.clearJobGroup();
      spark.clearJobTags();
    }
    assertNull(spark.getLocalProperty(JobGroup.ID));
  }

  private static JavaFutureAction<?> tasks(int count) {
    return spark
        .parallelize(List.of(1, 2, 3, 4).subList(0, count), count)
        .foreachAsync(
            i -> {
              if (!gate.await(30, TimeUnit.SECONDS)) throw new AssertionError("it stays shut");
            });
  }

  private static void awaitTasks(int count) throws InterruptedException {
    long start = System.nanoTime();
    while (RunningTask.all(spark.sc()).size() != count) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(20))
        throw new AssertionError(RunningTask.all(spark.sc()) + " instead of " + count);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
