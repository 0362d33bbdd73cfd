package io.kudari.spark.recovery;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that is a number, which jumps to the next thing that happens. Used by one thread. */
final class VirtualTime {

  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000 * MILLI;

  private record Event(long time, long order, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
  private long now;
  private long order;

  /** Nanoseconds since the start. */
  long now() {
    return now;
  }

  /** Does something so many nanoseconds from now. */
  void after(long nanos, Runnable action) {
    events.add(new Event(now + Math.max(0, nanos), order++, action));
  }

  /**
   * Lets the next thing happen, if that is not later.
   *
   * @return false when there is none, and it is that time now
   */
  boolean runNext(long until) {
    Event next = events.peek();
    if (next == null || next.time > until) {
      now = Math.max(now, until);
      return false;
    }
    Event unused = events.poll();
    now = next.time;
    next.action.run();
    return true;
  }

  /** Lets everything happen until then. */
  void runUntil(long time) {
    boolean more = true;
    while (more) more = runNext(time);
  }
}
