package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Sampling;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.exchange.Exchanges;
import io.kudari.exchange.GradientExchange;
import io.kudari.exchange.Team;
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
import io.kudari.state.SameState;
import io.kudari.state.State;
import io.kudari.train.DataPlan;
import io.kudari.train.Plans;
import io.kudari.train.Request;
import io.kudari.train.Requests;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.Compensation;
import io.kudari.train.algorithm.DelayedGradients;
import io.kudari.train.algorithm.ElasticAveraging;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.plan.LastBatch;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.worker.SerialWorkers;
import io.kudari.train.worker.TeamWorkers;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that goes on from any of its states ends with the bits of the run that went through. */
@Slow
class ResumeBitsTest {

  private static final long SEED = 20261121;
  private static final int WORKERS = 6;

  /** 93 training examples in batches of 20 make 5 steps an epoch, the last of 13 examples. */
  private static final DataPlan.Sources DATA =
      new DataPlan.Sources(new DigitsSource(116, 1), new DigitsSource(20, 2), 0.2);

  private static final ModelSpec MODEL = new ProgramModel(network());

  private static final ScheduleSpec PLATEAU =
      ScheduleSpec.parse(
          Map.of("kind", "plateau", "factor", 0.5, "patience", 0.0, "threshold", 0.5));
  private static final ScheduleSpec DOUBLING =
      ScheduleSpec.parse(Map.of("kind", "step", "every-epochs", 1.0, "factor", 2.0));

  private static final Map<String, Object> MOMENTUM =
      Map.of("name", "momentum", "learning-rate", 0.05, "momentum-correction", true);

  /** No epoch after the first is an improvement: the third is the last. */
  private static final EarlyStopping STOPPING =
      new EarlyStopping(EarlyStopping.Metric.ACCURACY, 2, 2, true);

  private enum Case {
    SGD(plan(Map.of("name", "sgd", "learning-rate", 0.05), BatchRule.NONE, null)),
    ADAM_MOVING_AVERAGE(
        plan(Map.of("name", "adam", "learning-rate", 0.005, "ema", 0.9), BatchRule.NONE, null)),
    STOCHASTIC_AVERAGE(
        plan(
            Map.of("name", "momentum", "learning-rate", 0.05, "swa-start", 2.0, "swa-every", 3.0),
            BatchRule.NONE,
            null)),
    ADASCALE(plan(MOMENTUM, BatchRule.ADASCALE, null)),
    PLATEAU_AND_GROWING_BATCH(
        plan(
            MOMENTUM,
            BatchRule.LINEAR,
            new TrainingPlan.Schedules(PLATEAU, ScheduleSpec.CONSTANT, DOUBLING),
            null)),
    STOPPED_EARLY(plan(MOMENTUM, BatchRule.NONE, STOPPING)),
    AVERAGED_SLOTS(
        plan(MOMENTUM, BatchRule.NONE, null)
            .by(new ParameterAveraging(ScheduleSpec.parse(2), LocalSlots.AVERAGE))),
    AVERAGED_SLOTS_AND_PARAMETERS(
        plan(Map.of("name", "adam", "learning-rate", 0.005, "ema", 0.9), BatchRule.NONE, null)
            .by(new ParameterAveraging(ScheduleSpec.parse(3), LocalSlots.AVERAGE))),
    RESET_SLOTS(
        plan(MOMENTUM, BatchRule.NONE, null)
            .by(new ParameterAveraging(ScheduleSpec.parse(2), LocalSlots.RESET))),
    KEPT_SLOTS(
        plan(MOMENTUM, BatchRule.NONE, null)
            .by(new ParameterAveraging(ScheduleSpec.parse(2), LocalSlots.KEEP))),
    DELAYED(
        plan(Map.of("name", "adam", "learning-rate", 0.005, "ema", 0.9), BatchRule.NONE, null)
            .by(new DelayedGradients(3))),
    COMPENSATED(
        plan(MOMENTUM, BatchRule.NONE, null)
            .by(new DelayedGradients(2, new Compensation(0.5, true)))),
    ELASTIC(
        plan(MOMENTUM, BatchRule.NONE, null)
            .by(new ElasticAveraging(ScheduleSpec.parse(2), 0.8))
            .by(coded("sign", "error-feedback", false))),
    OUTER(
        plan(MOMENTUM, BatchRule.NONE, null)
            .by(
                new ParameterAveraging(
                    ScheduleSpec.parse(2),
                    LocalSlots.AVERAGE,
                    OptimizerSpec.parse(Map.of("name", "adam", "learning-rate", 0.01))))),
    TOP_K(plan(MOMENTUM, BatchRule.NONE, null).by(coded("top-k", "share", 0.05))),
    FP16(plan(MOMENTUM, BatchRule.NONE, null).by(coded("fp16", "error-feedback", true))),
    BF16(plan(MOMENTUM, BatchRule.NONE, null).by(coded("bf16", "error-feedback", true))),
    TOP_K_MOMENTUM(
        plan(Map.of("name", "sgd", "learning-rate", 0.05), BatchRule.NONE, null)
            .by(
                Exchanges.parse(
                    Map.of("name", "top-k", "share", 0.01, "warm-up", 1, "momentum", 0.9)))),
    RANDOM_K_KEPT_SLOTS(
        plan(MOMENTUM, BatchRule.NONE, null)
            .by(new ParameterAveraging(ScheduleSpec.parse(2), LocalSlots.KEEP))
            .by(coded("random-k", "share", 0.1))),
    THRESHOLD(plan(MOMENTUM, BatchRule.NONE, null).by(coded("threshold", "threshold", 0.1))),
    SIGN_STOCHASTIC_AVERAGE(
        plan(
                Map.of(
                    "name", "momentum", "learning-rate", 0.05, "swa-start", 2.0, "swa-every", 3.0),
                BatchRule.NONE,
                null)
            .by(coded("sign", "error-feedback", true))),
    ONE_BIT_DELAYED(
        plan(MOMENTUM, BatchRule.NONE, null)
            .by(new DelayedGradients(3))
            .by(coded("one-bit", "error-feedback", true))),
    POWER_SGD(plan(MOMENTUM, BatchRule.NONE, null).by(coded("power-sgd", "rank", 3))),
    QSGD(plan(MOMENTUM, BatchRule.NONE, null).by(coded("qsgd", "bits", 6))),
    STEPS(plan(MOMENTUM, BatchRule.NONE, null).with(course(13))),
    CARRIED(plan(MOMENTUM, BatchRule.NONE, null).with(LastBatch.CARRY)),
    CARRIED_ROUNDS(
        plan(MOMENTUM, BatchRule.NONE, null)
            .by(new ParameterAveraging(ScheduleSpec.parse(2), LocalSlots.AVERAGE))
            .with(LastBatch.CARRY));

