package io.kudari.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.ExampleStore;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.data.Task;
import io.kudari.event.Event;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.GradientFunction;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.state.Stateful;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.plan.LastBatch;
import io.kudari.train.worker.SerialWorkers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop on a straight line through noisy points, with three workers on one thread. */
class TrainingLoopTest {

  private static final Map<String, Object> SGD = Map.of("name", "sgd", "learning-rate", 0.1);

  private final List<Event> events = new ArrayList<>();

  @Test
  void stopsWhenPatienceIsExhaustedWithTheBitsOfTheBestEpoch() throws IOException {
    float[] one = run(plan(SGD, 1, 10, false, null));
    events.clear();
    // No change is large enough: the first epoch stays the best.
    EarlyStopping never = new EarlyStopping(EarlyStopping.Metric.LOSS, 3, 1e9, true);
    float[] restored = run(plan(SGD, 50, 10, false, never));
    assertEquals(4, count(Event.EpochDone.class));
    assertEquals("stopped early", finished().why());
    assertEquals(0, finished().restored());
    assertArrayEquals(one, restored);
  }

  @Test
  void withoutRestoringARunEndsWithItsLastEpoch() throws IOException {
    float[] four = run(plan(SGD, 4, 10, false, null));
    events.clear();
    EarlyStopping never = new EarlyStopping(EarlyStopping.Metric.LOSS, 3, 1e9, false);
    assertArrayEquals(four, run(plan(SGD, 50, 10, false, never)));
    assertEquals(-1, finished().restored());
  }

  @Test
  void goesOnWhileEveryEpochImproves() throws IOException {
    EarlyStopping stopping = new EarlyStopping(EarlyStopping.Metric.LOSS, 1, 0, true);
    Map<String, Object> slow = Map.of("name", "sgd", "learning-rate", 0.001);
    run(plan(slow, 8, 10, false, stopping));
    assertEquals("completed", finished().why());
    assertEquals(7, finished().restored());
  }

  @Test
  void aRunOfGivenStepsEndsWithinAnEpochAndIsEvaluated() throws IOException {
    Course.Looks looks = new Course.Looks(0, List.of(2L, 3L, 4L), false, false);
    run(plan(SGD, 9, 10, false, null).with(new Course(5, looks, Course.Target.NONE)));
    // Step 3 ends an epoch, which is evaluated once.
    assertEquals(List.of(2L, 4L, 5L), looked().stream().map(Event.Evaluated::step).toList());
    assertEquals(1, count(Event.EpochDone.class));
    assertEquals("completed", finished().why());
    assertEquals(5, finished().steps());
    assertEquals(1, finished().epochs());
  }

  @Test
  void schedulesStretchOverTheStepsOfTheRun() throws IOException {
    ScheduleSpec cosine = ScheduleSpec.parse(Map.of("kind", "cosine"));
    TrainingPlan.Schedules schedules =
        new TrainingPlan.Schedules(cosine, ScheduleSpec.CONSTANT, ScheduleSpec.CONSTANT);
    TrainingPlan six = plan(SGD, 2, 10, BatchRule.NONE, 10, schedules, false, null);
    TrainingPlan many = plan(SGD, 6, 10, BatchRule.NONE, 10, schedules, false, null);
    float[] expected = run(six);
    float[] found = run(many.with(new Course(6, Course.Looks.EPOCHS, Course.Target.NONE)));
    assertArrayEquals(expected, found);
  }

  @Test
  void aTargetEndsTheRunWithTheParametersThatReachIt() throws IOException {
    Course.Looks each = new Course.Looks(1, List.of(), false, false);
    TrainingPlan plan = plan(SGD, 9, 10, false, null);
    float[] expected = run(plan.with(new Course(4, each, Course.Target.NONE)));
    double loss = looked().get(looked().size() - 1).figures().loss();
    assertTrue(looked().stream().filter(e -> e.figures().loss() <= loss).count() == 1, "first");
    events.clear();
    var target = new Course.Target(EarlyStopping.Metric.LOSS, loss);
    float[] found = run(plan.with(new Course(Course.UNBOUNDED, each, target)));
    assertEquals("target reached", finished().why());
    assertEquals(4, finished().steps());
    assertArrayEquals(expected, found);
    events.clear();
    // Without a look within epochs it is the end of the second that reaches it.
    run(plan.with(new Course(Course.UNBOUNDED, Course.Looks.EPOCHS, target)));
    assertEquals("target reached", finished().why());
    assertEquals(6, finished().steps());
  }

