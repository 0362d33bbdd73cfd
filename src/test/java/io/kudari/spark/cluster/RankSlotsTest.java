package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.spark.SparkStart;
import io.kudari.spark.cluster.RankSlots.UnsuitableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

/** What all-reduce refuses before it starts: one line that names the setting. */
class RankSlotsTest {

  private static final List<String> LINES = new ArrayList<>();

  @Test
  void settingsThatRanksCannotLiveWithAreRefusedBeforeSparkStarts() {
    String far = "spark://127.0.0.1:1";
    refused(
        far,
        Map.of("spark.dynamicAllocation.enabled", "true"),
        "spark.dynamicAllocation.enabled must be false");
    refused(far, Map.of("spark.speculation", "true"), "spark.speculation must be false");
    refused(Map.of("spark.speculation", "maybe"), "Spark refuses");
    refused(
        Map.of("spark.task.cpus", "3"),
        "spark.task.cpus = 3 (threads of a rank) must be within 1..2, the cores of local[2]");
    refused(Map.of("spark.task.cpus", "0"), "spark.task.cpus = 0");
    refused(
        Map.of(
            "spark.network.crypto.enabled", "true",
            "spark.network.crypto.cipher", "AES/GCM/NoPadding"),
        "spark.network.crypto.cipher must be AES/CTR/NoPadding");
  }

  @Test
  void whatSparkIgnoresWithALocalMasterIsNeitherRefusedNorCounted() {
    SparkConf conf = new SparkConf(false).setMaster("local[2]");
    conf.set("spark.dynamicAllocation.enabled", "true").set("spark.speculation", "true");
    RankSlots.check(conf);
    assertEquals(Optional.of(new RankSlots(2, 1)), RankSlots.foreseen(conf, asked(2, 1, 4)));
    assertFalse(RankSlots.isDynamic(conf));
    assertTrue(RankSlots.isDynamic(conf.setMaster("local-cluster[2,1,1024]")));
  }

  @Test
  void aMasterIsLocalWhereSparkTakesItForThat() {
    assertEquals(1, Demand.localCores("local"));
    assertEquals(3, Demand.localCores("local[3]"));
    assertEquals(3, Demand.localCores("local[3, 2]"));
    int all = Runtime.getRuntime().availableProcessors();
    assertEquals(all, Demand.localCores("local[*]"));
    assertEquals(all, Demand.localCores("local[*,2]"));
    // Its executors are other processes.
    assertEquals(0, Demand.localCores("local-cluster[2,1,1024]"));
    assertEquals(0, Demand.localCores("localhost"));
    assertEquals(0, Demand.localCores(null));
  }

  @Test
  void moreThreadsThanAnExecutorHasCoresAreRefusedWithoutAsking() {
    Map<String, String> settings = Map.of("spark.task.cpus", "4", "spark.executor.cores", "2");
    refused("spark://127.0.0.1:1", settings, "must be within 1..2, the cores of an executor");
  }

  @Test
  void resourcesThatNoTaskCanGetAreRefusedWithoutAsking() {
    String task = "spark.task.resource.gpu.amount";
    String executor = "spark.executor.resource.gpu.amount";
    refused(
        Map.of(task, "1", executor, "1"),
        "spark.task.resource.gpu.amount = 1, but local[2] has cores only");
    String far = "spark://127.0.0.1:1";
    refused(far, Map.of(task, "1"), "but spark.executor.resource.gpu.amount = 0 (not set)");
    refused(far, Map.of(task, "2", executor, "1"), "but spark.executor.resource.gpu.amount = 1");
    refused(far, Map.of(task, "one"), task + " must be a number, not 'one'");
    refused(
        far,
        Map.of("spark.cores.max", "1", "spark.executor.cores", "2"),
        "spark.cores.max = 1 is less than the 2 cores of one executor");
    refused(far, Map.of("spark.executor.memory", "big"), "spark.executor.memory must be a size");
    refused(far, Map.of("spark.task.cpus", "two"), "spark.task.cpus must be a whole number");
  }

  @Test
  void whatSparkItselfRefusesIsOneLineToo() {
    refused(Map.of("spark.rpc.message.maxSize", "5000"), "Spark refuses");
    refused(Map.of("spark.rpc.message.maxSize", "5000"), "2047");
  }

  @Test
  void theSameIsRefusedForOrdinaryJobs() {
    UnsuitableException e =
        assertThrows(
            UnsuitableException.class,
            () -> SparkStart.start("test", "local[2]", Map.of("spark.task.cpus", "3")).close());
    assertTrue(e.getMessage().startsWith("spark.task.cpus = 3"), e.getMessage());
  }

  @Test
  void fewerSlotsThanRanksAreRefused() throws Exception {
    Map<String, String> two = Map.of("spark.task.cpus", "2");
    try (JavaSparkContext spark = SparkStart.startForRanks("test", "local[4]", two)) {
      UnsuitableException e =
          assertThrows(
              UnsuitableException.class, () -> RankSlots.of(spark, asked(3, 0, 8), LINES::add));
      assertEquals(
          "train.ranks is 3, but Spark has room for 2 tasks of spark.task.cpus = 2: give it more"
              + " cores or ask for fewer ranks",
          e.getMessage());
      assertEquals(new RankSlots(2, 2), RankSlots.of(spark, asked(0, 0, 8), LINES::add));
      assertEquals(new RankSlots(1, 2), RankSlots.of(spark, asked(0, 0, 1), LINES::add));
    }
  }

  private static RankSlots.Asked asked(int ranks, int threads, int workers) {
    return new RankSlots.Asked(ranks, threads, workers);
  }

  private static void refused(Map<String, String> settings, String start) {
    refused("local[2]", settings, start);
  }

  private static void refused(String master, Map<String, String> settings, String part) {
    UnsuitableException e =
        assertThrows(
            UnsuitableException.class,
            () -> SparkStart.startForRanks("test", master, settings).close());
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void parametersThatCouldNotBeBroughtBackAreRefusedBeforeTraining() {
    SparkConf conf = new SparkConf(false);
    ResultSize.check(conf, 1 << 28, 16);
    conf.set("spark.driver.maxResultSize", "1g");
    ResultSize.check(conf, 1 << 28, 1);
    refused("spark.driver.maxResultSize allows 1073741824", conf, 1 << 28, 2);
    refused("spark.kryoserializer.buffer.max allows 2146435072", conf, 1 << 29, 1);
    // Spark reads a number without a unit as MiB here, and as bytes there.
    conf.set("spark.kryoserializer.buffer.max", "64");
    ResultSize.check(conf, 1 << 24, 1);
    refused("spark.kryoserializer.buffer.max allows 67108864", conf, (1 << 24) + 1, 1);
  }

  private static void refused(String says, SparkConf conf, int parameters, int vectors) {
    RankSlots.UnsuitableException e =
        assertThrows(
            RankSlots.UnsuitableException.class, () -> ResultSize.check(conf, parameters, vectors));
    assertTrue(e.getMessage().contains(says), e.getMessage());
  }
}
