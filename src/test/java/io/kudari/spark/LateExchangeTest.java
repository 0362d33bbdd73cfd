package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.collective.Hosts;
import io.kudari.collective.LinkException;
import io.kudari.collective.Phase;
import io.kudari.collective.WatchedLink;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.exchange.Exchanges;
import io.kudari.exchange.GradientExchange;
import io.kudari.exchange.Team;
import io.kudari.math.Layout;
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
import io.kudari.spark.link.NetworkLink;
import io.kudari.state.SameState;
import io.kudari.train.DataPlan;
import io.kudari.train.DivergedException;
import io.kudari.train.Plans;
import io.kudari.train.Request;
import io.kudari.train.Requests;
import io.kudari.train.Safety;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.algorithm.Compensation;
import io.kudari.train.algorithm.DelayedGradients;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.NoiseMode;
import io.kudari.train.worker.SerialWorkers;
import io.kudari.train.worker.TeamWorkers;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients that are applied late are exchanged while the next are computed, to the same bits. */
@Slow
class LateExchangeTest {

  private static final long SEED = 20261130;
  private static final int WORKERS = 6;
  private static final int BOUND_SECONDS = 20;

  /** 93 training examples in batches of 20 make 5 steps an epoch, the last of 13 examples. */
  private static final DataPlan.Sources DATA =
      new DataPlan.Sources(new DigitsSource(116, 1), new DigitsSource(20, 2), 0.2);

  private static final ModelSpec MODEL = new ProgramModel(network());

  private static final Map<String, Object> MOMENTUM =
      Map.of("name", "momentum", "learning-rate", 0.05);

  private static final Compensation ADAPTIVE = new Compensation(0.5, true);

  private enum Case {
    NONE(plan(MOMENTUM, new DelayedGradients(0))),
    ONE(plan(MOMENTUM, new DelayedGradients(1))),
    TWO(plan(MOMENTUM, new DelayedGradients(2))),
    ONE_COMPENSATED(plan(MOMENTUM, new DelayedGradients(1, ADAPTIVE))),
    TWO_COMPENSATED(plan(MOMENTUM, new DelayedGradients(2, new Compensation(0.5, false)))),
    ONE_AVERAGED(
        plan(Map.of("name", "adam", "learning-rate", 0.005, "ema", 0.9), new DelayedGradients(1))),
    ONE_CLIPPED(
        plan(
            Map.of("name", "momentum", "learning-rate", 0.05, "clip-norm", 0.5),
            new DelayedGradients(1))),
    ONE_ROUNDED(plan(MOMENTUM, new DelayedGradients(1)).by(coded("bf16", "error-feedback", true))),
    ONE_CODED(
        plan(MOMENTUM, new DelayedGradients(1)).by(coded("top-k", "share", 0.05, "warm-up", 2))),
    TWO_CODED(plan(MOMENTUM, new DelayedGradients(2, ADAPTIVE)).by(coded("qsgd", "bits", 6))),
    TWO_CLIPPED_CODED(
        plan(
                Map.of("name", "momentum", "learning-rate", 0.05, "clip-norm", 0.5),
                new DelayedGradients(2))
            .by(coded("sign"))),
    ONE_SKIPPING(
        plan(MOMENTUM, new DelayedGradients(1)).with(new Safety(Safety.Action.SKIP, 0.5, 0, 3)));

    private final TrainingPlan plan;

    Case(TrainingPlan plan) {
      this.plan = plan;
    }
  }

  private record Run(float[] parameters, List<String> told, List<TrainState> states) {}

  private static final SnapshotRule EVERY_STEP = new SnapshotRule(1, 0, 0);

  private static DataPlan data;

  @BeforeAll
  static void readData() throws IOException {
    data = DataPlan.of(DATA, new Configuration(), WORKERS, SEED);
  }

