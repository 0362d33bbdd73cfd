package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many cores the tasks of ranks take, by Spark's settings. */
class TaskCoresTest {

  private static SparkConf conf(String master, String... settings) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    for (String setting : settings) conf.set(setting.split("=")[0], setting.split("=")[1]);
    return conf;
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark://a:7077", "yarn", "k8s://https://a", "local-cluster[2,2,1024]"})
  void aStageAsksForTheThreadsOfItsRanksWhereSparkCanGiveThem(String master) {
    SparkConf conf = conf(master, "spark.executor.cores=4", "spark.task.cpus=2");
    assertEquals(new TaskCores(4, true), TaskCores.of(conf, 4));
    assertEquals(new TaskCores(1, true), TaskCores.of(conf, 1));
    assertEquals(new TaskCores(2, false), TaskCores.of(conf, 2));
    assertEquals(new TaskCores(2, false), TaskCores.of(conf, 0));
    for (int threads = 0; threads < 5; threads++)
      assertEquals(Optional.empty(), TaskCores.shortfall(conf, threads));
  }

  @Test
  void whereItCannotRanksHaveTheUsualThreadsAndALineSaysWhy() {
    SparkConf local = conf("local[4]", "spark.executor.cores=4");
    assertEquals(new TaskCores(1, false), TaskCores.of(local, 2));
    assertEquals(
        Optional.of(
            "train.threads = 2, but ranks have as many threads as spark.task.cpus = 1: a stage"
                + " cannot ask for other cores in local mode"),
        TaskCores.shortfall(local, 2));
    assertEquals(Optional.empty(), TaskCores.shortfall(local, 1));
    SparkConf whole = conf("spark://a:7077", "spark.task.cpus=3");
    assertEquals(new TaskCores(3, false), TaskCores.of(whole, 2));
    assertEquals(
        Optional.of(
            "train.threads = 2, but ranks have as many threads as spark.task.cpus = 3: a stage can"
                + " ask for other cores where spark.executor.cores is set"),
        TaskCores.shortfall(whole, 2));
  }

  @Test
  void roomForRanksIsCountedByTheirOwnCores() {
    SparkConf conf = conf("spark://a:7077", "spark.executor.cores=5", "spark.cores.max=10");
    assertEquals(
        Optional.of(new RankSlots(4, 2)), RankSlots.foreseen(conf, new RankSlots.Asked(4, 2, 8)));
    refused(
        "train.ranks is 5, but spark.cores.max = 10 leaves room for 4 tasks of train.threads = 2",
        conf,
        5,
        2);
    refused(
        "train.threads = 6 (threads of a rank) must be within 1..5, the cores of an executor",
        conf,
        1,
        6);
    // Ranks that ask for cores ask for nothing else.
    conf.set("spark.task.resource.gpu.amount", "1").set("spark.executor.resource.gpu.amount", "1");
    Demand demand = Demand.of(conf, TaskCores.of(conf, 2));
    assertEquals(Map.of(), demand.perTask());
    var worker = new Offer.Worker(10, 4096, new TreeMap<>(Map.of("gpu", 2)));
    assertEquals(4, worker.tasks(demand));
    assertEquals(2, worker.tasks(Demand.of(conf)));
  }

  private static void refused(String line, SparkConf conf, int ranks, int threads) {
    RankSlots.Asked asked = new RankSlots.Asked(ranks, threads, 8);
    assertEquals(
        line,
        assertThrows(RankSlots.UnsuitableException.class, () -> RankSlots.foreseen(conf, asked))
            .getMessage());
  }

  @Test
  void aTaskOfAnotherSizeKeepsNoMoreTasksAwayThanItsCoresDo() {
    TaskCores two = new TaskCores(2, true);
    assertEquals(1, two.kept(1));
    assertEquals(1, two.kept(2));
    assertEquals(2, two.kept(3));
    assertEquals(3, new TaskCores(1, false).kept(3));
  }
}
