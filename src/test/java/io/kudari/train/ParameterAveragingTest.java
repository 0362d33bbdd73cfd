package io.kudari.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Sampler;
import io.kudari.event.Event;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.train.algorithm.GradientSharing;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.worker.SerialWorkers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Local steps and means, beside a plain simulation in double precision and gradient sharing. */
class ParameterAveragingTest {

  private static final long SEED = 20261121;
  private static final int EXAMPLES = 23;
  private static final int BATCH = 5;
  private static final int EPOCHS = 3;
  private static final double RATE = 0.05;
  private static final double MOMENTUM = 0.9;

  private static final Map<String, Object> MOMENTUM_DESCENT =
      Map.of("name", "momentum", "learning-rate", RATE, "momentum", MOMENTUM);

  /** With 8 workers and batches of 5 and 8, some have no example in a step. */
  @ParameterizedTest
  @CsvSource({"1, 1", "3, 1", "3, 2", "3, 4", "8, 2", "8, 100"})
  void everySlotRuleDoesWhatASimulationOfItDoes(int workers, int localSteps) throws IOException {
    DataPlan data = data(workers);
    for (LocalSlots rule : LocalSlots.values()) {
      float[] found = train(data, MOMENTUM_DESCENT, averaging(localSteps, rule), e -> {});
      double[] expected = simulate(data, localSteps, rule);
      for (int i = 0; i < found.length; i++)
        assertEquals(expected[i], found[i], 1e-4, rule + ", parameter " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"sgd, RESET", "sgd, KEEP", "sgd, AVERAGE", "momentum, AVERAGE"})
  void meansAfterEveryStepEqualGradientSharingToRounding(String optimizer, LocalSlots rule)
      throws IOException {
    for (int workers : new int[] {1, 3, 8}) {
      DataPlan data = data(workers);
      Map<String, Object> recipe = Map.of("name", optimizer, "learning-rate", RATE);
      float[] sums = train(data, recipe, new GradientSharing(), e -> {});
      float[] means = train(data, recipe, averaging(1, rule), e -> {});
      assertArrayEquals(sums, means, 1e-5f);
    }
  }

  /** The averages that recipes keep are slots too, and what is evaluated comes from them. */
  @ParameterizedTest
  @CsvSource({"ema, 0.8", "lookahead-steps, 3", "swa-start, 6"})
  void aLoneWorkerEndsWithTheAverageOfItsRecipe(String key, double value) throws IOException {
    Map<String, Object> recipe = new HashMap<>(MOMENTUM_DESCENT);
    recipe.put(key, value);
    DataPlan data = data(1);
    float[] expected = train(data, recipe, new GradientSharing(), e -> {});
    float[] found = train(data, recipe, averaging(4, LocalSlots.AVERAGE), e -> {});
    assertArrayEquals(expected, found, 1e-5f);
  }

  /** While gradients point one way, Adam's first step is the rate, and so is every step here. */
  @Test
  void resetSlotsBeginWithTheirBiasCorrection() throws IOException {
    Map<String, Object> adam = Map.of("name", "adam", "learning-rate", 1e-3);
    float[] found = train(data(1), adam, averaging(1, LocalSlots.RESET), e -> {});
    assertEquals(15e-3f, found[0], 1e-5f);
  }

  @Test
  void aScheduleOfLocalStepsChangesHowOftenParametersAreAveraged() throws IOException {
    ScheduleSpec postLocal =
        ScheduleSpec.parse(
            Map.of(
                "kind", "piecewise", "value", 1, "at-epochs", List.of(1), "factors", List.of(4)));
    List<Long> ends = new ArrayList<>();
    List<Integer> examples = new ArrayList<>();
    train(
        data(1),
        MOMENTUM_DESCENT,
        new ParameterAveraging(postLocal, LocalSlots.AVERAGE),
        event -> {
          if (!(event instanceof Event.StepDone e)) return;
          ends.add(e.step());
          examples.add(e.examples());
        });
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 9L, 10L, 14L, 15L), ends);
    assertEquals(List.of(5, 5, 5, 5, 3, 20, 3, 20, 3), examples);
  }

  @Test
  void aWorkerThatDivergesInARoundIsNamed() {
    Map<String, Object> wild = Map.of("name", "sgd", "learning-rate", 1e30);
    var e =
        assertThrows(
            DivergedException.class,
            () -> train(data(3), wild, averaging(4, LocalSlots.AVERAGE), event -> {}));
    assertEquals(
        "the loss is Infinity at step 0 of worker 0, first in the gradient of point",
        e.getMessage().split(":")[0]);
  }

  @ParameterizedTest
  @EnumSource(
      value = LocalSlots.class,
      names = {"KEEP", "RESET"})
  void averagesOfTheRecipeNeedAveragedSlots(LocalSlots rule) {
    Map<String, Object> ema = Map.of("name", "sgd", "ema", 0.9);
    var e = assertThrows(IllegalArgumentException.class, () -> plan(ema, averaging(2, rule)));
    assertEquals(
        "optimizer.ema keeps an average, which needs train.algorithm.slots = average",
        e.getMessage());
  }

  @Test
  void fullBatchRecipesAndAdaScaleAreRefused() {
    ParameterAveraging averaging = averaging(2, LocalSlots.AVERAGE);
    OptimizerSpec lbfgs = OptimizerSpec.parse(Map.of("name", "l-bfgs"));
    OptimizerSpec sgd = OptimizerSpec.parse(Map.of("name", "sgd"));
    assertThrows(IllegalArgumentException.class, () -> averaging.check(lbfgs, BatchRule.NONE));
    assertThrows(IllegalArgumentException.class, () -> averaging.check(sgd, BatchRule.ADASCALE));
  }

  /** Local steps and means as the algorithm is defined, worker by worker. */
  private static double[] simulate(DataPlan data, int localSteps, LocalSlots rule) {
    Sampler sampler = data.sampler();
    int workers = sampler.workers();
    int[] cuts = cuts(workers);
    double[] shared = new double[3];
    double[][] velocity = new double[workers][2];
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int round = 0; round < cuts.length - 1; round += localSteps) {
        int end = Math.min(cuts.length - 1, round + localSteps);
        int from = cuts[round];
        int to = cuts[end];
        double[] sum = new double[3];
        double[] velocitySum = new double[2];
        for (int v = 0; v < workers; v++) {
          if (rule == LocalSlots.RESET) velocity[v] = new double[2];
          double[] own = shared.clone();
          for (int k = round; k < end; k++)
            step(data, epoch, cuts[k], cuts[k + 1], v, own, velocity[v]);
          int count = sampler.local(to, v) - sampler.local(from, v);
          for (int i = 0; i < 3; i++) sum[i] += count * own[i];
          for (int i = 0; i < 2; i++) velocitySum[i] += count * velocity[v][i];
        }
        for (int i = 0; i < 3; i++) shared[i] = sum[i] / (to - from);
        for (int v = 0; v < workers && rule == LocalSlots.AVERAGE; v++)
          for (int i = 0; i < 2; i++) velocity[v][i] = velocitySum[i] / (to - from);
      }
    }
    return shared;
  }

  /** Where steps begin and end: a last batch of 3 is joined to the one before, but for a worker. */
  private static int[] cuts(int workers) {
    return workers == 1 ? new int[] {0, 5, 10, 15, 20, 23} : new int[] {0, 5, 10, 15, 23};
  }

  private static void step(
      DataPlan data, int epoch, int from, int to, int worker, double[] p, double[] velocity) {
    Sampler sampler = data.sampler();
    int first = sampler.local(from, worker);
    int last = sampler.local(to, worker);
    if (first == last) return;
    double[] mean = new double[2];
    double[][] points = PointModel.visited(data, worker, epoch);
    for (int k = first; k < last; k++) {
      for (int i = 0; i < 2; i++) mean[i] += points[k][i] / (last - first);
    }
    p[2] = PointModel.KEPT * p[2] + (1 - PointModel.KEPT) * mean[0];
    for (int i = 0; i < 2; i++) {
      velocity[i] = MOMENTUM * velocity[i] + p[i] - mean[i];
      p[i] -= RATE * velocity[i];
    }
  }

  private static DataPlan data(int workers) throws IOException {
    var sources = new DataPlan.Sources(new PointModel.Points(EXAMPLES), null, 0);
    return DataPlan.of(sources, new Configuration(), workers, SEED);
  }

  private static ParameterAveraging averaging(int localSteps, LocalSlots rule) {
    return new ParameterAveraging(ScheduleSpec.parse(localSteps), rule);
  }

  private static TrainingPlan plan(Map<String, Object> recipe, AlgorithmSpec algorithm) {
    return Plans.of(
        SEED,
        EPOCHS,
        BATCH,
        false,
        new Normalization(Normalizer.Method.NONE, Normalizer.Per.FEATURE, 1),
        OptimizerSpec.parse(recipe),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        BATCH,
        null,
        algorithm);
  }

  private static float[] train(
      DataPlan data, Map<String, Object> recipe, AlgorithmSpec algorithm, Consumer<Event> events)
      throws IOException {
    PointModel model = new PointModel();
    try (Workers workers = new SerialWorkers(model, data, new Configuration(), SEED, () -> false)) {
      return Loops.fresh(model, data, plan(recipe, algorithm), workers, events)
          .run("test")
          .parameters();
    }
  }
}
