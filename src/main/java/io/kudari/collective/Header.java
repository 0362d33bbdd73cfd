package io.kudari.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first {@link #BYTES} bytes of a message, little-endian: magic and version (4), attempt (8),
 * step (8), sequence (8), phase (4), sender (4), chunk (4), payload length (4), CRC-32C over
 * everything else (4), or over the header alone where nothing carries the payload that could change
 * it ({@link Link#isMemory}).
 *
 * @param attempt which life of the run; a message of another attempt is never used
 * @param step of the training
 * @param sequence position among all messages from this sender to this receiver in the attempt,
 *     from 0
 * @param phase ordinal of the {@link Phase}
 * @param sender rank
 * @param chunk position among the operation's messages from this sender to this receiver, from 0
 * @param length bytes of payload
 */
record Header(
    long attempt, long step, long sequence, int phase, int sender, int chunk, int length) {

  static final int BYTES = 48;

  private static final int MAGIC = 0x4b44_5201;
  private static final int CHECKSUM_AT = 44;

  /** Prepares an empty buffer for a payload, which starts at the buffer's position. */
  static ByteBuffer prepare(ByteBuffer message) {
    return message.clear().order(ByteOrder.LITTLE_ENDIAN).position(BYTES);
  }

  /**
   * Writes the header in front of a payload and sets position and limit for sending.
   *
   * @param whole whether the checksum is of the payload too; the receiver knows
   */
  void seal(ByteBuffer message, CRC32C checksum, boolean whole) {
    message.limit(BYTES + length).position(0);
    message.putInt(MAGIC).putLong(attempt).putLong(step).putLong(sequence);
    message.putInt(phase).putInt(sender).putInt(chunk).putInt(length);
    message.putInt(checksum(message, checksum, whole)).position(0);
  }

  /**
   * Reads and checks a header and moves the position to the payload.
   *
   * @param whole as it was sealed
   * @return null when the message is corrupt: too short, of another format or length, or with a
   *     checksum that does not match
   */
  static Header open(ByteBuffer message, CRC32C checksum, boolean whole) {
    message.order(ByteOrder.LITTLE_ENDIAN).position(0);
    if (message.limit() < BYTES || message.getInt() != MAGIC) return null;
    Header header =
        new Header(
            message.getLong(),
            message.getLong(),
            message.getLong(),
            message.getInt(),
            message.getInt(),
            message.getInt(),
            message.getInt());
    if (header.length != message.limit() - BYTES) return null;
    return message.getInt() == checksum(message, checksum, whole) ? header : null;
  }

  private static int checksum(ByteBuffer message, CRC32C checksum, boolean whole) {
    int position = message.position();
    int limit = message.limit();
    checksum.reset();
    checksum.update(message.limit(CHECKSUM_AT).position(0));
    message.limit(limit);
    if (whole) checksum.update(message.position(BYTES));
    message.position(position);
    return (int) checksum.getValue();
  }
}
