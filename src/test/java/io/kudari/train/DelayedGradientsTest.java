package io.kudari.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Sampler;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.setting.SettingException;
import io.kudari.train.algorithm.Algorithms;
import io.kudari.train.algorithm.Compensation;
import io.kudari.train.algorithm.DelayedGradients;
import io.kudari.train.algorithm.GradientSharing;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.worker.SerialWorkers;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stale gradients, beside their definition and the theory of a quadratic. */
class DelayedGradientsTest {

  private static final long SEED = 20261128;
  private static final int EXAMPLES = 6;
  private static final int WORKERS = 2;
  private static final float[] MEAN = mean();

  private static final Map<String, Object> MOMENTUM =
      Map.of("name", "momentum", "learning-rate", 0.05, "momentum", 0.9, "ema", 0.5);

  @Test
  void withoutDelayItIsGradientSharingToTheBit() throws IOException {
    float[] shared = train(MOMENTUM, new GradientSharing(), 2, 5);
    assertArrayEquals(shared, train(MOMENTUM, new DelayedGradients(0), 2, 5));
    assertFalse(Arrays.equals(shared, train(MOMENTUM, new DelayedGradients(1), 2, 5)));
  }

  /** Three steps an epoch: a gradient is of another epoch's order than its update. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aStepAppliesTheGradientTakenSoManyStepsBefore(int delay) throws IOException {
    double[] expected = simulate(delay, Compensation.NONE, 2, 4);
    Map<String, Object> recipe = Map.of("name", "momentum", "learning-rate", 0.05, "momentum", 0.9);
    float[] found = train(recipe, new DelayedGradients(delay), 2, 4);
    for (int i = 0; i < found.length; i++) assertEquals(expected[i], found[i], 1e-4, "" + i);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3, false", "3, 0.3, false", "2, 0.05, true"})
  void aCompensatedGradientIsThatOfItsDefinition(int delay, double lambda, boolean adaptive)
      throws IOException {
    Compensation compensation = new Compensation(lambda, adaptive);
    double[] expected = simulate(delay, compensation, 2, 4);
    Map<String, Object> recipe = Map.of("name", "momentum", "learning-rate", 0.05, "momentum", 0.9);
    float[] found = train(recipe, new DelayedGradients(delay, compensation), 2, 4);
    for (int i = 0; i < found.length; i++) assertEquals(expected[i], found[i], 1e-4, "" + i);
    float[] without = train(recipe, new DelayedGradients(delay), 2, 4);
    assertFalse(Math.abs(without[0] - found[0]) < 1e-3, "it makes a difference");
  }

  @Test
  void withoutDelayThereIsNothingToCompensate() throws IOException {
    float[] shared = train(MOMENTUM, new GradientSharing(), 2, 5);
    DelayedGradients none = new DelayedGradients(0, new Compensation(1, true));
    assertArrayEquals(shared, train(MOMENTUM, none, 2, 5));
  }

  @Test
  void whatOnlyCompensationHasNeedsIt() {
    OptimizerSpec sgd = OptimizerSpec.parse(Map.of("name", "sgd"));
    Map<String, Object> section = Map.of("name", "delayed-gradients", "lambda", 0.1);
    var e = assertThrows(SettingException.class, () -> Algorithms.parse(section, sgd));
    assertEquals("lambda needs compensation = dc-asgd", e.getMessage());
    Map<String, Object> adaptive =
        Map.of("name", "delayed-gradients", "compensation", "dc-asgd", "adaptive", true);
    AlgorithmSpec parsed = Algorithms.parse(adaptive, sgd);
    assertEquals(new DelayedGradients(1, new Compensation(2, true)), parsed);
    assertEquals(2.0, parsed.settings().get("lambda"));
  }

  @Test
  void aRunOfNoMoreStepsThanTheDelayIsWarnedOf() {
    assertEquals("", new DelayedGradients(19).warning(20));
    String warning = new DelayedGradients(20).warning(20);
    assertTrue(warning.contains("delay = 20 is not less than the run's 20 steps"), warning);
  }

  @Test
  void theFirstStepsApplyNone() throws IOException {
    float[] found = train(MOMENTUM, new DelayedGradients(3), 2, 1);
    assertArrayEquals(new float[2], Arrays.copyOf(found, 2));
    assertTrue(found[2] > 0, "running statistics are not delayed");
  }

  /** Plain descent on ½(x − m)² converges just below 2 sin(π / (2 (2τ + 1))) and not above. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void theLimitOfStabilityIsThatOfTheory(int delay) throws IOException {
    double limit = 2 * Math.sin(Math.PI / (2 * (2 * delay + 1)));
    assertTrue(distance(delay, 0.98 * limit) < 1e-2, "below the limit it converges");
    assertTrue(distance(delay, 1.02 * limit) > 1e2, "above the limit it diverges");
  }

  /** From the minimum after 4,000 steps on all examples; infinite when the run diverged. */
  private static double distance(int delay, double rate) throws IOException {
    Map<String, Object> sgd = Map.of("name", "sgd", "learning-rate", rate);
    try {
      float[] end = train(sgd, new DelayedGradients(delay), EXAMPLES, 4000);
      return Math.max(Math.abs(end[0] - MEAN[0]), Math.abs(end[1] - MEAN[1]));
    } catch (DivergedException e) {
      return Double.POSITIVE_INFINITY;
    }
  }