  @Test
  void evaluationsOnTheWayChangeNoBit() throws IOException {
    Map<String, Object> ema = Map.of("name", "momentum", "learning-rate", 0.1, "ema", 0.75);
    float[] expected = run(plan(ema, 3, 10, false, null));
    Course.Looks each = new Course.Looks(1, List.of(), true, false);
    Course course = new Course(Course.UNBOUNDED, each, Course.Target.NONE);
    assertArrayEquals(expected, run(plan(ema, 3, 10, false, null).with(course)));
  }

  @Test
  void aFullBatchRunEndsAfterItsSteps() throws IOException {
    Course course = new Course(3, Course.Looks.EPOCHS, Course.Target.NONE);
    run(plan(Map.of("name", "cg"), 20, 10, false, null).with(course));
    assertEquals("completed", finished().why());
    assertTrue(finished().steps() <= 3, finished().steps() + " steps");
    assertEquals(finished().steps(), count(Event.EpochDone.class));
  }

  @Test
  void theTrainingExamplesAreEvaluatedAtTheEndWithTheParametersThatAreKept() throws IOException {
    Course.Looks looks = new Course.Looks(0, List.of(), false, true);
    Course course = new Course(Course.UNBOUNDED, looks, Course.Target.NONE);
    float[] found = run(plan(SGD, 2, 10, false, null).with(course));
    assertEquals(List.of("train"), looked().stream().map(Event.Evaluated::subset).toList());
    assertEquals(25, looked().get(0).figures().examples());
    // A step of all examples from these parameters tells the same loss before its update.
    DataPlan data = data(10);
    events.clear();
    try (Workers workers = workers(data, () -> false)) {
      TrainState from = TrainState.initial(found);
      TrainingPlan one = plan(SGD, 1, 25, false, null).with(course);
      new TrainingLoop(LINE, data, one, workers, events::add, from, SnapshotRule.NEVER, part -> {})
          .run("serial");
    }
    double before = steps().get(0).loss();
    events.clear();
    run(plan(SGD, 2, 10, false, null).with(course));
    assertEquals(before, looked().get(0).figures().loss(), 1e-6);
  }

  @Test
  void anInterruptedRunEndsAfterTheStep() throws IOException {
    int[] asked = {0};
    DataPlan data = data(10);
    TrainingLoop.Result result;
    try (Workers workers = workers(data, () -> ++asked[0] == 5)) {
      result =
          Loops.fresh(LINE, data, plan(SGD, 9, 10, false, null), workers, events::add)
              .run("serial");
    }
    assertTrue(result.interrupted());
    assertEquals("interrupted", finished().why());
    assertEquals(5, finished().steps());
    assertEquals(5, count(Event.StepDone.class));
  }

  @Test
  void aLossThatIsNoNumberNamesStepAndWorker() {
    Map<String, Object> huge = Map.of("name", "sgd", "learning-rate", 1e30);
    DivergedException e =
        assertThrows(DivergedException.class, () -> run(plan(huge, 9, 10, false, null)));
    assertTrue(
        e.getMessage().contains(" at step 2 of worker 0, first in the parameter slope: "),
        e.getMessage());
    assertEquals(0, count(Event.Finished.class));
  }

  @Test
  void parametersThatTheLastUpdateSpoiltAreNoResult() {
    Map<String, Object> spoiling = Map.of("name", "sgd", "learning-rate", 1e39);
    DivergedException e =
        assertThrows(DivergedException.class, () -> run(plan(spoiling, 1, 25, false, null)));
    assertTrue(e.getMessage().contains(" after step 1: training has diverged"), e.getMessage());
    assertEquals(0, count(Event.Finished.class));
  }

  @Test
  void theShortLastBatchIsKeptOrDropped() throws IOException {
    run(plan(SGD, 1, 10, false, null));
    assertEquals(List.of(10, 10, 5), steps().stream().map(Event.StepDone::examples).toList());
    events.clear();
    run(plan(SGD, 1, 10, true, null));
    assertEquals(List.of(10, 10), steps().stream().map(Event.StepDone::examples).toList());
  }

