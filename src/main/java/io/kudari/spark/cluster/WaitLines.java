package io.kudari.spark.cluster;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Lines about a wait of unknown length: after two seconds, and whenever twice the time passed. */
public final class WaitLines {

  private static final long FIRST_SECONDS = 2;

  private final LongSupplier nanos;
  private final long start;
  private long next = FIRST_SECONDS;

  /** Of a wait that begins now. */
  public WaitLines(LongSupplier nanos) {
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  /**
   * To be called often while the wait lasts.
   *
   * @param what is waited for, and why
   */
  public void tick(Supplier<String> what, Consumer<String> say) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - start);
    if (seconds < next) return;
    next = 2 * seconds;
    say.accept("waiting since " + seconds + " s for " + what.get());
  }
}
