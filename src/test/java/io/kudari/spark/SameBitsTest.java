package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.LinkChoice;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.model.Activation;
import io.kudari.model.Figures;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Loops;
import io.kudari.train.Plans;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.meter.Meters;
import io.kudari.train.worker.SerialWorkers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parameters a run ends with do not depend on where its workers were. */
@Slow
class SameBitsTest {

  private static final long SEED = 20261121;

  /** What is sent is no arithmetic, and none where there are no ranks. */
  private static final Set<String> SENT = Set.of("sent-bytes", "compression-ratio");

  /**
   * 103 examples less 21 for validation, in batches of 10: shards are uneven, and the last batch,
   * which with batch normalisation takes the two that are left over, has other shards.
   */
  private static final DataPlan.Sources DATA =
      new DataPlan.Sources(new DigitsSource(103, 1), new DigitsSource(50, 2), 0.2);

  private static final ModelSpec MODEL = new ProgramModel(network());

  private static final List<Map<String, Object>> OPTIMIZERS =
      List.of(
          Map.of("name", "momentum", "learning-rate", 0.02),
          Map.of("name", "adam", "learning-rate", 0.002, "ema", 0.9),
          Map.of(
              "name",
              "lars",
              "learning-rate",
              1,
              "clip-norm",
              0.5,
              "gradient-centralization",
              true));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void driverEndsWithTheBitsOfSerial(int workers) throws Exception {
    DataPlan data = DataPlan.of(DATA, new Configuration(), workers, SEED);
    Run serial = serial(data, OPTIMIZERS.get(0));
    for (int threads : new int[] {1, 2}) {
      try (JavaSparkContext spark = SparkStart.start("test", "local[" + threads + "]", Map.of())) {
        for (int ranks = 1; ranks <= Math.min(workers, 3); ranks++) {
          Workers driver = new DriverWorkers(spark, MODEL, data, ranks, SEED, () -> false);
          String where = workers + " workers on " + ranks + " ranks of local[" + threads + "]";
          assertSame(serial, run(data, OPTIMIZERS.get(0), driver), where);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8})
  void allReduceEndsWithTheBitsOfSerialOnAnyNumberOfRanks(int ranks) throws Exception {
    DataPlan data = DataPlan.of(DATA, new Configuration(), 8, SEED);
    for (int threads = 1; threads <= (ranks < 3 ? 3 : 1); threads++) {
      Map<String, String> cpus = Map.of("spark.task.cpus", String.valueOf(threads));
      String master = "local[" + ranks * threads + "]";
      try (JavaSparkContext spark = SparkStart.start("test", master, cpus)) {
        for (Map<String, Object> optimizer : OPTIMIZERS) {
          Losses losses = new Losses();
          var result =
              OneAttempt.run(
                  spark, MODEL, data, plan(optimizer), ranks, threads, losses, () -> false);
          String where =
              optimizer.get("name") + " on " + ranks + " ranks of " + threads + " threads";
          assertSame(serial(data, optimizer), new Run(result.parameters(), losses.values), where);
        }
      }
    }
  }

  /** Long enough for the trials in which every other step sends early. */
  @Test
  void ranksThatSendWhileTheyComputeEndWithTheBitsOfSerialByEveryLink() throws Exception {
    ModelSpec wide = new ProgramModel(wide());
    for (int ranks = 2; ranks <= 3; ranks++) {
      DataPlan data = DataPlan.of(DATA, new Configuration(), ranks, SEED);
      TrainingPlan plan = plan(Map.of("name", "sgd", "learning-rate", 0.001), 16);
      Workers workers = new SerialWorkers(wide, data, new Configuration(), SEED, () -> false);
      Run serial = run(wide, data, plan, workers);
      try (JavaSparkContext spark = SparkStart.start("test", "local[" + ranks + "]", Map.of())) {
        for (LinkChoice link : List.of(LinkChoice.SOCKETS, LinkChoice.SHARED_MEMORY)) {
          Losses actual = new Losses();
          var result = OneAttempt.run(spark, wide, data, plan, ranks, 1, link, actual, () -> false);
          assertSame(serial, new Run(result.parameters(), actual.values), ranks + " by " + link);
        }
      }
      // Steps, epochs, the end, and three figures of every tenth step.
      assertTrue(serial.losses.size() > 190, "too few steps for a trial");
      assertTrue(serial.losses.stream().anyMatch(v -> v.isInfinite()), "no noise scale was told");
    }
  }

  /** Its rate follows from the norms of every worker's gradient. */
  @Test
  void adaScaleByTheDriverEndsWithTheBitsOfSerial() throws Exception {
    DataPlan data = DataPlan.of(DATA, new Configuration(), 3, SEED);
    Map<String, Object> slow = Map.of("name", "momentum", "learning-rate", 0.01);
    TrainingPlan plan = plan(slow, 2, BatchRule.ADASCALE, 4);
    Workers alone = new SerialWorkers(MODEL, data, new Configuration(), SEED, () -> false);
    Run serial = run(MODEL, data, plan, alone);
    assertFalse(Arrays.equals(serial.parameters, serial(data, slow).parameters), "no gain");
    try (JavaSparkContext spark = SparkStart.start("test", "local[2]", Map.of())) {
      Workers driver = new DriverWorkers(spark, MODEL, data, 2, SEED, () -> false);
      assertSame(serial, run(MODEL, data, plan, driver), "driver");
    }
  }

  private static void assertSame(Run expected, Run actual, String where) {
    assertArrayEquals(expected.parameters, actual.parameters, where);
    assertEquals(expected.losses, actual.losses, where);
  }

  @Test
  void anotherNumberOfWorkersIsAnotherExperiment() throws Exception {
    DataPlan two = DataPlan.of(DATA, new Configuration(), 2, SEED);
    DataPlan three = DataPlan.of(DATA, new Configuration(), 3, SEED);
    float[] a = serial(two, OPTIMIZERS.get(0)).parameters;
    float[] b = serial(three, OPTIMIZERS.get(0)).parameters;
    assertFalse(Arrays.equals(a, b));
  }

  private record Run(float[] parameters, List<Double> losses) {}

  /** The losses and measurements that a run tells. */
  private static final class Losses implements Consumer<Event> {
    private final List<Double> values = new ArrayList<>();

    private void test(Figures.OfClasses found) {
      Figures.Scores scores = found.scores();
      assertTrue(scores.rocAuc() > 0 && scores.rocAucError() >= 0, scores::toString);
      Collections.addAll(values, found.loss(), scores.macroF1(), scores.logLoss());
      Collections.addAll(values, scores.rocAuc(), scores.rocAucError());
      Collections.addAll(values, scores.prAuc(), scores.prAucError());
    }

    @Override
    public void accept(Event event) {
      if (event instanceof Event.StepDone e) values.add(e.loss());
      if (event instanceof Event.Scalar e && !SENT.contains(e.tag())) values.add(e.value());
      if (event instanceof Event.EpochDone e) values.add(e.validation().loss());
      if (event instanceof Event.Finished e) test((Figures.OfClasses) e.test());
    }
  }

  private static Run serial(DataPlan data, Map<String, Object> optimizer) throws Exception {
    return run(
        data, optimizer, new SerialWorkers(MODEL, data, new Configuration(), SEED, () -> false));
  }

  private static Run run(DataPlan data, Map<String, Object> optimizer, Workers workers) {
    return run(MODEL, data, plan(optimizer), workers);
  }

  private static Run run(ModelSpec model, DataPlan data, TrainingPlan plan, Workers workers) {
    Losses losses = new Losses();
    try (workers) {
      var result = Loops.fresh(model, data, plan, workers, losses).run("test");
      return new Run(result.parameters(), losses.values);
    }
  }

  private static TrainingPlan plan(Map<String, ?> optimizer) {
    return plan(optimizer, 2);
  }

  private static TrainingPlan plan(Map<String, ?> optimizer, int epochs) {
    return plan(optimizer, epochs, BatchRule.NONE, 10);
  }

  private static TrainingPlan plan(
      Map<String, ?> optimizer, int epochs, BatchRule rule, int baseBatch) {
    return Plans.of(
            SEED,
            epochs,
            10,
            false,
            new Normalization(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, 1),
            OptimizerSpec.parse(optimizer),
            TrainingPlan.Schedules.CONSTANT,
            rule,
            baseBatch,
            null)
        .with(Meters.ALL);
  }

  /** Of more parameters than a message holds. */
  private static NetworkSpec wide() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        new Shape(1, 28, 28),
        List.of(
            new LayerSpec.Dense(100, he),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dense(600, he),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dense(10, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }

  private static NetworkSpec network() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        new Shape(1, 28, 28),
        List.of(
            new LayerSpec.Convolution(3, 5, 2, 0, he),
            new LayerSpec.BatchNormalization(0.9, 1e-5, 2),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dropout(0.3),
            new LayerSpec.Dense(10, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }
}