    private final TrainingPlan plan;

    Case(TrainingPlan plan) {
      this.plan = plan;
    }
  }

  /** What a run ended with, and what it said on the way. */
  private record Run(float[] parameters, List<String> told, List<TrainState> states) {}

  private static final SnapshotRule EVERY_STEP = new SnapshotRule(1, 0, 0);
  private static final SnapshotRule EVERY_EPOCH = new SnapshotRule(0, 1, 0);

  private static DataPlan data;

  @BeforeAll
  static void readData() throws IOException {
    data = DataPlan.of(DATA, new Configuration(), WORKERS, SEED);
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void everyStateLeadsToTheSameEnd(Case of) throws Exception {
    Run through = serial(of.plan, null, EVERY_STEP);
    Run byEpoch = serial(of.plan, null, EVERY_EPOCH);
    assertSameEnd(through, byEpoch, "snapshots by the epoch");
    assertTrue(byEpoch.states.size() >= 3, "ends of epochs");
    assertTrue(through.states.size() >= 8, "steps");
    List<TrainState> all = new ArrayList<>(through.states);
    all.addAll(byEpoch.states);
    for (TrainState state : all)
      assertSameEnd(through, serial(of.plan, state, SnapshotRule.NEVER), where(state));
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void aStateOfSomeRanksAndThreadsLeadsToTheSameEndOnOthers(Case of) throws Exception {
    Run through = serial(of.plan, null, EVERY_STEP);
    Run three = together(of.plan, 3, 1, null, new SnapshotRule(3, 0, 0));
    assertSameEnd(through, three, "3 ranks");
    for (TrainState state : List.of(three.states.get(0), three.states.get(2))) {
      assertSameState(find(through.states, state), state);
      assertSameEnd(through, serial(of.plan, state, SnapshotRule.NEVER), where(state));
      Run other = together(of.plan, 2, 2, state, EVERY_EPOCH);
      assertSameEnd(through, other, "2 ranks of 2 threads " + where(state));
      TrainState later = other.states.get(0);
      assertSameEnd(through, together(of.plan, 1, 3, later, SnapshotRule.NEVER), where(later));
    }
  }

  /** The statistics of averaged parameters take gradients that change nothing. */
  @Test
  void evaluatingMoreOftenDoesNotChangeWhatACodeHasLost() throws Exception {
    TrainingPlan plan = Case.SIGN_STOCHASTIC_AVERAGE.plan;
    Course.Looks every = new Course.Looks(1, List.of(), false, false);
    Run usual = serial(plan.with(course(20, Course.Looks.EPOCHS)), null, EVERY_EPOCH);
    Run looked = serial(plan.with(course(20, every)), null, EVERY_EPOCH);
    assertTrue(looked.told.size() > usual.told.size(), "looks");
    assertArrayEquals(usual.parameters, looked.parameters);
    for (TrainState state : usual.states) {
      TrainState same = find(looked.states, state);
      assertArrayEquals(state.parameters(), same.parameters());
      state
          .state()
          .tensors()
          .forEach(
              (name, t) ->
                  assertArrayEquals(t.data(), same.state().tensors().get(name).data(), name));
    }
  }

  @Test
  void stepsThatAreAllOfTheEpochsEndARunAsTheEpochsDo() throws Exception {
    for (Case of : List.of(Case.STOCHASTIC_AVERAGE, Case.AVERAGED_SLOTS_AND_PARAMETERS)) {
      Course all = new Course(20, Course.Looks.EPOCHS, Course.Target.NONE);
      Run expected = serial(of.plan, null, SnapshotRule.NEVER);
      assertSameEnd(expected, serial(of.plan.with(all), null, SnapshotRule.NEVER), of.name());
    }
  }

  @ParameterizedTest
  @EnumSource(Sampling.Order.class)
  void everyOrderOfExamplesHasTheSameBitsOnRanksAndFromAnEpochsMiddle(Sampling.Order order)
      throws Exception {
    DataPlan usual = data;
    try {
      Sampling sampling = new Sampling(order, Sampling.Shards.SORTED_BY_LABEL);
      data = DataPlan.of(DATA.with(sampling), new Configuration(), WORKERS, SEED);
      TrainingPlan plan = plan(MOMENTUM, BatchRule.NONE, null).with(course(8));
      Run through = serial(plan, null, EVERY_STEP);
      Run ranks = together(plan, 3, 1, null, EVERY_STEP);
      assertSameEnd(through, ranks, order.name());
      TrainState middle = ranks.states.get(6);
      assertEquals("from step 7 at 1:40", where(middle));
      assertSameEnd(through, together(plan, 1, 2, middle, SnapshotRule.NEVER), where(middle));
    } finally {
      data = usual;
    }
  }

  @Test
  void aRunThatEndedAfterItsStepsGoesOnWithMore() throws Exception {
    for (LocalSlots rule : List.of(LocalSlots.AVERAGE, LocalSlots.KEEP)) {
      var averaging = new ParameterAveraging(ScheduleSpec.parse(2), rule);
      TrainingPlan plan = plan(MOMENTUM, BatchRule.NONE, null).by(averaging);
      List<TrainState> states = serial(plan.with(course(7)), null, EVERY_EPOCH).states;
      TrainState end = states.get(states.size() - 1);
      assertEquals("from step 7 at 1:40", where(end));
      Run through = serial(plan.with(course(12)), null, SnapshotRule.NEVER);
      Run on = serial(plan.with(course(12)), end, SnapshotRule.NEVER);
      assertSameEnd(through, on, where(end));
      assertTrue(on.told.get(on.told.size() - 1).startsWith("completed 12 2 "), "steps");
    }
  }

  @Test
  void theNoiseScaleGoesOnFromAStateAsIfThereHadBeenNoEnd() throws Exception {
    // AdaScale measures in every step.
    TrainingPlan plan = Case.ADASCALE.plan;
    List<TrainState> through = serial(plan, null, EVERY_EPOCH).states;
    TrainState first = through.get(0);
    assertTrue(noise(first)[0] > 0, "measurements");
    double[] end = noise(through.get(through.size() - 1));
    assertTrue(end[0] > noise(first)[0], "more measurements");
    List<TrainState> rest = serial(plan, first, EVERY_EPOCH).states;
    assertArrayEquals(end, noise(rest.get(rest.size() - 1)));
  }

  private static double[] noise(TrainState state) {
    return state.state().numbers().get("meters/noise/scale");
  }

  @Test
  void theNoiseScaleGoesOnFromAStateOfAnEarlierBuild() throws Exception {
    TrainingPlan plan = Case.ADASCALE.plan;
    List<TrainState> through = serial(plan, null, EVERY_EPOCH).states;
    List<TrainState> rest = serial(plan, ofEarlierBuild(through.get(0)), EVERY_EPOCH).states;
    double[] end = noise(through.get(through.size() - 1));
    assertArrayEquals(end, noise(rest.get(rest.size() - 1)));
  }

  /** The noise was beside what is not measured. */
  private static TrainState ofEarlierBuild(TrainState s) {
    var numbers = new TreeMap<>(s.state().numbers());
    numbers.put("noise/scale", numbers.remove("meters/noise/scale"));
    State state = new State(numbers, s.state().tensors(), s.state().hosted(), s.state().workers());
    return new TrainState(
        s.slice(),
        s.step(),
        s.epoch(),
        s.position(),
        s.epochLoss(),
        s.rateFactor(),
        s.parameters(),
        state);
  }

  @Test
  void aStopLeavesTheStateOfItsStep() throws Exception {
    TrainingPlan plan = Case.SGD.plan;
    Run through = serial(plan, null, SnapshotRule.NEVER);
    for (int stopAt : new int[] {1, 5, 7}) {
      int[] asked = {0};
      Requests stop = Requests.stopping(() -> ++asked[0] >= stopAt);
      Run stopped = serial(plan, null, new SnapshotRule(100, 0, 0), stop);
      assertEquals(1, stopped.states.size());
      assertEquals(stopAt, stopped.states.get(0).step());
      Run rest = serial(plan, stopped.states.get(0), SnapshotRule.NEVER);
      assertSameEnd(through, rest, "stopped at " + stopAt);
    }
  }

  @Test
  void snapshotsComeByTheClockAndWaitWhileOneIsOnItsWay() throws Exception {
    AtomicLong seconds = new AtomicLong();
    boolean[] busy = {false};
    Requests clock =
        Requests.of(() -> false, new SnapshotRule(0, 0, 3), () -> seconds.get() * 1_000_000_000);
    Requests requests =
        new Requests() {
          @Override
          public Request next() {
            seconds.incrementAndGet();
            return clock.next();
          }

          @Override
          public boolean busy() {
            return busy[0];
          }
        };
    List<Long> steps = new ArrayList<>();
    Run run = serial(Case.SGD.plan, null, new SnapshotRule(0, 0, 3), requests);
    for (TrainState state : run.states) steps.add(state.step());
    assertEquals(List.of(3L, 6L, 9L, 12L, 15L, 18L, 20L), steps);
    busy[0] = true;
    run = serial(Case.SGD.plan, null, new SnapshotRule(0, 0, 3), requests);
    assertEquals(List.of(20L), run.states.stream().map(TrainState::step).toList());
  }

  @Test
  void plansWithoutAStateRefuseSnapshotsInOneLine() {
    TrainingPlan plan = plan(Map.of("name", "l-bfgs"), BatchRule.NONE, null);
    var e = assertThrows(IllegalArgumentException.class, () -> serial(plan, null, EVERY_STEP));
    assertEquals("no snapshots can be taken: " + plan.obstacle(), e.getMessage());
  }

  @Test
  void aStateOfAnotherPlanIsRefused() throws Exception {
    TrainState adam = serial(Case.ADAM_MOVING_AVERAGE.plan, null, EVERY_STEP).states.get(0);
    assertThrows(
        IllegalArgumentException.class, () -> serial(Case.SGD.plan, adam, SnapshotRule.NEVER));
    assertThrows(
        IllegalArgumentException.class, () -> serial(Case.ADASCALE.plan, adam, SnapshotRule.NEVER));
  }

  private static String where(TrainState state) {
    return "from step " + state.step() + " at " + state.epoch() + ":" + state.position();
  }

  private static void assertSameEnd(Run through, Run other, String where) {
    assertArrayEquals(through.parameters, other.parameters, where);
    int from = through.told.size() - other.told.size();
    assertEquals(through.told.subList(from, through.told.size()), other.told, where);
  }

  private static TrainState find(List<TrainState> states, TrainState like) {
    return states.stream()
        .filter(s -> s.step() == like.step() && s.epoch() == like.epoch())
        .findFirst()
        .orElseThrow();
  }

  private static void assertSameState(TrainState a, TrainState b) {
    assertEquals(a.epochLoss(), b.epochLoss());
    assertArrayEquals(a.parameters(), b.parameters());
    SameState.assertSame(a.state(), b.state());
  }

  private static Run serial(TrainingPlan plan, TrainState from, SnapshotRule rule)
      throws IOException {
    return serial(plan, from, rule, () -> Request.NONE);
  }

  private static Run serial(
      TrainingPlan plan, TrainState from, SnapshotRule rule, Requests requests) throws IOException {
    List<String> told = new ArrayList<>();
    List<TrainState> states = new ArrayList<>();
    try (var workers =
        new SerialWorkers(MODEL, data, new Configuration(), SEED, requests, plan.exchange())) {
      var loop =
          new TrainingLoop(
              MODEL, data, plan, workers, e -> tell(e, told), start(plan, from), rule, states::add);
      return new Run(loop.run("test").parameters(), told, states);
    }
  }

  /** On threads of this JVM, ranks over sockets. */
  private static Run together(
      TrainingPlan plan, int ranks, int threads, TrainState from, SnapshotRule rule)
      throws Exception {
    List<String> told = new ArrayList<>();
    List<TrainState> parts = Collections.synchronizedList(new ArrayList<>());
    Ranks.Body<float[]> body =
        (rank, collectives) -> {
          Distribution hosts = Distribution.even(WORKERS, ranks);
          Collectives others = ranks == 1 ? null : collectives;
          Team team = new Team(MODEL.layout(), hosts, rank, threads, others, Ranks.BOUND);
          Ranks.Work<float[]> work =
              thread -> {
                int first = hosts.first(rank);
                int count = hosts.last(rank) - first;
                WorkerRange range =
                    new WorkerRange(
                        MODEL,
                        data.sampler(),
                        SEED,
                        WorkerData.load(
                            data,
                            new Configuration(),
                            first + count * thread / threads,
                            first + count * (thread + 1) / threads),
                        plan.exchange());
                try (var workers = new TeamWorkers(team, thread, range, () -> Request.NONE, plan)) {
                  boolean leads = rank == 0 && thread == 0;
                  Consumer<Event> events = leads ? e -> tell(e, told) : e -> {};
                  return new TrainingLoop(
                          MODEL, data, plan, workers, events, start(plan, from), rule, parts::add)
                      .run("test")
                      .parameters();
                }
              };
          try (team) {
            return Ranks.together(threads, work).get(0);
          }
        };
    try (Ranks all = new Ranks(ranks)) {
      List<float[]> ends = all.run(WORKERS, body);
      for (float[] end : ends) assertArrayEquals(ends.get(0), end);
      return new Run(ends.get(0), told, joined(parts));
    }
  }

  private static TrainState start(TrainingPlan plan, TrainState fromOrNull) {
    return fromOrNull == null ? TrainState.initial(MODEL, plan) : fromOrNull;
  }

  private static List<TrainState> joined(List<TrainState> parts) {
    Map<List<Long>, List<TrainState>> byPlace = new LinkedHashMap<>();
    parts.stream()
        .sorted(Comparator.comparingLong(TrainState::step).thenComparingInt(TrainState::epoch))
        .forEach(
            p ->
                byPlace
                    .computeIfAbsent(
                        List.of(p.step(), (long) p.epoch(), (long) p.position()),
                        place -> new ArrayList<>())
                    .add(p));
    return byPlace.values().stream().map(TrainState::join).toList();
  }

  private static void tell(Event event, List<String> told) {
    if (event instanceof Event.StepDone e)
      told.add(e.step() + " " + e.position() + " " + e.loss() + " " + e.learningRate());
    if (event instanceof Event.EpochDone e)
      told.add(e.epoch() + " " + e.trainLoss() + " " + e.validation().loss());
    if (event instanceof Event.Evaluated e)
      told.add(e.step() + " " + e.subset() + " " + e.figures().loss());
    if (event instanceof Event.Finished e)
      told.add(e.why() + " " + e.steps() + " " + e.epochs() + " " + e.restored());
  }

  private static Course course(long steps, Course.Looks looks) {
    return new Course(steps, looks, Course.Target.NONE);
  }

  private static GradientExchange coded(String name, String key, Object value) {
    return Exchanges.parse(Map.of("name", name, key, value));
  }

  /** So many steps, with a look at some. */
  private static Course course(long steps) {
    return new Course(steps, new Course.Looks(4, List.of(2L, 7L), true, false), Course.Target.NONE);
  }

  private static TrainingPlan plan(
      Map<String, Object> optimizer, BatchRule rule, EarlyStopping stopping) {
    return plan(optimizer, rule, TrainingPlan.Schedules.CONSTANT, stopping);
  }

  private static TrainingPlan plan(
      Map<String, Object> optimizer,
      BatchRule rule,
      TrainingPlan.Schedules schedules,
      EarlyStopping stopping) {
    return Plans.of(
        SEED,
        4,
        20,
        false,
        new Normalization(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, 1),
        OptimizerSpec.parse(optimizer),
        schedules,
        rule,
        5,
        stopping);
  }

  private static NetworkSpec network() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        new Shape(1, 28, 28),
        List.of(
            new LayerSpec.Dense(12, he),
            new LayerSpec.BatchNormalization(0.9, 1e-5),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dropout(0.3),
            new LayerSpec.Dense(10, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }
}
