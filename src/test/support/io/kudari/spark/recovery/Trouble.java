package io.kudari.spark.recovery;

import static io.kudari.spark.recovery.VirtualTime.MILLI;
import static io.kudari.spark.recovery.VirtualTime.SECOND;

import io.kudari.collective.LinkChoice;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.train.Safety;
import io.kudari.train.SnapshotRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run and what goes wrong in it: a pure function of a seed. One kind of trouble in most runs, all
 * at once in some.
 *
 * @param executors of the cluster at the start
 * @param steps of the run
 * @param stepNanos of a step
 * @param startStep where the run goes on from
 * @param faults in the order of their times
 * @param divergences by the step, the largest rate factor that it bears
 * @param defectAt the step at which a rank has an error of its own, or -1
 * @param comeBack whether executors that were lost are replaced
 */
record Trouble(
    long seed,
    int executors,
    AttemptRules rules,
    Safety safety,
    long steps,
    long stepNanos,
    long startStep,
    List<Fault> faults,
    Map<Long, Double> divergences,
    long defectAt,
    boolean comeBack) {

  /** What goes wrong. */
  enum Kind {
    KILLED,
    FROZEN_SHORTLY,
    FROZEN_FOR_LONG,
    CUT_OFF,
    SLOW,
    DOES_NOT_BEGIN,
    OTHERS_USE_SLOTS,
    DRIVER_SLEEPS_SHORTLY,
    DRIVER_SLEEPS_LONG,
    USER_STOPS,
    APPLICATION_ENDS
  }

  /**
   * One thing that goes wrong.
   *
   * @param at nanoseconds after the start
   * @param nanos how long it lasts
   */
  record Fault(Kind kind, long at, long nanos) {}

  private static final List<List<Kind>> PROFILES =
      List.of(
          List.of(Kind.KILLED),
          List.of(Kind.FROZEN_SHORTLY, Kind.FROZEN_FOR_LONG),
          List.of(Kind.CUT_OFF),
          List.of(Kind.DRIVER_SLEEPS_SHORTLY),
          List.of(Kind.DRIVER_SLEEPS_SHORTLY, Kind.DRIVER_SLEEPS_LONG, Kind.KILLED),
          List.of(Kind.FROZEN_SHORTLY, Kind.SLOW),
          List.of(Kind.DOES_NOT_BEGIN, Kind.KILLED),
          List.of(Kind.OTHERS_USE_SLOTS, Kind.KILLED),
          List.of(Kind.values()));

  static Trouble of(long seed) {
    RandomStream random = new RandomStream(seed, Purpose.TEST, 11, 0);
    List<Kind> kinds = PROFILES.get((int) (seed % PROFILES.size()));
    int executors = 1 + random.below(4);
    int ranks = 1 + random.below(executors);
    int minRanks = 1 + random.below(ranks);
    long steps = 5 + random.below(40);
    boolean patient = random.below(12) == 0;
    SnapshotRule snapshots = patient ? SnapshotRule.NEVER : snapshots(random);
    int retries = patient ? 7 : random.below(5);
    long stepNanos = (20 + random.below(500)) * MILLI;
    Safety.Action action = Safety.Action.values()[random.below(2) * 2];
    return new Trouble(
        seed,
        executors,
        new AttemptRules(ranks, 1, LinkChoice.AUTO, minRanks, retries, snapshots),
        new Safety(action, 0.5, random.below(4), 0),
        steps,
        stepNanos,
        random.below(4) == 0 ? random.below((int) steps) : 0,
        faults(kinds, patient ? 14 : random.below(9), random),
        divergences(steps, random),
        random.below(20) == 0 ? steps - random.below((int) Math.min(steps, 4)) : -1,
        random.below(4) > 0);
  }

  private static SnapshotRule snapshots(RandomStream random) {
    return random.below(5) == 0
        ? new SnapshotRule(0, 0, 0.5 + random.below(4))
        : new SnapshotRule(1 + random.below(12), 0, 0);
  }

  private static List<Fault> faults(List<Kind> kinds, int count, RandomStream random) {
    List<Fault> faults = new ArrayList<>();
    long at = 0;
    for (int left = count; left > 0; left--) {
      at += random.below(random.below(3) == 0 ? 1_000 : 15_000) * MILLI;
      Kind kind = kinds.get(random.below(kinds.size()));
      faults.add(new Fault(kind, at, nanos(kind, random)));
    }
    return faults;
  }

  private static long nanos(Kind kind, RandomStream random) {
    long millis =
        switch (kind) {
          case KILLED -> 500 + random.below(25_000); // until another executor is there
          case FROZEN_SHORTLY -> 500 + random.below(5_000);
          case FROZEN_FOR_LONG -> 9_000 + random.below(30_000);
          case CUT_OFF -> 1_000 + random.below(40_000);
          case SLOW -> 1_000 + random.below(20_000);
          case OTHERS_USE_SLOTS -> 1_000 + random.below(90_000);
          case DRIVER_SLEEPS_SHORTLY -> 1_000 + random.below(6_200);
          case DRIVER_SLEEPS_LONG -> 9_000 + random.below(60_000);
          case DOES_NOT_BEGIN, USER_STOPS, APPLICATION_ENDS -> 0;
        };
    return millis * MILLI;
  }

  private static Map<Long, Double> divergences(long steps, RandomStream random) {
    Map<Long, Double> all = new TreeMap<>();
    if (random.below(3) > 0) return all;
    double most = 0.9;
    for (int left = 1 + random.below(2); left > 0; left--) {
      all.put((long) random.below((int) steps), most);
      most *= random.below(2) == 0 ? 0.5 : 0.3;
    }
    return all;
  }

  /** When the last fault is over. */
  long end() {
    return faults.stream().mapToLong(f -> f.at + f.nanos).max().orElse(0);
  }

  /** No run may take longer: the last fault may cost an attempt that has just begun to wait. */
  long bound() {
    return end() + 250 * SECOND;
  }

  @Override
  public String toString() {
    return "seed %d: %d executors, %s, %s, steps %d..%d of %d ms, %s, diverges %s, defect at %d, %s"
        .formatted(
            seed,
            executors,
            rules,
            safety,
            startStep,
            steps,
            stepNanos / MILLI,
            faults,
            divergences,
            defectAt,
            comeBack ? "executors come back" : "executors do not come back");
  }
}
