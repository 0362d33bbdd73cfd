package io.kudari.spark.recovery;

import static io.kudari.spark.recovery.VirtualTime.MILLI;
import static io.kudari.spark.recovery.VirtualTime.SECOND;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.state.State;
import io.kudari.train.DivergedException;
import io.kudari.train.Request;
import io.kudari.train.TrainState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The ranks of an attempt, which take their steps together. */
final class SimulatedJob implements Cluster.Job {

  private static final long SILENCE = RankTask.SILENCE.toNanos();
  private static final long RESCUE = 2 * SECOND;
  private static final long LAST_SNAPSHOT = 120 * SECOND;

  private final SimulatedCluster cluster;
  private final Trouble trouble;
  private final long attempt;
  private final int size;
  private final TrainState from;
  private final List<Rank> ranks = new ArrayList<>();
  private final Outcomes outcomes;
  private RankLostException endedBySpark;
  private int loaded;
  private long step;
  private float[] parameters;
  private boolean isDue;
  private boolean hasBegun;
  private boolean haveDefect;
  private boolean isOver;
  private boolean isFinishing;
  private boolean isClosed;
  private long stalledSince = -1;
  private int harm;

  SimulatedJob(SimulatedCluster cluster, long attempt, int size, TrainState fromOrNull) {
    this.cluster = cluster;
    this.trouble = cluster.trouble();
    this.attempt = attempt;
    this.size = size;
    this.from = fromOrNull == null ? Witness.start() : fromOrNull;
    this.outcomes = new Outcomes(size, cluster::nanos);
    this.step = from.step();
    this.parameters = from.parameters();
  }

  /** One rank's task. */
  final class Rank {
    private final int number;
    private final SimulatedCluster.Executor on;
    private SimulatedLine line;
    private boolean isToEnd;
    private boolean hasEnded;
    private long lastTurn;
    private long sendsUntil;

    Rank(int number, SimulatedCluster.Executor on) {
      this.number = number;
      this.on = on;
    }

    SimulatedJob job() {
      return SimulatedJob.this;
    }

    boolean hasEnded() {
      return hasEnded || !on.isAlive();
    }

    boolean hasCalled() {
      return line != null;
    }

    boolean isHeard() {
      return line != null && line.isHeard();
    }

    private void launch() {
      if (hasEnded || isToEnd) return;
      if (on.cutFor() > 0) {
        on.act(on.cutFor() + cluster.delay(), this::launch);
        return;
      }
      line = new SimulatedLine(cluster, on, SimulatedJob.this, SimulatedJob.this::fail);
      line.greet(number, () -> inTurn(cluster.below(800) * MILLI, this::isLoaded));
    }

    private void isLoaded() {
      if (++loaded == size) ranks.get(0).inTurn(cluster.below(1_000) * MILLI, () -> begin());
    }

    /** Does something later, after what was to be done before. */
    private void inTurn(long nanos, Runnable action) {
      lastTurn = Math.max(lastTurn, cluster.now() + nanos);
      on.act(
          lastTurn - cluster.now(),
          () -> {
            if (!hasEnded) action.run();
          });
    }

    /** Ends when the driver has what was sent, or after so long. */
    private void endAfterAnswers(RankOutcome outcome, long patience) {
      long since = cluster.now();
      inTurn(MILLI, () -> awaitAnswers(outcome, since, patience));
    }

    private void awaitAnswers(RankOutcome outcome, long since, long patience) {
      boolean sends = line != null && (line.isBusy() || sendsUntil > cluster.now());
      boolean waits = sends && !line.isBroken() && !isToEnd;
      if (waits && cluster.now() - since < patience)
        on.act(20 * MILLI, () -> awaitAnswers(outcome, since, patience));
      else if (outcome.failure() == null && (line.isBusy() || line.isBroken()))
        end(RankOutcome.followed("the driver cannot be reached"));
      else end(outcome);
    }

    private void end(RankOutcome outcome) {
      if (hasEnded) return;
      hasEnded = true;
      if (line != null) line.close();
      cluster.after(cluster.delay(), () -> reachDriver(outcome));
    }

