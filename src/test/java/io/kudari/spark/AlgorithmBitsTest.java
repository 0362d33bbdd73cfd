package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.Slow;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.exchange.Codec;
import io.kudari.exchange.Dense;
import io.kudari.exchange.Exchange;
import io.kudari.exchange.Exchanges;
import io.kudari.exchange.GradientExchange;
import io.kudari.exchange.NoExchange;
import io.kudari.exchange.TeamMember;
import io.kudari.math.Layout;
import io.kudari.math.Segment;
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
import io.kudari.train.Requests;
import io.kudari.train.Safety;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.algorithm.Compensation;
import io.kudari.train.algorithm.DelayedGradients;
import io.kudari.train.algorithm.ElasticAveraging;
import io.kudari.train.algorithm.FullBatchDescent;
import io.kudari.train.algorithm.GradientSharing;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.worker.SerialWorkers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every algorithm by every strategy: the bits do not depend on where the workers were. */
@Slow
class AlgorithmBitsTest {

  private static final long SEED = 20261121;

  /** 82 training examples in batches of 10, the last of 12: rounds of 3, 3 and 2 steps. */
  private static final DataPlan.Sources DATA =
      new DataPlan.Sources(new DigitsSource(103, 1), new DigitsSource(50, 2), 0.2);

  private static final ModelSpec MODEL = new ProgramModel(network(true));

  /** Without running statistics, which are needed at once. */
  private static final ModelSpec PLAIN = new ProgramModel(network(false));

  private static final Map<String, Object> MOMENTUM =
      Map.of("name", "momentum", "learning-rate", 0.02);
  private static final Map<String, Object> SGD = Map.of("name", "sgd", "learning-rate", 0.02);
  private static final Map<String, Object> ADAM = Map.of("name", "adam", "learning-rate", 0.002);
  private static final Map<String, Object> ADAM_EMA =
      Map.of("name", "adam", "learning-rate", 0.002, "ema", 0.9, "clip-norm", 0.5);

  private static final Map<String, Object> L_BFGS = Map.of("name", "l-bfgs");

  /** 1 local step in the first epoch, 4 in the second. */
  private static final ScheduleSpec POST_LOCAL =
      ScheduleSpec.parse(
          Map.of("kind", "piecewise", "value", 1, "at-epochs", List.of(1), "factors", List.of(4)));

  private static final List<TrainingPlan> PLANS =
      List.of(
          plan(MOMENTUM, averaging(3, LocalSlots.AVERAGE)),
          plan(MOMENTUM, averaging(3, LocalSlots.RESET)),
          plan(ADAM, averaging(2, LocalSlots.KEEP)),
          plan(ADAM_EMA, new ParameterAveraging(POST_LOCAL, LocalSlots.AVERAGE)),
          plan(ADAM_EMA, new DelayedGradients(3)),
          plan(MOMENTUM, new DelayedGradients(2, new Compensation(0.5, true))),
          plan(MOMENTUM, new ElasticAveraging(ScheduleSpec.parse(2), 0.8)),
          plan(MOMENTUM, outer(LocalSlots.KEEP, "adamw", 0.01)),
          plan(SGD, outer(LocalSlots.RESET, "nesterov", 0.7)).by(coded("sign")),
          plan(SGD, new ElasticAveraging(ScheduleSpec.parse(3), 0.9))
              .by(coded("qsgd", "codes", "elias")),
          plan(MOMENTUM, new GradientSharing()).by(new Shortened()),
          plan(MOMENTUM, averaging(3, LocalSlots.AVERAGE)).by(new Shortened()),
          plan(L_BFGS, new FullBatchDescent()),
          plan(MOMENTUM, new GradientSharing()).by(coded("top-k", "share", 0.05)),
          plan(MOMENTUM, new GradientSharing()).by(coded("fp16")),
          plan(MOMENTUM, averaging(3, LocalSlots.AVERAGE))
              .by(coded("bf16", "error-feedback", true)),
          plan(SGD, new GradientSharing()).by(corrected()),
          plan(ADAM, averaging(2, LocalSlots.KEEP)).by(coded("random-k", "share", 0.1)),
          plan(MOMENTUM, new GradientSharing()).by(coded("threshold", "threshold", 0.1)),
          plan(MOMENTUM, averaging(3, LocalSlots.AVERAGE)).by(coded("sign")),
          plan(ADAM_EMA, new DelayedGradients(3)).by(coded("one-bit")),
          plan(MOMENTUM, new GradientSharing()).by(coded("qsgd", "bucket", 100)),
          plan(MOMENTUM, new GradientSharing()).by(coded("power-sgd", "rank", 3)),
          plan(MOMENTUM, new DelayedGradients(1, new Compensation(0.04, false))),
          plan(ADAM, new DelayedGradients(2)).by(coded("fp16")),
          plan(MOMENTUM, new DelayedGradients(1)).by(coded("top-k", "share", 0.05)));

  /** The last ones' gradients are exchanged while the next are computed. */
  private static ModelSpec model(TrainingPlan plan) {
    return PLANS.indexOf(plan) < PLANS.size() - 3 ? MODEL : PLAIN;
  }

