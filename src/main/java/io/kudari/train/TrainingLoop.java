package io.kudari.train;

import io.kudari.data.Normalizer;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.model.Evaluation;
import io.kudari.model.Figures;
import io.kudari.model.ModelSpec;
import io.kudari.optim.Optimizer;
import io.kudari.optim.Step;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The training loop, of every strategy. Read {@link #run}, then {@link #descend}, then {@link
 * #step}.
 *
 * <p>One thread, one run. Where several ranks or threads train together, each runs this same loop,
 * updates its slice of the parameters and gets the others' slices from its {@link Workers}; all
 * take the same decisions, because all see the same sums.
 */
public final class TrainingLoop {

  private final DataPlan data;
  private final TrainingPlan plan;
  private final Workers workers;
  private final Consumer<Event> events;

  private final Layout layout;
  private final Normalizer normalizer;
  private final StepClock clock;
  private final RunningStatistics statistics;
  private final Rates rates;
  private final Optimizer optimizer;
  private final Rounds rounds;
  private final float[] parameters;
  private final FiniteWatch finite = new FiniteWatch();
  private final Divergences divergences;
  private final SnapshotRule rule;
  private final Consumer<TrainState> snapshots;

  private long step;
  private int epochs;
  private int position;
  private double epochLoss;
  private boolean stopped;
  private boolean interrupted;
  private boolean due;
  private boolean busy;
  private boolean stated;
  private EarlyStopping.Progress progress = EarlyStopping.Progress.NONE;
  private float[] best;

  /**
   * What a run ends with.
   *
   * @param parameters to evaluate and save
   * @param normalizer of the inputs
   * @param interrupted whether it ended because it was asked to
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Result(float[] parameters, Normalizer normalizer, boolean interrupted) {}

  /**
   * Prepares a run: fits the normaliser and draws the start values.
   *
   * @param workers where gradients are computed; the caller closes them
   * @param events told what happens
   */
  public TrainingLoop(
      ModelSpec model, DataPlan data, TrainingPlan plan, Workers workers, Consumer<Event> events) {
    this(model, data, plan, workers, events, null, SnapshotRule.NEVER, part -> {});
  }

  /**
   * Prepares a run, or the rest of one.
   *
   * @param fromOrNull the whole state to go on from, or null to begin
   * @param rule how often to state where the run is
   * @param snapshots told the state of the own slice, in arrays of its own; must not block
   * @throws IllegalArgumentException when the plan has no state, or another one than that given;
   *     one line
   */
  public TrainingLoop(
      ModelSpec model,
      DataPlan data,
      TrainingPlan plan,
      Workers workers,
      Consumer<Event> events,
      TrainState fromOrNull,
      SnapshotRule rule,
      Consumer<TrainState> snapshots) {
    rule.check(plan);
    this.rule = rule;
    this.snapshots = snapshots;
    this.data = data;
    this.plan = plan;
    this.workers = workers;
    this.events = events;
    this.layout = model.layout();
    this.divergences = new Divergences(layout, workers);
    this.normalizer =
        plan.normalization().fit(model.input(), workers::statistics).with(data.offsets());
    this.clock = plan.clock(data.sampler(), layout);
    this.statistics = new RunningStatistics(layout, workers, normalizer, clock);
    this.rates = plan.optimizer().fullBatch() ? null : Rates.of(plan, clock, layout, workers);
    this.optimizer =
        plan.optimizer().fullBatch()
            ? null
            : plan.optimizer().open(layout, workers.slice(), workers.partialSums(), plan.seed());
    this.rounds =
        plan.averagingOrNull() == null
            ? null
            : new Rounds(plan, clock, rates, workers, optimizer.slotCount());
    float[] start =
        fromOrNull == null ? model.initial(plan.seed()) : fromOrNull.parameters().clone();
    this.parameters = workers.shared(start);
    if (fromOrNull != null) restore(fromOrNull);
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
    if (plan.optimizer().fullBatch()) minimize();
    else descend();
    if (!interrupted && !rule.isNever() && !stated) snapshot();
    float[] result = best != null ? best : evaluated();
    checkFinite(result);
    Figures test =
        data.test().length == 0 || interrupted
            ? null
            : Figures.of(workers.evaluate(result, normalizer, Subset.TEST));
    String why = interrupted ? "interrupted" : stopped ? "stopped early" : "completed";
    int restored = best != null ? progress.bestEpoch() : -1;
    events.accept(new Event.Finished(why, step, epochs, restored, seconds(start), test));
    return new Result(result, normalizer, interrupted);
  }

  /** Minibatch descent: steps, and what follows each epoch. */
  private void descend() {
    while (epochs < plan.epochs() && !stopped) {
      long start = System.nanoTime();
      for (StepRange range = next(); range != null; range = next()) {
        long before = step;
        stated = false;
        epochLoss += step(range).loss();
        position = range.to();
        snapshotWhen(rule.dueAfterSteps(before, step));
        if (interrupted) return;
      }
      endEpoch(epochLoss / position, start);
      position = 0;
      epochLoss = 0;
      stated = false;
      snapshotWhen(rule.dueAfterEpochs(epochs));
    }
  }

  private StepRange next() {
    if (rounds != null) return rounds.next(step, epochs, position);
    return at(step, position);
  }

  private StepRange at(long step, int position) {
    StepRange range = clock.at(step, epochs, position);
    return range == null || !rates.needsNorms() ? range : range.withNorms();
  }

  /**
   * One step: the sum of the workers' gradients, its mean, the optimizer's update. Or one round of
   * local steps: the sum of the workers' ways, its mean, added to the parameters.
   */
  private Workers.Sum step(StepRange range) {
    if (rounds == null) workers.announce(at(step + 1, range.to()));
    Workers.Sum sum =
        rounds == null
            ? workers.gradient(parameters, normalizer, range)
            : rounds.take(parameters, normalizer, range);
    long start = System.nanoTime();
    boolean fit = isFit(sum);
    double rate = fit ? update(range, sum) : Double.NaN;
    long updated = System.nanoTime();
    workers.share(parameters);
    if (fit && rounds != null) rounds.averageSlots(sum.count());
    StepTimes times = sum.times().with(updated - start, System.nanoTime() - updated);
    long before = step;
    step += rounds == null ? 1 : rounds.length();
    long drift = plan.safety().driftSteps();
    if (drift > 0 && step / drift > before / drift) workers.compare(parameters, step);
    asked(sum);
    double loss = sum.loss() / sum.count();
    events.accept(
        new Event.StepDone(step, range.epoch(), range.to(), (int) sum.count(), loss, rate, times));
    return sum;
  }

  private void asked(Workers.Sum sum) {
    interrupted = sum.request() == Request.STOP;
    due |= sum.request() == Request.SNAPSHOT;
    busy = sum.busy();
  }

  /** All loops of a run decide alike, because all saw the same sums. */
  private void snapshotWhen(boolean dueNow) {
    due |= dueNow;
    if (interrupted ? !rule.isNever() : due && !busy) snapshot();
  }

  private void snapshot() {
    Slice own = workers.slice();
    snapshots.accept(
        new TrainState(
            own,
            step,
            epochs,
            position,
            epochLoss,
            progress,
            rates.state(),
            rounds == null ? new double[0] : rounds.state(),
            Arrays.copyOfRange(parameters, own.from(), own.to()),
            rounds == null ? optimizer.slots() : rounds.slots(),
            best == null ? new float[0] : Arrays.copyOfRange(best, own.from(), own.to())));
    due = false;
    busy = true;
    stated = true;
  }

  /** Takes over everything but the parameters. */
  private void restore(TrainState from) {
    String obstacle = SnapshotRule.obstacle(plan);
    if (obstacle != null)
      throw new IllegalArgumentException("cannot go on from a state: " + obstacle);
    if (!from.slice().equals(new Slice(0, layout.size()))) {
      throw new IllegalArgumentException(
          "the state is of " + from.slice() + ", not of all " + layout.size() + " parameters");
    }
    step = from.step();
    epochs = from.epoch();
    position = from.position();
    epochLoss = from.epochLoss();
    progress = from.progress();
    EarlyStopping stopping = plan.stoppingOrNull();
    // A rule of less patience than before ends the run with an epoch, as every rule does.
    stopped = stopping != null && position == 0 && stopping.stops(progress);
    rates.restore(from.rates());
    if (rounds == null) optimizer.restore(from.cut(workers.slice()).slots());
    else rounds.restore(from);
    if (from.best().length > 0) best = from.best().clone();
  }

  /**
   * Updates the own slice.
   *
   * @return the learning rate
   */
  private double update(StepRange range, Workers.Sum sum) {
    VectorSource mean = finite.of(sum.mean());
    double rate;
    if (rounds != null) {
      rounds.update(parameters, mean);
      rate = rounds.rate();
    } else {
      RunningStatistics.assign(layout, workers.slice(), parameters, mean);
      Step at = rates.at(range, sum);
      optimizer.step(parameters, mean, at);
      rate = at.rate();
    }
    if (!finite.wasFinite()) throw divergences.ofGradient(step, sum);
    return rate;
  }

  /**
   * Whether the step can be taken; all loops of a run find the same.
   *
   * @throws DivergedException when not, unless such steps are skipped
   */
  private boolean isFit(Workers.Sum sum) {
    if (plan.safety().action() != Safety.Action.SKIP) {
      if (sum.diverged() == GradientSum.NONE) return true;
      throw divergences.ofLoss(step, sum, parameters);
    }
    DivergedException found = divergences.find(step, sum, parameters);
    if (found == null) return true;
    events.accept(new Event.Diverged(step, found.getMessage(), "skipped"));
    return false;
  }

  /** Full-batch descent: an iteration counts as an epoch and a step. */
  private void minimize() {
    int examples = data.sampler().examples();
    FullBatch loss = new FullBatch(workers, normalizer, layout, parameters, examples);
    double[] x = new double[parameters.length];
    for (int i = 0; i < x.length; i++) x[i] = parameters[i];
    long[] start = {System.nanoTime()};
    plan.optimizer()
        .minimizer()
        .minimize(
            loss,
            x,
            iteration -> {
              if (!Double.isFinite(iteration.value()))
                throw new DivergedException(step, 0, iteration.value(), null);
              interrupted = loss.stop();
              if (iteration.number() == 0) return !interrupted;
              loss.accept(iteration.x(), parameters);
              step++;
              events.accept(
                  new Event.StepDone(
                      step,
                      epochs,
                      examples,
                      examples,
                      iteration.value(),
                      Double.NaN,
                      loss.times()));
              endEpoch(iteration.value(), start[0]);
              start[0] = System.nanoTime();
              return epochs < plan.epochs() && !stopped && !interrupted;
            });
  }

  /** Evaluates the validation examples, tells it, and decides whether to stop. */
  private void endEpoch(double trainLoss, long start) {
    Evaluation validation =
        data.validation().length == 0
            ? null
            : workers.evaluate(evaluated(), normalizer, Subset.VALIDATION);
    Figures figures = validation == null ? null : Figures.of(validation);
    events.accept(new Event.EpochDone(epochs, step, trainLoss, figures, seconds(start)));
    if (validation != null) {
      if (rates != null) rates.observe(validation.meanLoss());
      if (rounds != null) rounds.observe(validation.meanLoss());
      stopped = stops(validation);
    }
    epochs++;
  }

  private boolean stops(Evaluation validation) {
    EarlyStopping stopping = plan.stoppingOrNull();
    if (stopping == null) return false;
    progress = stopping.after(progress, epochs, validation);
    if (stopping.restoreBest() && progress.bestEpoch() == epochs) best = evaluated().clone();
    return stopping.stops(progress);
  }

  /** The parameters to evaluate: averages where the recipe keeps such. */
  private float[] evaluated() {
    if (optimizer == null || !optimizer.averages(step)) return parameters;
    if (rounds != null) rounds.restore(optimizer);
    float[] averaged = workers.shared(new float[parameters.length]);
    optimizer.evaluation(parameters, averaged, step);
    workers.share(averaged);
    if (optimizer.needsStatistics(step)) due |= statistics.recompute(averaged, step);
    return averaged;
  }

  /** The last update has no loss after it that would show that it went wrong. */
  private void checkFinite(float[] result) {
    int bad = Floats.firstNonFinite(result, 0, result.length);
    if (bad < 0) return;
    throw new DivergedException(step, divergences.segment(bad), result[bad]);
  }

  private Event.Started started(String strategy) {
    return new Event.Started(
        strategy,
        workers.ranks(),
        workers.threads(),
        data.sampler().workers(),
        layout.size(),
        data.sampler().examples(),
        data.validation().length,
        data.test().length,
        plan.epochs(),
        rates == null ? plan.epochs() : clock.steps(plan.epochs()));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
