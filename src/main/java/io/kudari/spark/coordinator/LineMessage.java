package io.kudari.spark.coordinator;

import io.kudari.train.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The kinds of messages on a rank's line to the driver. A message is the kind (1 byte), the CRC32C
 * of kind and body (4), and the body, numbers in little endian. All are answered by the {@link
 * Request} of the driver, in which only rank 0 is interested: one byte, and its complement.
 */
public enum LineMessage {
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

  /** More than what a frame and a message hold besides their content. */
  static final int ROOM = 1024;

  private static final int BODY = 1 + Integer.BYTES;

  /** A message of these bytes. */
  public ByteBuffer with(byte[] body) {
    return seal(room(body.length).put(body));
  }

  /** A message of so many bytes, to be filled from its position on and then sealed. */
  ByteBuffer room(int bytes) {
    return ByteBuffer.allocate(BODY + bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) ordinal())
        .position(BODY);
  }

  /** Completes a message that is full. */
  static ByteBuffer seal(ByteBuffer message) {
    return message.putInt(1, checksum(message)).position(0);
  }

  /**
   * Takes the kind off a message, whose body is what then remains.
   *
   * @throws IOException when it is none, or corrupt
   */
  static LineMessage of(ByteBuffer message) throws IOException {
    ByteBuffer copy = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (copy.remaining() < BODY || copy.getInt(1) != checksum(copy))
      throw new IOException("a corrupt message of " + copy.remaining() + " bytes");
    int kind = copy.get(0);
    if (kind < 0 || kind >= values().length) throw new IOException("a message of kind " + kind);
    message.order(ByteOrder.LITTLE_ENDIAN).position(message.position() + BODY);
    return values()[kind];
  }

  /** The answer to a message. */
  static ByteBuffer answer(Request request) {
    return ByteBuffer.wrap(new byte[] {(byte) request.ordinal(), (byte) ~request.ordinal()});
  }

  /**
   * What an answer asks for.
   *
   * @throws IOException when it is none, or corrupt
   */
  static Request request(ByteBuffer answer) throws IOException {
    ByteBuffer bytes = answer.slice();
    int number = bytes.remaining() == 2 && bytes.get(0) == ~bytes.get(1) ? bytes.get(0) : -1;
    if (number < 0 || number >= Request.values().length)
      throw new IOException("a corrupt answer of " + bytes.remaining() + " bytes");
    return Request.values()[number];
  }

  private static int checksum(ByteBuffer message) {
    CRC32C checksum = new CRC32C();
    checksum.update(message.get(0));
    checksum.update(message.duplicate().position(BODY));
    return (int) checksum.getValue();
  }
}
