package io.kudari.spark.coordinator;

import io.kudari.event.FirstLine;
import io.kudari.train.TrainState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The newest complete state of a run, and a thread that hands it on. A receiver that is slower than
 * snapshots come gets the newest when it is ready and misses those in between; nobody waits for it
 * but {@link #close}. Thread-safe.
 */
public final class LatestSnapshot implements AutoCloseable {

  /** Who takes longer with the last state hangs. */
  private static final Duration LAST = Duration.ofMinutes(2);

  private final Consumer<TrainState> receiver;
  private final ExecutorService thread;
  private TrainState newest;
  private TrainState handedOn;
  private boolean handsOn;
  private Throwable failure;

  /**
   * Has a thread of its own.
   *
   * @param start the state the run goes on from, which is not handed on, or null
   * @param receiver called on that thread; what it throws ends the run
   */
  public LatestSnapshot(TrainState start, Consumer<TrainState> receiver) {
    this(start, receiver, Executors.newSingleThreadExecutor(LatestSnapshot::thread));
  }

  /**
   * The same on a thread that is given.
   *
   * @param thread that runs one thing at a time; shut down by {@link #close}
   */
  public LatestSnapshot(TrainState start, Consumer<TrainState> receiver, ExecutorService thread) {
    this.newest = start;
    this.handedOn = start;
    this.receiver = receiver;
    this.thread = thread;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "kudari-snapshots");
    thread.setDaemon(true);
    return thread;
  }

  /** The newest state, or null before the first. */
  public synchronized TrainState get() {
    return newest;
  }

  /** Takes a newer one. */
  public synchronized void set(TrainState state) {
    newest = state;
    if (handsOn || failure != null) return;
    handsOn = true;
    thread.execute(this::handOn);
  }

  /** Replaces it by one to go on from, which is not handed on. */
  public synchronized void goBack(TrainState to) {
    newest = to;
    handedOn = to;
  }

  /** Throws what the receiver has thrown. */
  public synchronized void check() {
    if (failure == null) return;
    if (failure instanceof RuntimeException e) throw e;
    if (failure instanceof Error e) throw e;
    throw new IllegalStateException(FirstLine.of(failure), failure);
  }

  private void handOn() {
    for (TrainState next = take(); next != null; next = take()) {
      try {
        receiver.accept(next);
      } catch (Throwable e) {
        fail(e);
        return;
      }
    }
  }

  private synchronized void fail(Throwable e) {
    if (failure == null) failure = e;
  }

  private synchronized TrainState take() {
    if (newest == handedOn) {
      handsOn = false;
      return null;
    }
    handedOn = newest;
    return newest;
  }

  /** Waits until the last state has been handed on, for two minutes at most: then it has failed. */
  @Override
  public void close() throws InterruptedException {
    thread.shutdown();
    if (thread.awaitTermination(LAST.toSeconds(), TimeUnit.SECONDS)) return;
    List<Runnable> unused = thread.shutdownNow();
    fail(
        new IllegalStateException(
            "the last snapshot was not taken within " + LAST.toSeconds() + " s"));
  }
}
