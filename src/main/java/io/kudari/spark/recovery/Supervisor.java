package io.kudari.spark.recovery;

import io.kudari.collective.Distribution;
import io.kudari.event.Event;
import io.kudari.event.FirstLine;
import io.kudari.spark.cluster.Executors;
import io.kudari.spark.cluster.MissingClass;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.Removals;
import io.kudari.spark.cluster.SlotLease;
import io.kudari.spark.coordinator.Attempt;
import io.kudari.spark.coordinator.Coordinator;
import io.kudari.spark.coordinator.LatestSnapshot;
import io.kudari.train.DivergedException;
import io.kudari.train.Requests;
import io.kudari.train.Safety;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;

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

  private final SlotLease lease;
  private final JavaSparkContext spark;
  private final RunSpec run;
  private final TrainingPlan plan;
  private final AttemptRules rules;
  private final Consumer<Event> events;
  private final BooleanSupplier stop;
  private final LatestSnapshot newest;
  private final long begun = System.nanoTime();
  private TrainState from;
  private int ranks;
  private int lostInARow;
  private int attempts;
  private boolean hasBegun;
  private Event.Finished finished;
  private int backedOff;
  private long steps;
  private String lossOrNull;
  private long lostAt;

  /**
   * Of a run that has not begun.
   *
   * @param lease of slots for all ranks
   * @param newest holds the state to go on from, if any; receives the snapshots
   */
  public Supervisor(
      SlotLease lease,
      RunSpec run,
      TrainingPlan plan,
      AttemptRules rules,
      Consumer<Event> events,
      BooleanSupplier stop,
      LatestSnapshot newest) {
    this.lease = lease;
    this.spark = lease.spark();
    this.run = run;
    this.plan = plan;
    this.rules = rules;
    this.events = events;
    this.stop = stop;
    this.newest = newest;
    this.ranks = rules.ranks();
  }

  /** Trains to the end. */
  public TrainingLoop.Result train() throws InterruptedException {
    SparkEnv env = SparkEnv.get();
    String host = env.blockManager().blockManagerId().host();
    Requests requests = Requests.of(stop, rules.snapshots(), System::nanoTime);
    try (Removals removals = new Removals();
        Coordinator coordinator =
            new Coordinator(env.conf(), env.securityManager(), host, requests, newest::set)) {
      while (true) {
        from = newest.get();
        try {
          return end(attempt(coordinator, removals));
        } catch (RankLostException e) {
          lost(e);
        } catch (DivergedException e) {
          backOff(e);
        }
      }
    }
  }

  private TrainingLoop.Result attempt(Coordinator coordinator, Removals removals)
      throws InterruptedException {
    long number = System.nanoTime();
    Duration start = ++attempts == 1 ? FIRST_START : LATER_START;
    Attempt attempt =
        new Attempt(
            number, ranks, run.model().layout().size(), start, RankTask.SILENCE, System::nanoTime);
    coordinator.begin(attempt);
    Distribution distribution = Distribution.even(run.data().sampler().workers(), ranks);
    RankTask task =
        new RankTask(
            run,
            plan,
            distribution,
            rules.threads(),
            number,
            coordinator.address(),
            rules.snapshots(),
            from);
    try (RankJob job = new RankJob(lease, task, ranks, removals)) {
      while (!job.isDone()) {
        accept(coordinator.next());
        if (job.isWaiting(line -> events.accept(new Event.Waiting(line)))) postpone(attempt);
        String reason = attempt.lost();
        if (reason != null) throw new RankLostException("a rank was lost: " + reason, null);
        newest.check();
      }
      return result(job.outcomes());
    } finally {
      attempt.end();
      // What the ranks told before the end was so, whatever the next attempt goes on from.
      for (Event e = coordinator.nextReady(); e != null; e = coordinator.nextReady()) accept(e);
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
    if (event instanceof Event.StepDone e) steps = Math.max(steps, e.step());
    if (event instanceof Event.Started) {
      if (!hasBegun) events.accept(event);
      hasBegun = true;
      if (lossOrNull != null) recovered();
      return;
    }
    if (event instanceof Event.Finished f) finished = f;
    else events.accept(event);
  }

  /** The end counts when all ranks have reached it. */
  private TrainingLoop.Result end(TrainingLoop.Result result) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    events.accept(attempts == 1 ? finished : finished.after(seconds));
    return result;
  }

  private void recovered() {
    long step = from == null ? 0 : from.step();
    double seconds = (System.nanoTime() - lostAt) / 1e9;
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
    TrainState to = newest.get();
    if (to == null) to = TrainState.initial(run.model(), plan);
    newest.goBack(to.slower(safety.factor()));
    String action =
        "back to step " + to.step() + " with " + safety.factor() + " times the learning rate";
    events.accept(new Event.Diverged(steps, FirstLine.of(e), action));
    steps = to.step();
    List<String> unused = new Executors(lease).clear();
  }

  /** Makes room for another attempt, or gives up. */
  private void lost(RankLostException e) throws InterruptedException {
    lostAt = System.nanoTime();
    lossOrNull = FirstLine.of(e);
    lostInARow = tookSteps() ? 1 : lostInARow + 1;
    if (lostInARow > rules.retries() || stop.getAsBoolean() || spark.sc().isStopped()) throw e;
    List<String> ended = new Executors(lease).clear();
    if (!ended.isEmpty()) lossOrNull += "; ended executor " + String.join(", ", ended);
    TimeUnit.SECONDS.sleep(Math.min(MOST_BACK_OFF_SECONDS, 1L << Math.min(10, lostInARow - 1)));
    ranks =
        new Executors(lease)
            .room(
                rules.minRanks(),
                rules.ranks(),
                stop,
                line -> events.accept(new Event.Waiting(lossOrNull + "; " + line)));
  }

  /** An attempt may send a snapshot of where it began: only one of a later step is progress. */
  private boolean tookSteps() {
    TrainState now = newest.get();
    return now != null && now.step() > (from == null ? 0 : from.step());
  }

  /** The result of rank 0, or the failure that the others followed from. */
  private static TrainingLoop.Result result(List<RankOutcome> outcomes) {
    RankOutcome worst = null;
    for (RankOutcome o : outcomes) {
      boolean first = worst == null || (worst.followed() && !o.followed());
      if (o.failure() != null && first) worst = o;
    }
    if (worst != null) throw failure(worst);
    RankOutcome lead = outcomes.get(0);
    return new TrainingLoop.Result(lead.parameters(), lead.normalizer(), lead.interrupted());
  }

  private static RuntimeException failure(RankOutcome outcome) {
    Throwable cause = outcome.failure();
    MissingClass.check(cause);
    if (outcome.followed())
      return new RankLostException("a rank was lost: " + FirstLine.of(cause), cause);
    return cause instanceof RuntimeException e
        ? e
        : new IllegalStateException("a rank failed: " + FirstLine.of(cause), cause);
  }
}
