package io.kudari.ml;

import java.util.concurrent.CancellationException;

/**
 * Whether the thread that made this was interrupted since. It may be asked on any thread; its own
 * is no longer interrupted when it has asked, so that a training can write down where it ended.
 */
final class Interruption {

  private final Thread of = Thread.currentThread();
  private volatile boolean asked;

  boolean asked() {
    if (Thread.currentThread() == of && Thread.interrupted()) asked = true;
    return asked;
  }

  /** Leaves its own thread interrupted when it has been. */
  void end() {
    if (asked) of.interrupt();
  }

  /**
   * What ends the training then.
   *
   * @param causeOrNull by which it came to light
   */
  CancellationException cancelled(Exception causeOrNull) {
    asked = true;
    CancellationException cancelled = new CancellationException("the training was interrupted");
    cancelled.initCause(causeOrNull);
    return cancelled;
  }
}
