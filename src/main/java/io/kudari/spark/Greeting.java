package io.kudari.spark;

import java.nio.ByteBuffer;

/** How a rank introduces itself to the driver. */
record Greeting(long leg, int rank) {

  private static final int MAGIC = 0x4b48_4c01;
  private static final int BYTES = 16;

  ByteBuffer toMessage() {
    ByteBuffer message = LineMessage.GREETING.room(BYTES);
    return LineMessage.seal(message.putInt(MAGIC).putLong(leg).putInt(rank));
  }

  /**
   * Reads one, behind its kind.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static Greeting from(ByteBuffer rest) {
    if (rest.remaining() != BYTES || rest.getInt() != MAGIC)
      throw new IllegalArgumentException("not the greeting of a rank");
    return new Greeting(rest.getLong(), rest.getInt());
  }
}
