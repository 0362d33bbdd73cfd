package io.kudari.spark.cluster;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Lines about a wait of unknown length: after some seconds, and whenever twice the time passed. */
public final class WaitLines {

  private static final long FIRST_SECONDS = 2;

  private final LongSupplier nanos;
  private final long start;
  private long next;

  /** Of a wait that begins now, the first after two seconds. */
  public WaitLines(LongSupplier nanos) {
    this(nanos, FIRST_SECONDS);
  }

  WaitLines(LongSupplier nanos, long firstSeconds) {
    this.nanos = nanos;
    this.start = nanos.getAsLong();
    this.next = firstSeconds;
  }

  /**
   * To be called often while the wait lasts.
   *
   * @param what is waited for, and why
   */
  public void tick(Supplier<String> what, Consumer<String> say) {
    tick(seconds -> "waiting since " + seconds + " s for " + what.get(), say);
  }

  /** The same with lines that are made of the seconds that have passed. */
  void tick(LongFunction<String> line, Consumer<String> say) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - start);
    if (seconds < next) return;
    next = 2 * seconds;
    say.accept(line.apply(seconds));
  }
}
