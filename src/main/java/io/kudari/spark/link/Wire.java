package io.kudari.spark.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * The way of messages to and from one peer. Never blocks. Used by one thread; {@link #close} and
 * what only tells by any.
 */
interface Wire {

  /** What has become of a wire whose socket has been closed. */
  String CLOSED = "closed its connection";

  /** Why nothing more will come or go, or null. */
  String end();

  /** An empty buffer to fill and {@link #begin}, or to {@link #release}, before the next one. */
  ByteBuffer take();

  /** Takes back a buffer of {@link #take}, {@link #next}, or one that is {@link #written}. */
  void release(ByteBuffer message);

  /** Buffers in use that no pool counts. */
  int lent();

  /** Starts to send a message, once the one before is {@link #written}. */
  void begin(ByteBuffer message);

  /** Sends what there is room for; whether the message is gone. */
  boolean written();

  /** Whether the next message finds room at once, as far as is known. */
  boolean hasRoom();

  /** The next message, or null when it has not arrived as a whole. */
  ByteBuffer next();

  /**
   * Takes in, once, what would keep the peer from sending.
   *
   * @return whether there may be more of it
   */
  boolean read();

  /** Bytes that were taken in and not yet used. */
  long bytes();

  /** Bytes that must arrive at the peer, since the start. */
  long sent();

  /** Bytes that have arrived, since the start. */
  long received();

  /** How often to look for a message, or for room for one, before the thread sleeps. */
  int looks(boolean forMessage);

  /** What of the socket ends a sleep, as the operations of a {@link SelectionKey}. */
  int interest(boolean forRoom);

  /**
   * Says to the peer that this rank sleeps until its socket can be read.
   *
   * @param forMessage whether a message would end the sleep
   * @param forRoom whether room for one would
   * @return false when one of them is there already, or something to {@link #read}
   */
  boolean sleep(boolean forMessage, boolean forRoom);

  /** Says that it does not sleep any more. */
  void wake();

  /** Takes what can be read of the socket and is no message. */
  void ready();

  /** Closes the socket and gives back the buffers of messages that nobody will take. */
  void close() throws IOException;
}
