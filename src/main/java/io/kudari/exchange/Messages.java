package io.kudari.exchange;

import io.kudari.exchange.codec.Learned;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the workers of a thread send in a step, one message each, in their order: a byte that says
 * what it is, 32 bits of length, and so many bytes. Little-endian. Not thread-safe.
 */
final class Messages {

  /** The worker has no examples: its vector is 0. */
  private static final byte NOTHING = 0;

  /** Statistics as floats, then what the codec made of the rest. */
  private static final byte CODED = 1;

  /** The whole vector as floats: it is not finite. */
  private static final byte EXACT = 2;

  private static final int HEADER = 1 + Integer.BYTES;

  private ByteBuffer out = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * A message that has arrived.
   *
   * @param bytes without the header
   */
  record Received(byte kind, ByteBuffer bytes) {

    /**
     * Reads what needs no codec.
     *
     * @return whether that was all
     * @throws IllegalArgumentException when it is no message; one line
     */
    boolean read(Learned learned, float[] into) {
      switch (kind) {
        case NOTHING -> {
          checkLength(0, bytes.remaining() == 0);
          Arrays.fill(into, 0f);
        }
        case EXACT -> {
          checkLength(4L * into.length, bytes.remaining() == 4L * into.length);
          bytes.asFloatBuffer().get(into);
        }
        case CODED -> {
          long exact = 4L * learned.exact();
          checkLength(exact, bytes.remaining() >= exact);
          learned.getExact(bytes, into);
        }
        default -> throw new IllegalArgumentException("a worker sent a message of kind " + kind);
      }
      return kind != CODED;
    }

    private void checkLength(long needed, boolean met) {
      if (met) return;
      throw new IllegalArgumentException(
          "a worker sent a message of %d bytes where %d are needed"
              .formatted(bytes.remaining(), needed));
    }
  }

  void clear() {
    out.clear();
  }

  void nothing() {
    begin(NOTHING, 0);
  }

  void exact(float[] values) {
    begin(EXACT, 4L * values.length);
    for (float v : values) out.putFloat(v);
  }

  /**
   * A vector with a code.
   *
   * @param values of which the statistics are taken
   * @param code all that remains; not changed
   */
  void coded(Learned learned, float[] values, ByteBuffer code) {
    begin(CODED, 4L * learned.exact() + code.remaining());
    learned.putExact(values, out);
    out.put(code.duplicate());
  }

  private void begin(byte kind, long length) {
    long needed = out.position() + HEADER + length;
    if (needed > Integer.MAX_VALUE - 8)
      throw new IllegalArgumentException(
          "the workers of a thread send " + needed + " bytes in a step, at most 2^31-9");
    if (needed > out.capacity()) {
      int capacity = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * out.capacity()));
      out = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(out.flip());
    }
    out.put(kind).putInt((int) length);
  }

  /** All messages, to be read until the next {@link #clear}. */
  ByteBuffer bytes() {
    return out.duplicate().flip();
  }

  /**
   * Takes messages apart.
   *
   * @param count how many there must be
   * @throws IllegalArgumentException when they are not that; one line
   */
  static List<Received> split(ByteBuffer all, int count) {
    ByteBuffer in = all.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    List<Received> messages = new ArrayList<>();
    while (in.remaining() >= HEADER) {
      byte kind = in.get();
      int length = in.getInt();
      if (length < 0 || length > in.remaining())
        throw new IllegalArgumentException(
            "a worker's message of %d bytes, of which %d have come"
                .formatted(length, in.remaining()));
      messages.add(
          new Received(kind, in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN)));
      in.position(in.position() + length);
    }
    if (in.hasRemaining() || messages.size() != count)
      throw new IllegalArgumentException(
          "%d messages and %d bytes have come of %d workers"
              .formatted(messages.size(), in.remaining(), count));
    return messages;
  }
}
