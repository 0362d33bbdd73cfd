package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.event.Event;
import io.kudari.math.Fingerprint;
import io.kudari.run.TrialOutcome.Reason;
import io.kudari.spark.SparkStart;
import io.kudari.spark.cluster.RankSlots;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many trainings in one application of three slots. */
@Slow
@Timeout(180)
class ManyTrainingsTest {

  private static final String EXPERIMENT =
      """
      data {
        train { format = digits, examples = 200, seed = 1 }
        test { format = digits, examples = 50, seed = 2 }
        validation = 0.2
      }
      model.layers = [
        { type = dense, units = 12 }, { type = batch-norm }, { type = activation, function = relu }
        { type = dropout, rate = 0.2 }, { type = dense, units = auto }
      ]
      train { epochs = 2, batch = 40, workers = 2, ranks = 2 }
      """;

  @TempDir private static Path local;

  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    Map<String, String> settings = Map.of("spark.local.dir", local.toString());
    spark = SparkStart.startForRanks("test", "local[3]", settings);
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  private static Experiment experiment(int seed, String... sets) {
    List<String> all = new ArrayList<>(List.of("seed=" + seed));
    all.addAll(List.of(sets));
    return Experiment.parse("test", EXPERIMENT, all, new Configuration());
  }

  private static String alone(int seed, String... sets) throws Exception {
    List<String> all = new ArrayList<>(List.of(sets));
    all.addAll(List.of("train.strategy=serial", "train.ranks=0"));
    return sha256(Training.of(experiment(seed, all.toArray(String[]::new))).run());
  }

  private static String sha256(Outcome outcome) {
    return Fingerprint.sha256(outcome.parameters());
  }

