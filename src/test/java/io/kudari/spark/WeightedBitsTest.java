package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.kudari.Slow;
import io.kudari.data.ClassWeighting;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.TargetScaling;
import io.kudari.data.Task;
import io.kudari.data.format.CsvSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Loops;
import io.kudari.train.Plans;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.algorithm.DelayedGradients;
import io.kudari.train.algorithm.ElasticAveraging;
import io.kudari.train.algorithm.FullBatchDescent;
import io.kudari.train.algorithm.GradientSharing;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.worker.SerialWorkers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Examples and classes with weights, and scaled targets, by every strategy and state: the same
 * bits.
 */
@Slow
class WeightedBitsTest {

  private static final long SEED = 20261130;
  private static final Configuration HADOOP = new Configuration();
  private static final ModelSpec MODEL = new ProgramModel(network());

  @TempDir static Path dir;

  private static final List<TrainingPlan> PLANS =
      List.of(
          plan("momentum", new GradientSharing()),
          plan("adam", averaging(LocalSlots.AVERAGE)),
          plan("momentum", new ElasticAveraging(ScheduleSpec.parse(2), 0.8)),
          plan("momentum", new DelayedGradients(2)),
          plan("l-bfgs", new FullBatchDescent()));

  /** Two targets that are learned as z-scores. */
  private static final List<TrainingPlan> OF_TARGETS =
      List.of(
          scaled("momentum", new GradientSharing()),
          scaled("adam", averaging(LocalSlots.AVERAGE)),
          scaled("l-bfgs", new FullBatchDescent()));

  private static final ModelSpec REGRESSION =
      new ProgramModel(
          new NetworkSpec(
              Shape.flat(3),
              List.of(
                  new LayerSpec.Dense(9, Initializer.of(Initializer.Kind.HE_NORMAL)),
                  new LayerSpec.Activate(Activation.TANH),
                  new LayerSpec.Dense(2, Initializer.of(Initializer.Kind.HE_NORMAL))),
              Loss.MEAN_SQUARED_ERROR));

  private static DataPlan data;
  private static DataPlan targets;

  private record Run(float[] parameters, List<Double> losses) {}

  @BeforeAll
  static void deal() throws IOException {
    Random random = new Random(SEED);
    StringBuilder text = new StringBuilder("a,b,c,y,w\n");
    StringBuilder numbers = new StringBuilder("a,b,c,y,z,w\n");
    for (int i = 0; i < 110; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      double c = random.nextGaussian();
      double w = i % 4 == 0 ? 0 : 3 * random.nextDouble();
      text.append(a + "," + b + "," + c + "," + (a * b + c > 0 ? "yes" : "no") + "," + w + "\n");
    }
    for (String line : text.toString().lines().skip(1).toList()) {
      String[] cells = line.split(",", -1);
      double a = Double.parseDouble(cells[0]);
      double b = Double.parseDouble(cells[1]);
      String features = cells[0] + "," + cells[1] + "," + cells[2] + ",";
      numbers.append(features + (1000 + 50 * a * b) + "," + (0.01 * b) + "," + cells[4] + "\n");
    }
    Path second = Files.writeString(dir.resolve("targets.csv"), numbers);
    CsvSource table2 =
        new CsvSource(second.toString(), true, ',', Task.REGRESSION, List.of("y", "z"), List.of())
            .weighted("w");
    DataPlan.Rules plain = new DataPlan.Rules(DataPlan.Rules.PLAUSIBLE, false, true);
    targets = DataPlan.of(new DataPlan.Sources(table2, table2, 0.2, plain), HADOOP, 5, SEED);
    Path file = Files.writeString(dir.resolve("weighted.csv"), text);
    CsvSource table =
        new CsvSource(file.toString(), true, ',', Task.CLASSIFICATION, List.of("y"), List.of())
            .weighted("w");
    DataPlan.Rules rules = new DataPlan.Rules(DataPlan.Rules.PLAUSIBLE, true, true);
    var sources =
        new DataPlan.Sources(table, table, 0.2, rules)
            .with(new ClassWeighting(false, Map.of("yes", 2.5)));
    data = DataPlan.of(sources, HADOOP, 5, SEED);
  }

  private static ParameterAveraging averaging(LocalSlots rule) {
    return new ParameterAveraging(ScheduleSpec.parse(2), rule);
  }

