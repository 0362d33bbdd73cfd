package io.kudari.collective;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A thread of a rank beside those that compute, which exchanges with the other ranks meanwhile: it
 * runs what it is given, one after the other, in the order it was given. After the first failure it
 * runs nothing more, and everything that was or is given to it fails likewise.
 *
 * <p>Waits have no bound of their own: every operation among ranks has one. What was written before
 * {@link #send} is visible to the work, and what the work wrote to whoever has waited for it.
 *
 * <p>Thread-safe, though only one thread at a time should give work.
 */
public final class Courier implements AutoCloseable {

  /** For the end of what is under way when it is interrupted. */
  private static final long END_SECONDS = 10;

  private final ExecutorService queue;
  private volatile Thread thread;
  private volatile Throwable failure;
  private volatile Errand last;

  /**
   * Starts with the first work.
   *
   * @param name of the thread
   */
  public Courier(String name) {
    this.queue =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread t = new Thread(work, name);
              t.setDaemon(true);
              thread = t;
              return t;
            });
  }

  /** Work that was given. */
  public static final class Errand {

    private final Future<?> end;

    private Errand(Future<?> end) {
      this.end = end;
    }

    /**
     * Waits until it is done.
     *
     * @throws RuntimeException what it failed with
     * @throws CollectiveException when the caller is interrupted, or there is no courier any more
     */
    public void await() {
      try {
        end.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) throw cause;
        if (e.getCause() instanceof Error cause) throw cause;
        throw new IllegalStateException(e.getCause());
      } catch (CancellationException e) {
        throw closed();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CollectiveException("interrupted while the ranks exchange");
      }
    }
  }

  /** Gives work. */
  public Errand send(Runnable work) {
    try {
      last = new Errand(queue.submit(() -> run(work)));
      return last;
    } catch (RejectedExecutionException e) {
      throw closed();
    }
  }

  private static CollectiveException closed() {
    return new CollectiveException("the exchange of this rank has ended");
  }

  private void run(Runnable work) {
    if (failure instanceof RuntimeException e) throw e;
    if (failure instanceof Error e) throw e;
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    }
  }

  /** Whether it has been given work. */
  public boolean hasBegun() {
    return last != null;
  }

  /** Whether the caller is the courier itself. */
  public boolean isCaller() {
    return Thread.currentThread() == thread;
  }

  /** Waits until all that was given is done. */
  public void await() {
    if (last != null) last.await();
  }

  /** Interrupts what is under way, drops the rest, and waits, within a bound, for the end. */
  @Override
  public void close() {
    for (Runnable left : queue.shutdownNow()) if (left instanceof Future<?> f) f.cancel(true);
    boolean interrupted = Thread.interrupted();
    try {
      boolean unused = queue.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
