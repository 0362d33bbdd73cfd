package io.kudari.spark;

import java.nio.ByteBuffer;

/**
 * How a rank introduces itself on a connection that it opened; also the answer to it.
 *
 * @param second whether it is the second connection of the pair, which a {@link Wire} takes over
 */
record Hello(long leg, int size, int rank, boolean second) {

  private static final int MAGIC = 0x4b48_4901;
  private static final int BYTES = 21;

  /** The same on the second connection. */
  Hello asSecond() {
    return new Hello(leg, size, rank, true);
  }

  ByteBuffer toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    return bytes
        .putInt(MAGIC)
        .putLong(leg)
        .putInt(size)
        .putInt(rank)
        .put((byte) (second ? 1 : 0))
        .flip();
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static Hello from(ByteBuffer bytes) {
    if (bytes.remaining() != BYTES || bytes.getInt() != MAGIC) {
      throw new IllegalArgumentException("not the greeting of a rank");
    }
    return new Hello(bytes.getLong(), bytes.getInt(), bytes.getInt(), bytes.get() != 0);
  }
}
