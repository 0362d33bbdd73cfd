package io.kudari.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.math.Segment;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.noise.GradientNoise;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Loops;
import io.kudari.train.NoiseMeter;
import io.kudari.train.Plans;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.Algorithms;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.plan.StepRange;
import io.kudari.train.worker.SerialWorkers;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** Segments that keep their values. */
class FrozenModelTest {

  private static final long SEED = 20261128;
  private static final ModelSpec MODEL = new ProgramModel(network());
  private static final List<String> FIRST_LAYERS = List.of("0.*", "1.mean", "1.v*e");

  private static final OptimizerSpec SGD =
      OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", 0.05));

  private static final List<OptimizerSpec> OPTIMIZERS =
      List.of(
          SGD,
          OptimizerSpec.parse(
              Map.of("name", "momentum", "learning-rate", 0.05, "weight-decay", 0.1)),
          OptimizerSpec.parse(
              Map.of("name", "adam", "learning-rate", 0.01, "ema", 0.9, "clip-norm", 0.5)),
          OptimizerSpec.parse(Map.of("name", "momentum", "learning-rate", 0.1, "swa-start", 2)),
          OptimizerSpec.parse(Map.of("name", "l-bfgs")));

  @Test
  void frozenSegmentsKeepTheirBitsAndOthersDoNot() throws IOException {
    float[] start = MODEL.initial(SEED);
    for (OptimizerSpec optimizer : OPTIMIZERS)
      assertKept(start, optimizer, Algorithms.usual(optimizer));
    assertKept(start, SGD, new ParameterAveraging(ScheduleSpec.parse(3), LocalSlots.AVERAGE));
  }

  private static void assertKept(float[] start, OptimizerSpec optimizer, AlgorithmSpec algorithm)
      throws IOException {
    float[] end = train(FrozenModel.of(MODEL, FIRST_LAYERS), optimizer, algorithm, 2);
    for (Segment s : MODEL.layout().segments()) {
      float[] before = Arrays.copyOfRange(start, s.offset(), s.end());
      float[] after = Arrays.copyOfRange(end, s.offset(), s.end());
      String where = s.name() + " by " + optimizer.name() + ", " + algorithm.name();
      boolean frozen = s.name().startsWith("0.") || s.name().matches("1\\.(mean|variance)");
      if (frozen) assertArrayEquals(before, after, where);
      else assertFalse(Arrays.equals(before, after), where);
    }
  }

  /** The gradients of the first step are the same, and so is what they do to the others. */
  @Test
  void whatIsNotFrozenIsComputedAsWithout() throws IOException {
    AlgorithmSpec algorithm = Algorithms.usual(SGD);
    float[] all = train(MODEL, SGD, algorithm, 0);
    float[] some = train(FrozenModel.of(MODEL, FIRST_LAYERS), SGD, algorithm, 0);
    Segment last = MODEL.layout().segments().get(MODEL.layout().segments().size() - 1);
    assertArrayEquals(
        Arrays.copyOfRange(all, last.offset(), last.end()),
        Arrays.copyOfRange(some, last.offset(), last.end()));
  }

  /** Running statistics are no gradient, frozen or not; nor is that of what is frozen. */
  @Test
  void theNoiseIsThatOfWhatIsTrained() throws IOException {
    GradientNoise all = noise(MODEL);
    assertEquals(all, noise(FrozenModel.of(MODEL, List.of("1.mean", "1.variance"))));
    GradientNoise last = noise(FrozenModel.of(MODEL, List.of("0.*", "1.*")));
    assertTrue(0 < last.variance() && last.variance() < all.variance(), all + ", " + last);
  }

  /** Of the first step, by three workers of 20 examples. */
  private static GradientNoise noise(ModelSpec model) throws IOException {
    var sources = new DataPlan.Sources(new DigitsSource(60, 1), null, 0);
    DataPlan data = DataPlan.of(sources, new Configuration(), 3, SEED);
    try (var workers = new SerialWorkers(model, data, new Configuration(), SEED, () -> false)) {
      NoiseMeter meter =
          new NoiseMeter(plan(SGD, Algorithms.usual(SGD), 0), 3, model.layout(), workers);
      StepRange step = meter.ask(new StepRange(0, 0, 0, 60, false));
      return meter
          .measure(workers.gradient(MODEL.initial(SEED), Normalizer.scale(255), step))
          .orElseThrow();
    }
  }

  @Test
  void itNeedsTheMemoryOfTheModelItself() {
    assertEquals(MODEL.activations(), FrozenModel.of(MODEL, FIRST_LAYERS).activations());
  }

  @Test
  void patternsThatFitNothingOrEverythingAreRefused() {
    assertSame(MODEL, FrozenModel.of(MODEL, List.of()));
    assertEquals(
        "0.wait fits no segment of the model (known: 0.weight, 0.bias, 1.scale, 1.shift, 1.mean,"
            + " 1.variance, 3.weight, 3.bias)",
        refused("0.wait"));
    assertEquals("* leaves no parameter to train", refused("*"));
  }

  private static String refused(String pattern) {
    var e =
        assertThrows(IllegalArgumentException.class, () -> FrozenModel.of(MODEL, List.of(pattern)));
    return e.getMessage();
  }

  /** With no epochs given, one step on all examples. */
  private static float[] train(
      ModelSpec model, OptimizerSpec optimizer, AlgorithmSpec algorithm, int epochs)
      throws IOException {
    var sources = new DataPlan.Sources(new DigitsSource(60, 1), null, 0);
    DataPlan data = DataPlan.of(sources, new Configuration(), 3, SEED);
    TrainingPlan plan = plan(optimizer, algorithm, epochs);
    try (var workers = new SerialWorkers(model, data, new Configuration(), SEED, () -> false)) {
      return Loops.fresh(model, data, plan, workers, e -> {}).run("test").parameters();
    }
  }

  private static TrainingPlan plan(OptimizerSpec optimizer, AlgorithmSpec algorithm, int epochs) {
    return Plans.of(
        SEED,
        Math.max(1, epochs),
        epochs == 0 ? 60 : 12,
        false,
        new Normalization(Normalizer.Method.SCALE, Normalizer.Per.ALL, 255),
        optimizer,
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        12,
        EarlyStopping.NEVER,
        algorithm);
  }

  private static NetworkSpec network() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        new Shape(1, 28, 28),
        List.of(
            new LayerSpec.Dense(12, he),
            new LayerSpec.BatchNormalization(0.9, 1e-5),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dense(10, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }
}
