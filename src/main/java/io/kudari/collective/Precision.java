package io.kudari.collective;

import java.nio.ByteBuffer;

/**
 * To how many bits the partial sums of a tree are rounded, at every node alike, whoever computes
 * it: so they can travel in as many, and the sum does not depend on who holds which leaf. Rounding
 * is to the nearest, of two to the even one; what is too large becomes infinite. Half precision is
 * that of "Mixed precision training" (Micikevicius et al., ICLR 2018), the upper half of 32 bits
 * that of "A study of BFLOAT16 for deep learning training" (Kalamkar et al., 2019).
 */
public enum Precision {

  /** 32 bits: nothing is rounded. */
  FULL(Float.BYTES) {
    @Override
    public float round(float value) {
      return value;
    }

    @Override
    public void round(float[] values, int from, int to) {}

    @Override
    void put(float[] values, int from, int length, ByteBuffer out) {
      out.asFloatBuffer().put(values, from, length);
    }

    @Override
    void get(ByteBuffer in, float[] into, int length) {
      in.asFloatBuffer().get(into, 0, length);
    }
  },

  /** IEEE 754's half precision: 11 significant bits, at most 65,504. */
  FP16(Short.BYTES) {
    @Override
    public float round(float value) {
      float magnitude = Math.abs(value);
      if (magnitude < LEAST_NORMAL) return (float) Math.rint(value * UNITS) / UNITS;
      float rounded = nearest(value, 13);
      return Math.abs(rounded) > 65504f ? Math.copySign(Float.POSITIVE_INFINITY, value) : rounded;
    }

    @Override
    short bits(float rounded) {
      int bits = Float.floatToRawIntBits(rounded);
      int sign = bits >>> 16 & 0x8000;
      float magnitude = Math.abs(rounded);
      if (magnitude < LEAST_NORMAL) return (short) (sign | (int) (magnitude * UNITS));
      if (Float.isNaN(rounded)) return (short) (sign | 0x7e00);
      if (Float.isInfinite(rounded)) return (short) (sign | 0x7c00);
      return (short) (sign | (bits & Integer.MAX_VALUE) - (112 << 23) >>> 13);
    }

    @Override
    float value(short bits) {
      int magnitude = bits & 0x7fff;
      int sign = (bits & 0x8000) << 16;
      if (magnitude < 0x400) return Math.copySign(magnitude / UNITS, sign < 0 ? -1f : 1f);
      int exponent = magnitude >= 0x7c00 ? 224 << 23 : 112 << 23;
      return Float.intBitsToFloat(sign | (magnitude << 13) + exponent);
    }
  },

  /** The upper half of 32 bits: 8 significant bits, the same range. */
  BF16(Short.BYTES) {
    @Override
    public float round(float value) {
      return nearest(value, 16);
    }

    @Override
    short bits(float rounded) {
      return (short) (Float.floatToRawIntBits(rounded) >>> 16);
    }

    @Override
    float value(short bits) {
      return Float.intBitsToFloat(bits << 16);
    }
  };

  /** Of half precision, and its subnormal numbers are whole multiples of 1 / UNITS. */
  private static final float LEAST_NORMAL = 0x1p-14f;

  private static final float UNITS = 0x1p24f;

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes that a value travels in. */
  int bytes() {
    return bytes;
  }

  /** The nearest number that has so many bits; NaN stays NaN. */
  public abstract float round(float value);

  /** Rounds the values of [from, to). */
  public void round(float[] values, int from, int to) {
    for (int i = from; i < to; i++) values[i] = round(values[i]);
  }

  /** Bits of a number that has been rounded. */
  short bits(float rounded) {
    throw new UnsupportedOperationException(this + " has no 16 bits");
  }

  /** The number of these bits. */
  float value(short bits) {
    throw new UnsupportedOperationException(this + " has no 16 bits");
  }

  /** Writes values that have been rounded, from a buffer's position on, which stays. */
  void put(float[] values, int from, int length, ByteBuffer out) {
    int at = out.position();
    for (int i = 0; i < length; i++) out.putShort(at + Short.BYTES * i, bits(values[from + i]));
  }

  /** Reads what {@link #put} wrote. */
  void get(ByteBuffer in, float[] into, int length) {
    int at = in.position();
    for (int i = 0; i < length; i++) into[i] = value(in.getShort(at + Short.BYTES * i));
  }

  /** Without the lowest bits; rounding up may carry into the exponent, as far as to infinity. */
  static float nearest(float value, int drop) {
    if (Float.isNaN(value)) return Float.NaN;
    int bits = Float.floatToRawIntBits(value);
    int half = (1 << (drop - 1)) - 1 + (bits >>> drop & 1);
    return Float.intBitsToFloat(bits + half & -1 << drop);
  }
}
