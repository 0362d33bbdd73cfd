package io.kudari.spark.link;

import java.nio.ByteBuffer;

/**
 * How a rank introduces itself on a connection that it opened; also the answer to it.
 *
 * @param second whether it is the second connection of the pair, which a {@link Wire} takes over
 */
public record Handshake(long attempt, int size, int rank, boolean second) {

  private static final int MAGIC = 0x4b48_4901;
  private static final int BYTES = 21;

  /** The same on the second connection. */
  Handshake asSecond() {
    return new Handshake(attempt, size, rank, true);
  }

  public ByteBuffer toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    return bytes
        .putInt(MAGIC)
        .putLong(attempt)
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
  static Handshake from(ByteBuffer bytes) {
    if (bytes.remaining() != BYTES || bytes.getInt() != MAGIC) {
      throw new IllegalArgumentException("not the greeting of a rank");
    }
    return new Handshake(bytes.getLong(), bytes.getInt(), bytes.getInt(), bytes.get() != 0);
  }
}
