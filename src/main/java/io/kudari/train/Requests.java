package io.kudari.train;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Asked by a loop in every step. Where several loops train together, the answer of rank 0's first
 * thread to {@link #next} counts for all, and the answers of all of them to {@link #busy}.
 */
@FunctionalInterface
public interface Requests {

  /** What to do after this step. A snapshot need not be asked for twice. */
  Request next();

  /**
   * Whether something of an earlier snapshot is still on its way: a snapshot that is due waits
   * until nothing is.
   */
  default boolean busy() {
    return false;
  }

  /** Asks for nothing but the end. */
  static Requests stopping(BooleanSupplier stop) {
    return () -> stop.getAsBoolean() ? Request.STOP : Request.NONE;
  }

  /**
   * Asks for a snapshot as often as the rule says by time. Thread-safe.
   *
   * @param stop whether to end
   * @param nanos a clock
   */
  static Requests of(BooleanSupplier stop, SnapshotRule rule, LongSupplier nanos) {
    return new Requests() {
      private long last = nanos.getAsLong();

      @Override
      public synchronized Request next() {
        if (stop.getAsBoolean()) return Request.STOP;
        long now = nanos.getAsLong();
        if (rule.seconds() == 0 || now - last < rule.seconds() * 1e9) return Request.NONE;
        last = now;
        return Request.SNAPSHOT;
      }
    };
  }
}