    private void reachDriver(RankOutcome outcome) {
      long wait = Math.max(on.cutFor(), cluster.sleepsFor());
      if (wait > 0) {
        cluster.after(wait + cluster.delay(), () -> reachDriver(outcome));
        return;
      }
      on.free(this);
      outcomes.add(number, outcome);
      if (outcome.failure() != null) cluster.witness().failureIsNoticedInTime(job());
    }

    /** Its process has been killed. */
    void dies() {
      if (line != null) line.close();
      cluster.after(cluster.delay(), () -> fail("a connection was closed"));
    }

    /** Spark knows that its process is gone. */
    void isKnownLost(String executor) {
      if (endedBySpark == null)
        endedBySpark =
            new RankLostException(
                "a rank was lost: ExecutorLostFailure (executor " + executor + ")", null);
    }
  }

  /** Gives each rank an executor as soon as there are enough. */
  void place() {
    if (isClosed) return;
    List<SimulatedCluster.Executor> free = cluster.free();
    if (free.size() < size) {
      harm(true);
      cluster.after(200 * MILLI, this::place);
      return;
    }
    if (cluster.haveOthersSlots()) {
      cluster.after(200 * MILLI, this::place);
      return;
    }
    for (int r = 0; r < size; r++) {
      SimulatedCluster.Executor on = free.get(r);
      Rank rank = new Rank(r, on);
      ranks.add(rank);
      on.run(rank);
      if (on.isFrozen() || on.cutFor() > 0 || !on.isAlive() || cluster.isNextDoomed()) harm(true);
      on.act(cluster.launchNanos(), rank::launch);
    }
  }

  private void begin() {
    hasBegun = true;
    Event started =
        new Event.Started(
            "all-reduce", "chain", size, 1, size, Witness.PARAMETERS, 1, 0, 0, 1, trouble.steps());
    ranks.get(0).line.tell(started);
    if (step >= trouble.steps()) finish("completed", true);
    else cluster.after(cluster.stepNanos(), this::step);
  }

  private void step() {
    if (isOver) return;
    if (ranks.stream().anyMatch(this::isStalled)) {
      stall();
      return;
    }
    stalledSince = -1;
    if (step == trouble.defectAt()) {
      haveDefect = true;
      failBy(defect(), RankOutcome.followed("another rank has failed"));
      return;
    }
    if (from.rateFactor() > trouble.divergences().getOrDefault(step, 2.0)) {
      RankOutcome diverged = RankOutcome.failed(new DivergedException(step, 0, Double.NaN, null));
      failBy(diverged, diverged);
      return;
    }
    parameters = Chain.next(parameters, step, from.rateFactor());
    step++;
    afterStep();
  }

  private void afterStep() {
    SimulatedLine first = ranks.get(0).line;
    first.gather(new Event.StepDone(step, 0, 1, 1, 0.5, 0.1, StepTimes.ZERO));
    Request asked = first.takeAsked();
    long every = trouble.rules().snapshots().steps();
    isDue |= asked == Request.SNAPSHOT || (every > 0 && step % every == 0);
    boolean busy = ranks.stream().anyMatch(r -> r.line.isBusy());
    boolean stops = asked == Request.STOP;
    boolean taken = stops || (isDue && !busy);
    if (taken) snapshot();
    if (stops) finish("interrupted", false);
    else if (step == trouble.steps()) finish("completed", !taken);
    else cluster.after(cluster.stepNanos(), this::step);
  }

  private static RankOutcome defect() {
    return RankOutcome.failed(new IllegalArgumentException("a defect"));
  }

  private boolean isStalled(Rank rank) {
    boolean alone = size == 1;
    return !rank.on.isAlive() || rank.on.isFrozen() || (rank.on.cutFor() > 0 && !alone);
  }

  /** The others wait for a rank, but not forever. */
  private void stall() {
    if (stalledSince < 0) stalledSince = cluster.now();
    if (cluster.now() - stalledSince >= SILENCE) fail("a rank gave no sign of life");
    else cluster.after(100 * MILLI, this::step);
  }

