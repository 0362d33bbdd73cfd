package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.CollectiveException;
import io.kudari.collective.Distribution;
import io.kudari.collective.LinkChoice;
import io.kudari.data.DigitCount;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.SourceReader;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.exchange.Exchanges;
import io.kudari.exchange.Team;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
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
import io.kudari.optim.PartialSums;
import io.kudari.spark.recovery.AttemptRules;
import io.kudari.state.SameState;
import io.kudari.train.DataPlan;
import io.kudari.train.DivergedException;
import io.kudari.train.DriftException;
import io.kudari.train.Loops;
import io.kudari.train.Plans;
import io.kudari.train.Request;
import io.kudari.train.Round;
import io.kudari.train.Safety;
import io.kudari.train.SnapshotRule;
import io.kudari.train.Subset;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import io.kudari.train.worker.SerialWorkers;
import io.kudari.train.worker.TeamWorkers;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a run whose numbers go wrong, on one thread and on ranks. */
@Slow
class SafetyTest {

  private static final long SEED = 3;
  private static final int WORKERS = 4;

  /** 60 examples in batches of 12: 5 steps an epoch, 20 in all. */
  private static final int STEPS = 20;

  private static final ModelSpec SOUND =
      new ProgramModel(
          new NetworkSpec(
              new Shape(1, 28, 28),
              List.of(
                  new LayerSpec.Dense(12, Initializer.of(Initializer.Kind.HE_NORMAL)),
                  new LayerSpec.BatchNormalization(0.9, 1e-5),
                  new LayerSpec.Activate(Activation.RELU),
                  new LayerSpec.Dense(10, Initializer.of(Initializer.Kind.HE_NORMAL)),
                  new LayerSpec.Activate(Activation.SOFTMAX)),
              Loss.CROSS_ENTROPY));

  private static DataPlan data;

  @BeforeAll
  static void readData() throws IOException {
    data =
        DataPlan.of(
            new DataPlan.Sources(new DigitsSource(60, 1), null, 0),
            new Configuration(),
            WORKERS,
            SEED);
  }

  /**
   * A model that goes wrong at one step of some workers.
   *
   * @param wrong what the last value of the segment's gradient becomes, by worker
   * @param wrongLoss of that step, or 0 for the right one
   * @param segment of the gradient, or −1
   */
  private record Unsound(int step, Map<Integer, Float> wrong, double wrongLoss, int segment)
      implements ModelSpec {

    /** One worker's gradient gets a NaN. */
    Unsound(int step, int worker, double wrongLoss, int segment) {
      this(step, Map.of(worker, Float.NaN), wrongLoss, segment);
    }

    @Override
    public Layout layout() {
      return SOUND.layout();
    }

    @Override
    public Shape input() {
      return SOUND.input();
    }

    @Override
    public int outputs() {
      return SOUND.outputs();
    }

    @Override
    public Loss loss() {
      return SOUND.loss();
    }

    @Override
    public float[] initial(long seed) {
      return SOUND.initial(seed);
    }

    @Override
    public GradientFunction open() {
      GradientFunction sound = SOUND.open();
      return new GradientFunction() {
        @Override
        public double gradient(float[] parameters, MiniBatch batch, float[] sum) {
          double right = sound.gradient(parameters, batch, sum);
          Float value = wrong.get(batch.draw().worker());
          if (batch.draw().step() != step || value == null) return right;
          if (segment >= 0) sum[layout().segments().get(segment).end() - 1] = value;
          return wrongLoss == 0 ? right : wrongLoss;
        }

        @Override
        public void outputs(float[] parameters, MiniBatch batch, float[] outputs) {
          sound.outputs(parameters, batch, outputs);
        }

        @Override
        public void close() {
          sound.close();
        }
      };
    }
  }