  @AfterEach
  void noCourierIsLeft() throws InterruptedException {
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (!t.getName().endsWith("-courier")) continue;
      // Of ranks that failed, all but the first may still be ending.
      t.join(1000 * BOUND_SECONDS);
      assertFalse(t.isAlive(), t.getName());
    }
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void anyRanksAndThreadsEndWithTheBitsOfSerialAndSoDoTheirStates(Case of) throws Exception {
    Run through = serial(MODEL, of.plan, null, EVERY_STEP);
    assertSame(through, together(MODEL, of.plan, 1, 2, null, SnapshotRule.NEVER), "2 threads");
    assertSame(through, together(MODEL, of.plan, 2, 1, null, SnapshotRule.NEVER), "2 ranks");
    assertSame(through, together(MODEL, of.plan, 4, 1, null, SnapshotRule.NEVER), "4 ranks");
    Run three = together(MODEL, of.plan, 3, 2, null, new SnapshotRule(3, 0, 0));
    assertSame(through, three, "3 ranks of 2 threads");
    for (TrainState state : three.states) {
      TrainState same =
          through.states.stream()
              .filter(s -> s.step() == state.step() && s.epoch() == state.epoch())
              .findFirst()
              .orElseThrow();
      assertArrayEquals(same.parameters(), state.parameters());
      SameState.assertSame(same.state(), state.state());
    }
    TrainState middle = three.states.get(1);
    assertSame(through, serial(MODEL, of.plan, middle, SnapshotRule.NEVER), "serial from 6");
    Run two = together(MODEL, of.plan, 2, 2, middle, SnapshotRule.NEVER);
    assertSame(through, two, "2 ranks of 2 threads from 6");
  }

  /** Two hosts of two ranks, with three workers each: no whole subtree of the sum. */
  @ParameterizedTest
  @EnumSource(
      value = Case.class,
      names = {"ONE", "TWO_COMPENSATED", "ONE_ROUNDED", "ONE_CODED", "TWO_CODED"})
  void ranksThatExchangeByHostsEndWithTheSameBits(Case of) throws Exception {
    Run through = serial(MODEL, of.plan, null, EVERY_STEP);
    Optional<Hosts> hosts = Optional.of(new Hosts(4, List.of(0, 2)));
    SnapshotRule third = new SnapshotRule(3, 0, 0);
    Run found = together(MODEL, of.plan, 4, 1, null, third, new ArrayList<>(), hosts);
    assertSame(through, found, "4 ranks on 2 hosts");
    TrainState middle = found.states.get(1);
    SameState.assertSame(through.states.get((int) middle.step() - 1).state(), middle.state());
    Run rest = together(MODEL, of.plan, 4, 1, middle, SnapshotRule.NEVER, new ArrayList<>(), hosts);
    assertSame(through, rest, "4 ranks on 2 hosts from step " + middle.step());
  }

  /**
   * What is sent of a gradient does not leave before the next gradient has begun, and that does not
   * end before its parameters, or the codes of the one before, are on their way.
   */
  @ParameterizedTest
  @CsvSource({"1, dense", "2, dense", "1, fp16", "1, sign", "3, sign"})
  void ranksExchangeWhileTheyCompute(int delay, String exchange) throws Exception {
    int steps = 5;
    TrainingPlan plan =
        plan(MOMENTUM, new DelayedGradients(delay))
            .by(coded(exchange))
            .with(NoiseMode.OFF)
            .with(new Course(steps, Course.Looks.EPOCHS, Course.Target.NONE));
    Gates gates = new Gates(steps, exchange.equals("sign"));
    Run serial = serial(MODEL, plan, null, SnapshotRule.NEVER);
    List<float[]> ends =
        ranks(
            2,
            (rank, link) -> new WatchedLink(link, gates.of(rank)),
            (rank, collectives) -> {
              ModelSpec model = new Heard((call, sum) -> gates.computes(rank, call));
              return rank(model, plan, rank, 2, collectives);
            });
    for (float[] end : ends) assertArrayEquals(serial.parameters, end);
  }

  /** What each of two ranks waits for, by step. */
  private static final class Gates {

    private final int steps;
    private final boolean codes;
    private final CountDownLatch[][] begun;
    private final CountDownLatch[][] gathered;

    /** By rank: the operations that summed gradients, and those that shared parameters. */
    private final List<List<Long>> sums = List.of(new ArrayList<>(), new ArrayList<>());

    private final List<List<Long>> shares = List.of(new ArrayList<>(), new ArrayList<>());

    Gates(int steps, boolean codes) {
      this.steps = steps;
      this.codes = codes;
      this.begun = latches(steps);
      this.gathered = latches(steps);
    }

    private static CountDownLatch[][] latches(int steps) {
      return IntStream.range(0, 2)
          .mapToObj(
              r ->
                  IntStream.range(0, steps)
                      .mapToObj(s -> new CountDownLatch(1))
                      .toArray(CountDownLatch[]::new))
          .toArray(CountDownLatch[][]::new);
    }

