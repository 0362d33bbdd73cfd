package io.kudari.spark.recovery;

import static io.kudari.spark.recovery.VirtualTime.MILLI;
import static io.kudari.spark.recovery.VirtualTime.SECOND;

import io.kudari.event.Event;
import io.kudari.math.Slice;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.train.DivergedException;
import io.kudari.train.Safety;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sees all of a simulated run and knows what must hold, by a count of its own of what happened:
 *
 * <ul>
 *   <li>noStepIsCountedTwice: steps are told one after the other, from where a recovery goes back;
 *   <li>endsAsTheUndisturbedRun: with the parameters of a run of the same steps without any loss;
 *   <li>newestNeverGoesBack: snapshots are whole, on the way of the undisturbed run, and of later
 *       and later steps; attempts go on from the newest;
 *   <li>endsInTime: a while after the last fault, the run has ended; lossesAreNoticedInTime,
 *       failuresAreNoticedInTime, whoIsCutOffStopsByItself: within seconds;
 *   <li>neverTwoAttemptsAtOnce: when ranks start, nothing runs of those before, and nothing is ever
 *       taken from them any more;
 *   <li>recoveredTellsWhatHappened, divergedTellsWhatHappened: all numbers are right;
 *   <li>retriesAreCounted, backsOffAsOftenAsAllowed: as the rules say, with pauses that grow;
 *   <li>nobodyIsBlamedForNothing: an attempt is lost only when something was done to it.
 * </ul>
 */
final class Witness implements Consumer<Event> {

  static final int PARAMETERS = 7;
  static final Chain MODEL = new Chain(PARAMETERS);

  private static final Pattern BACK = Pattern.compile("back to step (\\d+) with 0.5 times .*");

  /** A rank that is cut off from all others knows it after so long. */
  private static final long STOPS_NANOS = 13 * SECOND;

  private static final long NOTICED_NANOS = 10 * SECOND;
  private static final long FOLLOWED_NANOS = 3_200 * MILLI;

  private final Trouble trouble;
  private SimulatedCluster cluster;

  /** The parameters after each step of a run that nothing disturbs but its own divergences. */
  private final List<float[]> undisturbed = new ArrayList<>();

  private final List<SimulatedJob> jobs = new ArrayList<>();
  private double rateFactor = 1;
  private long counted;
  private boolean hasBegun;
  private Event.Finished finished;
  private final List<TrainState> snapshots = new ArrayList<>();
  private TrainState newest;
  private int handedOn = -1;
  private boolean hasProgressed;
  private int lostInARow;
  private int losses;
  private int backOffs;
  private boolean owesRecovery;
  private int room;
  private boolean isWithoutRoom;
  private long closedAt;
  private boolean wasStopped;
  private boolean wasEnded;
  private boolean hasGoneBack;

  Witness(Trouble trouble) {
    this.trouble = trouble;
    this.counted = trouble.startStep();
    this.room = trouble.rules().ranks();
    undisturbed.add(start().parameters());
    if (trouble.startStep() > 0) newest = begin();
  }

  void watch(SimulatedCluster seen) {
    cluster = seen;
  }

  /** The state before the first step. */
  static TrainState start() {
    return TrainState.initial(MODEL.initial(RecoverySimulationTest.PLAN.seed()));
  }

  /** The state the run goes on from at its start, or null. */
  TrainState begin() {
    long step = trouble.startStep();
    if (step == 0) return null;
    TrainState s = start();
    return new TrainState(s.slice(), step, 0, 0, 0, 1, undisturbed(step), s.state());
  }

  private float[] undisturbed(long step) {
    while (undisturbed.size() <= step) {
      long last = undisturbed.size() - 1;
      undisturbed.add(Chain.next(undisturbed.get((int) last), last, rateFactor));
    }
    return undisturbed.get((int) step);
  }

  private static void check(boolean holds, String invariant, Object... seen) {
    if (!holds) throw new AssertionError(invariant + ": " + Arrays.deepToString(seen));
  }

  int losses() {
    return losses;
  }

  int backOffs() {
    return backOffs;
  }

  // What the run's listener is told.

  @Override
  public void accept(Event event) {
    check(finished == null, "nothingIsToldAfterTheEnd", event);
    if (event instanceof Event.Started) beginsOnce();
    else if (event instanceof Event.StepDone e) noStepIsCountedTwice(e);
    else if (event instanceof Event.Recovered e) recoveredTellsWhatHappened(e);
    else if (event instanceof Event.Diverged e) divergedTellsWhatHappened(e);
    else if (event instanceof Event.Finished e) finished = e;
    else check(event instanceof Event.Waiting, "onlyWhatHappenedIsTold", event);
  }

  private void beginsOnce() {
    check(!hasBegun, "beginsOnce");
    hasBegun = true;
  }

  private void noStepIsCountedTwice(Event.StepDone e) {
    check(hasBegun && e.step() == counted + 1, "noStepIsCountedTwice", e.step(), counted);
    counted = e.step();
  }

