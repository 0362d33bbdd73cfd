package io.kudari.train;

import io.kudari.data.DataException;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.model.Evaluation;
import io.kudari.model.Figures;
import io.kudari.model.ModelSpec;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.state.Stateful;
import io.kudari.train.plan.BatchSchedule;
import io.kudari.train.plan.StepRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The training loop, of every algorithm by every strategy. Read {@link #run}, then {@link #epoch},
 * then {@link #take}.
 *
 * <p>One thread, one run. Where several ranks or threads train together, each runs this same loop,
 * updates its slice of the parameters and gets the others' slices from its {@link Workers}; all
 * take the same decisions, because all see the same sums.
 */
public final class TrainingLoop {

  /** Where the states of meters are, which may be others when a run goes on. */
  private static final String METERS = "meters";

  /** Where the weight of the epoch's examples is, if it is not their number. */
  private static final String EPOCH = "epoch";

  private static final String WEIGHT = "weight";

  private final DataPlan data;
  private final TrainingPlan plan;
  private final Workers workers;
  private final Consumer<Event> events;

  private final Layout layout;
  private final Normalizer normalizer;
  private final BatchSchedule batches;
  private final RunningStatistics statistics;
  private final List<Meter> meters = new ArrayList<>();
  private final Algorithm algorithm;
  private float[] parameters;
  private final NonFiniteGuard guard;
  private final Evaluations evaluations;
  private final BestEpoch best;
  private final Snapshots snapshots;
  private final Supplier<TrainState> state = this::state;
  private final double rateFactor;

  private long step;
  private int epochs;
  private int position;
  private double epochLoss;

  /** Of the examples that {@link #epochLoss} is of: {@link #position} where they have none. */
  private double epochWeight;

  private boolean interrupted;
  private boolean exhausted;

  /**
   * What a run ends with.
   *
   * @param parameters to evaluate and save
   * @param normalizer of inputs and targets
   * @param interrupted whether it ended because it was asked to
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Result(float[] parameters, Normalizer normalizer, boolean interrupted) {}

  /**
   * Prepares a run, or the rest of one: fits the normaliser.
   *
   * @param workers where gradients are computed; the caller closes them
   * @param events told what happens
   * @param from the whole state to begin with or to go on from
   * @param rule how often to state where the run is
   * @param receiver told the state of the own slice, in arrays of its own; must not block
   * @throws IllegalArgumentException when the plan has no state, or another one than that given;
   *     one line
   */
  public TrainingLoop(
      ModelSpec model,
      DataPlan data,
      TrainingPlan plan,
      Workers workers,
      Consumer<Event> events,
      TrainState from,
      SnapshotRule rule,
      Consumer<TrainState> receiver) {
    rule.check(plan);
    this.data = data;
    this.plan = plan;
    this.workers = workers;
    this.events = events;
    this.layout = model.layout();
    this.normalizer =
        plan.normalization()
            .fit(model.input(), data.schema().encoding(), data.offsets(), workers)
            .with(
                plan.normalization().fitTargets(data.description().targets(), targetStatistics()));
    this.batches = plan.batches(data.sampler(), layout);
    this.statistics = new RunningStatistics(layout, workers, normalizer, batches);
    NoiseMeter noise = new NoiseMeter(plan, data.sampler().workers(), layout, workers);
    Meter.Context measured = new Meter.Context(plan, layout, workers);
    meters.add(noise);
    plan.meters().forEach(meter -> meters.add(meter.open(measured)));
    this.algorithm =
        plan.algorithm()
            .open(
                new Algorithm.Context(
                    plan,
                    batches,
                    layout,
                    data.sampler().workers(),
                    workers,
                    normalizer,
                    statistics,
                    noise,
                    from.rateFactor()));
    this.guard = new NonFiniteGuard(plan, layout, workers, events);
    this.evaluations = new Evaluations(plan, data, workers, normalizer, events);
    this.best = new BestEpoch(plan.stopping(), workers.slice());
    this.rateFactor = from.rateFactor();
    this.snapshots = new Snapshots(rule, receiver);
    this.parameters = workers.shared(from.parameters().clone());
    if (!from.isInitial()) restore(from);
  }

  /**
   * Statistics of the training targets, and of the weights where there are some: those are looked
   * at at once.
   *
   * @throws DataException when all examples weigh nothing
   */
  private Supplier<FeatureStatistics> targetStatistics() {
    if (!data.description().weighted()) return workers::targetStatistics;
    FeatureStatistics found = workers.targetStatistics();
    double[] most = found.max();
    if (most[most.length - 1] > 0) return () -> found;
    throw new DataException(
        data.sources().train().name()
            + ": all "
            + data.sampler().examples()
            + " training examples have weight 0: there is nothing to learn from");
  }

  /**
   * Trains.
   *
   * @param strategy its name, for the events
   * @throws DivergedException when the loss is not finite
   */
  public Result run(String strategy) {
    long start = System.nanoTime();
    events.accept(started(strategy));
    algorithm.begin(parameters);
    while (!isDone()) epoch();
    settle();
    if (!interrupted) snapshots.atEnd(state);
    boolean reached = evaluations.isReached(step);
    boolean restored = best.isKept() && !reached;
    float[] result = restored ? best.parameters() : evaluated();
    guard.checkResult(step, result);
    Figures test =
        data.test() == 0 || interrupted
            ? null
            : workers.evaluate(result, normalizer, Subset.TEST, true).figures();
    if (!interrupted) evaluations.atEnd(result, step, epochs);
    int from = restored ? best.restored() : -1;
    events.accept(new Event.Finished(why(reached), step, epochs, from, seconds(start), test));
    return new Result(result, normalizer, interrupted);
  }

  /** Gradients that are still under way may be no numbers either. */
  private void settle() {
    algorithm.settle();
    guard.checkRead();
  }

  private String why(boolean reached) {
    if (interrupted) return "interrupted";
    if (reached) return "target reached";
    return best.stopped() ? "stopped early" : "completed";
  }

  private boolean isDone() {
    boolean spent = batches.isSpent(step) && !batches.isEnd(epochs, position);
    boolean trained = epochs >= plan.epochs() || spent || exhausted;
    return trained || best.stopped() || interrupted || evaluations.isReached(step);
  }

  /** The steps of an epoch, as far as they are left, and what follows them. */
  private void epoch() {
    long start = System.nanoTime();
    StepRange range = algorithm.next(step, epochs, position);
    while (!range.isEmpty()) {
      long before = step;
      take(range);
      boolean ends = batches.isEnd(epochs, position);
      if (!ends && evaluations.isDue(before, step)) evaluations.within(evaluated(), step, epochs);
      snapshots.afterSteps(before, step, interrupted, state);
      if (interrupted || evaluations.isReached(step)) return;
      range = algorithm.next(step, epochs, position);
    }
    exhausted = position == 0;
    if (batches.isEnd(epochs, position)) endEpoch(start);
  }

  /** One step: what the workers compute is summed, and its mean changes the parameters. */
  private void take(StepRange range) {
    Workers.Sum sum = algorithm.compute(parameters, range);
    long start = System.nanoTime();
    guard.checkRead();
    boolean accepted = guard.accepts(step, sum, parameters);
    for (Meter meter : meters) meter.before(range, step + algorithm.length(), parameters, sum);
    double rate = accepted ? update(range, sum) : Double.NaN;
    long updated = System.nanoTime();
    parameters = workers.share(parameters);
    if (accepted) algorithm.shared(sum);
    StepTimes times = sum.times().with(updated - start, System.nanoTime() - updated);
    long before = step;
    step += algorithm.length();
    position = range.to();
    epochLoss += sum.loss();
    epochWeight += sum.weight();
    if (plan.safety().comparesAfter(before, step)) workers.compare(parameters, step);
    interrupted = sum.request() == Request.STOP;
    snapshots.heard(sum.request(), sum.busy());
    double loss = sum.meanLoss();
    for (Meter meter : meters) meter.after(step, parameters, events);
    events.accept(
        new Event.StepDone(step, range.epoch(), position, (int) sum.count(), loss, rate, times));
  }

  /** Updates the own slice; gives the learning rate. */
  private double update(StepRange range, Workers.Sum sum) {
    VectorSource mean = guard.watch(step, sum, sum.mean(layout));
    double rate = algorithm.update(parameters, mean, range, sum);
    guard.checkRead();
    return rate;
  }

  /** Evaluates the validation examples, tells it, and decides whether to stop. */
  private void endEpoch(long start) {
    double trainLoss = epochWeight == 0 ? 0 : epochLoss / epochWeight;
    evaluations.test(this::evaluated, step, epochs + 1);
    if (data.validation() == 0) {
      events.accept(new Event.EpochDone(epochs, step, trainLoss, null, seconds(start)));
      epochs++;
    } else {
      float[] evaluated = evaluated();
      Evaluation validation = evaluations.validation(evaluated, step);
      Figures figures = Figures.of(validation);
      events.accept(new Event.EpochDone(epochs, step, trainLoss, figures, seconds(start)));
      algorithm.observe(validation.meanLoss());
      best.observe(epochs, validation, evaluated);
      epochs++;
    }
    int seen = position;
    position = batches.carried(position);
    // What is known of the losses that a batch across the end has already seen is their mean.
    epochWeight =
        position == 0 ? 0 : epochWeight == seen ? position : epochWeight / seen * position;
    epochLoss = position == 0 ? 0 : trainLoss * epochWeight;
    snapshots.afterEpochs(epochs, state);
  }

  private float[] evaluated() {
    float[] evaluated = algorithm.evaluated(parameters, step);
    snapshots.ask(statistics.takeAsked());
    return evaluated;
  }

  /** Where the run is, of what this loop saves. */
  private TrainState state() {
    settle();
    Slice own = workers.slice();
    StateWriter writer = new StateWriter(own);
    writer.save(algorithm);
    writer.save(best);
    writer.save(evaluations);
    statefulMeters().forEach(writer.within(METERS)::save);
    workers.stateful().forEach(writer::save);
    if (epochWeight != position) writer.within(EPOCH).numbers(WEIGHT, epochWeight);
    TrainState state =
        new TrainState(
            own,
            step,
            epochs,
            position,
            epochLoss,
            rateFactor,
            Arrays.copyOfRange(parameters, own.from(), own.to()),
            writer.state());
    return workers.saved().equals(own) ? state : state.cut(workers.saved());
  }

  /** Takes over everything but the parameters. */
  private void restore(TrainState from) {
    String obstacle = plan.obstacle();
    if (!obstacle.isEmpty())
      throw new IllegalArgumentException("cannot go on from a state: " + obstacle);
    if (!from.slice().equals(new Slice(0, layout.size()))) {
      throw new IllegalArgumentException(
          "the state is of " + from.slice() + ", not of all " + layout.size() + " parameters");
    }
    step = from.step();
    epochs = from.epoch();
    position = from.position();
    epochLoss = from.epochLoss();
    StateReader reader = new StateReader(from.state(), workers.slice());
    reader.restore(algorithm);
    reader.restore(best);
    reader.restore(evaluations);
    restoreMeters(reader);
    workers.stateful().forEach(reader::restore);
    epochWeight = reader.has(EPOCH) ? reader.within(EPOCH).numbers(WEIGHT, 1)[0] : position;
    reader.done();
    if (position == 0) best.stopBetweenEpochs();
  }

  private List<Stateful> statefulMeters() {
    return meters.stream().filter(Stateful.class::isInstance).map(Stateful.class::cast).toList();
  }

  /** A meter that was not there before begins, and the state of one that is gone is dropped. */
  private void restoreMeters(StateReader reader) {
    // Before there were others, the noise's state was beside the rest.
    StateReader measured = reader.has("noise") ? reader : reader.within(METERS);
    for (Stateful meter : statefulMeters()) if (measured.has(meter.name())) measured.restore(meter);
    reader.skip(METERS);
  }

  private Event.Started started(String strategy) {
    return new Event.Started(
        strategy,
        plan.algorithm().name(),
        workers.ranks(),
        workers.threads(),
        data.sampler().workers(),
        layout.size(),
        data.sampler().examples(),
        data.validation(),
        data.test(),
        plan.epochs(),
        plan.steps(data.sampler(), layout));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
