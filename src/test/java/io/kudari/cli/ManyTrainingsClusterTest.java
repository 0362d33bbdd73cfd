package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.event.Event;
import io.kudari.math.Fingerprint;
import io.kudari.run.RunListener;
import io.kudari.run.Training;
import io.kudari.run.TrialOutcome;
import io.kudari.run.Trials;
import io.kudari.spark.FreePorts;
import io.kudari.spark.SparkStart;
import io.kudari.spark.cluster.Executors;
import io.kudari.spark.cluster.JobGroup;
import io.kudari.spark.cluster.SlotLease;
import io.kudari.spark.cluster.SlotUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Many trainings in one application on a real cluster: an executor of two cores and two of one,
 * some of which are killed.
 */
@Slow
@Timeout(300)
class ManyTrainingsClusterTest {

  private static final String EXPERIMENT =
      """
      data { train { format = digits, examples = 250, seed = 1 }, validation = 0.2 }
      model.layers = [
        { type = dense, units = 16 }, { type = batch-norm }, { type = activation, function = relu }
        { type = dropout, rate = 0.2 }, { type = dense, units = auto }
      ]
      optimizer { name = adam, learning-rate = 0.002 }
      train { batch = 50, workers = 2, ranks = 2 }
      checkpoint.every-steps = 20
      """;

  @TempDir private static Path folder;

  private static TestCluster cluster;
  private static JavaSparkContext spark;
  private static TaskRecorder tasks;

  @BeforeAll
  static void start() throws Exception {
    cluster = new TestCluster(Files.createDirectories(folder.resolve("cluster")), 2, Map.of());
    cluster.startWorker(2).await();
    spark =
        SparkStart.startForRanks(
            "many",
            cluster.url,
            Map.of(
                "spark.executor.memory", "600m",
                "spark.executor.extraClassPath", TestCluster.classes(),
                "spark.local.dir", folder.resolve("local").toString()));
    tasks = new TaskRecorder();
    spark.sc().addSparkListener(tasks);
    settle();
  }

  @AfterAll
  static void stop() throws Exception {
    if (spark != null) spark.close();
    if (cluster != null) cluster.close();
  }

  /** All executors are there. */
  private static void settle() throws InterruptedException {
    int most = 4;
    Integer slots =
        TestCluster.await(
            () -> {
              try (SlotLease lease = SlotLease.ask(spark, 1)) {
                return lease.use().free() == most ? most : null;
              }
            },
            most + " free slots");
    assertEquals(most, slots);
  }

  private static Experiment experiment(int seed, int epochs) {
    return experiment(seed, epochs, 0);
  }

  private static Experiment experiment(int seed, int epochs, int port) {
    List<String> sets = List.of("seed=" + seed, "train.epochs=" + epochs, "train.port=" + port);
    return Experiment.parse("test", EXPERIMENT, sets, new Configuration());
  }

  private static String alone(int seed, int epochs) throws Exception {
    List<String> sets =
        List.of("seed=" + seed, "train.epochs=" + epochs, "train.strategy=serial", "train.ranks=0");
    Experiment serial = Experiment.parse("test", EXPERIMENT, sets, new Configuration());
    return Fingerprint.sha256(Training.of(serial).run().parameters());
  }

  /** A training on a thread of its own. */
  private record Begun(List<Event> events, String group, Future<String> sha256) {

    static Begun of(Experiment experiment, ExecutorService threads) throws InterruptedException {
      List<Event> events = Collections.synchronizedList(new ArrayList<>());
      Set<String> before = tasks.groupsOfRanks();
      Training training = Training.of(experiment).on(spark).listen(events::add);
      Future<String> sha256 = threads.submit(() -> Fingerprint.sha256(training.run().parameters()));
      String group =
          TestCluster.await(
              () ->
                  tasks.groupsOfRanks().stream()
                      .filter(g -> !before.contains(g))
                      .findAny()
                      .orElse(null),
              "the ranks");
      Boolean begun = TestCluster.await(() -> events.isEmpty() ? null : true, "the first event");
      assertEquals(true, begun);
      return new Begun(events, group, sha256);
    }

    boolean told(Class<? extends Event> kind) {
      synchronized (events) {
        return events.stream().anyMatch(kind::isInstance);
      }
    }
  }

