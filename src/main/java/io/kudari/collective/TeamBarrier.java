package io.kudari.collective;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Where the threads of a rank wait for each other, again and again. A thread spins for a
 * millisecond, because the others are usually near, and then parks until the last one wakes it.
 * What a thread wrote before {@link #await} is visible to all after it.
 *
 * <p>A failure is for all: when one thread fails, or does not arrive within the patience, every
 * waiting and later call throws.
 */
public final class TeamBarrier {

  /** To park and to be woken costs some tens of microseconds, more on a virtual machine. */
  private static final long SPIN_NANOS = 1_000_000;

  private static final int SPINS = 50;

  private final int threads;
  private final long patienceNanos;
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicReferenceArray<Thread> parked;
  private final int[] generations;
  private volatile int generation;
  private volatile String failure;

  /**
   * A barrier.
   *
   * @param threads how many wait for each other, at least 1
   * @param patience longest wait
   */
  public TeamBarrier(int threads, Duration patience) {
    if (threads < 1) throw new IllegalArgumentException("threads must be at least 1");
    this.threads = threads;
    this.patienceNanos = patience.toNanos();
    this.generations = new int[threads];
    this.parked = new AtomicReferenceArray<>(threads);
  }

  /** Number of threads that wait for each other. */
  public int threads() {
    return threads;
  }

  /**
   * Waits until all threads are here.
   *
   * @param thread index of the caller, within 0..threads−1
   * @throws CollectiveException when a thread failed, is missing or was interrupted
   */
  public void await(int thread) {
    if (!arrive(thread)) awaitOthers(thread);
  }

  /**
   * Says that a thread is here, without waiting. Unless it was the last, it calls {@link
   * #awaitOthers} next, and may do something else before.
   *
   * @return whether it was the last, so that nobody waits any more
   */
  public boolean arrive(int thread) {
    check();
    int here = generation;
    generations[thread] = here;
    if (arrived.incrementAndGet() < threads) return false;
    arrived.set(0);
    generation = here + 1;
    wakeAll();
    return true;
  }

  /** The second half of {@link #await}. */
  public void awaitOthers(int thread) {
    int here = generations[thread];
    if (!spin(here)) park(thread, here);
  }

  /** Waits actively, but lets other threads run: returns whether all have come. */
  private boolean spin(int here) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < SPIN_NANOS) {
      for (int i = 0; i < SPINS; i++) {
        if (generation != here) return true;
        Thread.onSpinWait();
      }
      Thread.yield();
    }
    return false;
  }

  private void park(int thread, int here) {
    long start = System.nanoTime();
    parked.set(thread, Thread.currentThread());
    try {
      while (generation == here) {
        check();
        long left = patienceNanos - (System.nanoTime() - start);
        if (left <= 0) {
          fail("a thread did not reach the barrier within " + Duration.ofNanos(patienceNanos));
        } else if (Thread.currentThread().isInterrupted()) {
          fail("thread " + thread + " was interrupted");
        } else {
          LockSupport.parkNanos(this, left);
        }
      }
    } finally {
      parked.set(thread, null);
    }
  }

  /**
   * Makes all waiting and later calls throw.
   *
   * @param reason one line
   */
  public void fail(String reason) {
    if (failure == null) failure = reason;
    wakeAll();
  }

  private void check() {
    if (failure != null) throw new CollectiveException("the threads of this rank stop: " + failure);
  }

  private void wakeAll() {
    for (int i = 0; i < threads; i++) {
      Thread t = parked.get(i);
      if (t != null) LockSupport.unpark(t);
    }
  }
}
