package io.kudari.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.data.Examples;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.math.Segment;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.worker.SerialWorkers;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class AveragedStatisticsTest {

  private static final int UNITS = 6;
  private static final int EXAMPLES = 90;
  private static final DigitsSource DIGITS = new DigitsSource(EXAMPLES, 1);

  @Test
  void stochasticWeightAveragingEndsWithTheStatisticsOfItsOwnParameters() throws Exception {
    ProgramModel model = new ProgramModel(network());
    DataPlan data = DataPlan.of(new DataPlan.Sources(DIGITS, null, 0), new Configuration(), 3, 7);
    TrainingLoop.Result result;
    try (Workers workers = new SerialWorkers(model, data, new Configuration(), 7, () -> false)) {
      result = Loops.fresh(model, data, plan(), workers, event -> {}).run("serial");
    }
    Segment mean = segment(model, "1.mean");
    double[] expected = meanActivations(result.parameters());
    for (int u = 0; u < UNITS; u++) {
      assertEquals(expected[u], result.parameters()[mean.offset() + u], 1e-4, "unit " + u);
    }
  }

  /** Of the first layer over all training examples, in double precision. */
  private static double[] meanActivations(float[] p) {
    Examples all =
        DIGITS.load(new Configuration(), Schema.UNKNOWN, IntStream.range(0, EXAMPLES).toArray());
    double[] mean = new double[UNITS];
    for (int u = 0; u < UNITS; u++) {
      for (int i = 0; i < EXAMPLES * 784; i++) {
        mean[u] += p[u * 784 + i % 784] * ((all.bytes()[i] & 0xff) / 255.0) / EXAMPLES;
      }
      mean[u] += p[UNITS * 784 + u];
    }
    return mean;
  }

  private static Segment segment(ProgramModel model, String name) {
    return model.layout().segments().stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Batches divide the epoch and the workers evenly, so that the mean of means is the mean. */
  private static TrainingPlan plan() {
    return Plans.of(
        7,
        3,
        30,
        false,
        new Normalization(Normalizer.Method.SCALE, Normalizer.Per.ALL, 255),
        OptimizerSpec.parse(Map.of("name", "momentum", "learning-rate", 0.1, "swa-start", 3)),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        30,
        null);
  }

  private static NetworkSpec network() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        new Shape(1, 28, 28),
        List.of(
            new LayerSpec.Dense(UNITS, he),
            new LayerSpec.BatchNormalization(0.9, 1e-5),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dense(10, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }
}
