package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.spark.cluster.RankSlots.UnsuitableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** Waiting for executors, by a clock and a cluster of the test's own. */
class SlotWaitTest {

  private static final Offer.Worker SMALL = worker(1, 1024, Map.of());

  private final List<String> lines = new ArrayList<>();
  private long nanos = 17;

  private static Offer.Worker worker(int cores, int megabytes, Map<String, Integer> resources) {
    return new Offer.Worker(cores, megabytes, new TreeMap<>(resources));
  }

  private static Demand demand(String... settings) {
    SparkConf conf = new SparkConf(false).set("spark.master", "spark://nowhere:1");
    for (String setting : settings) {
      String[] parts = setting.split("=");
      conf.set(parts[0], parts[1]);
    }
    return Demand.of(conf);
  }

  private double seconds() {
    return (nanos - 17) / 1e9;
  }

  /** A cluster whose room depends on the seconds since the beginning. */
  private SlotWait.Cluster cluster(IntUnaryOperator slots, Offer.Worker... workers) {
    return new SlotWait.Cluster() {
      @Override
      public int slots() {
        return slots.applyAsInt((int) seconds());
      }

      @Override
      public Optional<Offer> offer() {
        return workers.length == 0
            ? Optional.empty()
            : Optional.of(new Offer(List.of(workers), List.of()));
      }
    };
  }

  private SlotWait waiting(Demand demand) {
    return new SlotWait(
        demand, () -> nanos, () -> nanos += TimeUnit.MILLISECONDS.toNanos(100), lines::add);
  }

  @Test
  void whatComesInTimeIsTakenWithoutALine() throws Exception {
    assertEquals(2, waiting(demand()).await(cluster(s -> s, SMALL), 2, false, true));
    assertEquals(2, seconds(), 0.2);
    assertEquals(List.of(), lines);
  }

  @Test
  void fewerAreTakenThreeSecondsAfterTheLast() throws Exception {
    assertEquals(2, waiting(demand()).await(cluster(s -> Math.min(2, s), SMALL), 8, true, true));
    assertEquals(5, seconds(), 0.2);
  }

  @Test
  void waitSaysWhatIsAskedForAndWhatThereIsSparselyAndEndsAfterAMinute() throws Exception {
    Demand demand = demand("spark.executor.cores=1", "spark.executor.memory=600m");
    assertEquals(2, waiting(demand).await(cluster(s -> 2, SMALL, SMALL), 3, false, true));
    assertEquals(60, seconds(), 0.2);
    assertEquals(
        "waiting for executors since 5 s: room for 2 of 3 tasks; asked for: executors of 1 core,"
            + " 600 MB (spark.executor.memory), tasks of 1 core; the cluster has 2 workers of"
            + " 1 core, 1024 MB",
        lines.get(0));
    List<String> since = lines.stream().map(l -> l.replaceFirst(":.*", "")).toList();
    assertEquals(
        List.of(5, 10, 20, 40),
        since.stream().map(l -> Integer.valueOf(l.replaceAll("\\D", ""))).toList());
  }

  @Test
  void clusterThatTellsNothingIsWaitedForWithWhatIsAskedFor() throws Exception {
    assertEquals(0, waiting(demand("spark.task.cpus=2")).await(cluster(s -> 0), 1, true, true));
    assertTrue(lines.get(0).contains("tasks of 2 cores"), lines.get(0));
    assertTrue(lines.get(0).endsWith("what the cluster has is not known here"), lines.get(0));
  }

  @Test
  void executorThatNoWorkerCanHoldIsRefusedWithinSeconds() {
    refused(
        "spark.executor.memory = 3072 MB, but no worker has more than 1024 MB",
        demand("spark.executor.memory=3g"));
    refused(
        "spark.executor.cores = 2, but no worker has more than 1 core",
        demand("spark.executor.cores=2"));
    refused("spark.task.cpus = 4, but no worker has more than 1 core", demand("spark.task.cpus=4"));
    refused(
        "spark.executor.resource.gpu.amount = 1, but no worker has any gpu",
        demand("spark.executor.resource.gpu.amount=1", "spark.task.resource.gpu.amount=1"));
  }

  private void refused(String why, Demand demand) {
    nanos = 17;
    UnsuitableException e =
        assertThrows(
            UnsuitableException.class,
            () -> waiting(demand).await(cluster(s -> 0, SMALL, SMALL), 2, true, true));
    assertEquals("no executor can start: " + why, e.getMessage());
    assertEquals(3, seconds(), 0.2);
    assertEquals(List.of(), lines);
  }

  @Test
  void afterALossLargerWorkersMayComeBack() throws Exception {
    Demand demand = demand("spark.executor.memory=3g");
    assertEquals(1, waiting(demand).await(cluster(s -> s < 30 ? 0 : 1, SMALL), 1, false, false));
    assertEquals(3, lines.size());
  }

  @Test
  void noWorkerHasAllThatIsAskedForThoughEachHasAPart() {
    Demand demand = demand("spark.executor.cores=2", "spark.executor.memory=3g");
    Offer offer =
        new Offer(List.of(worker(2, 1024, Map.of()), worker(1, 4096, Map.of())), List.of());
    assertTrue(offer.obstacle(demand).orElseThrow().startsWith("no worker has all"));
  }

  @Test
  void whatLacksAtTheEndIsNamed() {
    Offer two = new Offer(List.of(SMALL, SMALL), List.of());
    lacks("too few cores on 2 workers of 1 core, 1024 MB", two, 3);
    Offer wide = new Offer(List.of(worker(4, 1024, Map.of("gpu", 1))), List.of());
    lacks("too few MB of memory", wide, 3, "spark.executor.cores=1");
    String[] gpu = {
      "spark.executor.cores=1",
      "spark.executor.memory=100m",
      "spark.executor.resource.gpu.amount=1",
      "spark.task.resource.gpu.amount=1"
    };
    lacks("too few gpu", wide, 2, gpu);
    Offer taken = new Offer(List.of(SMALL, SMALL), List.of("another"));
    lacks("room for 2, but another application is there too: another", taken, 2);
    lacks("room for 2, but executors did not come", two, 2);
    lacks("the master has no workers", new Offer(List.of(), List.of()), 1);
  }

  private static void lacks(String what, Offer offer, int tasks, String... settings) {
    String shortage = offer.shortage(demand(settings), tasks);
    assertTrue(shortage.contains(what), shortage);
  }

  @Test
  void tasksShareAResourceOfTheirExecutor() {
    Demand halves =
        demand(
            "spark.executor.cores=4",
            "spark.executor.memory=1g",
            "spark.executor.resource.gpu.amount=1",
            "spark.task.resource.gpu.amount=.5");
    assertEquals(4, worker(8, 4096, Map.of("gpu", 3)).tasks(halves));
    assertEquals(2, worker(8, 4096, Map.of("gpu", 1)).tasks(halves));
    assertEquals(0, worker(8, 4096, Map.of()).tasks(halves));
  }
}
