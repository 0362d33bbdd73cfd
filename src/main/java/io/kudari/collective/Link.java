package io.kudari.collective;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Carries messages between the ranks of one attempt. Messages are opaque; a link may lose, repeat
 * or reorder them as far as {@link Collectives} is concerned, but must never deliver one to the
 * wrong rank.
 *
 * <p>Message buffers are direct, have room for {@link #capacity()} bytes and belong to one side at
 * a time: {@link #take} lends one to the caller, {@link #send} gives it to the link; {@link
 * #receive} lends one, {@link #release} gives it back. A steady exchange allocates nothing.
 *
 * <p>Thread-safety: one thread of a rank at a time uses a link; {@link #abort} and {@link #close}
 * may be called by any thread.
 */
public interface Link extends AutoCloseable {

  /** This rank, within 0..size−1. */
  int rank();

  /** Number of ranks. */
  int size();

  /** Bytes that a message may have. */
  int capacity();

  /**
   * Whether messages to and from a peer never leave the memory of this machine, as both sides know:
   * nothing carries them that could change them.
   */
  default boolean isMemory(int peer) {
    return false;
  }

  /** The clock of the timeouts, in nanoseconds; a simulated link has its own. */
  default long nanoTime() {
    return System.nanoTime();
  }

  /**
   * An empty direct buffer of {@link #capacity()} bytes to fill and send to a peer, or to release,
   * before another one is taken for the same peer: it may be where the peer reads it.
   */
  ByteBuffer take(int peer);

  /**
   * Sends the bytes from 0 to the buffer's limit. May wait until the peer takes earlier messages,
   * and meanwhile keeps what peers send to this rank; the buffer belongs to the link from now on,
   * even when this throws.
   *
   * @param timeout longest wait
   * @throws LinkException when the peer is known to be gone or takes nothing in time, any peer gave
   *     up, or the thread is interrupted
   */
  void send(int peer, ByteBuffer message, Duration timeout) throws LinkException;

  /**
   * Whether a message to a peer can be {@link #post posted} now. Moves on what is under way, in
   * both directions and without waiting.
   *
   * @throws LinkException when the peer is known to be gone or any peer gave up
   */
  boolean isFree(int peer) throws LinkException;

  /**
   * Begins to send to a peer that {@link #isFree is free}, without waiting: as {@link #send}, but
   * the message may leave as late as with the next {@link #send} to the same peer.
   */
  void post(int peer, ByteBuffer message) throws LinkException;

  /**
   * Waits for the next message of one peer. What has arrived is delivered before a failure that
   * followed it is reported.
   *
   * @param timeout longest wait
   * @return the message from position 0 to its limit; to be given back with {@link #release}
   * @throws LinkException when nothing arrives in time, the peer is gone, any peer gave up, or the
   *     thread is interrupted
   */
  ByteBuffer receive(int peer, Duration timeout) throws LinkException;

  /**
   * Gives back a buffer that came from {@link #take} or {@link #receive} of the same peer and was
   * not sent.
   */
  void release(int peer, ByteBuffer message);

  /**
   * Tells every peer that this rank gives up, so that their waits end at once. Best effort: a peer
   * that is not reached notices by its own bound. Later calls do nothing.
   *
   * @param reason one line
   */
  void abort(String reason);

  /** Delivers what was sent, within a bound, then frees everything. */
  @Override
  void close();
}
