package io.kudari.spark.link;

import io.kudari.collective.LinkException;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What one peer has sent and this rank has not used yet. The event loop fills it, one thread
 * empties it. When it holds more than its bound, the connection is not read until half of it is
 * used: the peer's messages then wait in its memory.
 */
final class Inbox {

  private static final int SPINS = 500;

  private final int peer;
  private final long bound;
  private final long silenceNanos;
  private final ConcurrentLinkedQueue<ByteBuffer> messages = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private volatile Channel channel;
  private volatile Channel second;
  private volatile long heard;
  private volatile long claimed;
  private volatile String failure;
  private volatile boolean givenUp;
  private volatile Thread waiting;
  private volatile Runnable onFailure = () -> {};

  /**
   * An empty inbox.
   *
   * @param bound bytes that may wait in it
   * @param silence longest time without any sign of life while this rank waits
   */
  Inbox(int peer, long bound, Duration silence) {
    this.peer = peer;
    this.bound = bound;
    this.silenceNanos = silence.toNanos();
  }

  /** Names the connection that fills it. */
  void connected(Channel from) {
    heard = System.nanoTime();
    channel = from;
    wake();
  }

  /** Names the connection that a {@link Wire} is to take over. */
  void offered(Channel from) {
    second = from;
    wake();
  }

  /** The connection to the peer, or null. */
  Channel channel() {
    return channel;
  }

  /** The connection that a {@link Wire} is to take over, or null. */
  Channel offer() {
    return second;
  }

  /** Notes a sign of life. Called by the event loop. */
  void heard() {
    heard = System.nanoTime();
  }

  /** Notes how many bytes the peer says it has sent over its wire. Called by the event loop. */
  void claim(long bytes) {
    claimed = bytes;
  }

  /** How many bytes the peer says it has sent over its wire. */
  long claimed() {
    return claimed;
  }

  /** Adds a message. Called by the event loop. */
  void add(ByteBuffer message) {
    messages.add(message);
    if (bytes.addAndGet(message.limit()) > bound) channel.config().setAutoRead(false);
    wake();
  }

  /** Ends waits, and later ones once the inbox is empty. The first reason stays. */
  void fail(String reason) {
    if (failure == null) failure = reason;
    wake();
    onFailure.run();
  }

  /** As {@link #fail}, because a rank has said that it does not go on. */
  void giveUp(String reason) {
    givenUp = failure == null;
    fail(reason);
  }

  /** Whether a rank has said that it does not go on. */
  boolean isGivenUp() {
    return givenUp;
  }

  /** Has something run after each failure. */
  void onFailure(Runnable action) {
    onFailure = action;
  }

  /** Why no more will come, or null. */
  String failure() {
    return failure;
  }

  private void wake() {
    Thread t = waiting;
    if (t != null) LockSupport.unpark(t);
  }

  /** Waits for the next message. */
  ByteBuffer take(Duration timeout) throws LinkException {
    for (int i = 0; i < SPINS && messages.isEmpty(); i++) Thread.onSpinWait();
    ByteBuffer message = messages.poll();
    if (message == null) message = await(timeout);
    long left = bytes.addAndGet(-message.limit());
    if (left <= bound / 2 && !channel.config().isAutoRead()) {
      heard();
      channel.config().setAutoRead(true);
    }
    return message;
  }

  private ByteBuffer await(Duration timeout) throws LinkException {
    long start = System.nanoTime();
    waiting = Thread.currentThread();
    try {
      while (true) {
        String reason = failure;
        ByteBuffer message = messages.poll();
        if (message != null) return message;
        LockSupport.parkNanos(this, left(reason, start, timeout));
      }
    } finally {
      waiting = null;
    }
  }

  /**
   * How long a wait may go on before it must be looked at again.
   *
   * @param reason why nothing more will come, or null
   * @param start of the wait, by {@link System#nanoTime}
   * @return nanoseconds, above 0
   * @throws LinkException when it may not go on
   */
  long left(String reason, long start, Duration timeout) throws LinkException {
    if (reason != null) throw new LinkException(reason);
    long now = System.nanoTime();
    long left = timeout.toNanos() - (now - start);
    long silent = now - Math.max(heard, start);
    if (left <= 0) throw new LinkException(late(timeout));
    if (silent >= silenceNanos) throw new LinkException(silent());
    if (Thread.currentThread().isInterrupted()) throw interrupted();
    return Math.min(left, silenceNanos - silent);
  }

  /** Waits for the connection itself, or for the offer of the second one. */
  void awaitConnection(boolean offer, Duration timeout) throws LinkException {
    long start = System.nanoTime();
    waiting = Thread.currentThread();
    try {
      while ((offer ? second : channel) == null) {
        long left = timeout.toNanos() - (System.nanoTime() - start);
        if (failure != null) throw new LinkException(failure);
        if (left <= 0) throw new LinkException("rank " + peer + " did not connect in " + timeout);
        if (Thread.currentThread().isInterrupted()) throw interrupted();
        LockSupport.parkNanos(this, left);
      }
    } finally {
      waiting = null;
    }
  }

  private String late(Duration timeout) {
    return "rank %d sent nothing within %.1f s".formatted(peer, timeout.toNanos() / 1e9);
  }

  private String silent() {
    return "rank %d gave no sign of life for %.1f s".formatted(peer, silenceNanos / 1e9);
  }

  private LinkException interrupted() {
    return new LinkException("the wait for rank " + peer + " was interrupted");
  }
}
