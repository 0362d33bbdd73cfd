package io.kudari.spark;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The kinds of messages on a rank's line to the driver: the first byte of each. All are answered by
 * one byte, the {@link io.kudari.train.Request} of the driver, in which only rank 0 is interested.
 */
enum LineMessage {
  /** Who calls: must come first. */
  GREETING,
  /** A sign of life; also the last message, whose answer says that all before it have arrived. */
  ALIVE,
  /** Some events. */
  EVENTS,
  /** All of a snapshot's part but its vectors. */
  HEAD,
  /** Some of the vectors' values. */
  VALUES;

  /** A message that ends with these bytes. */
  ByteBuffer with(byte[] rest) {
    return room(rest.length).put(rest).flip();
  }

  /** A message to be filled from its position on. */
  ByteBuffer room(int bytes) {
    return ByteBuffer.allocate(1 + bytes).order(ByteOrder.LITTLE_ENDIAN).put((byte) ordinal());
  }

  /**
   * Takes the kind off a message.
   *
   * @throws IllegalArgumentException when it is none
   */
  static LineMessage of(ByteBuffer message) {
    message.order(ByteOrder.LITTLE_ENDIAN);
    int kind = message.hasRemaining() ? message.get() : -1;
    if (kind < 0 || kind >= values().length)
      throw new IllegalArgumentException("a message of kind " + kind);
    return values()[kind];
  }
}
