package io.kudari.spark.recovery;

import io.kudari.event.Event;
import io.kudari.event.FirstLine;
import io.kudari.model.ModelSpec;
import io.kudari.spark.cluster.MissingClass;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.SlotLease;
import io.kudari.spark.coordinator.Attempt;
import io.kudari.spark.coordinator.LatestSnapshot;
import io.kudari.spark.link.TakenPortException;
import io.kudari.train.Dealing;
import io.kudari.train.DivergedException;
import io.kudari.train.Requests;
import io.kudari.train.Safety;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs attempt after attempt until one ends the training. An attempt that loses a rank is followed
 * by one that goes on from the newest complete snapshot, with the ranks there is room for; any
 * other failure is the run's own and ends it. Used by one thread.
 */
public final class Supervisor {

  /** A first attempt starts the executors' code; a later one finds it there. */
  private static final Duration FIRST_START = Duration.ofSeconds(60);

  private static final Duration LATER_START = Duration.ofSeconds(15);
  private static final int MOST_BACK_OFF_SECONDS = 16;

  private final Cluster cluster;
  private final ModelSpec model;
  private final TrainingPlan plan;
  private final AttemptRules rules;
  private final Consumer<Event> events;
  private final BooleanSupplier stop;
  private final LatestSnapshot newest;
  private final long begun;
  private TrainState from;
  private int ranks;
  private int lostInARow;
  private int attempts;
  private boolean hasBegun;
  private Event.Finished finished;
  private Event.Connected connectedOrNull;
  private int backedOff;
  private long steps;
  private String lossOrNull;
  private long lostAt;
  private final DealingTally dealing = new DealingTally();

  /**
   * Trains to the end on the executors of an application.
   *
   * @param lease of slots for all ranks
   * @param newest holds the state to go on from, if any; receives the snapshots
   */
  public static TrainingLoop.Result train(
      SlotLease lease,
      RunSpec run,
      TrainingPlan plan,
      AttemptRules rules,
      Consumer<Event> events,
      BooleanSupplier stop,
      LatestSnapshot newest)
      throws InterruptedException {
    Requests requests = Requests.of(stop, rules.snapshots(), System::nanoTime);
    try (SparkCluster cluster =
        new SparkCluster(lease, run, plan, rules, requests, stop, newest::set)) {
      return new Supervisor(cluster, run.model(), plan, rules, events, stop, newest).train();
    }
  }

  /**
   * Trains to the end on one rank within this process, without Spark.
   *
   * @param dealing gives the examples
   * @param newest holds the state to go on from, if any; receives the snapshots
   */
  public static TrainingLoop.Result trainAlone(
      RunSpec run,
      Dealing dealing,
      TrainingPlan plan,
      AttemptRules rules,
      Consumer<Event> events,
      BooleanSupplier stop,
      LatestSnapshot newest)
      throws InterruptedException {
    Requests requests = Requests.of(stop, rules.snapshots(), System::nanoTime);
    try (LocalCluster cluster =
        new LocalCluster(run, dealing, plan, rules, requests, newest::set)) {
      return new Supervisor(cluster, run.model(), plan, rules, events, stop, newest).train();
    }
  }

  /** Of a run that has not begun. */
  Supervisor(
      Cluster cluster,
      ModelSpec model,
      TrainingPlan plan,
      AttemptRules rules,
      Consumer<Event> events,
      BooleanSupplier stop,
      LatestSnapshot newest) {
    this.cluster = cluster;
    this.model = model;
    this.plan = plan;
    this.rules = rules;
    this.events = events;
    this.stop = stop;
    this.newest = newest;
    this.ranks = rules.ranks();
    this.begun = cluster.nanos();
    this.steps = step(newest.get());
  }

  /** Trains to the end. */
  TrainingLoop.Result train() throws InterruptedException {
    while (true) {
      from = newest.get();
      try {
        return end(attempt());
      } catch (RankLostException e) {
        lost(e);
      } catch (DivergedException e) {
        backOff(e);
      }
    }
  }

  private TrainingLoop.Result attempt() throws InterruptedException {
    Duration start = ++attempts == 1 ? FIRST_START : LATER_START;
    dealing.begin(ranks, cluster.nanos());
    connectedOrNull = null;
    Attempt attempt =
        new Attempt(
            cluster.nanos(), ranks, model.layout().size(), start, RankTask.SILENCE, cluster::nanos);
    try (Cluster.Job job = cluster.start(attempt, ranks, from)) {
      while (!job.isDone()) {
        accept(cluster.next());
        if (job.isWaiting(line -> events.accept(new Event.Waiting(line)))) {
          postpone(attempt);
          job.reading().ifPresentOrElse(events, () -> dealing.postpone(cluster.nanos()));
        }
        String reason = attempt.lost();
        // How a job has ended says more than that a rank is silent.
        if (reason != null && !job.isDone())
          throw new RankLostException("a rank was lost: " + reason, null);
        newest.check();
      }
      return result(job.outcomes());
    } finally {
      attempt.end();
      // What the ranks told before the end was so, whatever the next attempt goes on from.
      for (Event e = cluster.nextReady(); e != null; e = cluster.nextReady()) accept(e);
    }
  }

