package io.kudari.optim.noise;

/**
 * Where the ratio of two means lies with a given confidence, by Fieller's theorem (Fieller 1954):
 * all ratios ρ for which the mean of x − ρy is not significantly different from 0.
 *
 * @param low lower end, or −∞
 * @param high upper end, or +∞ where y might be 0
 */
record RatioInterval(double low, double high) {

  private static final RatioInterval ANYTHING =
      new RatioInterval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  private static final double Z95 = 1.6448536269514722;

  /**
   * The interval of x / y, where a ratio below 0 is impossible.
   *
   * <p>Where y is significantly above 0 it is bounded. Else ratios may grow without end, on both
   * sides; what is left of those above 0 may have a lower end.
   *
   * @param x mean of the numerator
   * @param y mean of the denominator
   * @param xx variance of that mean of x
   * @param xy covariance of both means
   * @param yy variance of that mean of y
   * @param t quantile of the confidence that is wanted
   */
  static RatioInterval fieller(double x, double y, double xx, double xy, double yy, double t) {
    // a ρ² − 2 b ρ + c ≤ 0
    double a = y * y - t * t * yy;
    double b = x * y - t * t * xy;
    double c = x * x - t * t * xx;
    double discriminant = b * b - a * c;
    if (a > 0 && y > 0) {
      double root = Math.sqrt(Math.max(0, discriminant));
      return new RatioInterval((b - root) / a, (b + root) / a);
    }
    if (a >= 0 || discriminant < 0) return ANYTHING;
    // Outside of two roots, of which the larger is (b − √) / a as a is negative. Only with the
    // smaller below 0 does it cut off ratios above 0.
    double root = Math.sqrt(discriminant);
    double larger = (b - root) / a;
    double smaller = (b + root) / a;
    return smaller < 0 && larger > 0
        ? new RatioInterval(larger, Double.POSITIVE_INFINITY)
        : ANYTHING;
  }

  /**
   * The 95% quantile of Student's t, which a two-sided interval of 90% takes: Cornish and Fisher's
   * expansion (Abramowitz and Stegun 26.7.5), whose error is 1.2% with two degrees of freedom and
   * falls fast.
   *
   * @param freedom at least 2, may be broken
   */
  static double t95(double freedom) {
    double z = Z95;
    double z2 = z * z;
    double first = z * (z2 + 1) / 4;
    double second = z * ((5 * z2 + 16) * z2 + 3) / 96;
    double third = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    return z + (first + (second + third / freedom) / freedom) / freedom;
  }
}