  /** Each on a thread of its own. */
  private static <T> List<T> together(List<Callable<T>> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(work)) results.add(result.get(1, TimeUnit.MINUTES));
      return results;
    } finally {
      threads.shutdownNow();
      assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES));
    }
  }

  @Test
  void trainingsAtOnceHaveTheBitsOfRunsAlone() throws Exception {
    List<String> expected = new ArrayList<>();
    List<Callable<String>> work = new ArrayList<>();
    for (String strategy : List.of("serial", "serial", "driver", "all-reduce", "all-reduce")) {
      int seed = work.size();
      expected.add(alone(seed));
      String ranks = "train.ranks=" + (strategy.equals("serial") ? 0 : 2);
      Experiment experiment = experiment(seed, "train.strategy=" + strategy, ranks);
      work.add(() -> sha256(Training.of(experiment).on(spark).run()));
    }
    assertEquals(expected, together(work));
  }

  @Test
  void aTrainingWaitsWhileAnotherHasTheSlotsAndSaysSoAndThenTrains() throws Exception {
    Future<Outcome> second;
    List<Event> told = new ArrayList<>();
    AtomicBoolean waited = new AtomicBoolean();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Training waiting =
          Training.of(experiment(2))
              .on(spark)
              .listen(
                  event -> {
                    told.add(event);
                    if (event instanceof Event.Waiting) waited.set(true);
                  });
      List<Future<Outcome>> started = new ArrayList<>();
      Outcome first =
          Training.of(experiment(1, "train.epochs=1000000"))
              .on(spark)
              .listen(
                  event -> {
                    if (event instanceof Event.Started) started.add(threads.submit(waiting::run));
                  })
              .stopWhen(waited::get)
              .run();
      assertTrue(first.isInterrupted());
      second = started.get(0);
      assertEquals(alone(2), sha256(second.get(1, TimeUnit.MINUTES)));
    } finally {
      threads.shutdownNow();
    }
    Event.Waiting waiting = assertInstanceOf(Event.Waiting.class, told.get(0));
    assertEquals(
        "waiting since 2 s for 2 slots: of 3 there are, other trainings hold 2", waiting.what());
    assertTrue(told.stream().noneMatch(Event.Recovered.class::isInstance), told.toString());
  }

  @Test
  void aTrainingThatWaitsEndsWhenItIsAskedToAndLeavesNoFolder() throws Exception {
    AtomicBoolean waited = new AtomicBoolean();
    Path out = local.resolveSibling(local.getFileName() + "-out");
    List<Future<Outcome>> started = new ArrayList<>();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Training waiting =
          Training.of(experiment(2))
              .on(spark)
              .listen(event -> waited.set(event instanceof Event.Waiting))
              .stopWhen(waited::get)
              .folder(out.toString());
      Outcome first =
          Training.of(experiment(1, "train.epochs=1000000"))
              .on(spark)
              .listen(
                  event -> {
                    if (event instanceof Event.Started) started.add(threads.submit(waiting::run));
                  })
              .stopWhen(() -> started.stream().anyMatch(Future::isDone))
              .run();
      assertTrue(first.isInterrupted());
      Exception e = assertThrows(Exception.class, () -> started.get(0).get(1, TimeUnit.MINUTES));
      assertInstanceOf(CancellationException.class, e.getCause());
    } finally {
      threads.shutdownNow();
    }
    assertFalse(Files.exists(out));
  }

  /** Between two steps of the driver strategy all slots are free, and are not for long. */
  @Test
  void ranksThatOtherJobsKeepFromTheirSlotsAreNotLost() throws Exception {
    int most = 3;
    AtomicBoolean done = new AtomicBoolean();
    List<Event> told = new ArrayList<>();
    Callable<String> jobs =
        () -> {
          while (!done.get())
            spark
                .parallelize(IntStream.range(0, most).boxed().toList(), most)
                .foreach(i -> TimeUnit.MILLISECONDS.sleep(30));
          return "";
        };
    Callable<String> training =
        () -> {
          try {
            return sha256(Training.of(experiment(3)).on(spark).listen(told::add).run());
          } finally {
            done.set(true);
          }
        };
    assertEquals(List.of("", alone(3)), together(List.of(jobs, training)));
    assertTrue(told.stream().noneMatch(Event.Recovered.class::isInstance), told.toString());
  }

  @Test
  void trialsAreTasksWithTheBitsOfRunsAloneAndFailuresAreOutcomes() throws Exception {
    List<Experiment> experiments = new ArrayList<>();
    for (int seed = 0; seed < 5; seed++) experiments.add(experiment(seed));
    experiments.add(experiment(5, "optimizer={name=sgd,learning-rate=1e30}"));
    String nowhere = "data.train={format=csv,file=/nowhere,label=a}";
    experiments.add(experiment(6, "data.train=null", nowhere, "data.test=null"));
    Map<Integer, TrialOutcome> told = new TreeMap<>();
    List<TrialOutcome> outcomes = Trials.run(spark, experiments, told::put);
    assertEquals(outcomes, List.copyOf(told.values()));
    for (int seed = 0; seed < 5; seed++) {
      TrialOutcome.Trained trained =
          assertInstanceOf(TrialOutcome.Trained.class, outcomes.get(seed));
      assertEquals(alone(seed), trained.sha256());
      assertEquals(50, trained.test().orElseThrow().examples());
      assertEquals(40, trained.validation().orElseThrow().examples());
    }
    assertEquals(Reason.DIVERGED, failed(outcomes.get(5)).reason());
    assertEquals(Reason.REFUSED, failed(outcomes.get(6)).reason());
    assertTrue(failed(outcomes.get(6)).line().contains("/nowhere"), failed(outcomes.get(6)).line());
  }

  private static TrialOutcome.Failed failed(TrialOutcome outcome) {
    return assertInstanceOf(TrialOutcome.Failed.class, outcome);
  }

  /** Who is told of the first trial trains on all slots, those of the other trials too. */
  @Test
  void whoeverIsToldOfATrialMayTrainInTheApplication() throws Exception {
    List<Experiment> experiments = new ArrayList<>();
    for (int seed = 0; seed < 5; seed++) experiments.add(experiment(seed));
    String[] all = {"train.workers=3", "train.ranks=3"};
    List<String> trained = new ArrayList<>();
    List<TrialOutcome> outcomes =
        Trials.run(
            spark,
            experiments,
            (trial, outcome) -> {
              try {
                if (trained.isEmpty())
                  trained.add(sha256(Training.of(experiment(9, all)).on(spark).run()));
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertEquals(List.of(alone(9, all)), trained);
    for (TrialOutcome outcome : outcomes)
      assertInstanceOf(TrialOutcome.Trained.class, outcome, outcome::toString);
  }

  @Test
  void aTrialThatLacksMemoryIsTriedAsOftenAsSparkSaysAndEndsNoProcess() throws Exception {
    TrialOutcome.Failed failed = failed(Trials.run(spark, List.of(erring("memory"))).get(0));
    assertEquals(Reason.LOST, failed.reason());
    assertTrue(
        failed.line().contains("out of memory (Java heap space): raise " + HeapCheck.HERE),
        failed.line());
  }

  @Test
  void aClassThatExecutorsLackIsOneRefusalOfAllTrials() {
    List<Experiment> experiments = List.of(erring("Codec"), erring("Codec"));
    assertEquals(
        "the executors lack class org.example.Codec: give them its jar by --conf spark.jars=FILE",
        assertThrows(RankSlots.UnsuitableException.class, () -> Trials.run(spark, experiments))
            .getMessage());
  }

  private static Experiment erring(String name) {
    spark.hadoopConfiguration().set("fs.erring.impl", ErringFiles.class.getName());
    String file = "data.train={format=csv,file=\"erring:///" + name + "\",label=a}";
    return experiment(1, "data.train=null", file, "data.test=null");
  }

  @Test
  void trialsThatAreInterruptedEnd() throws Exception {
    List<Experiment> endless = List.of(experiment(1, "train.epochs=1000000"), experiment(2));
    Thread caller = Thread.currentThread();
    assertThrows(
        InterruptedException.class,
        () -> Trials.run(spark, endless, (trial, outcome) -> caller.interrupt()));
    awaitLeast("tasks", 0, () -> spark.statusTracker().getActiveJobIds().length);
  }

  /** What is there of everything that a training could leave. */
  private static Map<String, Integer> left() throws Exception {
    System.gc();
    Map<String, Integer> left = new TreeMap<>();
    left.put("threads", Thread.activeCount());
    left.put("open files", Path.of("/proc/self/fd").toFile().list().length);
    left.put("files", files());
    left.put("blocks", blocks());
    left.put("kept data sets", spark.getPersistentRDDs().size());
    left.put("jobs", spark.statusTracker().getActiveJobIds().length);
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    left.put("MiB of heap", (int) (used >> 20));
    return left;
  }

  /** Those of trainings end some seconds after them, as Netty has it. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kudari-"))
        .toList();
  }

  /** Of Spark; it keeps the folders. */
  private static int files() throws IOException {
    try (Stream<Path> all = Files.walk(local)) {
      return (int) all.filter(Files::isRegularFile).count();
    }
  }

  private static int blocks() {
    return SparkEnv.get().blockManager().getMatchingBlockIds(block -> true).size();
  }

  private static void awaitLeast(String what, int most, Callable<Integer> value) throws Exception {
    long start = System.nanoTime();
    while (value.call() > most) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(20))
        throw new AssertionError(what + ": " + value.call() + ", not " + most);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void fiftyTrainingsLeaveNothingBehind() throws Exception {
    float[] expected = Training.of(experiment(1)).on(spark).run().parameters();
    trainTen(expected);
    trainTen(expected);
    Map<String, Integer> early = left();
    for (int round = 0; round < 3; round++) trainTen(expected);
    System.out.println("many trainings: " + early + ", then " + left() + threads());
    early.forEach(ManyTrainingsTest::awaitNoMore);
    awaitLeast("threads of trainings", 0, () -> threads().size());
  }

  /** Heap is what Spark remembers of ended jobs too: of the last thousand. */
  private static void awaitNoMore(String what, int amount) {
    int most = what.equals("MiB of heap") ? amount + 8 : amount;
    try {
      awaitLeast(what, most, () -> left().get(what));
    } catch (Exception e) {
      throw new AssertionError(what, e);
    }
  }

  /** Some after each other, some at once, and trials. */
  private static void trainTen(float[] expected) throws Exception {
    for (String strategy : List.of("all-reduce", "driver", "all-reduce"))
      assertArrayEquals(expected, train(strategy, 1).parameters());
    List<Callable<Outcome>> work = new ArrayList<>();
    for (String strategy : List.of("all-reduce", "driver", "all-reduce"))
      work.add(() -> train(strategy, 1));
    work.add(() -> train("all-reduce", 2));
    for (Outcome outcome : together(work)) assertArrayEquals(expected, outcome.parameters());
    for (TrialOutcome outcome :
        Trials.run(spark, List.of(experiment(1), experiment(1), experiment(1))))
      assertEquals(
          Fingerprint.sha256(expected),
          assertInstanceOf(TrialOutcome.Trained.class, outcome).sha256());
  }

  private static Outcome train(String strategy, int ranks) throws Exception {
    return Training.of(experiment(1, "train.strategy=" + strategy, "train.ranks=" + ranks))
        .on(spark)
        .run();
  }
}