  /** The ranks have no slots yet, and cannot be asked to end. */
  private void postpone(Attempt attempt) {
    attempt.postpone();
    if (!stop.getAsBoolean()) return;
    if (lossOrNull == null) throw SlotLease.stopped();
    throw new RankLostException(lossOrNull, null);
  }

  /** Passes an event on. The run begins once; an attempt that begins after a loss is a recovery. */
  private void accept(Event event) {
    if (event == null) return;
    if (event instanceof Event.Dealt e) {
      dealing.add(e, cluster.nanos()).ifPresent(events);
      return;
    }
    if (event instanceof Event.Connected e) {
      connectedOrNull = e;
      return;
    }
    if (event instanceof Event.StepDone e) steps = Math.max(steps, e.step());
    if (event instanceof Event.Started) {
      if (!hasBegun) events.accept(event);
      hasBegun = true;
      if (lossOrNull != null) recovered();
      dealing.start().ifPresent(events);
      if (connectedOrNull != null) events.accept(connectedOrNull);
      connectedOrNull = null;
      return;
    }
    if (event instanceof Event.Finished f) finished = f;
    else events.accept(event);
  }

  /** The end counts when all ranks have reached it. */
  private TrainingLoop.Result end(TrainingLoop.Result result) {
    double seconds = (cluster.nanos() - begun) / 1e9;
    events.accept(attempts == 1 ? finished : finished.after(seconds));
    return result;
  }

  private void recovered() {
    long step = step(from);
    double seconds = (cluster.nanos() - lostAt) / 1e9;
    long lostSteps = Math.max(0, steps - step);
    events.accept(new Event.Recovered(step, lostSteps, ranks, lossOrNull, seconds));
    steps = step;
    lossOrNull = null;
  }

  /** Goes back with a smaller learning rate, or gives up. */
  private void backOff(DivergedException e) throws InterruptedException {
    Safety safety = plan.safety();
    if (safety.action() != Safety.Action.BACK_OFF || backedOff == safety.times()) throw e;
    backedOff++;
    // What an attempt has reached counts, however it ends.
    if (tookSteps()) lostInARow = 0;
    TrainState to = newest.get();
    if (to == null) to = TrainState.initial(model, plan);
    newest.goBack(to.slower(safety.factor()));
    String action =
        "back to step " + to.step() + " with " + safety.factor() + " times the learning rate";
    events.accept(new Event.Diverged(steps, FirstLine.of(e), action));
    steps = to.step();
    List<String> unused = cluster.clear();
  }

  /** Makes room for another attempt, or gives up. */
  private void lost(RankLostException e) throws InterruptedException {
    lostAt = cluster.nanos();
    lossOrNull = FirstLine.of(e);
    lostInARow = tookSteps() ? 1 : lostInARow + 1;
    if (lostInARow > rules.retries() || stop.getAsBoolean() || cluster.hasEnded()) throw e;
    List<String> ended = cluster.clear();
    if (!ended.isEmpty()) lossOrNull += "; ended executor " + String.join(", ", ended);
    long seconds = Math.min(MOST_BACK_OFF_SECONDS, 1L << Math.min(10, lostInARow - 1));
    cluster.pause(Duration.ofSeconds(seconds));
    ranks =
        cluster.room(
            rules.minRanks(),
            rules.ranks(),
            line -> events.accept(new Event.Waiting(lossOrNull + "; " + line)));
  }

  /** An attempt may send a snapshot of where it began: only one of a later step is progress. */
  private boolean tookSteps() {
    return step(newest.get()) > step(from);
  }

  private static long step(TrainState stateOrNull) {
    return stateOrNull == null ? 0 : stateOrNull.step();
  }

  /** The result of rank 0, or the failure that the others followed from. */
  private TrainingLoop.Result result(List<RankOutcome> outcomes) {
    RankOutcome worst = null;
    for (RankOutcome o : outcomes) {
      boolean first = worst == null || (worst.followed() && !o.followed());
      if (o.failure() != null && first) worst = o;
    }
    if (worst != null) throw failure(worst);
    RankOutcome lead = outcomes.get(0);
    return new TrainingLoop.Result(lead.parameters(), lead.normalizer(), lead.interrupted());
  }

  private RuntimeException failure(RankOutcome outcome) {
    Throwable cause = outcome.failure();
    MissingClass.check(cause);
    // What listened there in the attempt before may take longer to end than a rank waits.
    boolean held = cause instanceof TakenPortException && attempts > 1;
    if (outcome.followed() || held)
      return new RankLostException("a rank was lost: " + FirstLine.of(cause), cause);
    return cause instanceof RuntimeException e
        ? e
        : new IllegalStateException("a rank failed: " + FirstLine.of(cause), cause);
  }
}
