package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.data.ExampleMemory;
import io.kudari.event.Event;
import io.kudari.model.Shape;
import io.kudari.spark.SparkStart;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.train.DataPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A plan tells what a run then does. */
@Slow
@Timeout(180)
class RunPlanTest {

  private static final String DIGITS =
"""
data {
  train { format = digits, examples = 200, seed = 1 }
  test { format = digits, examples = 50, seed = 2 }
  validation = 0.2
}
model.layers = [{ type = dense, units = 12, activation = relu }, { type = dense, units = auto }]
optimizer { name = momentum }
train { epochs = 2, batch = 35, workers = 3, strategy = serial }
""";

  @TempDir Path dir;

  private static Experiment experiment(String... sets) {
    return Experiment.parse("test", DIGITS, List.of(sets), new Configuration());
  }

  private static String[] split(String sets) {
    return Arrays.stream(sets.split(" ")).filter(s -> !s.isBlank()).toArray(String[]::new);
  }

  /** Trains as well, and compares. */
  private static RunPlan confirmed(Training training) throws Exception {
    RunPlan plan = training.plan();
    List<Event> events = new ArrayList<>();
    Outcome outcome = training.listen(events::add).run();
    Event.Started started =
        (Event.Started)
            events.stream().filter(Event.Started.class::isInstance).findFirst().orElseThrow();
    assertEquals(started.parameters(), plan.parameters());
    assertEquals(
        plan.parameters(), plan.layers().stream().mapToInt(RunPlan.Layer::parameters).sum());
    assertEquals(started.trainExamples(), plan.data().training());
    assertEquals(started.validationExamples(), plan.data().validation());
    assertEquals(started.testExamples(), plan.data().test());
    assertEquals(started.strategy(), plan.place().strategy());
    assertEquals(started.algorithm(), plan.update().algorithm());
    assertEquals(started.workers(), plan.place().workers());
    RankSlots ranks = plan.place().ranks().orElseThrow();
    assertEquals(started.ranks(), ranks.ranks());
    assertEquals(started.threads(), ranks.threads());
    assertEquals(started.steps(), plan.course().steps());
    assertEquals(outcome.end().steps(), plan.course().steps());
    List<Event.StepDone> steps =
        events.stream()
            .filter(Event.StepDone.class::isInstance)
            .map(Event.StepDone.class::cast)
            .toList();
    // A round of local steps is told as one, by the number of its last.
    long first =
        steps.stream().filter(s -> s.epoch() == 0).mapToLong(s -> s.step()).max().orElse(0);
    assertEquals(first, plan.course().stepsOfEpoch());
    assertEquals(steps.get(steps.size() - 1).epoch() + 1, plan.course().epochs());
    if (steps.get(0).step() == 1) assertEquals(steps.get(0).examples(), plan.course().batch());
    return plan;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "train.strategy=all-reduce",
        "train.strategy=all-reduce train.ranks=2",
        "train.strategy=all-reduce train.threads=1",
        "train.strategy=all-reduce train.threads=2",
        "train.strategy=all-reduce train.ranks=1 train.threads=1",
        "train.strategy=all-reduce train.workers=1",
        "train.strategy=all-reduce train.workers=1 train.ranks=1",
        "train.strategy=driver",
        "train.strategy=driver train.ranks=1",
        "train.steps=3",
        "train.last-batch=drop train.epochs=3",
        "schedule.batch={kind=piecewise,at-epochs=[1],factors=[2]}",
        "train.algorithm=parameter-averaging",
        "train.algorithm=delayed-gradients",
        "optimizer=null optimizer.name=l-bfgs",
        "train.frozen=[\"0.*\"] data.test=null data.validation=0",
        "train.exchange=sign optimizer.name=adam",
        "train.steps=5 train.epochs=null",
        "train.steps=2",
      })
  void theRunHasThePlannedExamplesParametersRanksAndSteps(String sets) throws Exception {
    SparkSettings two = new SparkSettings("local[2]", Map.of());
    confirmed(Training.of(experiment(split(sets))).on(two));
  }

  @Test
  void stateIsWholeInEachRankAndWorkersKeepWhatIsNotSentWhereCodesAreExchanged() throws Exception {
    RunPlan dense = Training.of(experiment("optimizer.name=adam")).plan();
    RunPlan coded = Training.of(experiment("optimizer.name=adam", "train.exchange=sign")).plan();
    assertFalse(dense.update().replicated());
    assertTrue(coded.update().replicated());
    assertEquals(0, dense.update().bytesOfWorker());
    assertEquals((long) coded.parameters() * Float.BYTES, coded.update().bytesOfWorker());
  }

  @ParameterizedTest
  @ValueSource(strings = {"train.strategy=all-reduce", "train.strategy=driver"})
  void anApplicationThatRunsAlreadyIsForeseenToo(String sets) throws Exception {
    try (JavaSparkContext spark = context()) {
      RunPlan plan = confirmed(Training.of(experiment(split(sets))).on(spark));
      boolean all = sets.contains("all-reduce");
      assertEquals(new RankSlots(all ? 1 : 2, all ? 2 : 1), plan.place().ranks().orElseThrow());
    }
  }

  @Test
  void frozenSegmentsAndRunningStatisticsCountAsParametersThatAreNotTrained() throws Exception {
    String layers =
        "model.layers=[{ type = dense, units = 12, batch-norm = before, activation = relu },"
            + " { type = dense }]";
    RunPlan plan = confirmed(Training.of(experiment(layers, "train.frozen=[\"0.*\"]")));
    assertEquals(784 * 12 + 12 + 4 * 12 + 12 * 10 + 10, plan.parameters());
    assertEquals(2 * 12 + 12 * 10 + 10, plan.learned());
    List<RunPlan.Layer> expected =
        List.of(
            new RunPlan.Layer("dense", Optional.of(Shape.flat(12)), 9420),
            new RunPlan.Layer("batch-norm", Optional.of(Shape.flat(12)), 48),
            new RunPlan.Layer("relu", Optional.of(Shape.flat(12)), 0),
            new RunPlan.Layer("dense", Optional.of(Shape.flat(10)), 130),
            new RunPlan.Layer("softmax", Optional.of(Shape.flat(10)), 0));
    assertEquals(expected, plan.layers());
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "dl4j"})
  void aFileOfDeeplearning4jIsPlannedByWhoeverComputesIt(String engine) throws Exception {
    String json =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DenseLayer.Builder().nIn(784).nOut(7).activation(Activation.TANH).build())
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nIn(7)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build()
            .toJson();
    Path file = Files.writeString(dir.resolve("network.json"), json);
    String[] sets = {"model=null", "model.dl4j=" + file, "model.engine=" + engine};
    RunPlan plan = confirmed(Training.of(experiment(sets)));
    boolean auto = engine.equals("auto");
    List<String> names = plan.layers().stream().map(RunPlan.Layer::name).toList();
    assertEquals(auto ? List.of("dense", "tanh", "dense", "softmax") : List.of("0", "1"), names);
    assertEquals(
        auto ? Optional.of(Shape.flat(7)) : Optional.empty(), plan.layers().get(0).output());
  }

  @Test
  void aTableIsPlannedAsARegression() throws Exception {
    Experiment table =
        Experiment.read(
            new java.io.File("conf/tabular-regression.conf"),
            List.of("train.epochs=2", "train.strategy=serial"));
    RunPlan plan = confirmed(Training.of(table));
    assertEquals(0, plan.data().classes());
    assertEquals(1, plan.data().targets());
  }

  /** By what the check says of a heap and a limit of no bytes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "train.strategy=all-reduce",
        "train.strategy=all-reduce train.ranks=2",
        "train.strategy=driver"
      })
  void memoryIsWhatTheHeapCheckDemands(String sets) throws Exception {
    Experiment experiment = experiment(split(sets));
    SparkSettings two = new SparkSettings("local[2]", Map.of());
    RunPlan plan = Training.of(experiment).on(two).plan();
    DataPlan data = DataPlan.of(experiment.data(), two.hadoop(), 3, experiment.plan().seed());
    var model = Models.open(experiment.model(), data.description().shape(), data.outputs());
    HeapCheck.Room little = new HeapCheck.Room(1 << 30, "this");
    var none = new HeapCheck(experiment, data, model, little);
    RankSlots ranks = plan.place().ranks().orElseThrow();
    String said =
        assertThrows(
                DataException.class,
                () -> {
                  if (sets.isEmpty()) none.start(true);
                  else if (sets.contains("driver")) tasks(none, ranks.ranks());
                  else if (ranks.ranks() == 1) none.alone(ranks.threads());
                  else ranks(none, ranks);
                })
            .getMessage();
    HeapCheck.Need need = plan.memory().orElseThrow();
    // Examples that the heap has no room for lie in a file.
    long least = need.heap().within(ExampleMemory.QUARTER.of(little.heap())).total();
    String needs = "training needs at least " + least + " bytes of Java heap";
    assertTrue(said.startsWith(needs), said);
    assertTrue(need.outside().total() > 0);
  }

  private static void tasks(HeapCheck check, int tasks) {
    try (JavaSparkContext spark = context()) {
      check.tasks(spark, tasks);
    }
  }

  private static void ranks(HeapCheck check, RankSlots found) {
    try (JavaSparkContext spark = context()) {
      check.ranks(spark, found.ranks(), found.threads());
    }
  }

  private static JavaSparkContext context() {
    return SparkStart.start("plan", "local[2]", Map.of());
  }

  @Test
  void aClusterIsToSayHowManyRanksItHasUnlessTheyAreAskedFor() {
    SparkConf conf = new SparkConf(false).set("spark.master", "spark://nowhere:7077");
    conf.set("spark.task.cpus", "2");
    assertEquals(Optional.empty(), RankSlots.foreseen(conf, new RankSlots.Asked(0, 0, 8)));
    assertEquals(
        Optional.of(new RankSlots(4, 2)), RankSlots.foreseen(conf, new RankSlots.Asked(4, 0, 8)));
  }

  @Test
  void aLocalRankHasTheThreadsThatAreAskedForWithinItsCores() throws Exception {
    SparkSettings four = new SparkSettings("local[4]", Map.of());
    String all = "train.strategy=all-reduce";
    for (int[] asked :
        new int[][] {{0, 2, 2}, {0, 3, 1}, {1, 2, 1}, {1, 3, 1}, {2, 1, 2}, {3, 1, 3}}) {
      Experiment experiment =
          experiment(all, "train.ranks=" + asked[0], "train.threads=" + asked[1]);
      RankSlots planned = Training.of(experiment).on(four).plan().place().ranks().orElseThrow();
      // Threads beyond a rank's workers are left out.
      assertEquals(new RankSlots(asked[2], Math.min(asked[1], 3 / asked[2])), planned);
    }
    Training many = Training.of(experiment(all, "train.ranks=1", "train.threads=5")).on(four);
    String said = assertThrows(RankSlots.UnsuitableException.class, many::plan).getMessage();
    assertEquals(
        "train.threads = 5 (threads of a rank) must be within 1..4, the cores of local[4]", said);
    assertEquals(said, assertThrows(RankSlots.UnsuitableException.class, many::run).getMessage());
    Training two = Training.of(experiment(all, "train.ranks=2", "train.threads=3")).on(four);
    assertEquals(
        "train.ranks is 2, but Spark has room for 1 task of train.threads = 3: give it more cores"
            + " or ask for fewer ranks",
        assertThrows(RankSlots.UnsuitableException.class, two::plan).getMessage());
  }

  /** As {@code spark-submit} hands its own options on. */
  @Test
  void coresOfATaskThatSparkSubmitWasToldStay() throws Exception {
    SparkSettings four = new SparkSettings("local[4]", Map.of());
    System.setProperty("spark.task.cpus", "1");
    try {
      Training training = Training.of(experiment("train.strategy=all-reduce")).on(four);
      assertEquals(new RankSlots(3, 1), training.plan().place().ranks().orElseThrow());
    } finally {
      System.clearProperty("spark.task.cpus");
    }
  }

  @Test
  void aPlanLeavesNothingAndSeesAFolderThatIsInTheWay() throws Exception {
    Path out = dir.resolve("out");
    Training training = Training.of(experiment()).folder(out.toString());
    RunPlan unused = training.plan();
    assertFalse(Files.exists(out));
    Files.writeString(Files.createDirectory(out).resolve("x"), "mine");
    assertThrows(FolderException.class, training::plan);
    try (Stream<Path> left = Files.list(out)) {
      assertEquals(1, left.count());
    }
  }
}