  private void recoveredTellsWhatHappened(Event.Recovered e) {
    SimulatedJob job = present();
    long step = job.from().step();
    double seconds = (cluster.now() - closedAt) / 1e9;
    check(
        owesRecovery
            && e.step() == step
            && e.lostSteps() == counted - step
            && e.ranks() == job.size()
            && e.reason().startsWith("a rank was lost: "),
        "recoveredTellsWhatHappened",
        e,
        counted,
        step,
        job.size());
    check(Math.abs(e.seconds() - seconds) < 1e-6, "recoveredTellsWhatHappened", e, seconds);
    owesRecovery = false;
    counted = step;
  }

  private void divergedTellsWhatHappened(Event.Diverged e) {
    Matcher back = BACK.matcher(e.action());
    check(back.matches(), "divergedTellsWhatHappened", e);
    long step = Long.parseLong(back.group(1));
    long newestStep = newest == null ? 0 : newest.step();
    check(e.step() == counted && step == newestStep, "divergedTellsWhatHappened", e, counted);
    backOffs++;
    check(backOffs <= trouble.safety().times(), "backsOffAsOftenAsAllowed", backOffs);
    goesBack(step);
  }

  private void goesBack(long step) {
    float[] there = undisturbed(step);
    undisturbed.subList((int) step, undisturbed.size()).clear();
    undisturbed.add(there);
    rateFactor *= trouble.safety().factor();
    counted = step;
    hasGoneBack = true;
  }

  // What the driver takes from ranks.

  /** A message was taken, not refused. */
  void accepted(SimulatedJob job) {
    check(
        !job.isClosed() && job == present(),
        "neverTwoAttemptsAtOnce",
        "a message of an attempt that is over was taken");
  }

  /** Called before {@link io.kudari.spark.coordinator.LatestSnapshot} has it. */
  void newestNeverGoesBack(TrainState state) {
    long before = newest == null ? 0 : newest.step();
    check(state.step() >= before, "newestNeverGoesBack", state.step(), before);
    check(state.slice().equals(new Slice(0, PARAMETERS)), "snapshotsAreWhole", state.slice());
    check(
        state.rateFactor() == rateFactor
            && Arrays.equals(state.parameters(), undisturbed(state.step())),
        "snapshotsAreOfTheUndisturbedRun",
        state.step(),
        state.rateFactor(),
        rateFactor);
    hasProgressed |= state.step() > present().from().step();
    newest = state;
    snapshots.add(state);
  }

  /** Called by whoever keeps snapshots. */
  void handedOnInOrder(TrainState state) {
    int sent = snapshots.indexOf(state);
    check(sent > handedOn, "handedOnInOrder", state.step(), sent, handedOn);
    handedOn = sent;
  }

  // What the supervisor does.

  private SimulatedJob present() {
    return jobs.get(jobs.size() - 1);
  }

  void starts(SimulatedJob job) {
    long step = newest == null ? 0 : newest.step();
    check(job.from().step() == step, "goesOnFromTheNewest", job.from().step(), step);
    check(job.from().rateFactor() == rateFactor, "goesOnWithTheSmallerRate", rateFactor);
    check(job.size() == room, "startsAsManyRanksAsThereIsRoomFor", job.size(), room);
    for (SimulatedJob before : jobs)
      check(before.attempt() != job.attempt(), "neverTwoAttemptsAtOnce", "they have one number");
    check(cluster.busy().isEmpty(), "neverTwoAttemptsAtOnce", "an executor is not clear");
    jobs.add(job);
  }

  /** Asked when the ranks of the next attempt are about to start. */
  void neverTwoAttemptsAtOnce(SimulatedJob before) {
    check(before.isClosed(), "neverTwoAttemptsAtOnce", "the ranks were not told to end");
    for (SimulatedJob job : jobs)
      for (SimulatedJob.Rank rank : job.ranks())
        check(!rank.isHeard(), "neverTwoAttemptsAtOnce", "a rank that is lost is heard");
  }

  void closes(SimulatedJob job) {
    check(job == present() && !job.isClosed(), "neverTwoAttemptsAtOnce", "closed twice");
    closedAt = cluster.now();
    wasStopped = cluster.isStopping();
    wasEnded = cluster.hasEnded();
    hasGoneBack = false;
  }

  /** Another attempt will follow one that was lost. */
  void pauses(Duration pause) {
    loses();
    check(
        lostInARow <= trouble.rules().retries() && !wasStopped && !wasEnded,
        "retriesAreCounted",
        lostInARow);
    long seconds = Math.min(16, 1L << (lostInARow - 1));
    check(pause.toSeconds() == seconds, "pausesGrow", pause, lostInARow);
  }

