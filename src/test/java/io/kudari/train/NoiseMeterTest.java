package io.kudari.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Batches;
import io.kudari.data.Examples;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.Activation;
import io.kudari.model.GradientFunction;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.noise.GradientNoise;
import io.kudari.optim.noise.NoiseScale;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.train.plan.NoiseMode;
import io.kudari.train.plan.StepRange;
import io.kudari.train.worker.SerialWorkers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a small perceptron, whose examples' gradients can be computed one by one. */
class NoiseMeterTest {

  private static final long SEED = 20261128;
  private static final int EXAMPLES = 3000;
  private static final DigitsSource DIGITS = new DigitsSource(EXAMPLES, 3);
  private static final DigitsSource FEW = new DigitsSource(640, 3);
  private static final Normalizer NORMALIZER = Normalizer.scale(255);
  private static final int BATCH = 64;
  private static final int WINDOW = 30;
  private static final int WINDOWS = 50;

  /** Of the perceptron after some training: of each example by itself. */
  private static GradientNoise exact;

  private static float[] parameters;
  private static List<GradientNoise> measured;

  @BeforeAll
  static void measure() throws IOException {
    ModelSpec model = new ProgramModel(perceptron(64));
    parameters = run(model, 2, plan(0.02, 64, BatchRule.NONE, 64)).parameters();
    exact = exact(model);
    measured = frozen(model, 4, BATCH, NoiseMode.AUTO, WINDOW * WINDOWS);
  }

  @Test
  void bothPartsAreThoseOfTheExamplesOneByOne() {
    assertWithinFourErrors(exact.variance(), measured, GradientNoise::variance);
    assertWithinFourErrors(exact.squaredNorm(), measured, GradientNoise::squaredNorm);
  }

  @Test
  void theIntervalCoversTheTruthInFourOfFiveWindows() {
    double truth = exact.variance() / exact.squaredNorm();
    int covered = 0;
    for (int w = 0; w < WINDOWS; w++) {
      NoiseScale scale = new NoiseScale();
      measured.subList(w * WINDOW, (w + 1) * WINDOW).forEach(scale::add);
      NoiseScale.Reading reading = scale.reading();
      assertTrue(reading.isBounded(), reading::toString);
      if (reading.low() <= truth && truth <= reading.high()) covered++;
    }
    int found = covered;
    assertTrue(found >= 0.8 * WINDOWS, () -> found + " of " + WINDOWS + ", seed " + SEED);
  }

  @Test
  void theHalvesOfAnOnlyWorkersBatchTellTheSame() throws IOException {
    List<GradientNoise> halves =
        frozen(new ProgramModel(perceptron(64)), 1, 2 * BATCH, NoiseMode.HALVES, 300);
    assertWithinFourErrors(exact.variance(), halves, GradientNoise::variance);
    assertWithinFourErrors(exact.squaredNorm(), halves, GradientNoise::squaredNorm);
  }

  /** Of equal shards and of unequal ones: 250 examples are no multiple of 4, 8 or 16 workers. */
  @ParameterizedTest
  @CsvSource({"2, 256", "4, 256", "8, 256", "16, 256", "4, 250", "8, 250", "16, 250"})
  void adaScaleGainsWhatTheNoiseSaysWithAnyWorkers(int workers, int batch) throws IOException {
    double base = 64;
    List<Double> gains = new ArrayList<>();
    ModelSpec model = new StartedAt(new ProgramModel(perceptron(64)), parameters);
    // So small a rate that the gradient stays.
    TrainingPlan plan = plan(1e-9, batch, BatchRule.ADASCALE, (int) base);
    run(model, workers, plan, event -> gains(gains, event, 1e-9));
    double expected =
        (exact.variance() / base + exact.squaredNorm())
            / (exact.variance() / batch + exact.squaredNorm());
    assertTrue(expected > 1.5 && expected < batch / base - 0.5, "nothing to see: " + expected);
    double found = gains.get(gains.size() - 1);
    assertEquals(expected, found, 0.1 * expected, () -> "seed " + SEED);
  }

