package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.cli.TestCluster;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.SlotLease;
import io.kudari.spark.cluster.SlotUse;
import io.kudari.spark.cluster.TaskCores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.ForeachFunction;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads of ranks in a session that somebody else has set up: a real cluster, two executors of two
 * cores, and tasks of one.
 */
@Slow
@Timeout(300)
class ThreadsTest {

  @TempDir private static Path dir;
  private static TestCluster cluster;
  private static SparkSession spark;
  private static JavaSparkContext context;

  @BeforeAll
  static void start() throws Exception {
    cluster = new TestCluster(Files.createDirectories(dir.resolve("cluster")), 0, Map.of());
    for (int w = 0; w < 2; w++) cluster.startWorker(2).await();
    spark =
        Frames.session(
            "spark.master", cluster.url,
            "spark.executor.cores", "2",
            "spark.task.cpus", "1",
            "spark.cores.max", "4",
            "spark.executor.memory", "600m",
            "spark.executor.extraClassPath", TestCluster.classes());
    context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    awaitExecutors();
  }

  private static void awaitExecutors() throws InterruptedException {
    SlotUse whole =
        TestCluster.await(
            () -> {
              try (SlotLease lease = SlotLease.ask(context, 1)) {
                SlotUse use = lease.use();
                return use.free() == 4 ? use : null;
              }
            },
            "two executors");
    assertEquals(4, whole.total());
  }

  @AfterAll
  static void stop() throws Exception {
    if (spark != null) spark.stop();
    if (cluster != null) cluster.close();
  }

  private static KudariClassifier classifier() {
    return new KudariClassifier().setHiddenLayers(6).setEpochs(3).setBatchSize(30);
  }

  /** The cores that tasks of stages ask for, and where those of a barrier stage have run. */
  private static final class Stages extends SparkListener {

    private final Map<Integer, StageInfo> stages = new HashMap<>();
    private final TreeSet<String> executorsOfRanks = new TreeSet<>();
    private final TreeSet<Integer> profilesOfRanks = new TreeSet<>();
    private final TreeSet<Integer> profilesOfOthers = new TreeSet<>();
    private int ranks;

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
      StageInfo stage = event.stageInfo();
      stages.put(stage.stageId(), stage);
      (isOfRanks(stage) ? profilesOfRanks : profilesOfOthers).add(stage.resourceProfileId());
    }

    @Override
    public synchronized void onTaskStart(SparkListenerTaskStart event) {
      if (!isOfRanks(stages.get(event.stageId()))) return;
      ranks++;
      executorsOfRanks.add(event.taskInfo().executorId());
    }