  /** Momentum before the code, and a share that falls from epoch to epoch. */
  private static GradientExchange corrected() {
    return Exchanges.parse(
        Map.of("name", "top-k", "share", 0.01, "warm-up", 2, "momentum", 0.9, "clip", 20));
  }

  /** A name, and perhaps a setting and its value. */
  private static GradientExchange coded(String name, Object... setting) {
    return Exchanges.parse(
        setting.length == 0
            ? Map.of("name", name)
            : Map.of("name", name, setting[0].toString(), setting[1]));
  }

  /** A lossy exchange: of each worker's vector the upper half of every number's bits. */
  private record Shortened() implements GradientExchange {

    @Override
    public String name() {
      return "shortened";
    }

    @Override
    public Codec codec(Layout layout, long seed) {
      return (worker, step, values) -> {
        for (Segment s : layout.segments())
          for (int i = s.offset(); s.role().isLearned() && i < s.end(); i++)
            values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) & 0xffff0000);
      };
    }

    @Override
    public Exchange open(TeamMember member, Codec codec) {
      return Dense.ofComplete(member);
    }
  }

  private static DataPlan data;
  private static final List<Run> SERIAL = new ArrayList<>();

  private record Run(float[] parameters, List<Double> losses) {}

  @BeforeAll
  static void trainSerially() throws Exception {
    data = DataPlan.of(DATA, new Configuration(), 8, SEED);
    for (TrainingPlan plan : PLANS) SERIAL.add(serial(plan));
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 3", "3, 1", "8, 1"})
  void allReduceEndsWithTheBitsOfSerialOnAnyRanksAndThreads(int ranks, int threads)
      throws Exception {
    Map<String, String> cpus = Map.of("spark.task.cpus", String.valueOf(threads));
    String master = "local[" + ranks * threads + "]";
    try (JavaSparkContext spark = SparkStart.start("test", master, cpus)) {
      // Eight ranks on few cores wait for each other most of the time.
      for (int p = 0; p < PLANS.size(); p += ranks > 4 ? 3 : 1) {
        Losses losses = new Losses();
        var result =
            OneAttempt.run(
                spark,
                model(PLANS.get(p)),
                data,
                PLANS.get(p),
                ranks,
                threads,
                losses,
                () -> false);
        String where = "plan " + p + " on " + ranks + " ranks of " + threads + " threads";
        assertArrayEquals(SERIAL.get(p).parameters, result.parameters(), where);
        assertEquals(SERIAL.get(p).losses, losses.values, where);
        assertEquals(PLANS.get(p).algorithm().name(), losses.algorithm);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void driverEndsWithTheBitsOfSerial(int ranks) throws Exception {
    try (JavaSparkContext spark = SparkStart.start("test", "local[2]", Map.of())) {
      for (int p = 0; p < PLANS.size(); p++) {
        Losses losses = new Losses();
        try (Workers workers = driver(spark, ranks, PLANS.get(p))) {
          var loop = Loops.fresh(model(PLANS.get(p)), data, PLANS.get(p), workers, losses);
          assertArrayEquals(SERIAL.get(p).parameters, loop.run("driver").parameters(), "plan " + p);
        }
        assertEquals(SERIAL.get(p).losses, losses.values, "plan " + p);
      }
    }
  }

  /** The driver holds what codes have lost, and its tasks go on with it. */
  @Test
  void aStateOfDriverHasTheResidualsThatSerialWouldHave() throws Exception {
    TrainingPlan plan = plan(MOMENTUM, new GradientSharing()).by(coded("top-k", "share", 0.05));
    float[] expected = serial(plan).parameters;
    List<TrainState> states = new ArrayList<>();
    try (JavaSparkContext spark = SparkStart.start("test", "local[2]", Map.of())) {
      try (Workers workers = driver(spark, 3, plan)) {
        loop(plan, workers, TrainState.initial(MODEL, plan), states::add).run("driver");
      }
      TrainState middle = states.get(4);
      assertEquals(8, middle.state().workers());
      try (Workers workers = driver(spark, 2, plan)) {
        var result = loop(plan, workers, middle, state -> {}).run("driver");
        assertArrayEquals(expected, result.parameters());
      }
      Requests none = Requests.stopping(() -> false);
      try (Workers workers =
          new SerialWorkers(MODEL, data, new Configuration(), SEED, none, plan.exchange())) {
        var result = loop(plan, workers, middle, state -> {}).run("serial");
        assertArrayEquals(expected, result.parameters());
      }
    }
  }

  private static TrainingLoop loop(
      TrainingPlan plan, Workers workers, TrainState from, Consumer<TrainState> states) {
    SnapshotRule everyStep = new SnapshotRule(1, 0, 0);
    return new TrainingLoop(MODEL, data, plan, workers, event -> {}, from, everyStep, states);
  }

  /** It measures time and nothing else: a rank of all workers learns as ever, others do not. */
  @Test
  void withoutExchangeARunTakesItsStepsAndRanksDoNotCompare() throws Exception {
    Safety everyStep = new Safety(Safety.Action.STOP, 0.5, 0, 1);
    TrainingPlan plan = plan(MOMENTUM, new GradientSharing()).with(everyStep);
    float[] expected = serial(plan).parameters;
    for (int ranks = 1; ranks <= 2; ranks++) {
      try (JavaSparkContext spark = SparkStart.start("test", "local[" + ranks + "]", Map.of())) {
        Losses losses = new Losses();
        TrainingPlan none = plan.by(new NoExchange());
        var result = OneAttempt.run(spark, MODEL, data, none, ranks, 1, losses, () -> false);
        assertEquals(ranks == 1, Arrays.equals(expected, result.parameters()), ranks + " ranks");
        assertEquals(2 * 8 + 2 + 1, losses.values.size());
      }
    }
  }

  @Test
  void aLossyExchangeHasBitsOfItsOwn() throws Exception {
    float[] exact = serial(plan(MOMENTUM, new GradientSharing())).parameters;
    float[] lossy = serial(plan(MOMENTUM, new GradientSharing()).by(new Shortened())).parameters;
    assertFalse(Arrays.equals(exact, lossy));
    assertArrayEquals(exact, lossy, 0.1f);
  }

  @Test
  void fullBatchRecipesTakeNoLossyExchange() {
    TrainingPlan plan = plan(L_BFGS, new FullBatchDescent());
    var e = assertThrows(IllegalArgumentException.class, () -> plan.by(coded("sign")));
    assertEquals("sign needs an optimizer that takes steps, not l-bfgs", e.getMessage());
  }

  @Test
  void plansDifferInTheirBits() {
    for (int p = 0; p < PLANS.size(); p++)
      for (int q = 0; q < p; q++)
        assertFalse(
            Arrays.equals(SERIAL.get(p).parameters, SERIAL.get(q).parameters), p + " and " + q);
  }

  /** Dropout and batch statistics are a worker's in both algorithms. */
  @Test
  void meansAfterEveryStepOfPlainDescentEqualGradientSharingToRounding() throws Exception {
    Map<String, Object> sgd = Map.of("name", "sgd", "learning-rate", 0.02);
    float[] sums = serial(plan(sgd, new GradientSharing())).parameters;
    float[] means = serial(plan(sgd, averaging(1, LocalSlots.AVERAGE))).parameters;
    assertArrayEquals(sums, means, 1e-5f);
  }

  /** What a run tells. */
  private static final class Losses implements Consumer<Event> {
    private final List<Double> values = new ArrayList<>();
    private String algorithm;

    @Override
    public void accept(Event event) {
      if (event instanceof Event.Started e) algorithm = e.algorithm();
      if (event instanceof Event.StepDone e) values.add(e.loss());
      if (event instanceof Event.EpochDone e) values.add(e.validation().loss());
      if (event instanceof Event.Finished e) values.add(e.test().loss());
    }
  }

  private static Workers driver(JavaSparkContext spark, int ranks, TrainingPlan plan) {
    Requests none = Requests.stopping(() -> false);
    return new DriverWorkers(spark, model(plan), data, ranks, SEED, none, plan.exchange());
  }

  private static Run serial(TrainingPlan plan) throws Exception {
    Losses losses = new Losses();
    Requests none = Requests.stopping(() -> false);
    try (var workers =
        new SerialWorkers(model(plan), data, new Configuration(), SEED, none, plan.exchange())) {
      var result = Loops.fresh(model(plan), data, plan, workers, losses).run("test");
      return new Run(result.parameters(), losses.values);
    }
  }

  private static ParameterAveraging averaging(int localSteps, LocalSlots rule) {
    return new ParameterAveraging(ScheduleSpec.parse(localSteps), rule);
  }

  private static ParameterAveraging outer(LocalSlots rule, String recipe, double rate) {
    OptimizerSpec outer = OptimizerSpec.parse(Map.of("name", recipe, "learning-rate", rate));
    return new ParameterAveraging(ScheduleSpec.parse(3), rule, outer);
  }

  private static TrainingPlan plan(Map<String, ?> optimizer, AlgorithmSpec algorithm) {
    return Plans.of(
        SEED,
        2,
        10,
        false,
        new Normalization(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, 1),
        OptimizerSpec.parse(optimizer),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        10,
        null,
        algorithm);
  }

  private static NetworkSpec network(boolean normalised) {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    List<LayerSpec> layers = new ArrayList<>();
    layers.add(new LayerSpec.Convolution(3, 5, 2, 0, he));
    if (normalised) layers.add(new LayerSpec.BatchNormalization(0.9, 1e-5));
    layers.add(new LayerSpec.Activate(Activation.RELU));
    layers.add(new LayerSpec.Dropout(0.3));
    layers.add(new LayerSpec.Dense(10, he));
    layers.add(new LayerSpec.Activate(Activation.SOFTMAX));
    return new NetworkSpec(new Shape(1, 28, 28), layers, Loss.CROSS_ENTROPY);
  }
}