  private void snapshot() {
    if (trouble.rules().snapshots().isNever()) return;
    isDue = false;
    TrainState whole =
        new TrainState(
            new Slice(0, Witness.PARAMETERS),
            step,
            0,
            0,
            0,
            from.rateFactor(),
            parameters,
            State.EMPTY);
    for (Rank rank : ranks) {
      TrainState part =
          whole.cut(Layout.flat(Witness.PARAMETERS).shard(whole.slice(), rank.number, size));
      rank.inTurn(
          cluster.below(30) * MILLI,
          () -> {
            rank.line.sendGathered();
            rank.line.snapshot(part);
          });
    }
  }

  private void finish(String why, boolean snapshotFirst) {
    isOver = true;
    isFinishing = true;
    if (snapshotFirst) snapshot();
    Event finished = new Event.Finished(why, step, 1, -1, 0, null);
    ranks.get(0).inTurn(MILLI, () -> ranks.get(0).line.tell(finished));
    boolean haveDefectAtEnd = step == trouble.steps() && step == trouble.defectAt();
    haveDefect |= haveDefectAtEnd;
    for (Rank rank : ranks) {
      boolean last = rank.number == size - 1;
      float[] result = rank.number == 0 ? parameters : null;
      RankOutcome done = new RankOutcome(result, null, why.equals("interrupted"), null);
      // Whose snapshot is large has more to send than the others.
      rank.sendsUntil = cluster.now() + (last && cluster.below(8) == 0 ? 12 * SECOND : 0);
      rank.endAfterAnswers(last && haveDefectAtEnd ? defect() : done, LAST_SNAPSHOT);
    }
  }

  /** All ranks end because of one that has not said why. */
  private void fail(String reason) {
    if (isFinishing) return;
    isOver = true;
    for (Rank rank : ranks) {
      rank.on.act(
          cluster.delay(),
          () -> {
            rank.isToEnd |= rank.line == null;
            rank.endAfterAnswers(RankOutcome.followed(reason), RESCUE);
          });
    }
  }

  /** The last rank finds a fault, perhaps as the others do, and may take its time to say so. */
  private void failBy(RankOutcome last, RankOutcome others) {
    isOver = true;
    for (Rank rank : ranks) {
      boolean isLast = rank.number == size - 1;
      boolean late = isLast && last == others && cluster.below(4) == 0;
      rank.inTurn(
          late ? 4 * SECOND : cluster.delay(),
          () -> {
            rank.line.sendGathered();
            rank.endAfterAnswers(isLast ? last : others, RESCUE);
          });
    }
  }

  /** Something is done to it that may cost it, if it is fatal or not the first. */
  void harm(boolean fatal) {
    harm += fatal ? 2 : 1;
  }

  /** Whether a rank had an error of its own. */
  boolean haveDefect() {
    return haveDefect;
  }

  /** Whether its ranks have met. */
  boolean hasBegun() {
    return hasBegun;
  }

  boolean isHarmed() {
    return harm > 1;
  }

  boolean isClosed() {
    return isClosed;
  }

  long attempt() {
    return attempt;
  }

  int size() {
    return size;
  }

  TrainState from() {
    return from;
  }

  List<Rank> ranks() {
    return ranks;
  }

  @Override
  public boolean isWaiting(Consumer<String> say) {
    // As whoever asks for the slots of an application that has ended.
    if (ranks.isEmpty()) cluster.checkRuns();
    return ranks.isEmpty() && cluster.free().size() >= size && cluster.haveOthersSlots();
  }

  @Override
  public boolean isDone() {
    return endedBySpark != null || outcomes.ended().size() == size || outcomes.haveFailed();
  }

  @Override
  public List<RankOutcome> outcomes() {
    if (!outcomes.haveCause() && endedBySpark != null) throw endedBySpark;
    return outcomes.ended();
  }

  @Override
  public void close() {
    cluster.witness().closes(this);
    isClosed = true;
    isOver = true;
    for (Rank rank : ranks) {
      // What cannot be reached is told when it can.
      rank.on.act(rank.on.cutFor() + cluster.delay(), () -> cancel(rank));
    }
  }

  private static void cancel(Rank rank) {
    rank.isToEnd = true;
    rank.end(RankOutcome.followed("the task was killed"));
  }
}
