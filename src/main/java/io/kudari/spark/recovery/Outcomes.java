package io.kudari.spark.recovery;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * What ranks have ended with so far. When a rank has failed, the others follow within moments; one
 * that does not is frozen or cut off, and a cluster would wait for it for minutes. Thread-safe.
 */
final class Outcomes {

  private static final long FOLLOW_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final AtomicReferenceArray<RankOutcome> outcomes;
  private final LongSupplier nanos;
  private volatile long failedAt;
  private volatile boolean failed;

  /**
   * None yet.
   *
   * @param nanos a clock
   */
  Outcomes(int ranks, LongSupplier nanos) {
    this.outcomes = new AtomicReferenceArray<>(ranks);
    this.nanos = nanos;
  }

  /** Takes that of a rank. */
  void add(int rank, RankOutcome outcome) {
    outcomes.set(rank, outcome);
    if (outcome.failure() != null && !failed) {
      failedAt = nanos.getAsLong();
      failed = true;
    }
  }

  /** Whether a rank has failed, and the others have had time to follow. */
  boolean haveFailed() {
    return failed && nanos.getAsLong() - failedAt > FOLLOW_NANOS;
  }

  /** Whether one of them is a failure of the rank's own. */
  boolean haveCause() {
    return ended().stream().anyMatch(o -> o.failure() != null && !o.followed());
  }

  /** Those that there are. */
  List<RankOutcome> ended() {
    return IntStream.range(0, outcomes.length())
        .mapToObj(outcomes::get)
        .filter(Objects::nonNull)
        .toList();
  }
}
