package io.kudari.spark.recovery;

import static io.kudari.spark.recovery.VirtualTime.MILLI;
import static io.kudari.spark.recovery.VirtualTime.SECOND;

import io.kudari.event.Event;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.coordinator.Attempt;
import io.kudari.spark.coordinator.Reception;
import io.kudari.train.TrainState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Executors, the driver's process and what goes wrong with them, on virtual time: all runs on one
 * thread, and waiting takes none.
 */
final class SimulatedCluster implements Cluster {

  // As io.kudari.spark.cluster.Executors waits.
  private static final long ENDING_NANOS = 5 * SECOND;
  private static final long REPLACING_NANOS = 8 * SECOND;
  private static final long MOST_WAIT_NANOS = 60 * SECOND;

  private final VirtualTime time = new VirtualTime();
  private final Trouble trouble;
  private final RandomStream random;
  private final Witness witness;

  /** Such a clock may begin anywhere, and pass the largest long. */
  private final long clockBegins;

  private final List<Executor> executors = new ArrayList<>();
  private Reception reception;
  private SimulatedJob job;
  private int named;
  private long sleepsUntil;
  private long slowUntil;
  private long othersUntil;
  private boolean nextDoesNotBegin;
  private boolean stop;
  private boolean ended;

  /** A process of the cluster, of one slot. */
  final class Executor {
    final String name = String.valueOf(named++);
    private boolean alive = true;
    private boolean known = true;
    private long frozenUntil;
    private long cutUntil;
    private SimulatedJob.Rank task;

    /** Does something later, unless it is dead then; and when it wakes up, if it is frozen. */
    void act(long nanos, Runnable action) {
      time.after(
          nanos,
          () -> {
            if (!alive) return;
            if (frozenUntil > time.now()) act(frozenUntil - time.now(), action);
            else action.run();
          });
    }

    /** How long nothing will get through. */
    long cutFor() {
      return Math.max(0, cutUntil - time.now());
    }

    boolean isFrozen() {
      return frozenUntil > time.now();
    }

    boolean isAlive() {
      return alive;
    }

    void run(SimulatedJob.Rank rank) {
      task = rank;
    }

    void free(SimulatedJob.Rank of) {
      if (task == of) task = null;
    }
  }

  SimulatedCluster(Trouble trouble, Witness witness) {
    this.trouble = trouble;
    this.witness = witness;
    this.random = new RandomStream(trouble.seed(), Purpose.TEST, 12, 0);
    this.clockBegins = random.below(4) == 0 ? Long.MAX_VALUE - 5 * SECOND : random.nextInt();
    for (int e = 0; e < trouble.executors(); e++) executors.add(new Executor());
    for (Trouble.Fault fault : trouble.faults()) time.after(fault.at(), () -> happen(fault));
  }

  void receive(Reception by) {
    reception = by;
  }

  Reception reception() {
    return reception;
  }

  Witness witness() {
    return witness;
  }

  Trouble trouble() {
    return trouble;
  }

  long now() {
    return time.now();
  }

  void after(long nanos, Runnable action) {
    time.after(nanos, action);
  }

  /** How long something takes that usually takes moments. */
  long delay() {
    boolean slow = random.below(50) == 0;
    return (1 + random.below(slow ? 400 : 25)) * MILLI;
  }

  /** Lets time pass when nobody supervises any more. */
  void runFor(long nanos) {
    time.runUntil(time.now() + nanos);
  }

  int below(int bound) {
    return random.below(bound);
  }

  boolean isStopping() {
    return stop;
  }

  /** How long the driver's process does not run. */
  long sleepsFor() {
    return Math.max(0, sleepsUntil - time.now());
  }

  /** Whether ranks that have not begun yet have to wait for jobs of others. */
  boolean haveOthersSlots() {
    return othersUntil > time.now();
  }

  /** How long a step takes now. */
  long stepNanos() {
    long slower = slowUntil > time.now() ? 10 : 1;
    return trouble.stepNanos() * slower * (90 + random.below(20)) / 100;
  }

  /** How long until a rank's task begins: forever, if that is what goes wrong. */
  long launchNanos() {
    if (nextDoesNotBegin) {
      nextDoesNotBegin = false;
      return 100_000 * SECOND;
    }
    return (50 + random.below(2_500)) * MILLI;
  }

  /** Whether the next rank will not begin. */
  boolean isNextDoomed() {
    return nextDoesNotBegin;
  }

  private void happen(Trouble.Fault fault) {
    Executor victim = victim();
    long until = time.now() + fault.nanos();
    switch (fault.kind()) {
      case KILLED -> {
        if (victim != null) kill(victim, fault.nanos());
      }
      case FROZEN_SHORTLY, FROZEN_FOR_LONG -> {
        if (victim == null) return;
        victim.frozenUntil = Math.max(victim.frozenUntil, until);
        harm(victim, fault.kind() == Trouble.Kind.FROZEN_FOR_LONG, fault.nanos());
      }
      case CUT_OFF -> {
        if (victim == null) return;
        victim.cutUntil = Math.max(victim.cutUntil, until);
        harm(victim, true, fault.nanos());
        witness.isCutOff(victim.task, fault.nanos());
      }
      case SLOW -> slowUntil = until;
      case DOES_NOT_BEGIN -> nextDoesNotBegin = true;
      case OTHERS_USE_SLOTS -> othersUntil = Math.max(othersUntil, until);
      case DRIVER_SLEEPS_SHORTLY, DRIVER_SLEEPS_LONG -> {
        sleepsUntil = Math.max(sleepsUntil, until);
        if (job != null) job.harm(fault.kind() == Trouble.Kind.DRIVER_SLEEPS_LONG);
      }
      case USER_STOPS -> stop = true;
      case APPLICATION_ENDS -> {
        ended = true;
        for (Executor e : List.copyOf(executors)) kill(e, Long.MAX_VALUE);
      }
    }
  }

