package io.kudari.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Sampling;
import io.kudari.data.digits.DigitsSource;
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
import io.kudari.setting.SettingException;
import io.kudari.train.algorithm.Algorithms;
import io.kudari.train.algorithm.ElasticAveraging;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.worker.SerialWorkers;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What outer optimizers and springs make of the workers' displacements. */
class OuterOptimizerTest {

  private static final long SEED = 20261129;
  private static final int EXAMPLES = 24;
  private static final int WORKERS = 3;
  private static final int BATCH = 6;
  private static final int EPOCHS = 5;
  private static final double RATE = 0.05;

  private static final Map<String, Object> SGD = Map.of("name", "sgd", "learning-rate", RATE);

  @Test
  void anyDescentOfRateOneWithoutMomentumIsThePlainMeanToTheBit() throws IOException {
    float[] mean = points(new ParameterAveraging(ScheduleSpec.parse(2), LocalSlots.AVERAGE));
    for (String name : new String[] {"momentum", "nesterov"}) {
      Map<String, Object> recipe = Map.of("name", name, "learning-rate", 1, "momentum", 0);
      assertArrayEquals(mean, points(averaging(2, LocalSlots.AVERAGE, recipe)), name);
    }
    Map<String, Object> less = Map.of("name", "sgd", "learning-rate", 0.9);
    assertFalse(Arrays.equals(mean, points(averaging(2, LocalSlots.AVERAGE, less))));
  }