  private static float[] mean() {
    double[] sum = new double[2];
    for (int id = 0; id < EXAMPLES; id++)
      for (int i = 0; i < 2; i++) sum[i] += PointModel.point(id)[i];
    return new float[] {(float) (sum[0] / EXAMPLES), (float) (sum[1] / EXAMPLES)};
  }

  private static double[] simulate(int delay, Compensation with, int batch, int epochs)
      throws IOException {
    DataPlan data = data();
    double[] x = new double[3];
    double[] velocity = new double[2];
    double[] square = new double[2];
    Deque<double[]> waiting = new ArrayDeque<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int from = 0; from < EXAMPLES; from += batch) {
        double[] mean = batchMean(data, epoch, from, from + batch);
        x[2] = PointModel.KEPT * x[2] + (1 - PointModel.KEPT) * mean[0];
        waiting.addLast(new double[] {x[0] - mean[0], x[1] - mean[1], x[0], x[1]});
        if (waiting.size() <= delay) continue;
        double[] late = waiting.removeFirst();
        for (int i = 0; i < 2; i++) {
          double g = late[i];
          square[i] = 0.95 * square[i] + 0.05 * g * g;
          double lambda = with.lambda() / (with.adaptive() ? Math.sqrt(square[i] + 1e-7) : 1);
          velocity[i] = 0.9 * velocity[i] + g + lambda * g * g * (x[i] - late[2 + i]);
          x[i] -= 0.05 * velocity[i];
        }
      }
    }
    return x;
  }

  private static double[] batchMean(DataPlan data, int epoch, int from, int to) {
    Sampler sampler = data.sampler();
    double[] mean = new double[2];
    for (int v = 0; v < WORKERS; v++) {
      double[][] points = PointModel.visited(data, v, epoch);
      for (int k = sampler.local(from, v); k < sampler.local(to, v); k++) {
        for (int i = 0; i < 2; i++) mean[i] += points[k][i] / (to - from);
      }
    }
    return mean;
  }

  private static DataPlan data() throws IOException {
    var sources = new DataPlan.Sources(new PointModel.Points(EXAMPLES), null, 0);
    return DataPlan.of(sources, new Configuration(), WORKERS, SEED);
  }

  private static float[] train(
      Map<String, Object> recipe, AlgorithmSpec algorithm, int batch, int epochs)
      throws IOException {
    TrainingPlan plan =
        Plans.of(
            SEED,
            epochs,
            batch,
            true,
            new Normalization(Normalizer.Method.NONE, Normalizer.Per.FEATURE, 1),
            OptimizerSpec.parse(recipe),
            TrainingPlan.Schedules.CONSTANT,
            BatchRule.NONE,
            batch,
            EarlyStopping.NEVER,
            algorithm);
    PointModel model = new PointModel();
    DataPlan data = data();
    try (Workers workers = new SerialWorkers(model, data, new Configuration(), SEED, () -> false)) {
      return Loops.fresh(model, data, plan, workers, e -> {}).run("test").parameters();
    }
  }
}