  @Test
  void aCarriedBatchTakesTheExamplesOfBothEpochs() throws IOException {
    // 25 examples: 10, 10, 5 + 5 | 10, 10. Batches of 5 see the same ones, two by two.
    run(plan(SGD, 2, 10, false, null).with(LastBatch.CARRY));
    List<Event.StepDone> steps = steps();
    assertEquals(
        List.of(10, 10, 10, 10, 10), steps.stream().map(Event.StepDone::examples).toList());
    assertEquals(
        List.of(10, 20, 30, 15, 25), steps.stream().map(Event.StepDone::position).toList());
    assertEquals(2, count(Event.EpochDone.class));
    double third = steps.get(2).loss();
    // At these parameters the examples 20..25 of an epoch and 0..5 of the next have this mean.
    events.clear();
    Map<String, Object> still = Map.of("name", "sgd", "learning-rate", 1e-30);
    run(plan(still, 2, 10, false, null).with(LastBatch.CARRY));
    double carried = steps().get(2).loss();
    events.clear();
    run(plan(still, 2, 5, false, null));
    assertEquals((steps().get(4).loss() + steps().get(5).loss()) / 2, carried, 1e-12);
    assertTrue(third < carried, "it learns");
  }

  @Test
  void theBatchMayGrowByTheEpoch() throws IOException {
    ScheduleSpec doubling =
        ScheduleSpec.parse(Map.of("kind", "step", "every-epochs", 1.0, "factor", 2.0));
    run(
        plan(
            SGD,
            3,
            5,
            BatchRule.LINEAR,
            5,
            new TrainingPlan.Schedules(ScheduleSpec.CONSTANT, ScheduleSpec.CONSTANT, doubling),
            false,
            null));
    assertEquals(
        List.of(5, 5, 5, 5, 5, 10, 10, 5, 20, 5),
        steps().stream().map(Event.StepDone::examples).toList());
    assertEquals(0.1, steps().get(0).learningRate(), 1e-12);
    assertEquals(0.2, steps().get(5).learningRate(), 1e-12);
    assertEquals(0.4, steps().get(8).learningRate(), 1e-12);
  }

  @Test
  void rulesChangeTheRateWithTheBatch() throws IOException {
    for (BatchRule rule : BatchRule.values()) {
      events.clear();
      run(plan(SGD, 2, 12, rule, 3, TrainingPlan.Schedules.CONSTANT, false, null));
      for (Event.StepDone step : steps()) {
        double factor = step.learningRate() / 0.1;
        switch (rule) {
          case NONE -> assertEquals(1, factor, 1e-12);
          case LINEAR -> assertEquals(4, factor, 1e-12);
          case SQUARE_ROOT, LEGW -> assertEquals(2, factor, 1e-12);
          case ADASCALE -> assertTrue(factor >= 1 && factor <= 4, "gain " + factor);
        }
      }
    }
  }

  @Test
  void aPlateauOfTheValidationLossLowersTheRate() throws IOException {
    ScheduleSpec plateau =
        ScheduleSpec.parse(
            Map.of("kind", "plateau", "factor", 0.5, "patience", 0.0, "threshold", 0.999));
    TrainingPlan.Schedules schedules =
        new TrainingPlan.Schedules(plateau, ScheduleSpec.CONSTANT, ScheduleSpec.CONSTANT);
    run(plan(SGD, 4, 25, BatchRule.NONE, 25, schedules, false, null));
    // The first epoch is the best so far; none after it gains 99.9%.
    assertEquals(
        List.of(0.1, 0.1, 0.05, 0.025),
        steps().stream().map(Event.StepDone::learningRate).toList());
  }

  @Test
  void theMovingAverageIsWhatARunEndsWith() throws IOException {
    float[] plain = run(plan(SGD, 1, 25, false, null));
    Map<String, Object> ema = Map.of("name", "sgd", "learning-rate", 0.1, "ema", 0.75);
    float[] averaged = run(plan(ema, 1, 25, false, null));
    // One step from zero: 0.75 × 0 + 0.25 × parameters.
    assertArrayEquals(new float[] {0.25f * plain[0], 0.25f * plain[1]}, averaged);
  }

