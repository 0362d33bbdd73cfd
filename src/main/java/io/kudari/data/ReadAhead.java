package io.kudari.data;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread that fetches examples before somebody needs them, in the order in which it is asked. It
 * begins when it is asked first, and when nobody asks for a while it ends, so that it keeps no file
 * that is otherwise forgotten. Thread-safe.
 */
final class ReadAhead implements AutoCloseable {

  /** Of the thread. */
  static final String NAME = "kudari-prefetcher";

  private static final long IDLE_SECONDS = 20;

  /** For the example that is being read. */
  private static final long END_SECONDS = 60;

  private ThreadPoolExecutor threadOrNull;
  private volatile boolean closed;

  /** Begins to fetch, unless it is closed: then who needs the examples does it. */
  Fetching begin(Fetching of) {
    try {
      thread().execute(() -> of.run(() -> closed));
    } catch (RejectedExecutionException e) {
      // It is closed.
    }
    return of;
  }

  private synchronized ThreadPoolExecutor thread() {
    if (threadOrNull == null) {
      threadOrNull =
          new ThreadPoolExecutor(
              0, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), ReadAhead::named);
      if (closed) threadOrNull.shutdown();
    }
    return threadOrNull;
  }

  private static Thread named(Runnable work) {
    Thread thread = new Thread(work, NAME);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Ends it after the example that it reads, and waits for that. It is not interrupted, which would
   * close the file that others still read.
   */
  @Override
  public void close() {
    ThreadPoolExecutor ending;
    synchronized (this) {
      closed = true;
      ending = threadOrNull;
    }
    if (ending == null) return;
    ending.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      boolean unused = ending.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
