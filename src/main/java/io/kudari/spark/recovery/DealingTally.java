package io.kudari.spark.recovery;

import io.kudari.event.Event;
import java.util.Optional;

/**
 * What the ranks of an attempt tell of the examples that were dealt to them, added up: told once
 * all of them have theirs and training has begun. Not thread-safe.
 */
final class DealingTally {

  private int waiting;
  private boolean started;
  private long begun;
  private long last;
  private long bytesRead;
  private long spilled;

  /**
   * An attempt begins.
   *
   * @param nanos of the driver's clock
   */
  void begin(int ranks, long nanos) {
    waiting = ranks;
    started = false;
    begun = nanos;
    bytesRead = 0;
    spilled = 0;
  }

  /** A rank has its examples; each tells how many bytes were read for all. */
  Optional<Event> add(Event.Dealt rank, long nanos) {
    waiting--;
    last = nanos;
    bytesRead = Math.max(bytesRead, rank.bytesRead());
    spilled += rank.spilled();
    return told();
  }

  /** Training begins. */
  Optional<Event> start() {
    started = true;
    return told();
  }

  private Optional<Event> told() {
    if (!started || waiting != 0) return Optional.empty();
    return Optional.of(new Event.Dealt((last - begun) / 1e9, bytesRead, spilled));
  }
}