  @Test
  void aRankThatIsLostDisturbsNoOtherTrainingAndBothEndWithTheirBits() throws Exception {
    List<String> expected = List.of(alone(1, 400), alone(2, 100));
    ExecutorService threads = java.util.concurrent.Executors.newCachedThreadPool();
    try {
      Begun spared = Begun.of(experiment(1, 400), threads);
      Begun struck = Begun.of(experiment(2, 100, FreePorts.two()), threads);
      Set<String> others = tasks.executorsOfRanks(spared.group);
      // A task that reads examples is no rank yet.
      boolean begun =
          TestCluster.await(() -> struck.told(Event.StepDone.class) ? true : null, "a first step");
      assertTrue(begun);
      String victim =
          TestCluster.await(
              () ->
                  tasks.executorsOfRanks(struck.group).stream()
                      .filter(e -> !others.contains(e))
                      .findAny()
                      .orElse(null),
              "an executor with a rank of one training only");
      List<Long> processes = pids(others);
      kill(victim);
      assertEquals(
          expected,
          List.of(spared.sha256.get(2, TimeUnit.MINUTES), struck.sha256.get(2, TimeUnit.MINUTES)));
      assertTrue(struck.told(Event.Recovered.class), "a rank was lost");
      assertFalse(spared.told(Event.Recovered.class), "only a rank of the other was");
      assertEquals(processes, pids(others), "no executor of the other training was ended");
    } finally {
      threads.shutdownNow();
    }
    settle();
  }

  @Test
  void anExecutorThatIsKilledWhileExamplesAreDealtChangesNoBit() throws Exception {
    List<String> large = List.of("data.train.examples=40000", "train.batch=2000", "train.epochs=1");
    List<String> serial = new ArrayList<>(large);
    serial.addAll(List.of("train.strategy=serial", "train.ranks=0"));
    Configuration hadoop = new Configuration();
    Experiment alone = Experiment.parse("test", EXPERIMENT, serial, hadoop);
    String expected = Fingerprint.sha256(Training.of(alone).run().parameters());
    int lost = tasks.lost();
    List<Event> before = new ArrayList<>();
    AtomicBoolean killed = new AtomicBoolean();
    RunListener listener =
        new RunListener() {
          @Override
          public void on(Event event) {
            if (!killed.get()) before.add(event);
          }

          @Override
          public void reading(Event.Reading r) {
            if (!r.dealing() || r.done() == 0 || killed.get()) return;
            busy()
                .ifPresent(
                    executor -> {
                      kill(executor);
                      killed.set(true);
                    });
          }
        };
    Training training = Training.of(Experiment.parse("test", EXPERIMENT, large, hadoop));
    assertEquals(
        expected, Fingerprint.sha256(training.on(spark).listen(listener).run().parameters()));
    assertTrue(killed.get(), "no executor dealt when it was looked for");
    assertEquals(List.of(), before, "events before it was killed");
    assertTrue(tasks.lost() > lost, "a task that dealt was lost");
    settle();
  }

  @Test
  void anExecutorWithATaskThatDoesNotEndIsSparedWhileItRunsAnotherOnesTask() throws Exception {
    Path gate = Files.createDirectories(folder.resolve("gate"));
    String large = large();
    try (SlotLease lease = SlotLease.ask(spark, 3)) {
      assertTrue(lease.isGranted());
      JavaFutureAction<?> foreign = stubborn(gate, "foreign", List.of(large));
      // The other slots: one is on the same executor.
      JobGroup group = lease.newJob();
      JavaFutureAction<?> own =
          group.submit("own", () -> stubborn(gate, "own", List.of("", "", "")));
      Boolean begun =
          TestCluster.await(() -> gate.toFile().list().length == 4 ? true : null, "all tasks");
      assertEquals(true, begun);
      assertEquals(new SlotUse(4, 0, 1, 3, 0), lease.use());
      // The recorder hears of a task later than the lease counts it.
      Set<String> others =
          TestCluster.await(
              () -> {
                Set<String> all = tasks.executors(group.name());
                return all.size() == 3 ? all : null;
              },
              "a task on each executor");
      assertTrue(others.remove(large));
      own.cancel(true);
      assertEquals(List.copyOf(others), new Executors(lease).clear());
      // The slot that is not given back counts as used.
      Integer left =
          TestCluster.await(() -> lease.use().own() == 1 ? 1 : null, "the end of the others");
      assertEquals(1, left);
      assertFalse(foreign.isDone());
      Files.createFile(gate.resolve("open"));
      assertNull(foreign.get(1, TimeUnit.MINUTES));
    }
    settle();
  }