  @ParameterizedTest
  @CsvSource({"1, 0.7, 0.9", "2, 0.7, 0.9", "2, 1.2, 0", "4, 1, 0.5"})
  void nesterovOutsideIsItsDefinition(int localSteps, double rate, double momentum)
      throws IOException {
    Map<String, Object> outer =
        Map.of("name", "nesterov", "learning-rate", rate, "momentum", momentum);
    float[] found = points(averaging(localSteps, LocalSlots.RESET, outer));
    DataPlan data = points();
    double[] x = new double[3];
    double[] velocity = new double[2];
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int from = 0; from < EXAMPLES; from += localSteps * BATCH) {
        int to = Math.min(EXAMPLES, from + localSteps * BATCH);
        double[] moved = new double[3];
        for (int v = 0; v < WORKERS; v++) {
          double[] own = x.clone();
          descend(data, epoch, from, to, v, own);
          for (int i = 0; i < 3; i++) moved[i] += (own[i] - x[i]) / WORKERS;
        }
        for (int i = 0; i < 2; i++) {
          velocity[i] = momentum * velocity[i] - moved[i];
          x[i] -= rate * (momentum * velocity[i] - moved[i]);
        }
        x[2] += moved[2];
      }
    }
    for (int i = 0; i < 3; i++) assertEquals(x[i], found[i], 2e-6 * (1 + Math.abs(x[i])), "" + i);
  }

  /** Zhang et al. 2015, equations 5 and 6, with H steps in the place of one. */
  @ParameterizedTest
  @CsvSource({"1, 0.9", "2, 0.9", "4, 0.3"})
  void elasticAveragingIsItsDefinition(int localSteps, double beta) throws IOException {
    float[] found = points(new ElasticAveraging(ScheduleSpec.parse(localSteps), beta));
    DataPlan data = points();
    double[] centre = new double[3];
    double[][] own = new double[WORKERS][3];
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int from = 0; from < EXAMPLES; from += localSteps * BATCH) {
        int to = Math.min(EXAMPLES, from + localSteps * BATCH);
        double[] before = centre.clone();
        for (int v = 0; v < WORKERS; v++) {
          descend(data, epoch, from, to, v, own[v]);
          for (int i = 0; i < 3; i++) {
            double pull = beta / WORKERS * (own[v][i] - before[i]);
            // The centre's running mean is that of the workers.
            centre[i] += i < 2 ? pull : (own[v][i] - before[i]) / WORKERS;
            own[v][i] -= pull;
          }
        }
      }
    }
    for (int i = 0; i < 3; i++)
      assertEquals(centre[i], found[i], 2e-6 * (1 + Math.abs(centre[i])), "" + i);
  }

  @Test
  void whatCannotBeOuterIsRefusedInALine() {
    assertRefused("outer.name", Map.of("name", "l-bfgs"), "the outer optimizer takes steps");
    assertRefused("outer.ema", Map.of("name", "sgd", "ema", 0.9), "ema is for the optimizer of");
    assertRefused("outer.momentum", Map.of("name", "sgd", "momentum", 0.9), "no setting of sgd");
    assertRefused("outer.name", "nosuch", "nosuch");
    assertEquals(
        new ParameterAveraging(ScheduleSpec.parse(16), LocalSlots.AVERAGE),
        Algorithms.parse(
            Map.of("name", "parameter-averaging", "outer", "none"), OptimizerSpec.parse(SGD)));
  }

  private static void assertRefused(String key, Object outer, String says) {
    Map<String, Object> section = Map.of("name", "parameter-averaging", "outer", outer);
    OptimizerSpec sgd = OptimizerSpec.parse(SGD);
    var e = assertThrows(SettingException.class, () -> Algorithms.parse(section, sgd));
    assertEquals(key, e.key());
    assertTrue(e.getMessage().contains(says), e.getMessage());
  }

  /** Each worker has classes of its own, and 64 steps to forget the others. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void onSortedShardsNesterovOutsideErrsLessThanThePlainMean(long seed) throws IOException {
    Sampling sorted = new Sampling(Sampling.Order.SHUFFLED, Sampling.Shards.SORTED_BY_LABEL);
    var sources = new DataPlan.Sources(new DigitsSource(5120, 1), new DigitsSource(1000, 2), 0.1);
    DataPlan data = DataPlan.of(sources.with(sorted), new Configuration(), 4, seed);
    double mean = error(data, seed, Map.of("name", "sgd", "learning-rate", 1));
    double outer =
        error(data, seed, Map.of("name", "nesterov", "learning-rate", 0.7, "momentum", 0.9));
    assertTrue(outer < mean, outer + " with, " + mean + " without, seed " + seed);
  }

  private static double error(DataPlan data, long seed, Map<String, Object> outer)
      throws IOException {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    ModelSpec model =
        new ProgramModel(
            new NetworkSpec(
                new Shape(1, 28, 28),
                List.of(
                    new LayerSpec.Dense(32, he),
                    new LayerSpec.Activate(Activation.RELU),
                    new LayerSpec.Dense(10, he),
                    new LayerSpec.Activate(Activation.SOFTMAX)),
                Loss.CROSS_ENTROPY));
    TrainingPlan plan =
        plan(seed, 6, 16, Normalizer.Method.SCALE, averaging(64, LocalSlots.RESET, outer));
    double[] accuracy = new double[1];
    Requests none = Requests.stopping(() -> false);
    try (Workers workers =
        new SerialWorkers(model, data, new Configuration(), seed, none, plan.exchange())) {
      var unused =
          Loops.fresh(
                  model,
                  data,
                  plan,
                  workers,
                  event -> {
                    if (event instanceof Event.Finished f) accuracy[0] = f.test().score();
                  })
              .run("test");
    }
    return 1 - accuracy[0];
  }

  private static ParameterAveraging averaging(
      int localSteps, LocalSlots rule, Map<String, ?> outer) {
    return new ParameterAveraging(ScheduleSpec.parse(localSteps), rule, OptimizerSpec.parse(outer));
  }

  /** A worker's plain descent on its examples of positions [from, to), a batch at a time. */
  private static void descend(DataPlan data, int epoch, int from, int to, int v, double[] own) {
    var sampler = data.sampler();
    double[][] points = PointModel.visited(data, v, epoch);
    for (int at = from; at < to; at += BATCH) {
      int first = sampler.local(at, v);
      int last = sampler.local(at + BATCH, v);
      double[] mean = new double[2];
      for (int k = first; k < last; k++) {
        for (int i = 0; i < 2; i++) mean[i] += points[k][i] / (last - first);
      }
      own[2] = PointModel.KEPT * own[2] + (1 - PointModel.KEPT) * mean[0];
      for (int i = 0; i < 2; i++) own[i] -= RATE * (own[i] - mean[i]);
    }
  }

  private static DataPlan points() throws IOException {
    var sources = new DataPlan.Sources(new PointModel.Points(EXAMPLES), null, 0);
    return DataPlan.of(sources, new Configuration(), WORKERS, SEED);
  }

  private static float[] points(AlgorithmSpec algorithm) throws IOException {
    PointModel model = new PointModel();
    DataPlan data = points();
    TrainingPlan plan = plan(SEED, EPOCHS, BATCH, Normalizer.Method.NONE, algorithm);
    try (Workers workers = new SerialWorkers(model, data, new Configuration(), SEED, () -> false)) {
      return Loops.fresh(model, data, plan, workers, e -> {}).run("test").parameters();
    }
  }

  private static TrainingPlan plan(
      long seed, int epochs, int batch, Normalizer.Method method, AlgorithmSpec algorithm) {
    return Plans.of(
        seed,
        epochs,
        batch,
        false,
        new Normalization(method, Normalizer.Per.FEATURE, 255),
        OptimizerSpec.parse(SGD),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        batch,
        null,
        algorithm);
  }
}