    private static boolean isOfRanks(StageInfo stage) {
      return stage.rddInfos().exists(rdd -> rdd.isBarrier());
    }
  }

  private static Map<String, String> settings() {
    Map<String, String> all = new TreeMap<>();
    for (var setting : context.getConf().getAll()) all.put(setting._1(), setting._2());
    all.put("of the session", spark.conf().getAll().toString());
    return all;
  }

  @Test
  void aFitHasTheThreadsItAsksForAndOtherJobsOfTheSessionTheirOwnTasks() throws Exception {
    Dataset<Row> rows = Frames.clouds(spark, 150).repartition(3);
    Map<String, String> before = settings();
    String expected = classifier().setStrategy("serial").fit(rows).summary().parametersSha256();
    Stages stages = new Stages();
    context.sc().addSparkListener(stages);
    TrainingSummary summary = classifier().setThreads(2).fit(rows).summary();
    TrainingSummary again = classifier().setThreads(2).setSeed(2).fit(rows).summary();
    context.sc().listenerBus().waitUntilEmpty();
    context.sc().removeSparkListener(stages);
    assertEquals(expected, summary.parametersSha256());
    assertEquals(List.of(2, 2), List.of(summary.ranks(), summary.threads()));
    assertEquals(List.of(2, 2), List.of(again.ranks(), again.threads()));
    assertFalse(summary.warnings().toString().contains("train.threads"), "" + summary.warnings());
    assertEquals(0, summary.recoveries());
    assertEquals(4, stages.ranks);
    assertEquals(2, stages.executorsOfRanks.size(), "a rank an executor");
    assertEquals(1, stages.profilesOfRanks.size(), "one kind of task, however many trainings");
    ResourceProfile asked =
        context.sc().resourceProfileManager().resourceProfileFromId(stages.profilesOfRanks.first());
    assertEquals(2, (Integer) asked.getTaskCpus().get());
    assertEquals(
        List.of(ResourceProfile.DEFAULT_RESOURCE_PROFILE_ID()),
        List.copyOf(stages.profilesOfOthers));
    assertEquals(before, settings());
    fourTasksAtOnce();
    assertEquals(4, classifier().fit(rows).summary().ranks(), "without the param");
  }

  /** Two on each executor: none ends before all have begun. */
  private static void fourTasksAtOnce() throws IOException {
    String begun = Files.createTempDirectory(dir, "begun").toString();
    spark
        .range(0, 4, 1, 4)
        .foreach(
            (ForeachFunction<Long>)
                task -> {
                  Files.createFile(Path.of(begun, "task-" + task));
                  long start = System.nanoTime();
                  while (Path.of(begun).toFile().list().length < 4) {
                    if (System.nanoTime() - start > TimeUnit.MINUTES.toNanos(1))
                      throw new IOException("the other tasks do not begin");
                    Thread.onSpinWait();
                  }
                });
  }

  @Test
  void aRankThatIsLostComesBackWithItsThreadsAndTheBitsAreTheSame() throws Exception {
    Dataset<Row> rows = Frames.clouds(spark, 150).repartition(3);
    Path run = dir.resolve("lost");
    KudariClassifier two =
        classifier().setEpochs(400).setThreads(2).setRanks(2).setRunPath(run.toString());
    String expected =
        classifier().setEpochs(400).setStrategy("serial").fit(rows).summary().parametersSha256();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<KudariClassificationModel> fitting = threads.submit(() -> two.fit(rows));
      Path events = run.resolve("events.jsonl");
      Boolean unused =
          TestCluster.await(
              () -> TestCluster.read(events).contains("\"epochDone\"") ? true : null, "an epoch");
      assertTrue(cluster.executors().get(0).destroyForcibly());
      TrainingSummary summary = fitting.get(240, TimeUnit.SECONDS).summary();
      assertTrue(summary.recoveries() > 0, "the killed executor had a rank");
      assertEquals(expected, summary.parametersSha256());
      assertEquals(2, summary.threads());
    } finally {
      threads.shutdownNow();
    }
    awaitExecutors();
  }

  @Test
  void twoFitsAtOnceShareTheirKindOfTask() throws Exception {
    Dataset<Row> rows = Frames.clouds(spark, 150).repartition(3);
    KudariClassifier one = classifier().setThreads(2).setRanks(1);
    String expected = classifier().setStrategy("serial").fit(rows).summary().parametersSha256();
    Stages stages = new Stages();
    context.sc().addSparkListener(stages);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<KudariClassificationModel>> both =
          threads.invokeAll(
              List.of(() -> one.fit(rows), () -> one.fit(rows)), 120, TimeUnit.SECONDS);
      for (Future<KudariClassificationModel> fit : both) {
        assertEquals(expected, fit.get().summary().parametersSha256());
        assertEquals(2, fit.get().summary().threads());
      }
    } finally {
      threads.shutdownNow();
    }
    context.sc().listenerBus().waitUntilEmpty();
    context.sc().removeSparkListener(stages);
    assertEquals(2, stages.ranks);
    assertEquals(1, stages.profilesOfRanks.size());
  }

  @Test
  void slotsOfTwoSizesAreOneAccount() {
    TaskCores two = TaskCores.of(context.getConf(), 2);
    try (SlotLease small = SlotLease.ask(context, 1);
        SlotLease large = SlotLease.ask(context, 2, two);
        SlotLease late = SlotLease.ask(context, 1)) {
      assertTrue(small.isGranted());
      assertFalse(large.isGranted());
      assertEquals(new SlotUse(2, 1, 0, 0, 0), large.use());
      small.close();
      assertTrue(large.isGranted());
      assertEquals(new SlotUse(4, 4, 0, 0, 0), late.use());
      assertFalse(late.isGranted());
    }
  }

  @Test
  void tasksOfOneExecutorLeaveTheOtherToARank() throws Exception {
    String held = Files.createTempDirectory(dir, "held").toString();
    String executor = context.sc().getExecutorIds().head();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (SlotLease rank = SlotLease.ask(context, 1, TaskCores.of(context.getConf(), 2))) {
      Future<?> others = threads.submit(() -> hold(executor, held));
      SlotUse use =
          TestCluster.await(
              () -> {
                SlotUse now = rank.use();
                return Path.of(held).toFile().list().length == 2 && now.foreign() == 1 ? now : null;
              },
              "two tasks on one executor alone");
      assertEquals(new SlotUse(2, 0, 1, 0, 0), use);
      assertTrue(rank.isGranted());
      Files.createFile(Path.of(held, "over"));
      others.get(60, TimeUnit.SECONDS);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Two tasks of one core on an executor, until there is a file. */
  private static void hold(String executor, String folder) {
    spark
        .range(0, 4, 1, 4)
        .foreach(
            (ForeachFunction<Long>)
                task -> {
                  if (!SparkEnv.get().executorId().equals(executor)) return;
                  Files.createFile(Path.of(folder, "task-" + task));
                  long start = System.nanoTime();
                  while (Files.notExists(Path.of(folder, "over"))) {
                    if (System.nanoTime() - start > TimeUnit.MINUTES.toNanos(1))
                      throw new IOException("nobody ends it");
                    Thread.onSpinWait();
                  }
                });
  }

  @Test
  void moreRanksOfSoManyThreadsThanThereIsRoomForAreRefusedInTheirOwnWords() {
    Dataset<Row> rows = Frames.clouds(spark, 150);
    KudariClassifier three = classifier().setThreads(2).setRanks(3);
    assertEquals(
        "train.ranks is 3, but spark.cores.max = 4 leaves room for 2 tasks of train.threads = 2",
        assertThrows(RankSlots.UnsuitableException.class, () -> three.fit(rows)).getMessage());
    KudariClassifier wide = classifier().setThreads(3);
    assertEquals(
        "train.threads = 3 (threads of a rank) must be within 1..2, the cores of an executor",
        assertThrows(RankSlots.UnsuitableException.class, () -> wide.fit(rows)).getMessage());
  }
}
