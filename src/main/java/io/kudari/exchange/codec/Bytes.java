package io.kudari.exchange.codec;

import io.kudari.math.Slice;
import java.nio.ByteBuffer;

/** What codecs check of the bytes they read, and numbers of a few bits. */
final class Bytes {

  private Bytes() {}

  /** A length that fits a message. */
  static int length(long bytes) {
    if (bytes <= Integer.MAX_VALUE - 8) return (int) bytes;
    throw new IllegalArgumentException(
        "an encoded vector of " + bytes + " bytes is too long for a message, at most 2^31-9");
  }

  /** Bytes of so many numbers of so many bits. */
  static int packed(int count, int bits) {
    return length(((long) count * bits + 7) / 8);
  }

  static void checkLength(String codec, ByteBuffer in, long expected) {
    if (in.remaining() == expected) return;
    throw new CodecException(
        codec + ": " + in.remaining() + " bytes instead of the " + expected + " announced");
  }

  static float finite(String codec, ByteBuffer in) {
    if (in.remaining() < Float.BYTES)
      throw new CodecException(codec + ": the bytes end within a value");
    float value = in.getFloat();
    if (Float.isFinite(value)) return value;
    throw new CodecException(codec + ": a value of " + value + ", which is not finite");
  }

  static float scale(String codec, ByteBuffer in) {
    float value = finite(codec, in);
    if (value >= 0) return value;
    throw new CodecException(codec + ": a scale of " + value + ", which is below 0");
  }

  /** An index that must be above the one before, and below the size. */
  static int index(String codec, int index, int before, int size) {
    if (index > before && index < size) return index;
    throw new CodecException(
        codec + ": index " + index + " after " + before + " is not ascending below " + size);
  }

  /** Most bytes of a {@link #putNumber number}. */
  static final int MOST_OF_NUMBER = 5;

  /**
   * Appends a number of at least 0, 7 bits a byte, the lowest first; the highest bit: more come.
   */
  static void putNumber(int number, ByteBuffer out) {
    int rest = number;
    for (; rest >= 0x80; rest >>>= 7) out.put((byte) (rest | 0x80));
    out.put((byte) rest);
  }

  /** Reads what {@link #putNumber} appended. */
  static int number(String codec, ByteBuffer in) {
    long number = 0;
    for (int n = 0; n < MOST_OF_NUMBER && in.hasRemaining(); n++) {
      byte next = in.get();
      number |= (long) (next & 0x7f) << (7 * n);
      if (next >= 0 && number <= Integer.MAX_VALUE) return (int) number;
    }
    throw new CodecException(codec + ": the bytes end within an index, or it is too large");
  }

  /** Appends a bit for each value of a slice, set where it is below 0; zeros to the byte's end. */
  static void putSigns(float[] values, Slice slice, ByteBuffer out) {
    for (int from = slice.from(); from < slice.to(); from += 8) {
      int bits = 0;
      int count = Math.min(8, slice.to() - from);
      for (int i = 0; i < count; i++) bits |= negative(values[from + i]) << i;
      out.put((byte) bits);
    }
  }

  /** 1 if it is below 0, else 0. Signs of gradients are hard to predict, so it does not branch. */
  static int negative(float value) {
    // −0 + 0 is +0.
    return Float.floatToRawIntBits(value + 0f) >>> 31;
  }

  /** Reads what {@link #putSigns} appended: one value for bits that are set, one for others. */
  static void getSigns(
      String codec, ByteBuffer in, Slice slice, float above, float below, float[] into) {
    float[] choice = {above, below};
    for (int from = slice.from(); from < slice.to(); from += 8) {
      int bits = in.get() & 0xff;
      int count = Math.min(8, slice.to() - from);
      if (bits >>> count != 0) throw new CodecException(codec + ": bits after the last value");
      for (int i = 0; i < count; i++) into[from + i] = choice[bits >>> i & 1];
    }
  }

  /** Appends numbers of a few bits, the first in a byte's lowest. */
  static final class Writer {

    private final ByteBuffer out;
    private int open;
    private int held;

    Writer(ByteBuffer out) {
      this.out = out;
    }

    /**
     * @param bits of the number, at most 24
     */
    void put(int number, int bits) {
      open |= number << held;
      held += bits;
      while (held >= 8) {
        out.put((byte) open);
        open >>>= 8;
        held -= 8;
      }
    }

    /** Fills the last byte with zeros. */
    void end() {
      if (held > 0) out.put((byte) open);
      open = 0;
      held = 0;
    }
  }

  /** Reads what a {@link Writer} appended. */
  static final class Reader {

    private final String codec;
    private final ByteBuffer in;
    private int open;
    private int held;

    Reader(String codec, ByteBuffer in) {
      this.codec = codec;
      this.in = in;
    }

    /**
     * @param bits of the number, at most 24
     */
    int next(int bits) {
      while (held < bits) {
        if (!in.hasRemaining()) throw refusal("the bytes end within a code");
        open |= (in.get() & 0xff) << held;
        held += 8;
      }
      int number = open & ((1 << bits) - 1);
      open >>>= bits;
      held -= bits;
      return number;
    }

    /** The bits that fill the last byte must be zeros. */
    void end() {
      if (open != 0) throw refusal("bits after the last value");
      held = 0;
    }

    CodecException refusal(String why) {
      return new CodecException(codec + ": " + why);
    }
  }
}
