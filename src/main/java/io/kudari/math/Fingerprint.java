package io.kudari.math;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names a vector by its bits: two vectors have the same fingerprint only when they are equal. */
public final class Fingerprint {

  private static final int CHUNK = 16384;

  private Fingerprint() {}

  /**
   * SHA-256 of the values' bits as raw little-endian 32-bit floats, in their order.
   *
   * <p>0 and −0 differ, and so do NaNs of different bits.
   *
   * @return 64 lower-case hexadecimal digits
   */
  public static String sha256(float[] values) {
    MessageDigest digest = digest();
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * Math.min(CHUNK, values.length)).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK) {
      bytes.clear();
      int to = Math.min(from + CHUNK, values.length);
      for (int i = from; i < to; i++) bytes.putInt(Float.floatToRawIntBits(values[i]));
      digest.update(bytes.flip());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * 64 bits that differ where any bit of the values differs, but for one case in 2⁶⁴: fast, for
   * comparison within a run only.
   */
  public static long hash(float[] values) {
    long hash = values.length;
    for (float v : values) {
      hash = (hash ^ Float.floatToRawIntBits(v)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  /**
   * SHA-256 of some bytes.
   *
   * @return 64 lower-case hexadecimal digits
   */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
