package io.kudari.checkpoint;

import io.kudari.event.Event;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Saves training states on a thread of its own, so that training never waits for a disk. Of states
 * that come faster than they can be saved the newest wins: one is being written and one waits,
 * never more. A state that cannot be saved is tried again, with a pause that doubles, until a newer
 * one takes its place or the attempts are used up; then training goes on without it.
 *
 * <p>Thread-safe.
 */
public final class CheckpointWriter implements Consumer<TrainState>, AutoCloseable {

  private final Target target;
  private final int attempts;
  private final Duration pause;
  private final Thread thread;

  private TrainState waiting;
  private boolean writing;
  private boolean closed;
  private final List<Event> outcomes = new ArrayList<>();

  /** Where states go. */
  @FunctionalInterface
  public interface Target {
    /**
     * Saves a state.
     *
     * @return how many bytes were written
     */
    long save(TrainState state) throws IOException;
  }

  /**
   * Starts the thread.
   *
   * @param attempts how often a state is tried, at least 1
   * @param pause before the second attempt; twice as long before the next, and so on
   */
  public CheckpointWriter(Target target, int attempts, Duration pause) {
    this.target = target;
    this.attempts = attempts;
    this.pause = pause;
    this.thread = new Thread(this::work, "checkpoints");
    // A file system that hangs must not keep the process.
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes over a state, and returns at once. Its arrays must not change any more. */
  @Override
  public synchronized void accept(TrainState state) {
    if (closed) throw new IllegalStateException("the writer is closed");
    waiting = state;
    notifyAll();
  }

  /** What became of states since the last call: {@link Event.Saved}, {@link Event.SaveFailed}. */
  public synchronized List<Event> outcomes() {
    List<Event> taken = List.copyOf(outcomes);
    outcomes.clear();
    return taken;
  }

  /**
   * Waits until nothing is left to write.
   *
   * @return false when that took longer than the bound
   */
  public synchronized boolean finish(Duration bound) throws InterruptedException {
    long start = System.nanoTime();
    while (waiting != null || writing) {
      long left = bound.toNanos() - (System.nanoTime() - start);
      if (left <= 0) return false;
      wait(left / 1_000_000 + 1);
    }
    return true;
  }

  /** Ends without writing what waits. What is being written is left to itself. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting = null;
    notifyAll();
  }

  private void work() {
    try {
      for (TrainState state = next(); state != null; state = next()) write(state);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized TrainState next() throws InterruptedException {
    writing = false;
    notifyAll();
    while (waiting == null && !closed) wait();
    TrainState next = waiting;
    waiting = null;
    writing = next != null;
    return next;
  }

  private void write(TrainState state) throws InterruptedException {
    Duration before = pause;
    for (int attempt = 1; ; attempt++) {
      long start = System.nanoTime();
      try {
        long bytes = target.save(state);
        report(new Event.Saved(state.step(), (System.nanoTime() - start) / 1e9, bytes));
        return;
      } catch (IOException | RuntimeException | Error e) {
        // Whoever waits for the end waits for this thread, so that nothing may end it.
        boolean hopeless = e instanceof LeaseLostException || !(e instanceof IOException);
        if (hopeless || attempt == attempts || !pauseUnlessReplaced(before)) {
          report(new Event.SaveFailed(state.step(), reason(e)));
          return;
        }
      }
      before = before.multipliedBy(2);
    }
  }

  private static String reason(Throwable e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return e.getClass().getSimpleName() + ": " + message;
  }

  private synchronized void report(Event outcome) {
    outcomes.add(outcome);
  }

  /** Whether the state is still the newest after a pause. */
  private synchronized boolean pauseUnlessReplaced(Duration bound) throws InterruptedException {
    long start = System.nanoTime();
    while (waiting == null && !closed) {
      long left = bound.toNanos() - (System.nanoTime() - start);
      if (left <= 0) return true;
      wait(left / 1_000_000 + 1);
    }
    return false;
  }
}