  private static TrainingPlan plan(String optimizer, AlgorithmSpec algorithm) {
    return plan(optimizer, algorithm, TargetScaling.Method.NONE);
  }

  private static TrainingPlan scaled(String optimizer, AlgorithmSpec algorithm) {
    return plan(optimizer, algorithm, TargetScaling.Method.Z_SCORE);
  }

  private static TrainingPlan plan(
      String optimizer, AlgorithmSpec algorithm, TargetScaling.Method target) {
    return Plans.of(
        SEED,
        3,
        16,
        false,
        new Normalization(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, 1, target),
        OptimizerSpec.parse(Map.of("name", optimizer)),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        16,
        null,
        algorithm);
  }

  private static NetworkSpec network() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        Shape.flat(3),
        List.of(
            new LayerSpec.Dense(9, he),
            new LayerSpec.BatchNormalization(0.9, 1e-5),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dense(2, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }

  private static final class Losses implements Consumer<Event> {
    private final List<Double> values = new ArrayList<>();

    @Override
    public void accept(Event event) {
      if (event instanceof Event.StepDone e) values.add(e.loss());
      if (event instanceof Event.EpochDone e) values.add(e.trainLoss());
      if (event instanceof Event.EpochDone e) values.add(e.validation().loss());
      if (event instanceof Event.Finished e) values.add(e.test().loss());
    }
  }

  private static Run serial(ModelSpec model, DataPlan of, TrainingPlan plan) throws IOException {
    Losses losses = new Losses();
    try (var workers = new SerialWorkers(model, of, HADOOP, SEED, () -> false)) {
      var result = Loops.fresh(model, of, plan, workers, losses).run("test");
      return new Run(result.parameters(), losses.values);
    }
  }

  @Test
  void driverAndAllReduceEndWithTheBitsOfSerial() throws Exception {
    try (JavaSparkContext spark = SparkStart.start("test", "local[2]", Map.of())) {
      for (TrainingPlan plan : PLANS) check(spark, MODEL, data, plan);
      for (TrainingPlan plan : OF_TARGETS) check(spark, REGRESSION, targets, plan);
    }
  }

  private static void check(JavaSparkContext spark, ModelSpec model, DataPlan of, TrainingPlan plan)
      throws Exception {
    Run serial = serial(model, of, plan);
    String name = plan.algorithm().name();
    for (int ranks = 1; ranks <= 2; ranks++) {
      Losses losses = new Losses();
      var result = OneAttempt.run(spark, model, of, plan, ranks, 1, losses, () -> false);
      assertArrayEquals(serial.parameters, result.parameters(), name + " on " + ranks);
      assertEquals(serial.losses, losses.values, name + " on " + ranks);
    }
    Losses losses = new Losses();
    try (Workers workers = new DriverWorkers(spark, model, of, 2, SEED, () -> false)) {
      var result = Loops.fresh(model, of, plan, workers, losses).run("driver");
      assertArrayEquals(serial.parameters, result.parameters(), name + " by driver");
    }
    assertEquals(serial.losses, losses.values, name + " by driver");
  }

  @Test
  void aRunThatGoesOnFromAnyStepEndsAndTellsAsTheWholeRun() throws Exception {
    TrainingPlan plan = PLANS.get(0);
    List<TrainState> states = new ArrayList<>();
    Losses whole = new Losses();
    float[] expected;
    try (var workers = new SerialWorkers(MODEL, data, HADOOP, SEED, () -> false)) {
      expected =
          loop(plan, workers, TrainState.initial(MODEL, plan), whole, states::add)
              .run("test")
              .parameters();
    }
    assertNotEquals(0, states.size());
    for (TrainState from : states) {
      Losses rest = new Losses();
      try (var workers = new SerialWorkers(MODEL, data, HADOOP, SEED, () -> false)) {
        var result = loop(plan, workers, from, rest, state -> {}).run("test");
        assertArrayEquals(expected, result.parameters());
      }
      int all = whole.values.size();
      assertEquals(whole.values.subList(all - rest.values.size(), all), rest.values);
    }
  }

  private static TrainingLoop loop(
      TrainingPlan plan,
      Workers workers,
      TrainState from,
      Consumer<Event> events,
      Consumer<TrainState> states) {
    SnapshotRule everyStep = new SnapshotRule(1, 0, 0);
    return new TrainingLoop(MODEL, data, plan, workers, events, from, everyStep, states);
  }
}
