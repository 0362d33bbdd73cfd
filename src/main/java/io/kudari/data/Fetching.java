package io.kudari.data;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Examples that are brought into memory, each by whoever comes to it first: a thread that reads
 * ahead, or the one that needs them. Thread-safe.
 */
public final class Fetching {

  /** Of no example. */
  public static final Fetching NONE = new Fetching(0, 0, () -> i -> {});

  private final Supplier<IntConsumer> reading;
  private final AtomicInteger next;
  private final int from;
  private final int to;
  private final CountDownLatch left;

  /**
   * Of which none is fetched yet.
   *
   * @param reading gives a thread what reads the examples [from, to) for it, in turn
   */
  Fetching(int from, int to, Supplier<IntConsumer> reading) {
    this.reading = reading;
    this.next = new AtomicInteger(from);
    this.from = from;
    this.to = to;
    this.left = new CountDownLatch(to - from);
  }

  /** Fetches, as long as it need not end, those that nobody else has come to. */
  void run(BooleanSupplier ends) {
    if (next.get() >= to) return;
    IntConsumer read = reading.get();
    while (!ends.getAsBoolean()) {
      int i = next.getAndIncrement();
      if (i >= to) return;
      try {
        read.accept(i);
      } catch (DataException e) {
        // Who needs it reads it again.
      } finally {
        left.countDown();
      }
    }
  }

  /**
   * Fetches the rest, and waits until all examples are there. Memory that is too small may have
   * lost some again, and finding that out by a fault reads as much as the disk reads ahead: all are
   * read once more, which costs little where they are there.
   *
   * @throws DataException when one cannot be read
   */
  public void await() {
    run(() -> false);
    awaitOthers();
    if (from == to) return;
    IntConsumer read = reading.get();
    for (int i = from; i < to; i++) read.accept(i);
  }

  /** For the one example that another thread is about to have read. */
  private void awaitOthers() {
    boolean interrupted = false;
    while (true) {
      try {
        left.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
