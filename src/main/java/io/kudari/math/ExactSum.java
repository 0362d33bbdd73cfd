package io.kudari.math;

import java.io.Serializable;
import java.math.BigInteger;

/**
 * A sum of doubles without rounding: the same bits in whatever order they are added, and however
 * the parts are merged. It is a whole number of units of 2^-320 (as in Kulisch's accumulator, of
 * the range that squares of floats need): what a value has below that is cut off, and a value of
 * 2^300 or more counts as infinite. There may be 2^50 values. Mutable, not thread-safe.
 */
public final class ExactSum implements Serializable {

  private static final long serialVersionUID = 1;

  /** The unit is two to this. */
  private static final int UNIT = -320;

  private static final int LIMBS = 13;

  /**
   * Bits of a limb that are its own; those above are a carry that is not passed on yet. So few that
   * a double holds them, so many that a value's 53 bits lie within two limbs.
   */
  private static final int BITS = 52;

  private static final long OWN = (1L << BITS) - 1;

  /** After so many additions carries are passed on: each changes a limb by less than 2^53. */
  private static final int PATIENCE = 1 << 8;

  private static final int MANTISSA = 52;

  /** Exponent, as a double has it, of the first value that is too large. */
  private static final int TOO_LARGE = 1023 + 300;

  /** How many doubles {@link #write} needs. */
  public static final int LENGTH = LIMBS + 1;

  /** From the lowest on; all but the highest are within [0, 2^52) once carries are passed on. */
  private final long[] limbs = new long[LIMBS];

  private int added;

  /** The sum of the values that are no finite numbers; 0 when there was none. */
  private double unfit;

  /** Adds a value. */
  public void add(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> MANTISSA) & 0x7ff;
    if (exponent >= TOO_LARGE) {
      unfit += value * Double.POSITIVE_INFINITY;
      return;
    }
    long mantissa = (bits & ((1L << MANTISSA) - 1)) | (1L << MANTISSA);
    int shift = exponent - (1023 + MANTISSA) - UNIT;
    if (shift < 0) {
      mantissa = shift < -MANTISSA ? 0 : mantissa >>> -shift;
      shift = 0;
    }
    int at = shift / BITS;
    int within = shift - at * BITS;
    // Minus as two's complement, without a branch that depends on the data.
    long sign = bits >> 63;
    limbs[at] += (((mantissa << within) & OWN) ^ sign) - sign;
    limbs[at + 1] += ((mantissa >>> (BITS - within)) ^ sign) - sign;
    if (++added == PATIENCE) carry();
  }

  /** Adds what another has summed. */
  public void add(ExactSum other) {
    for (int i = 0; i < LIMBS; i++) limbs[i] += other.limbs[i];
    unfit += other.unfit;
    carry();
  }

  private void carry() {
    for (int i = 0; i < LIMBS - 1; i++) {
      limbs[i + 1] += limbs[i] >> BITS;
      limbs[i] &= OWN;
    }
    added = 0;
  }

  /** The sum, rounded once. NaN and infinities are summed as doubles are. */
  public double value() {
    return isFit() ? rounded(units(), UNIT) : unfit;
  }

  private boolean isFit() {
    return unfit == 0;
  }

  private BigInteger units() {
    carry();
    BigInteger all = BigInteger.ZERO;
    for (int i = LIMBS - 1; i >= 0; i--)
      all = all.shiftLeft(BITS).add(BigInteger.valueOf(limbs[i]));
    return all;
  }

  /**
   * The sum of squared deviations of values from their mean, however far that is from 0: n·Σx² −
   * (Σx)² is formed exactly. 0 if and only if all values are the same; NaN when one is not finite.
   *
   * @param values summed
   * @param squares the sum of their squares, without rounding: such as of floats, by doubles
   * @param count of the values, at least 1
   */
  public static double squaredDeviations(ExactSum values, ExactSum squares, long count) {
    if (!values.isFit() || !squares.isFit()) return Double.NaN;
    BigInteger sum = values.units();
    BigInteger of = squares.units().multiply(BigInteger.valueOf(count)).shiftLeft(-UNIT);
    return rounded(of.subtract(sum.multiply(sum)), 2 * UNIT) / count;
  }

  /** A whole number of units of two to a power. A double's exponent has no room for 1,024 bits. */
  private static double rounded(BigInteger units, int power) {
    int drop = Math.max(0, units.bitLength() - 1000);
    return Math.scalb(units.shiftRight(drop).doubleValue(), power + drop);
  }

  /** Writes the sum as {@link #LENGTH} doubles, without loss. */
  public void write(double[] to, int at) {
    carry();
    to[at] = unfit;
    for (int i = 0; i < LIMBS; i++) to[at + 1 + i] = limbs[i];
  }

  /** Adds a sum that {@link #write} wrote. */
  public void addWritten(double[] from, int at) {
    unfit += from[at];
    for (int i = 0; i < LIMBS; i++) limbs[i] += (long) from[at + 1 + i];
    carry();
  }
}
