package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
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
    assertEquals(new TaskCores(4, 4, true), TaskCores.of(conf, 4));
    assertEquals(new TaskCores(1, 1, true), TaskCores.of(conf, 1));
    assertEquals(new TaskCores(2, 2, false), TaskCores.of(conf, 2));
    assertEquals(new TaskCores(2, 0, false), TaskCores.of(conf, 0));
    for (int threads = 0; threads < 5; threads++)
      assertEquals(Optional.empty(), TaskCores.shortfall(conf, threads));
  }

  @Test
  void whereItCannotRanksHaveTheUsualThreadsAndALineSaysWhy() {
    SparkConf foreign = conf("mesos://a:5050", "spark.executor.cores=4");
    assertEquals(new TaskCores(1, 0, false), TaskCores.of(foreign, 2));
    assertEquals(
        Optional.of(
            "train.threads = 2, but ranks have as many threads as spark.task.cpus = 1: a stage"
                + " cannot ask for other cores of this master"),
        TaskCores.shortfall(foreign, 2));
    assertEquals(Optional.empty(), TaskCores.shortfall(foreign, 1));
    SparkConf whole = conf("spark://a:7077", "spark.task.cpus=3");
    assertEquals(new TaskCores(3, 0, false), TaskCores.of(whole, 2));
    assertEquals(
        Optional.of(
            "train.threads = 2, but ranks have as many threads as spark.task.cpus = 3: a stage can"
                + " ask for other cores where spark.executor.cores is set"),
        TaskCores.shortfall(whole, 2));
  }

  @Test
  void inLocalModeARankTakesAsManyUsualTasksAsItsThreadsNeed() {
    SparkConf one = conf("local[4]");
    assertEquals(new TaskCores(3, 3, false), TaskCores.of(one, 3));
    assertEquals(Optional.empty(), TaskCores.shortfall(one, 3));
    SparkConf two = conf("local[8]", "spark.task.cpus=2");
    assertEquals(new TaskCores(4, 3, false), TaskCores.of(two, 3));
    assertEquals(new TaskCores(2, 1, false), TaskCores.of(two, 1));
    assertEquals(Optional.of(new RankSlots(2, 3)), foreseen(two, 0, 3, 8));
    refused(
        "train.threads = 5 (threads of a rank) must be within 1..4, the cores of local[4]",
        one,
        1,
        5);
    refused(
        "train.ranks is 2, but Spark has room for 1 task of train.threads = 3: give it more cores"
            + " or ask for fewer ranks",
        one,
        2,
        3);
  }

  @Test
  void whereNothingIsAskedForInLocalModeThereIsOneRankWithAThreadACore() {
    SparkConf four = conf("local[4]");
    assertEquals(Optional.of(new RankSlots(1, 4)), foreseen(four, 0, 0, 8));
    assertEquals(Optional.of(new RankSlots(1, 3)), foreseen(four, 0, 0, 3), "a worker a thread");
    assertEquals(Optional.of(new RankSlots(2, 1)), foreseen(four, 2, 0, 8));
    assertEquals(Optional.of(new RankSlots(2, 2)), foreseen(four, 0, 2, 8));
    SparkConf told = conf("local[4]", "spark.task.cpus=1");
    assertEquals(Optional.of(new RankSlots(4, 1)), foreseen(told, 0, 0, 8));
  }

  private static Optional<RankSlots> foreseen(SparkConf conf, int ranks, int threads, int workers) {
    return RankSlots.foreseen(conf, new RankSlots.Asked(ranks, threads, workers));
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
    TaskCores two = new TaskCores(2, 2, true);
    assertEquals(1, two.kept(1));
    assertEquals(1, two.kept(2));
    assertEquals(2, two.kept(3));
    assertEquals(3, new TaskCores(1, 0, false).kept(3));
  }

  @Test
  void coresThatNoTaskOfAKindCouldUseKeepNoneAway() {
    TaskCores four = new TaskCores(4, 4, false);
    assertEquals(0, four.kept(1, 6));
    assertEquals(0, four.kept(2, 6));
    assertEquals(1, four.kept(3, 6));
    assertEquals(1, four.kept(7, 6));
    assertEquals(1, four.kept(1, 4));
    assertEquals(1, four.kept(1, 0));
  }

  @Test
  void tasksOfOneExecutorShareTheSlotsThatTheyKeepAway() {
    TaskCores two = new TaskCores(2, 2, true);
    RunningTask first = new RunningTask("0", "", false, 1);
    RunningTask second = new RunningTask("1", "", false, 1);
    assertEquals(1, SlotLeases.kept(two, List.of(first, first), 4));
    assertEquals(2, SlotLeases.kept(two, List.of(first, second), 4));
    assertEquals(3, SlotLeases.kept(two, List.of(first, first, first, second), 4));
    assertEquals(2, SlotLeases.kept(new TaskCores(1, 0, false), List.of(first, first), 0));
  }
}