  /** Rather one that is in a rank. */
  private Executor victim() {
    List<Executor> alive = executors.stream().filter(e -> e.alive).toList();
    List<Executor> busy = alive.stream().filter(e -> e.task != null).toList();
    List<Executor> from = busy.isEmpty() || random.below(5) == 0 ? alive : busy;
    return from.isEmpty() ? null : from.get(random.below(from.size()));
  }

  private void harm(Executor victim, boolean fatal, long nanos) {
    if (victim.task == null) return;
    victim.task.job().harm(fatal);
    if (fatal) witness.isNoticedInTime(victim.task, nanos);
  }

  private void kill(Executor e, long replacedAfter) {
    if (!e.alive) return;
    harm(e, true, Long.MAX_VALUE);
    e.alive = false;
    if (e.task != null) e.task.dies();
    time.after(
        (100 + random.below(400)) * MILLI,
        () -> {
          e.known = false;
          executors.remove(e);
          if (e.task != null) e.task.isKnownLost(e.name);
          e.task = null;
        });
    replace(replacedAfter);
  }

  private void replace(long nanos) {
    if (!trouble.comeBack() || ended) return;
    time.after(
        nanos,
        () -> {
          if (!ended) executors.add(new Executor());
        });
  }

  /** Executors that Spark takes for free. Some may be dead, frozen or cut off. */
  List<Executor> free() {
    return executors.stream().filter(e -> e.known && e.task == null).toList();
  }

  /** Executors that Spark takes for those of a task. */
  List<Executor> busy() {
    return executors.stream().filter(e -> e.known && e.task != null).toList();
  }

  private int slots() {
    return (int) executors.stream().filter(e -> e.known).count();
  }

  @Override
  public long nanos() {
    return clockBegins + time.now();
  }

  @Override
  public void pause(Duration pause) {
    witness.pauses(pause);
    pass(pause.toNanos());
  }

  private void pass(long nanos) {
    time.runUntil(time.now() + nanos);
    sleep();
  }

  /** The thread that waits is of the process that sleeps. */
  private void sleep() {
    while (sleepsFor() > 0) time.runUntil(sleepsUntil);
    witness.endsInTime(time.now());
  }

  private boolean await(BooleanSupplier condition, long nanos) {
    long start = time.now();
    while (true) {
      checkRuns();
      if (condition.getAsBoolean()) return true;
      if (time.now() - start > nanos) return false;
      pass(50 * MILLI);
    }
  }

  void checkRuns() {
    if (ended)
      throw new RankLostException("a rank was lost: Spark has ended the application", null);
  }

  @Override
  public Job start(Attempt attempt, int ranks, TrainState from) {
    reception.begin(attempt);
    if (job != null) witness.neverTwoAttemptsAtOnce(job);
    job = new SimulatedJob(this, attempt.number(), ranks, from);
    witness.starts(job);
    job.place();
    return job;
  }

  @Override
  public Event next() {
    long until = time.now() + 50 * MILLI;
    boolean more = true;
    while (more) {
      sleep();
      Event event = reception.nextReady();
      if (event != null) {
        // Who listened to the one before took its time.
        pass(random.below(8) == 0 ? random.below(500) * MILLI : 0);
        return event;
      }
      more = time.runNext(Math.max(until, time.now()));
    }
    return null;
  }

  @Override
  public Event nextReady() {
    return reception.nextReady();
  }

  @Override
  public List<String> clear() {
    if (await(() -> busy().isEmpty(), ENDING_NANOS)) return List.of();
    List<Executor> stuck = busy();
    for (Executor e : stuck) {
      e.known = false;
      executors.remove(e);
      // The order to end does not reach it before others do.
      e.task = null;
      time.after(
          e.cutFor() + delay(),
          () -> {
            e.alive = false;
          });
      replace((1 + random.below(10)) * SECOND);
    }
    return stuck.stream().map(e -> e.name).toList();
  }

  @Override
  public int room(int least, int wanted, Consumer<String> say) {
    if (await(() -> slots() >= wanted, REPLACING_NANOS)) return witness.roomIs(wanted);
    if (await(() -> slots() >= least, MOST_WAIT_NANOS))
      return witness.roomIs(Math.min(slots(), wanted));
    say.accept("no room");
    witness.thereIsNoRoom();
    throw new RankLostException("a rank was lost: there is room for " + slots() + " ranks", null);
  }

  @Override
  public boolean hasEnded() {
    return ended;
  }
}