    /** A sum waits for the gradient of the next step, parameters for that of their own. */
    WatchedLink.Watch of(int rank) {
      return (phase, operation) -> {
        if (!Thread.currentThread().getName().endsWith("-courier")) return;
        boolean sum = phase == Phase.REDUCE_SCATTER;
        int place = place(sum ? sums.get(rank) : shares.get(rank), operation);
        // Of codes the lengths are gathered, and then they.
        int step = codes ? place / 2 + 1 : sum ? place + 1 : place;
        if (step == steps) return;
        await(begun[rank][step], "step " + step + " has not begun");
        if (!sum) gathered[rank][step].countDown();
      };
    }

    private static int place(List<Long> operations, long operation) {
      if (!operations.contains(operation)) operations.add(operation);
      return operations.indexOf(operation);
    }

    /** Each rank computes the gradients of three workers in a step. */
    void computes(int rank, int call) throws LinkException {
      int step = call / 3;
      begun[rank][step].countDown();
      if (call % 3 < 2 || codes && step == 0) return;
      await(gathered[rank][step], "nothing was gathered while step " + step + " computes");
    }

    private static void await(CountDownLatch latch, String otherwise) throws LinkException {
      try {
        if (!latch.await(BOUND_SECONDS / 2, TimeUnit.SECONDS)) throw new LinkException(otherwise);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LinkException("interrupted");
      }
    }
  }

  @Test
  void aLinkThatFailsWhileRanksComputeEndsTheRunInOneLine() throws Exception {
    TrainingPlan plan = plan(MOMENTUM, new DelayedGradients(1)).with(NoiseMode.OFF);
    int[] sums = {0};
    WatchedLink.Watch cut =
        (phase, operation) -> {
          if (phase == Phase.REDUCE_SCATTER && ++sums[0] == 3) throw new LinkException("cut");
        };
    List<Throwable> ends = failures(plan, rank -> MODEL, rank -> rank == 1 ? cut : (p, o) -> {});
    assertTrue(ends.get(1).getMessage().contains("reduce-scatter: cut"), "" + ends.get(1));
    assertTrue(ends.get(0).getMessage().contains("cut"), "" + ends.get(0));
    for (Throwable end : ends) assertFalse(end.getMessage().contains("\n"), "" + end);
  }

  @Test
  void aGradientThatFailsEndsTheRunOfAllWithItsReason() throws Exception {
    TrainingPlan plan = plan(MOMENTUM, new DelayedGradients(1)).with(NoiseMode.OFF);
    ModelSpec failing =
        new Heard(
            (call, sum) -> {
              if (call == 9) throw new IllegalStateException("no more memory");
            });
    List<Throwable> ends =
        failures(plan, rank -> rank == 1 ? failing : MODEL, rank -> (p, o) -> {});
    assertEquals("no more memory", ends.get(1).getMessage());
    assertTrue(ends.get(0).getMessage().contains("no more memory"), "" + ends.get(0));
  }

  /** A sum is looked at in the step after its own. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aGradientThatIsNoNumberEndsTheRunWithItsOwnStepAndIsInNoState(int delay) throws Exception {
    TrainingPlan plan = plan(MOMENTUM, new DelayedGradients(delay));
    String line = "the gradient of 0.weight is NaN or infinite at step 2";
    List<TrainState> states = Collections.synchronizedList(new ArrayList<>());
    var alone =
        assertThrows(
            DivergedException.class,
            () -> serial(spoilt(2 * WORKERS), plan, null, EVERY_STEP, states));
    assertTrue(alone.getMessage().contains(line), alone.getMessage());
    assertEquals(2, states.size());
    states.clear();
    var e =
        assertThrows(
            ExecutionException.class,
            () -> together(spoilt(2 * WORKERS / 3), plan, 3, 1, null, EVERY_STEP, states));
    assertTrue(e.getCause().getMessage().contains(line), e.getCause().getMessage());
    List<TrainState> later = states.stream().filter(s -> s.step() > 2).toList();
    assertFalse(TrainState.isWhole(later, MODEL.layout().size()), "no state has it");
    // Where no states are made, the run may end a step later.
    e =
        assertThrows(
            ExecutionException.class,
            () -> together(spoilt(2 * WORKERS / 3), plan, 3, 1, null, SnapshotRule.NEVER));
    assertTrue(e.getCause().getMessage().contains(line), e.getCause().getMessage());
  }

  /** The gradient of one call has a value that is no number, though its loss is one. */
  private static ModelSpec spoilt(int call) {
    return new Heard(
        (n, sum) -> {
          if (n == call) sum[0] = Float.NaN;
        });
  }

  /** Hears of every gradient that an opened model computes, with the number of the call. */
  private record Heard(Hears hears) implements ModelSpec {

