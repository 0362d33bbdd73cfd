package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.kudari.data.DigitsSource;
import io.kudari.data.Normalizer;
import io.kudari.engine.Dl4jModel;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Event;
import io.kudari.train.Normalization;
import io.kudari.train.SerialWorkers;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parameters a run ends with do not depend on where its workers were. */
class SameBitsTest {

  private static final long SEED = 20261121;

  /**
   * 103 examples less 21 for validation, in batches of 10: shards are uneven and the last batch is
   * short.
   */
  private static final DataPlan.Sources DATA =
      new DataPlan.Sources(new DigitsSource(103, 1), new DigitsSource(50, 2), 0.2);

  private static final ModelSpec MODEL = new Dl4jModel(network());

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void driverEndsWithTheBitsOfSerial(int workers) throws Exception {
    DataPlan data = DataPlan.of(DATA, new Configuration(), workers, SEED);
    Run serial =
        run(data, new SerialWorkers(MODEL, data, new Configuration(), SEED, () -> false), "serial");
    for (int threads : new int[] {1, 2}) {
      try (JavaSparkContext spark = SparkStart.start("test", "local[" + threads + "]", Map.of())) {
        for (int ranks = 1; ranks <= Math.min(workers, 3); ranks++) {
          Run driver =
              run(data, new DriverWorkers(spark, MODEL, data, ranks, SEED, () -> false), "driver");
          String where = workers + " workers on " + ranks + " ranks of local[" + threads + "]";
          assertArrayEquals(serial.parameters, driver.parameters, where);
          assertEquals(serial.losses, driver.losses, where);
        }
      }
    }
  }

  @Test
  void anotherNumberOfWorkersIsAnotherExperiment() throws Exception {
    DataPlan two = DataPlan.of(DATA, new Configuration(), 2, SEED);
    DataPlan three = DataPlan.of(DATA, new Configuration(), 3, SEED);
    float[] a =
        run(two, new SerialWorkers(MODEL, two, new Configuration(), SEED, () -> false), "serial")
            .parameters;
    float[] b =
        run(
                three,
                new SerialWorkers(MODEL, three, new Configuration(), SEED, () -> false),
                "serial")
            .parameters;
    assertFalse(java.util.Arrays.equals(a, b));
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Run(float[] parameters, List<Double> losses) {}

  private static Run run(DataPlan data, Workers workers, String strategy) {
    List<Double> losses = new ArrayList<>();
    try (workers) {
      TrainingLoop loop =
          new TrainingLoop(
              MODEL,
              data,
              plan(Map.of("name", "momentum", "learning-rate", 0.02)),
              workers,
              event -> {
                if (event instanceof Event.EpochDone e) losses.add(e.validation().meanLoss());
                if (event instanceof Event.Finished e) losses.add(e.test().meanLoss());
              });
      return new Run(loop.run(strategy).parameters(), losses);
    }
  }

  private static TrainingPlan plan(Map<String, ?> optimizer) {
    return new TrainingPlan(
        SEED,
        2,
        10,
        false,
        new Normalization(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, 1),
        OptimizerSpec.parse(optimizer),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        10,
        null);
  }

  private static NetworkSpec network() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        new Shape(1, 28, 28),
        List.of(
            new LayerSpec.Convolution(3, 5, 2, 0, he),
            new LayerSpec.BatchNormalization(0.9, 1e-5),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dropout(0.3),
            new LayerSpec.Dense(10, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }
}