  @Test
  void aLossThatIsNoNumberIsNamedWithStepWorkerAndSegment() throws Exception {
    Unsound model = new Unsound(7, 2, Double.POSITIVE_INFINITY, 1);
    String segment = model.layout().segments().get(1).name();
    String expected =
        "the loss is Infinity at step 7 of worker 2, first in the gradient of " + segment + ": ";
    assertDiverges(expected, () -> serial(model, plan(Safety.Action.STOP)));
    assertDiverges(expected, () -> ranks(model, plan(Safety.Action.STOP), 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 5})
  void aGradientThatIsNoNumberIsNamedThoughTheLossIsFinite(int bad) throws Exception {
    Unsound model = new Unsound(7, 2, 0, bad);
    String expected =
        "the gradient of " + model.layout().segments().get(bad).name() + " is NaN or infinite at";
    assertDiverges(expected, () -> serial(model, plan(Safety.Action.STOP)));
    assertDiverges(expected, () -> ranks(model, plan(Safety.Action.STOP), 3));
  }

  private static final String HALF =
      "train.exchange = fp16 cannot hold more than 65,504 in a sum, bf16 can";

  /** Sums of workers 0 and 1 are made within the first of two ranks, of 1 and 2 nowhere. */
  @ParameterizedTest
  @CsvSource({
    "70000, 0, 0, 0",
    "0, 0, 0, -70000",
    "40000, 40000, 0, 0",
    // All of it is 0.
    "40000, 40000, -40000, -40000",
    "0, 0, 40000, 40000",
    "20000, 20000, 20000, 20000",
  })
  void aSumThatHalfPrecisionCannotHoldEndsTheRunAndTheLineSaysWhatCan(
      float first, float second, float third, float fourth) throws Exception {
    Map<Integer, Float> wrong = Map.of(0, first, 1, second, 2, third, 3, fourth);
    Unsound model = new Unsound(7, wrong, 0, 1);
    String where = "the gradient of " + model.layout().segments().get(1).name();
    TrainingPlan half = plan(Safety.Action.STOP).by(Exchanges.parse(Map.of("name", "fp16")));
    Training[] both = {() -> serial(model, half), () -> ranks(model, half, 2)};
    for (Training training : both) {
      assertDiverges(where + " is NaN or infinite at step 7: ", training);
      assertDiverges(HALF, training);
    }
    TrainingPlan wide = plan(Safety.Action.STOP).by(Exchanges.parse(Map.of("name", "bf16")));
    float[] end = serial(model, wide).parameters;
    assertArrayEquals(end, ranks(model, wide, 2).parameters, "what bf16 holds");
  }

  @Test
  void ofAGradientThatIsNoNumberByItselfNoExchangeIsBlamed() {
    Unsound model = new Unsound(7, 2, 0, 1);
    var e = assertThrows(DivergedException.class, () -> serial(model, plan(Safety.Action.STOP)));
    assertFalse(e.getMessage().contains("train.exchange"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 3})
  void aSkippedStepLeavesEverythingAsItWas(int bad) throws Exception {
    Unsound model = new Unsound(7, 2, bad < 0 ? Double.NaN : 0, bad);
    TrainingPlan plan = plan(Safety.Action.SKIP);
    Run serial = serial(model, plan);
    assertEquals(1, serial.told.stream().filter(Event.Diverged.class::isInstance).count());
    TrainState before = serial.states.get(6);
    TrainState after = serial.states.get(7);
    assertEquals(7, before.step());
    assertEquals(8, after.step());
    assertArrayEquals(before.parameters(), after.parameters());
    SameState.assertSame(
        before.state().without("algorithm/rates"), after.state().without("algorithm/rates"));
    assertArrayEquals(serial.parameters, ranks(model, plan, 3).parameters);
    assertArrayEquals(serial.parameters, ranks(model, plan, 2).parameters);
  }

  @Test
  void skippingCostsARunThatNothingHappensToNoBits() throws Exception {
    float[] stop = serial(SOUND, plan(Safety.Action.STOP)).parameters;
    assertArrayEquals(stop, serial(SOUND, plan(Safety.Action.SKIP)).parameters);
    assertArrayEquals(stop, ranks(SOUND, plan(Safety.Action.SKIP), 2).parameters);
  }

  @Test
  void backingOffGoesOnFromTheNewestSnapshotWithASmallerRate() throws Exception {
    Unsound model = new Unsound(7, 2, Double.NaN, -1);
    TrainingPlan plan = plan(Safety.Action.BACK_OFF);
    // Each time the same step goes wrong: after 2 times the run gives up.
    List<Event> told = new ArrayList<>();
    try (JavaSparkContext spark = SparkStart.start("test", "local[2]", Map.of())) {
      assertDiverges(
          "the loss is NaN at step 7 of worker 2: ",
          () -> allReduce(spark, model, plan, new SnapshotRule(4, 0, 0), told));
      assertEquals(
          List.of(
              "back to step 4 with 0.25 times the learning rate",
              "back to step 4 with 0.25 times the learning rate"),
          told.stream()
              .filter(Event.Diverged.class::isInstance)
              .map(e -> ((Event.Diverged) e).action())
              .toList());
      assertEquals(1, told.stream().filter(Event.Started.class::isInstance).count());
      List<Double> rates =
          told.stream()
              .filter(e -> e instanceof Event.StepDone s && s.step() == 6)
              .map(e -> ((Event.StepDone) e).learningRate())
              .toList();
      assertEquals(List.of(0.1, 0.025, 0.00625), rates);

      told.clear();
      // Without a snapshot, from the beginning.
      Unsound early = new Unsound(1, 2, Double.NaN, -1);
      assertDiverges(
          "the loss is NaN at step 1 of worker 2: ",
          () -> allReduce(spark, early, plan, SnapshotRule.NEVER, told));
      rates =
          told.stream()
              .filter(e -> e instanceof Event.StepDone s && s.step() == 1)
              .map(e -> ((Event.StepDone) e).learningRate())
              .toList();
      assertEquals(List.of(0.1, 0.025, 0.00625), rates);
    }
  }

  @Test
  void oneRankWithoutSparkBacksOffAndReachesTheSameBits() throws Exception {
    Unsound model = new Unsound(7, 2, Double.NaN, -1);
    AttemptRules rules = new AttemptRules(1, 2, LinkChoice.AUTO, 1, 0, new SnapshotRule(4, 0, 0));
    List<Event> told = new ArrayList<>();
    List<TrainState> states = new ArrayList<>();
    assertDiverges(
        "the loss is NaN at step 7 of worker 2: ",
        () -> alone(model, plan(Safety.Action.BACK_OFF), rules, told, states));
    assertEquals(
        List.of(0.1, 0.025, 0.00625),
        told.stream()
            .filter(e -> e instanceof Event.StepDone s && s.step() == 6)
            .map(e -> ((Event.StepDone) e).learningRate())
            .toList());
    assertEquals(4, states.get(states.size() - 1).step());

    TrainingPlan plan = plan(Safety.Action.STOP);
    assertArrayEquals(
        ranks(SOUND, plan, 2).parameters, alone(SOUND, plan, rules, told, states).parameters());
  }

  private static TrainingLoop.Result alone(
      ModelSpec model,
      TrainingPlan plan,
      AttemptRules rules,
      List<Event> told,
      List<TrainState> states)
      throws InterruptedException {
    Configuration hadoop = new Configuration();
    return AllReduce.runAlone(
        hadoop,
        model,
        data,
        data.dealing(new SourceReader(hadoop)),
        plan,
        rules,
        null,
        states::add,
        told::add,
        () -> false);
  }

  @Test
  void aRankWhoseParametersDriftIsNamed() throws Exception {
    for (int bad = 0; bad < 3; bad++) {
      int rank = bad;
      Exception e =
          assertThrows(
              Exception.class,
              () ->
                  ranks(
                      SOUND,
                      plan(Safety.Action.STOP),
                      3,
                      (r, workers) -> r == rank ? new Flipping(workers, 9) : workers));
      assertTrue(e.getCause() instanceof DriftException, "" + e);
      // Parameters are compared after every 4 steps; the flip is in the own or another's slice.
      assertTrue(
          e.getCause().getMessage().startsWith("after step 12 rank " + rank + " has other"),
          e.getCause().getMessage());
    }
  }

  /**
   * Workers of a rank whose memory changes one bit of the complete parameters from some step on.
   */
  private static final class Flipping implements Workers {
    private final Workers sound;
    private final int from;
    private int shared;

    Flipping(Workers sound, int from) {
      this.sound = sound;
      this.from = from;
    }

    @Override
    public float[] share(float[] values) {
      float[] complete = sound.share(values);
      if (++shared >= from)
        complete[17] = Float.intBitsToFloat(Float.floatToRawIntBits(complete[17]) ^ 1);
      return complete;
    }

    @Override
    public int ranks() {
      return sound.ranks();
    }

    @Override
    public int threads() {
      return sound.threads();
    }

    @Override
    public Slice slice() {
      return sound.slice();
    }

    @Override
    public PartialSums partialSums() {
      return sound.partialSums();
    }

    @Override
    public float[] shared(float[] own) {
      return sound.shared(own);
    }

    @Override
    public FeatureStatistics statistics() {
      return sound.statistics();
    }

    @Override
    public long[] count(DigitCount digits) {
      return sound.count(digits);
    }

    @Override
    public FeatureStatistics targetStatistics() {
      return sound.targetStatistics();
    }

    @Override
    public Sum gradient(float[] parameters, Normalizer normalizer, StepRange step) {
      return sound.gradient(parameters, normalizer, step);
    }

    @Override
    public Sum round(float[] parameters, Normalizer normalizer, Round round) {
      return sound.round(parameters, normalizer, round);
    }

    @Override
    public float[] slotSum(int slot) {
      return sound.slotSum(slot);
    }

    @Override
    public Kept kept() {
      return sound.kept();
    }

    @Override
    public void keep(float[][][] slots, OptimizerSpec optimizer, boolean replicas) {
      sound.keep(slots, optimizer, replicas);
    }

    @Override
    public void compare(float[] parameters, long steps) {
      sound.compare(parameters, steps);
    }

    @Override
    public Evaluated evaluate(
        float[] parameters, Normalizer normalizer, Subset subset, boolean scored) {
      return sound.evaluate(parameters, normalizer, subset, scored);
    }

    @Override
    public void close() {
      sound.close();
    }
  }

  private interface Training {
    Object run() throws Exception;
  }

  private static void assertDiverges(String message, Training training) {
    Throwable e = assertThrows(Exception.class, training::run);
    if (e instanceof ExecutionException) e = e.getCause();
    // Whoever finds it tells the others.
    assertTrue(e instanceof DivergedException || e instanceof CollectiveException, "" + e);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private record Run(float[] parameters, List<Event> told, List<TrainState> states) {}

  private static Run serial(ModelSpec model, TrainingPlan plan) throws IOException {
    List<Event> told = new ArrayList<>();
    List<TrainState> states = new ArrayList<>();
    try (var workers =
        new SerialWorkers(
            model, data, new Configuration(), SEED, () -> Request.NONE, plan.exchange())) {
      SnapshotRule every = new SnapshotRule(1, 0, 0);
      TrainState start = TrainState.initial(model, plan);
      var loop = new TrainingLoop(model, data, plan, workers, told::add, start, every, states::add);
      return new Run(loop.run("test").parameters(), told, states);
    }
  }

  private static Run ranks(ModelSpec model, TrainingPlan plan, int ranks) throws Exception {
    return ranks(model, plan, ranks, (rank, workers) -> workers);
  }

  private interface Wrap {
    Workers of(int rank, Workers workers);
  }

  private static Run ranks(ModelSpec model, TrainingPlan plan, int ranks, Wrap wrap)
      throws Exception {
    List<Event> told = Collections.synchronizedList(new ArrayList<>());
    Ranks.Body<float[]> body =
        (rank, collectives) -> {
          Distribution hosts = Distribution.even(WORKERS, ranks);
          Team team = new Team(model.layout(), hosts, rank, 1, collectives, Ranks.BOUND);
          WorkerData own =
              WorkerData.load(data, new Configuration(), hosts.first(rank), hosts.last(rank));
          WorkerRange range = new WorkerRange(model, data.sampler(), SEED, own, plan.exchange());
          try (Workers workers =
              wrap.of(rank, new TeamWorkers(team, 0, range, () -> Request.NONE, plan))) {
            Consumer<Event> events = rank == 0 ? told::add : e -> {};
            return Loops.fresh(model, data, plan, workers, events).run("test").parameters();
          } catch (Exception e) {
            team.fail(e);
            throw e;
          }
        };
    try (Ranks all = new Ranks(ranks)) {
      return new Run(all.run(WORKERS, body).get(0), told, List.of());
    }
  }

  private static Object allReduce(
      JavaSparkContext spark,
      ModelSpec model,
      TrainingPlan plan,
      SnapshotRule snapshots,
      List<Event> told)
      throws InterruptedException {
    AttemptRules rules = new AttemptRules(2, 1, LinkChoice.AUTO, 1, 0, snapshots);
    return AllReduce.run(
        spark, model, data, plan, rules, null, state -> {}, told::add, () -> false);
  }

  private static TrainingPlan plan(Safety.Action action) {
    return Plans.of(
            SEED,
            STEPS / 5,
            12,
            false,
            new Normalization(Normalizer.Method.SCALE, Normalizer.Per.ALL, 255),
            OptimizerSpec.parse(Map.of("name", "momentum", "learning-rate", 0.1)),
            TrainingPlan.Schedules.CONSTANT,
            BatchRule.NONE,
            12,
            null)
        .with(new Safety(action, 0.25, 2, 4));
  }
}