    private interface Hears {
      void gradient(int call, float[] sum) throws LinkException;
    }

    @Override
    public Layout layout() {
      return MODEL.layout();
    }

    @Override
    public Shape input() {
      return MODEL.input();
    }

    @Override
    public int outputs() {
      return MODEL.outputs();
    }

    @Override
    public Loss loss() {
      return MODEL.loss();
    }

    @Override
    public float[] initial(long seed) {
      return MODEL.initial(seed);
    }

    @Override
    public GradientFunction open() {
      GradientFunction function = MODEL.open();
      int[] calls = {0};
      return new GradientFunction() {
        @Override
        public double gradient(float[] parameters, MiniBatch batch, float[] sum) {
          return gradient(parameters, batch, sum, from -> {});
        }

        @Override
        public double gradient(
            float[] parameters, MiniBatch batch, float[] sum, IntConsumer finalFrom) {
          double loss = function.gradient(parameters, batch, sum);
          try {
            hears.gradient(calls[0]++, sum);
          } catch (LinkException e) {
            throw new IllegalStateException(e.getMessage(), e);
          }
          finalFrom.accept(0);
          return loss;
        }

        @Override
        public void outputs(float[] parameters, MiniBatch batch, float[] outputs) {
          function.outputs(parameters, batch, outputs);
        }

        @Override
        public void close() {
          function.close();
        }
      };
    }
  }

  private static Run serial(ModelSpec model, TrainingPlan plan, TrainState from, SnapshotRule rule)
      throws IOException {
    return serial(model, plan, from, rule, new ArrayList<>());
  }

  private static Run serial(
      ModelSpec model,
      TrainingPlan plan,
      TrainState from,
      SnapshotRule rule,
      List<TrainState> states)
      throws IOException {
    List<String> told = new ArrayList<>();
    Requests none = Requests.stopping(() -> false);
    try (Workers workers =
        new SerialWorkers(model, data, new Configuration(), SEED, none, plan.exchange())) {
      float[] end = train(model, plan, workers, from, rule, e -> tell(e, told), states::add);
      return new Run(end, told, states);
    }
  }

  private static float[] train(
      ModelSpec model,
      TrainingPlan plan,
      Workers workers,
      TrainState fromOrNull,
      SnapshotRule rule,
      Consumer<Event> events,
      Consumer<TrainState> states) {
    TrainState from = fromOrNull == null ? TrainState.initial(model, plan) : fromOrNull;
    return new TrainingLoop(model, data, plan, workers, events, from, rule, states)
        .run("test")
        .parameters();
  }

  private static Run together(
      ModelSpec model,
      TrainingPlan plan,
      int ranks,
      int threads,
      TrainState from,
      SnapshotRule rule)
      throws Exception {
    return together(model, plan, ranks, threads, from, rule, new ArrayList<>());
  }

  /** On threads of this JVM, ranks over sockets. */
  private static Run together(
      ModelSpec model,
      TrainingPlan plan,
      int ranks,
      int threads,
      TrainState from,
      SnapshotRule rule,
      List<TrainState> states)
      throws Exception {
    return together(model, plan, ranks, threads, from, rule, states, Optional.empty());
  }

  private static Run together(
      ModelSpec model,
      TrainingPlan plan,
      int ranks,
      int threads,
      TrainState from,
      SnapshotRule rule,
      List<TrainState> states,
      Optional<Hosts> byHosts)
      throws Exception {
    List<String> told = new ArrayList<>();
    List<TrainState> parts = Collections.synchronizedList(new ArrayList<>());
    Ranks.Body<float[]> body =
        (rank, others) -> {
          Distribution hosts = Distribution.even(WORKERS, ranks);
          Team team =
              new Team(
                  model.layout(), hosts, rank, threads, ranks == 1 ? null : others, Ranks.BOUND);
          try (team) {
            return Ranks.together(
                    threads,
                    thread -> {
                      boolean leads = rank == 0 && thread == 0;
                      Consumer<Event> events = leads ? e -> tell(e, told) : e -> {};
                      try (Workers workers = workers(model, plan, team, thread)) {
                        return train(model, plan, workers, from, rule, events, parts::add);
                      } catch (RuntimeException e) {
                        team.fail(e);
                        throw e;
                      }
                    })
                .get(0);
          }
        };
    try (Ranks all = new Ranks(ranks)) {
      List<float[]> ends = all.run(WORKERS, byHosts, body);
      for (float[] end : ends) assertArrayEquals(ends.get(0), end);
      states.addAll(joined(parts));
      return new Run(ends.get(0), told, states);
    } catch (ExecutionException e) {
      states.addAll(parts);
      throw e.getCause() instanceof ExecutionException inner ? inner : e;
    }
  }

