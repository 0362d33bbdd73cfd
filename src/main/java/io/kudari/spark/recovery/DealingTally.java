package io.kudari.spark.recovery;

import io.kudari.event.Event;
import java.util.Optional;

/**
 * What the ranks of an attempt tell of the examples that were dealt to them, added up: told once
 * all of them have theirs and training has begun. Not thread-safe.
 */
final class DealingTally {

  private int waiting;
  private boolean told = true;
  private long before;
  private boolean started;
  private long begun;
  private long last;
  private long bytesRead;
  private long spilled;

  /**
   * An attempt begins. What was read for one before that did not come to training counts, too.
   *
   * @param nanos of the driver's clock
   */
  void begin(int ranks, long nanos) {
    waiting = ranks;
    started = false;
    begun = nanos;
    before = told ? 0 : before + bytesRead;
    told = false;
    bytesRead = 0;
    spilled = 0;
  }

  /** Nothing is read yet: it waits for slots. */
  void postpone(long nanos) {
    begun = nanos;
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
    told = true;
    return Optional.of(new Event.Dealt((last - begun) / 1e9, before + bytesRead, spilled));
  }
}
