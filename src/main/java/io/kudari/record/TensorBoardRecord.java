package io.kudari.record;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Records of TensorBoard's event files: TensorFlow's {@code Event} messages (event.proto and
 * summary.proto) in the wire format of Protocol Buffers, each framed by its length and two masked
 * CRC-32C (tensorflow/core/lib/io/record_writer.h). Pure functions.
 */
final class TensorBoardRecord {

  private static final String VERSION = "brain.Event:2";

  /** Wire types of fields. */
  private static final int VARINT = 0;

  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  /** What is added to a rotated checksum, so that one of bytes with checksums is no bad one. */
  private static final int MASK = 0xa282ead8;

  private TensorBoardRecord() {}

  /**
   * What a file begins with.
   *
   * @param seconds since 1970, as of all records
   */
  static byte[] version(double seconds) {
    return event(seconds, 0, 3, VERSION.getBytes(StandardCharsets.UTF_8));
  }

  /** Values by tag, all of one step. */
  static byte[] scalars(double seconds, long step, Map<String, Double> values) {
    Message summary = new Message();
    values.forEach(
        (tag, value) ->
            summary.bytes(
                1,
                new Message()
                    .bytes(1, tag.getBytes(StandardCharsets.UTF_8))
                    .float32(2, value.floatValue())
                    .written()));
    return event(seconds, step, 5, summary.written());
  }

  /** What was told of this step and later ones is told again. */
  static byte[] restart(double seconds, long step) {
    return event(seconds, step, 7, new Message().varint(1, 1).written());
  }

  private static byte[] event(double seconds, long step, int field, byte[] what) {
    return framed(new Message().float64(1, seconds).varint(2, step).bytes(field, what).written());
  }

  /** Length, its checksum, the bytes, their checksum. */
  static byte[] framed(byte[] data) {
    ByteBuffer frame = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(data.length);
    frame.putInt(checksum(frame.array(), Long.BYTES)).put(data);
    return frame.putInt(checksum(data, data.length)).array();
  }

  private static int checksum(byte[] data, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  /** The fields of a message, in the order in which they are added. */
  private static final class Message {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A number of 0 is left out, as everything that has the value of what is not there. */
    Message varint(int field, long value) {
      if (value == 0) return this;
      number(field << 3 | VARINT);
      number(value);
      return this;
    }

    Message float64(int field, double value) {
      number(field << 3 | FIXED64);
      little(Double.doubleToLongBits(value), Double.BYTES);
      return this;
    }

    Message float32(int field, float value) {
      number(field << 3 | FIXED32);
      little(Float.floatToIntBits(value), Float.BYTES);
      return this;
    }

    Message bytes(int field, byte[] value) {
      number(field << 3 | BYTES);
      number(value.length);
      out.writeBytes(value);
      return this;
    }

    private void number(long value) {
      long rest = value;
      for (; (rest & ~0x7fL) != 0; rest >>>= 7) out.write((int) (rest & 0x7f | 0x80));
      out.write((int) rest);
    }

    private void little(long value, int bytes) {
      for (int b = 0; b < bytes; b++) out.write((int) (value >>> 8 * b));
    }

    byte[] written() {
      return out.toByteArray();
    }
  }
}
