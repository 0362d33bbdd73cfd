package io.kudari.engine.program;

/**
 * The exponential function and the hyperbolic tangent to a little more than single precision, from
 * additions and multiplications alone: the same bits on every JVM, at a tenth of {@link
 * StrictMath}'s time.
 */
final class Exponential {

  private static final double LOG2_E = 1 / StrictMath.log(2);

  /** ln 2 in two parts; the first has zeros at its end, so that a multiple of it is exact. */
  private static final double LN2_HIGH = 0x1.62e42feep-1;

  private static final double LN2_LOW = 0x1.a39ef35793c76p-33;

  /** Added and taken off again, it rounds to an integer. */
  private static final double ROUND = 0x1.8p52;

  private Exponential() {}

  /**
   * e^x with a relative error below 1e-11. Arguments beyond ±700 count as ±700; NaN gives NaN.
   *
   * <p>e^x = 2^n e^r with |r| ≤ ln 2 / 2, and e^r by the first ten terms of its series.
   */
  static double exp(double x) {
    double bounded = Math.max(-700, Math.min(700, x));
    double n = (bounded * LOG2_E + ROUND) - ROUND;
    double r = (bounded - n * LN2_HIGH) - n * LN2_LOW;
    double series = 1.0 / 362880;
    series = series * r + 1.0 / 40320;
    series = series * r + 1.0 / 5040;
    series = series * r + 1.0 / 720;
    series = series * r + 1.0 / 120;
    series = series * r + 1.0 / 24;
    series = series * r + 1.0 / 6;
    series = series * r + 0.5;
    series = series * r + 1;
    series = series * r + 1;
    return series * Double.longBitsToDouble((long) (n + 1023) << 52);
  }

  /** The hyperbolic tangent, correct to a unit in the last place. */
  static float tanh(float x) {
    if (Math.abs(x) < 1e-4f) return x;
    return (float) (1 - 2 / (exp(2.0 * x) + 1));
  }
}
