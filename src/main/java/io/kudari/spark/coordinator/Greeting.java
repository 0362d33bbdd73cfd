package io.kudari.spark.coordinator;

import java.nio.ByteBuffer;

/** How a rank introduces itself to the driver. */
public record Greeting(long attempt, int rank) {

  private static final int MAGIC = 0x4b48_4c01;
  private static final int BYTES = 16;

  public ByteBuffer toMessage() {
    ByteBuffer message = LineMessage.GREETING.room(BYTES);
    return LineMessage.seal(message.putInt(MAGIC).putLong(attempt).putInt(rank));
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