  @Test
  void theStochasticAverageIsTheMeanOfItsPoints() throws IOException {
    float[] mean = new float[2];
    for (int epochs = 1; epochs <= 3; epochs++) {
      float[] point = run(plan(SGD, epochs, 25, false, null));
      for (int i = 0; i < 2; i++) mean[i] += point[i] / 3;
    }
    Map<String, Object> swa = Map.of("name", "sgd", "learning-rate", 0.1, "swa-start", 1.0);
    assertArrayEquals(mean, run(plan(swa, 3, 25, false, null)), 1e-6f);
  }

  @Test
  void aMeterGoesOnWithItsStateAndBeginsWhereThereIsNone() throws IOException {
    TrainingPlan plain = plan(SGD, 2, 10, false, null);
    TrainingPlan counting = plain.with(List.of(new Counting()));
    List<TrainState> counted = new ArrayList<>();
    List<TrainState> uncounted = new ArrayList<>();
    float[] expected = rest(counting, null, counted);
    assertEquals(List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), counts());
    assertArrayEquals(expected, rest(plain, null, uncounted));
    assertEquals(2, counted.get(1).step());
    List<TrainState> later = new ArrayList<>();
    assertArrayEquals(expected, rest(counting, counted.get(1), later));
    assertEquals(List.of(3.0, 4.0, 5.0, 6.0), counts());
    assertArrayEquals(expected, rest(counting, uncounted.get(1), later));
    assertEquals(List.of(1.0, 2.0, 3.0, 4.0), counts(), "a new meter begins");
    assertArrayEquals(expected, rest(plain, counted.get(1), later));
    assertEquals(List.of(), counts(), "one that is gone is forgotten");
  }

  /** Trains, from a state if one is given, and keeps the state of every step. */
  private float[] rest(TrainingPlan plan, TrainState fromOrNull, List<TrainState> states)
      throws IOException {
    events.clear();
    TrainState from = fromOrNull == null ? TrainState.initial(LINE, plan) : fromOrNull;
    DataPlan data = data(10);
    try (Workers workers = workers(data, () -> false)) {
      SnapshotRule each = new SnapshotRule(1, 0, 0);
      return new TrainingLoop(LINE, data, plan, workers, events::add, from, each, states::add)
          .run("serial")
          .parameters();
    }
  }

  private List<Double> counts() {
    List<Double> counts = new ArrayList<>();
    for (Event e : events)
      if (e instanceof Event.Scalar s && s.tag().equals("count")) counts.add(s.value());
    return counts;
  }

  /** Counts the steps that it has seen. */
  private record Counting() implements MeterSpec {

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public String doc() {
      return "every step, how many it has seen";
    }

    @Override
    public Meter open(Meter.Context context) {
      return new Counter();
    }
  }

  private static final class Counter implements Meter, Stateful {

    private double count;

    @Override
    public void after(long steps, float[] parameters, Consumer<Event> events) {
      events.accept(new Event.Scalar("count", steps, ++count));
    }

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public void save(StateWriter to) {
      to.numbers("count", count);
    }

    @Override
    public void restore(StateReader from) {
      count = from.numbers("count", 1)[0];
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"l-bfgs", "cg"})
  void fullBatchRecipesFindTheLeastSquares(String name) throws IOException {
    float[] found = run(plan(Map.of("name", name), 20, 10, false, null));
    double[] expected = leastSquares();
    assertEquals(expected[0], found[0], 1e-3);
    assertEquals(expected[1], found[1], 1e-3);
  }

  private float[] run(TrainingPlan plan) throws IOException {
    DataPlan data = data(10);
    try (Workers workers = workers(data, () -> false)) {
      return Loops.fresh(LINE, data, plan, workers, events::add).run("serial").parameters();
    }
  }

  private static DataPlan data(int validation) throws IOException {
    double share = validation / (25.0 + validation);
    return DataPlan.of(
        new DataPlan.Sources(new Points(25 + validation), null, share), new Configuration(), 3, 7);
  }

  private static Workers workers(DataPlan data, BooleanSupplier stop) throws IOException {
    return new SerialWorkers(LINE, data, new Configuration(), 7, stop);
  }

  /** Of the training examples, by the normal equations. */
  private static double[] leastSquares() throws IOException {
    DataPlan data = data(10);
    Shards dealt = data.dealing(new SourceReader(new Configuration())).deal(0, 3);
    ExampleStore all = dealt.examples();
    float[] point = new float[2];
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (int i : Arrays.stream(dealt.training()).flatMapToInt(Arrays::stream).toArray()) {
      all.features(i, point, 0);
      all.targets(i, point, 1);
      double x = point[0];
      double y = point[1];
      n++;
      sx += x;
      sy += y;
      sxx += x * x;
      sxy += x * y;
    }
    double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
    return new double[] {slope, (sy - slope * sx) / n};
  }

  private static TrainingPlan plan(
      Map<String, Object> optimizer, int epochs, int batch, boolean drop, EarlyStopping stopping) {
    return plan(
        optimizer,
        epochs,
        batch,
        BatchRule.NONE,
        batch,
        TrainingPlan.Schedules.CONSTANT,
        drop,
        stopping);
  }

  private static TrainingPlan plan(
      Map<String, Object> optimizer,
      int epochs,
      int batch,
      BatchRule rule,
      int base,
      TrainingPlan.Schedules schedules,
      boolean drop,
      EarlyStopping stopping) {
    return Plans.of(
        7,
        epochs,
        batch,
        drop,
        new Normalization(Normalizer.Method.NONE, Normalizer.Per.ALL, 1),
        OptimizerSpec.parse(optimizer),
        schedules,
        rule,
        base,
        stopping);
  }

  private List<Event.Evaluated> looked() {
    return events.stream()
        .filter(Event.Evaluated.class::isInstance)
        .map(Event.Evaluated.class::cast)
        .toList();
  }

  private List<Event.StepDone> steps() {
    return events.stream()
        .filter(Event.StepDone.class::isInstance)
        .map(Event.StepDone.class::cast)
        .toList();
  }

  private Event.Finished finished() {
    return (Event.Finished) events.get(events.size() - 1);
  }

  private long count(Class<? extends Event> type) {
    return events.stream().filter(type::isInstance).count();
  }

  /** y = 2x + 1 and a known disturbance, for x within [−1, 1]. */
  private record Points(int count) implements ExampleSource {

    @Override
    public String name() {
      return "points";
    }

    @Override
    public Task task() {
      return Task.REGRESSION;
    }

    @Override
    public void read(Configuration hadoop, ExampleSink into) {
      into.begin(Shape.flat(1), false, 0, 1);
      for (int i = 0; i < count && !into.finished(); i++) {
        float x = 2f * i / (count - 1) - 1;
        into.add(new double[] {x}, new double[] {2 * x + 1 + 0.1f * (i % 3 - 1)});
      }
    }
  }

  private static final ModelSpec LINE = new Line();

  /** Slope and intercept, least squares. */
  private record Line() implements ModelSpec {

    @Override
    public Layout layout() {
      return new Layout(
          List.of(
              new Segment("slope", 0, List.of(1), Role.WEIGHT),
              new Segment("intercept", 1, List.of(1), Role.BIAS)));
    }

    @Override
    public Shape input() {
      return Shape.flat(1);
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public Loss loss() {
      return Loss.MEAN_SQUARED_ERROR;
    }

    @Override
    public float[] initial(long seed) {
      return new float[2];
    }

    @Override
    public GradientFunction open() {
      return new LineGradient();
    }
  }

  private static final class LineGradient implements GradientFunction {

    @Override
    public double gradient(float[] parameters, MiniBatch batch, float[] sum) {
      double loss = 0;
      sum[0] = 0;
      sum[1] = 0;
      for (int e = 0; e < batch.count(); e++) {
        float x = batch.features()[e];
        float error = parameters[0] * x + parameters[1] - batch.targets[e];
        sum[0] += 2 * error * x;
        sum[1] += 2 * error;
        loss += (double) error * error;
      }
      return loss;
    }

    @Override
    public void outputs(float[] parameters, MiniBatch batch, float[] outputs) {
      for (int e = 0; e < batch.count(); e++)
        outputs[e] = parameters[0] * batch.features()[e] + parameters[1];
    }

    @Override
    public void close() {}
  }
}