  /** The executor of two cores. */
  private static String large() {
    for (ProcessHandle process : cluster.executors())
      if (argument(process.pid(), "--cores").equals("2"))
        return argument(process.pid(), "--executor-id");
    throw new AssertionError("no executor has two cores");
  }

  /**
   * Tasks that heed no interruption, until a file is there.
   *
   * @param where an executor for each, or an empty text
   */
  @SuppressWarnings({"rawtypes", "unchecked"}) // Scala 2.13 has another type of sequence there.
  private static JavaFutureAction<?> stubborn(Path gate, String name, List<String> where) {
    String open = gate.resolve("open").toString();
    String begun = gate.resolve(name).toString();
    List<Tuple2<Object, Seq<String>>> tasks = new ArrayList<>();
    for (int i = 0; i < where.size(); i++) {
      String executor = where.get(i);
      List<String> at = executor.isEmpty() ? List.of() : List.of("executor_127.0.0.1_" + executor);
      tasks.add(new Tuple2<>(i, JavaConverters.asScalaBuffer(at).toList()));
    }
    ClassTag<Object> type = ClassTag$.MODULE$.Object();
    scala.collection.immutable.List all = JavaConverters.asScalaBuffer(tasks).toList();
    return new JavaRDD<>((RDD<Object>) spark.sc().makeRDD(all, type), type)
        .foreachAsync(
            i -> {
              Files.createFile(Path.of(begun + i));
              long start = System.nanoTime();
              while (!Files.exists(Path.of(open)))
                if (System.nanoTime() - start > TimeUnit.MINUTES.toNanos(1))
                  throw new IOException("no " + open);
            });
  }

  /** Trials of different lengths, so that when one ends others are in the middle. */
  @Test
  void aTrialWhoseExecutorIsKilledIsTriedAgain() throws Exception {
    List<Experiment> experiments = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int seed = 0; seed < 6; seed++) {
      int epochs = 20 + 80 * seed;
      experiments.add(experiment(seed, epochs));
      expected.add(alone(seed, epochs));
    }
    int lost = tasks.lost();
    List<TrialOutcome> outcomes =
        Trials.run(
            spark,
            experiments,
            (trial, outcome) -> {
              // a task may end just before its executor does
              if (tasks.lost() == lost) busy().ifPresent(ManyTrainingsClusterTest::kill);
            });
    assertEquals(
        expected,
        outcomes.stream()
            .map(o -> assertInstanceOf(TrialOutcome.Trained.class, o, o::toString).sha256())
            .toList());
    assertTrue(tasks.lost() > lost, "a trial's task was lost");
    settle();
  }

  private static List<Long> pids(Set<String> executors) {
    return cluster.executors().stream()
        .map(ProcessHandle::pid)
        .filter(pid -> executors.contains(id(pid)))
        .sorted()
        .toList();
  }

  /** An executor that runs a task, as the scheduler knows: its listeners hear later. */
  private static Optional<String> busy() {
    var running = ((TaskSchedulerImpl) spark.sc().taskScheduler()).runningTasksByExecutors();
    return JavaConverters.mapAsJavaMap(running).entrySet().stream()
        .filter(e -> !e.getValue().equals(0))
        .map(Map.Entry::getKey)
        // Spark may not have heard yet of one that was killed.
        .filter(executor -> !pids(Set.of(executor)).isEmpty())
        .findFirst();
  }

  private static void kill(String executor) {
    for (ProcessHandle process : cluster.executors())
      if (id(process.pid()).equals(executor)) {
        assertTrue(process.destroyForcibly());
        return;
      }
    throw new AssertionError("no executor " + executor);
  }

  private static String id(long pid) {
    return argument(pid, "--executor-id");
  }

  /** What follows a name among the arguments of a process. */
  private static String argument(long pid, String name) {
    List<String> arguments =
        List.of(TestCluster.read(Path.of("/proc/" + pid + "/cmdline")).split("\0"));
    int at = arguments.indexOf(name);
    return at < 0 ? "" : arguments.get(at + 1);
  }
}
