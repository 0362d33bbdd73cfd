package io.kudari.fuzz;

import io.kudari.math.RandomStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A changed copy of a file, a pure function of the file and a random stream: one to three changes
 * of the kinds below.
 *
 * @param bytes of the copy
 * @param what was changed, for messages
 */
@SuppressWarnings("ArrayRecordComponent")
record Mutation(byte[] bytes, String what) {

  /** One kind of change. */
  private enum Kind {
    FLIP,
    SET,
    TRUNCATE,
    CUT,
    DUPLICATE,
    SWAP,
    LENGTH,
    NUMBER
  }

  private static final byte[] SPECIAL = {0, 1, 0x7f, (byte) 0x80, -1, '"', '{', ',', ':', '\n'};

  private static final long[] LENGTHS = {
    0, 1, -1, 255, 256, 65_535, 1 << 24, Integer.MAX_VALUE, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "00",
          "1e400",
          "1e-400",
          "2147483647",
          "2147483648",
          "4294967297",
          "9223372036854775808",
          "99999999999999999999999999",
          "NaN",
          "Infinity",
          "0x10",
          "1f",
          "1.",
          ".5",
          "1e9",
          "-0",
          "");

  static Mutation of(byte[] valid, RandomStream random) {
    byte[] bytes = valid;
    List<String> what = new ArrayList<>();
    for (int n = 1 + random.below(3); n > 0 && bytes.length > 0; n--) {
      Kind kind = Kind.values()[random.below(Kind.values().length)];
      int at = random.below(bytes.length);
      what.add(kind + " at " + at);
      bytes = changed(bytes, kind, at, random);
    }
    return new Mutation(bytes, String.join(", ", what));
  }

  private static byte[] changed(byte[] valid, Kind kind, int at, RandomStream random) {
    byte[] bytes = valid.clone();
    int length = 1 + random.below(Math.min(64, bytes.length - at));
    switch (kind) {
      case FLIP -> bytes[at] ^= (byte) (1 << random.below(8));
      case SET -> bytes[at] = SPECIAL[random.below(SPECIAL.length)];
      case TRUNCATE -> {
        return Arrays.copyOf(bytes, at);
      }
      case CUT -> {
        return join(bytes, 0, at, at + length, bytes.length);
      }
      case DUPLICATE -> {
        // A range again, behind itself or at the end, or the whole file.
        if (random.below(4) == 0) return join(bytes, 0, bytes.length, 0, bytes.length);
        if (random.below(2) == 0) return join(bytes, 0, bytes.length, at, at + length);
        return join(bytes, 0, at + length, at, bytes.length);
      }
      case SWAP -> {
        int other = random.below(bytes.length);
        byte kept = bytes[at];
        bytes[at] = bytes[other];
        bytes[other] = kept;
      }
      case LENGTH -> putLength(bytes, at, random);
      case NUMBER -> {
        return withNumber(bytes, at, NUMBERS.get(random.below(NUMBERS.size())));
      }
    }
    return bytes;
  }

  private static byte[] join(byte[] bytes, int from, int to, int again, int end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, from, to - from);
    out.write(bytes, again, end - again);
    return out.toByteArray();
  }

  /** What may be the length of something: two, four or eight bytes, either end first. */
  private static void putLength(byte[] bytes, int at, RandomStream random) {
    int size = 2 << random.below(3);
    boolean big = random.below(2) == 0;
    long value = LENGTHS[random.below(LENGTHS.length)];
    if (at + size > bytes.length) return;
    ByteBuffer field =
        ByteBuffer.wrap(bytes).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    if (size == 2) field.putShort(at, (short) value);
    else if (size == 4) field.putInt(at, (int) value);
    else field.putLong(at, value);
  }

  /** Another number in the place of the next one that is written in digits. */
  private static byte[] withNumber(byte[] bytes, int at, String number) {
    int from = at;
    while (from < bytes.length && !isDigit(bytes[from])) from++;
    int to = from;
    while (to < bytes.length && isDigit(bytes[to])) to++;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(number.getBytes(StandardCharsets.UTF_8));
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