  private static Workers workers(ModelSpec model, TrainingPlan plan, Team team, int thread)
      throws IOException {
    int first = team.distribution().first(team.rank());
    int from = first + team.hosted() * thread / team.threads();
    int to = first + team.hosted() * (thread + 1) / team.threads();
    WorkerData own = WorkerData.load(data, new Configuration(), from, to);
    WorkerRange range = new WorkerRange(model, data.sampler(), SEED, own, plan.exchange());
    return new TeamWorkers(team, thread, range, () -> Request.NONE, plan);
  }

  /** A rank of one thread. */
  private static float[] rank(
      ModelSpec model, TrainingPlan plan, int rank, int ranks, Collectives collectives)
      throws IOException {
    Distribution hosts = Distribution.even(WORKERS, ranks);
    try (Team team = new Team(model.layout(), hosts, rank, 1, collectives, Ranks.BOUND);
        Workers workers = workers(model, plan, team, 0)) {
      try {
        return train(model, plan, workers, null, SnapshotRule.NEVER, e -> {}, s -> {});
      } catch (RuntimeException e) {
        team.fail(e);
        throw e;
      }
    }
  }

  private interface Wrap {
    WatchedLink of(int rank, NetworkLink link);
  }

  private static <T> List<T> ranks(int ranks, Wrap wrap, Ranks.Body<T> body) throws Exception {
    try (Ranks all = new Ranks(ranks)) {
      return Ranks.together(
          ranks,
          rank -> {
            NetworkLink link = all.links.get(rank);
            link.connect(all.addresses(), Ranks.BOUND);
            Distribution hosts = Distribution.even(WORKERS, ranks);
            return body.run(rank, new Collectives(wrap.of(rank, link), 1, hosts, Ranks.BOUND));
          });
    }
  }

  private interface ByRank<T> {
    T of(int rank);
  }

  /** What two ranks end with. */
  private static List<Throwable> failures(
      TrainingPlan plan, ByRank<ModelSpec> models, ByRank<WatchedLink.Watch> watches)
      throws Exception {
    return ranks(
        2,
        (rank, link) -> new WatchedLink(link, watches.of(rank)),
        (rank, collectives) ->
            assertThrows(
                RuntimeException.class, () -> rank(models.of(rank), plan, rank, 2, collectives)));
  }

  private static List<TrainState> joined(List<TrainState> parts) {
    Map<Long, List<TrainState>> bySteps = new TreeMap<>();
    for (TrainState part : parts)
      bySteps.computeIfAbsent(part.step(), s -> new ArrayList<>()).add(part);
    return bySteps.values().stream().map(TrainState::join).toList();
  }

  private static void assertSame(Run expected, Run found, String where) {
    assertArrayEquals(expected.parameters, found.parameters, where);
    List<String> all = expected.told;
    List<String> rest = all.subList(all.size() - found.told.size(), all.size());
    assertEquals(rest, found.told, where);
  }

  private static void tell(Event event, List<String> into) {
    if (event instanceof Event.StepDone e)
      into.add(e.step() + " " + e.loss() + " " + e.learningRate());
    if (event instanceof Event.Scalar e) into.add(e.tag() + " " + e.step() + " " + e.value());
    if (event instanceof Event.EpochDone e) into.add(e.epoch() + " " + e.validation().loss());
    if (event instanceof Event.Finished e) into.add(e.why() + " " + e.steps() + " " + e.test());
  }

  private static GradientExchange coded(String name, Object... settings) {
    Map<String, Object> section = new TreeMap<>(Map.of("name", name));
    for (int i = 0; i < settings.length; i += 2) section.put((String) settings[i], settings[i + 1]);
    return Exchanges.parse(section);
  }

  private static TrainingPlan plan(Map<String, Object> optimizer, DelayedGradients algorithm) {
    return Plans.of(
        SEED,
        2,
        20,
        false,
        new Normalization(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, 1),
        OptimizerSpec.parse(optimizer),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        20,
        null,
        algorithm);
  }

  private static NetworkSpec network() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        new Shape(1, 28, 28),
        List.of(
            new LayerSpec.Dense(12, he),
            new LayerSpec.Activate(Activation.RELU),
            new LayerSpec.Dropout(0.3),
            new LayerSpec.Dense(10, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }
}
