package io.kudari.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.DigitsSource;
import io.kudari.data.Normalizer;
import io.kudari.model.LayerSpec;
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
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** Whole training runs by both engines, from the same seed. */
class EngineCurvesTest {

  private static final long SEED = 20261121;
  private static final Shape DIGIT = new Shape(1, 28, 28);

  /** Relative to the loss where that is above 1. */
  private static final double TOLERANCE = 1e-3;

  @Test
  void aDenseNetworkLearnsAlikeOnBothEngines() throws IOException {
    check(
        Networks.classifier(
            DIGIT,
            Networks.dense(64),
            Networks.RELU,
            Networks.dense(32),
            Networks.TANH,
            Networks.dense(10),
            Networks.SOFTMAX),
        Map.of("name", "momentum", "learning-rate", 0.05));
  }

  /**
   * Smooth, because a rectifier's derivative jumps: where a value comes within rounding of 0 the
   * two engines take different sides, although each gradient is right, and the curves part. Nor
   * with Adam: the bias before a batch normalisation has no gradient but rounding errors, which
   * Adam divides by their own size.
   */
  @Test
  void aConvolutionalNetworkWithNoiseLearnsAlikeOnBothEngines() throws IOException {
    check(
        Networks.classifier(
            DIGIT,
            Networks.convolution(6, 5, 1, 0),
            Networks.batchNormalization(),
            Networks.TANH,
            Networks.maxPooling(2),
            Networks.convolution(8, 5, 1, 0),
            Networks.TANH,
            Networks.maxPooling(2),
            new LayerSpec.Dropout(0.25),
            Networks.dense(32),
            Networks.batchNormalization(),
            Networks.TANH,
            new LayerSpec.Dropout(0.4),
            Networks.dense(10),
            Networks.SOFTMAX),
        Map.of("name", "momentum", "learning-rate", 0.02));
  }

  private static void check(NetworkSpec network, Map<String, Object> optimizer) throws IOException {
    List<Double> expected = losses(new Dl4jModel(network), optimizer);
    List<Double> actual = losses(new ProgramModel(network), optimizer);
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      double allowed = TOLERANCE * Math.max(1, expected.get(i));
      assertEquals(expected.get(i), actual.get(i), allowed, "loss " + i + " of " + expected);
    }
    assertTrue(actual.get(actual.size() - 1) < 0.7 * actual.get(0), "learns nothing: " + actual);
  }

  /** Of each epoch, training and validation, and of the test examples at the end. */
  private static List<Double> losses(ModelSpec model, Map<String, Object> optimizer)
      throws IOException {
    Configuration hadoop = new Configuration();
    DataPlan.Sources digits =
        new DataPlan.Sources(new DigitsSource(500, 1), new DigitsSource(200, 2), 0.2);
    DataPlan data = DataPlan.of(digits, hadoop, 2, SEED);
    List<Double> losses = new ArrayList<>();
    try (Workers workers = new SerialWorkers(model, data, hadoop, SEED, () -> false)) {
      new TrainingLoop(
              model,
              data,
              plan(optimizer),
              workers,
              event -> {
                if (event instanceof Event.EpochDone e) {
                  losses.add(e.trainLoss());
                  losses.add(e.validation().meanLoss());
                }
                if (event instanceof Event.Finished e) losses.add(e.test().meanLoss());
              })
          .run("serial");
    }
    return losses;
  }

  private static TrainingPlan plan(Map<String, Object> optimizer) {
    return new TrainingPlan(
        SEED,
        3,
        32,
        false,
        new Normalization(Normalizer.Method.SCALE, Normalizer.Per.ALL, 255),
        OptimizerSpec.parse(optimizer),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        32,
        null);
  }
}