  @Test
  void adaScaleWithOneWorkerGoesByHalvesOrIsRefused() throws IOException {
    List<Double> gains = new ArrayList<>();
    ModelSpec model = new StartedAt(new ProgramModel(perceptron(8)), perceptronStart());
    TrainingPlan plan = plan(1e-9, 64, BatchRule.ADASCALE, 16);
    run(model, 1, plan.with(NoiseMode.HALVES), event -> gains(gains, event, 1e-9));
    assertTrue(gains.get(gains.size() - 1) > 1, gains::toString);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> run(model, 1, plan));
    assertEquals(
        "adascale goes by the variance between workers: it needs train.workers of at least 2, or"
            + " train.noise-scale = halves",
        e.getMessage());
  }

  @Test
  void measuringChangesNoBitOfTheTraining() throws IOException {
    ModelSpec model = new ProgramModel(perceptron(8));
    TrainingPlan plan = plan(0.05, 64, BatchRule.NONE, 64);
    for (int workers : new int[] {1, 3}) {
      float[] unmeasured = run(model, workers, plan.with(NoiseMode.OFF)).parameters();
      for (NoiseMode mode : NoiseMode.values()) {
        float[] found = run(model, workers, plan.with(mode)).parameters();
        assertArrayEquals(unmeasured, found, mode + " with " + workers + " workers");
      }
    }
  }

  @Test
  void everyTwentiethStepIsMeasuredAndToldBeforeTheStep() throws IOException {
    List<Event> events = new ArrayList<>();
    run(new ProgramModel(perceptron(8)), 3, plan(0.05, 16, BatchRule.NONE, 16), events::add);
    List<Long> told = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (!(events.get(i) instanceof Event.Scalar s && s.tag().equals("noise-scale"))) continue;
      told.add(s.step());
      assertEquals("noise-scale.low", ((Event.Scalar) events.get(i + 1)).tag());
      assertEquals("noise-scale.high", ((Event.Scalar) events.get(i + 2)).tag());
      assertEquals("noise-scale.variance", ((Event.Scalar) events.get(i + 3)).tag());
      assertEquals("noise-scale.squared-norm", ((Event.Scalar) events.get(i + 4)).tag());
      assertEquals(s.step(), ((Event.StepDone) events.get(i + 5)).step());
    }
    long steps = events.stream().filter(e -> e instanceof Event.StepDone).count();
    assertTrue(steps > 40, steps + " steps");
    assertEquals(
        IntStream.iterate(1, s -> s <= steps, s -> s + 20).mapToObj(s -> (long) s).toList(), told);
  }

  @Test
  void oneWorkerTellsNothingUnlessHalved() throws IOException {
    ModelSpec model = new ProgramModel(perceptron(8));
    TrainingPlan plan = plan(0.05, 64, BatchRule.NONE, 64);
    assertFalse(tells(model, 1, plan));
    assertTrue(tells(model, 1, plan.with(NoiseMode.HALVES)));
    assertTrue(tells(model, 2, plan));
    assertFalse(tells(model, 2, plan.with(NoiseMode.OFF)));
  }

  @Test
  void aStepOfOneExampleIsNoMeasurement() throws IOException {
    ModelSpec model = new ProgramModel(perceptron(8));
    try (SerialWorkers workers = workers(model, 3)) {
      TrainingPlan plan = plan(0.05, 64, BatchRule.ADASCALE, 16);
      NoiseMeter meter = new NoiseMeter(plan, 3, model.layout(), workers);
      StepRange one = meter.ask(new StepRange(0, 0, 5, 6, false));
      assertFalse(one.norms());
      Workers.Sum sum = workers.gradient(model.initial(1), NORMALIZER, one);
      assertEquals(Optional.empty(), meter.measure(sum));
    }
  }

  @Test
  void runningStatisticsAreNoPartOfTheGradient() {
    Layout layout =
        new Layout(
            List.of(
                new Segment("weight", 0, List.of(2), Role.WEIGHT),
                new Segment("mean", 2, List.of(3), Role.STATISTIC),
                new Segment("bias", 5, List.of(1), Role.BIAS)));
    // ‖(3, 4, 12)‖² / 8 examples.
    assertEquals(
        new ShardNorms(169 / 8.0, 1),
        NoiseMeter.norms(layout, new float[] {3, 4, 1e9f, Float.NaN, 7, 12}, 8));
  }

  private static void gains(List<Double> to, Event event, double rate) {
    if (event instanceof Event.StepDone s) to.add(s.learningRate() / rate);
  }

  private static boolean tells(ModelSpec model, int workers, TrainingPlan plan) throws IOException {
    boolean[] told = {false};
    run(model, workers, plan, event -> told[0] |= event instanceof Event.Scalar);
    return told[0];
  }

  private static void assertWithinFourErrors(
      double expected, List<GradientNoise> found, ToDoubleFunction<GradientNoise> part) {
    double[] values = found.stream().mapToDouble(part).toArray();
    double mean = 0;
    for (double v : values) mean += v / values.length;
    double spread = 0;
    for (double v : values) spread += (v - mean) * (v - mean) / (values.length - 1);
    double error = Math.sqrt(spread / values.length);
    double at = mean;
    assertEquals(expected, mean, 4 * error, () -> at + " ± " + error + ", seed " + SEED);
    assertTrue(error < 0.15 * expected, () -> "too wide a spread to tell: " + at + " ± " + error);
  }

  /** What a meter measures, step after step, while the parameters stay. */
  private static List<GradientNoise> frozen(
      ModelSpec model, int workers, int batch, NoiseMode mode, int steps) throws IOException {
    List<GradientNoise> found = new ArrayList<>();
    try (SerialWorkers serial = workers(model, workers)) {
      TrainingPlan plan = plan(0.05, batch, BatchRule.NONE, batch).with(mode);
      NoiseMeter meter = new NoiseMeter(plan, workers, model.layout(), serial);
      int each = EXAMPLES / batch;
      for (int t = 0; t < steps; t++) {
        int from = t % each * batch;
        StepRange step = new StepRange(t, t / each, from, from + batch, true);
        found.add(meter.measure(serial.gradient(parameters, NORMALIZER, step)).orElseThrow());
      }
    }
    return found;
  }

  /**
   * The trace of the covariance of the examples' gradients and the squared norm of their mean, both
   * as unbiased estimates of a population: which is what batches drawn without replacement expect.
   */
  private static GradientNoise exact(ModelSpec model) {
    Examples all =
        DIGITS.load(new Configuration(), Schema.UNKNOWN, IntStream.range(0, EXAMPLES).toArray());
    Batches batches = new Batches(all, NORMALIZER);
    MiniBatch one = MiniBatch.labelled(model.input(), 1);
    double[] sum = new double[model.layout().size()];
    float[] gradient = new float[sum.length];
    double squares = 0;
    try (GradientFunction function = model.open()) {
      for (int e = 0; e < EXAMPLES; e++) {
        batches.fill(one, new int[] {e}, 0, 1, new MiniBatch.Draw(SEED, 0, 0));
        double unused = function.gradient(parameters, one, gradient);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += gradient[i];
          squares += (double) gradient[i] * gradient[i];
        }
      }
    }
    double ofMean = 0;
    for (double s : sum) ofMean += s / EXAMPLES * (s / EXAMPLES);
    double variance = (squares - EXAMPLES * ofMean) / (EXAMPLES - 1);
    return new GradientNoise(variance, ofMean - variance / EXAMPLES);
  }

  private static TrainingLoop.Result run(ModelSpec model, int workers, TrainingPlan plan)
      throws IOException {
    return run(model, workers, plan, event -> {});
  }

  private static TrainingLoop.Result run(
      ModelSpec model, int workers, TrainingPlan plan, java.util.function.Consumer<Event> events)
      throws IOException {
    try (SerialWorkers serial = workers(model, workers)) {
      return Loops.fresh(model, data(model, workers), plan, serial, events).run("serial");
    }
  }

  private static SerialWorkers workers(ModelSpec model, int workers) throws IOException {
    return new SerialWorkers(model, data(model, workers), new Configuration(), SEED, () -> false);
  }

  /** Few examples for the small perceptron, of which only bits are asked. */
  private static DataPlan data(ModelSpec model, int workers) throws IOException {
    DigitsSource source = model.layout().size() < 10_000 ? FEW : DIGITS;
    return DataPlan.of(new DataPlan.Sources(source, null, 0), new Configuration(), workers, SEED);
  }

  private static TrainingPlan plan(double rate, int batch, BatchRule rule, int baseBatch) {
    return Plans.of(
        SEED,
        2,
        batch,
        true,
        new Normalization(Normalizer.Method.SCALE, Normalizer.Per.ALL, 255),
        OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", rate)),
        TrainingPlan.Schedules.CONSTANT,
        rule,
        baseBatch,
        null);
  }

  private static float[] perceptronStart() {
    return new ProgramModel(perceptron(8)).initial(SEED);
  }

  private static NetworkSpec perceptron(int hidden) {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        new Shape(1, 28, 28),
        List.of(
            new LayerSpec.Dense(hidden, he),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dense(10, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }

  /** A model with other start values. */
  @SuppressWarnings("ArrayRecordComponent")
  private record StartedAt(ModelSpec model, float[] start) implements ModelSpec {

    @Override
    public Layout layout() {
      return model.layout();
    }

    @Override
    public Shape input() {
      return model.input();
    }

    @Override
    public int outputs() {
      return model.outputs();
    }

    @Override
    public Loss loss() {
      return model.loss();
    }

    @Override
    public float[] initial(long seed) {
      return start.clone();
    }

    @Override
    public GradientFunction open() {
      return model.open();
    }
  }
}
