package io.kudari.spark.coordinator;

import io.kudari.train.TrainState;
import java.util.function.Consumer;

/**
 * The newest complete state of a run, and a thread that hands it on. A receiver that is slower than
 * snapshots come gets the newest when it is ready and misses those in between; nobody waits for it
 * but {@link #close}. Thread-safe.
 */
public final class LatestSnapshot implements AutoCloseable {

  private final Consumer<TrainState> receiver;
  private final Thread thread = new Thread(this::handOn, "kudari-snapshots");
  private TrainState newest;
  private TrainState handedOn;
  private boolean closed;
  private RuntimeException failure;

  /**
   * Starts the thread.
   *
   * @param start the state the run goes on from, which is not handed on, or null
   * @param receiver called on a thread of its own; what it throws ends the run
   */
  public LatestSnapshot(TrainState start, Consumer<TrainState> receiver) {
    this.newest = start;
    this.handedOn = start;
    this.receiver = receiver;
    thread.setDaemon(true);
    thread.start();
  }

  /** The newest state, or null before the first. */
  public synchronized TrainState get() {
    return newest;
  }

  /** Takes a newer one. */
  public synchronized void set(TrainState state) {
    newest = state;
    notifyAll();
  }

  /** Replaces it by one to go on from, which is not handed on. */
  public synchronized void goBack(TrainState to) {
    newest = to;
    handedOn = to;
  }

  /** Throws what the receiver has thrown. */
  public synchronized void check() {
    if (failure != null) throw failure;
  }

  private void handOn() {
    for (TrainState next = take(); next != null; next = take()) {
      try {
        receiver.accept(next);
      } catch (RuntimeException e) {
        fail(e);
        return;
      }
    }
  }

  private synchronized void fail(RuntimeException e) {
    failure = e;
  }

  private synchronized TrainState take() {
    try {
      while (newest == handedOn && !closed) wait();
    } catch (InterruptedException e) {
      return null;
    }
    if (newest == handedOn) return null;
    handedOn = newest;
    return newest;
  }

  /** Waits until the last state has been handed on. */
  @Override
  public void close() throws InterruptedException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.join();
  }
}