  private void loses() {
    losses++;
    lostInARow = hasProgressed ? 1 : lostInARow + 1;
    hasProgressed = false;
    owesRecovery = true;
    boolean hasNone = wasStopped && present().ranks().isEmpty();
    check(present().isHarmed() || hasNone, "nobodyIsBlamedForNothing", losses);
  }

  int roomIs(int ranks) {
    room = ranks;
    check(
        ranks >= trouble.rules().minRanks() && ranks <= trouble.rules().ranks(),
        "asksForRoomAsTheRulesSay",
        ranks);
    return ranks;
  }

  void thereIsNoRoom() {
    isWithoutRoom = true;
  }

  void endsInTime(long now) {
    check(now <= trouble.bound(), "endsInTime", now / SECOND);
  }

  /**
   * Something is done to a rank, for so long, that the driver notices within seconds; unless the
   * rank has hung up already, and only its outcome is on the way.
   */
  void isNoticedInTime(SimulatedJob.Rank rank, long nanos) {
    SimulatedJob job = rank.job();
    if (rank.hasEnded()) return;
    if (!job.hasBegun() || nanos < NOTICED_NANOS || mayDriverSleep()) return;
    cluster.after(NOTICED_NANOS, () -> check(job.isClosed(), "lossesAreNoticedInTime", job.size()));
  }

  /** A rank has said that it failed: the others have a moment to do so too. */
  void failureIsNoticedInTime(SimulatedJob job) {
    if (!mayDriverSleep())
      cluster.after(
          FOLLOWED_NANOS, () -> check(job.isClosed(), "failuresAreNoticedInTime", job.size()));
  }

  private boolean mayDriverSleep() {
    return trouble.faults().stream().anyMatch(f -> f.kind().name().startsWith("DRIVER"));
  }

  /** An executor, which may host a rank, is cut off for so long. */
  void isCutOff(SimulatedJob.Rank rankOrNull, long nanos) {
    if (rankOrNull == null || !rankOrNull.hasCalled() || nanos < STOPS_NANOS) return;
    boolean mayBeFrozen =
        trouble.faults().stream().anyMatch(f -> f.kind().name().startsWith("FROZEN"));
    if (mayBeFrozen) return;
    cluster.after(
        STOPS_NANOS, () -> check(rankOrNull.hasEnded(), "whoIsCutOffStopsByItself", closedAt));
  }

  // How it ends.

  void endsAsTheUndisturbedRun(TrainingLoop.Result result) {
    check(finished != null && counted == finished.steps(), "theEndIsTold", finished, counted);
    check(!owesRecovery, "everyRecoveryIsTold");
    check(!present().haveDefect(), "aDefectEndsTheRun");
    check(
        Arrays.equals(result.parameters(), undisturbed(finished.steps())),
        "endsAsTheUndisturbedRun",
        finished);
    boolean completed = finished.steps() == trouble.steps();
    check(result.interrupted() ? wasStopped : completed, "endsWhereItShould", finished, wasStopped);
    long last = newest == null ? 0 : newest.step();
    boolean never = trouble.rules().snapshots().isNever();
    check(never || last == finished.steps(), "theLastSnapshotIsTheEnd", last);
    double seconds = cluster.now() / 1e9;
    double told = jobs.size() > 1 ? seconds : 0;
    check(Math.abs(finished.seconds() - told) < 1e-6, "theEndTellsTheWholeTime", finished, seconds);
  }

  void theLastSnapshotIsHandedOn() {
    check(handedOn == snapshots.size() - 1, "theLastSnapshotIsHandedOn", handedOn);
  }

  void failsForAReason(RuntimeException e) {
    check(finished == null, "nothingIsToldAfterTheEnd", finished);
    if (e instanceof RankLostException) givesUpForAReason(e);
    else if (e instanceof DivergedException) divergesForAReason();
    else if (e instanceof CancellationException) endsWithoutRanks();
    else check(present().haveDefect() && e.getMessage().equals("a defect"), "noOtherEnd", e);
  }

  private void givesUpForAReason(RuntimeException e) {
    boolean byItself = !e.getMessage().contains("has ended the application");
    boolean hasOwn = wasEnded && !hasGoneBack && !present().ranks().isEmpty();
    check(byItself || !hasOwn, "aLossIsToldByItsOwnReason", e.getMessage());
    if (isWithoutRoom || !byItself) return;
    loses();
    check(
        lostInARow > trouble.rules().retries() || wasStopped || wasEnded,
        "retriesAreCounted",
        lostInARow,
        e.getMessage());
  }

  private void endsWithoutRanks() {
    check(wasStopped && present().ranks().isEmpty() && !owesRecovery, "noOtherEnd", wasStopped);
  }

  private void divergesForAReason() {
    boolean backs = trouble.safety().action() == Safety.Action.BACK_OFF;
    check(!backs || backOffs == trouble.safety().times(), "backsOffAsOftenAsAllowed", backOffs);
    check(!trouble.divergences().isEmpty(), "noOtherEnd");
  }
}
