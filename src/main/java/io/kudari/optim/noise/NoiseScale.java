package io.kudari.optim.noise;

/**
 * The gradient noise scale (McCandlish et al. 2018): B = tr Σ / ‖G‖², the batch at which the noise
 * of the mean gradient is as large as the gradient itself. A batch far below it makes progress in
 * proportion to its examples; one far above it wastes most of them.
 *
 * <p>Both parts of {@link GradientNoise} are averaged exponentially, measurement t = 1, 2, … with
 * β<sub>t</sub> = min(0.99, 1 − 10/(t + 10)), each average is divided by its own weight, and the
 * scale is the ratio of the averages: a mean of ratios would be biased. The 90% interval is {@link
 * RatioInterval Fieller's}, from the spread of the measurements in the window.
 *
 * <p>Everyone who keeps one must be given the same measurements. Not thread-safe.
 */
public final class NoiseScale {

  private static final double LONGEST = 0.99;
  private static final double WARM_UP = 10;

  /** With fewer degrees of freedom nothing is said of the spread. */
  private static final double LEAST_FREEDOM = 2;

  private static final int VALUES = 8;

  private long count;
  private double weight;
  private double squaredWeights;
  private double variance;
  private double squaredNorm;

  /** Weighted sums of the squares and products of what the measurements differ from the means. */
  private double variances;

  private double products;
  private double squaredNorms;

  /**
   * What is known of the noise scale.
   *
   * @param value the estimate in examples; NaN where the interval has no upper end. Near 0 noise
   *     may make it negative
   * @param low lower end of the 90% interval, at least 0
   * @param high its upper end, or infinite
   */
  public record Reading(double value, double low, double high) {

    /** Nothing is known. */
    public static final Reading UNDETERMINED = new Reading(Double.NaN, 0, Double.POSITIVE_INFINITY);

    /** Whether there is an estimate. */
    public boolean isDetermined() {
      return Double.isFinite(value);
    }

    /** Whether there is at least a bound from below. */
    public boolean isBounded() {
      return low > 0;
    }

    /**
     * The share of a batch's examples that are redundant, within [0, 1]: batch / (batch + noise
     * scale), or NaN. At 0.5 training takes twice the examples that very small batches would need,
     * and twice the steps that very large ones would.
     */
    public double redundantShare(double batch) {
      return isDetermined() ? batch / (batch + Math.max(0, value)) : Double.NaN;
    }
  }

  /** Takes a measurement; one that is not finite is left out. */
  public void add(GradientNoise noise) {
    if (!noise.isFinite()) return;
    count++;
    double beta = Math.min(LONGEST, 1 - WARM_UP / (count + WARM_UP));
    double old = beta * weight;
    weight = old + 1 - beta;
    squaredWeights = beta * beta * squaredWeights + (1 - beta) * (1 - beta);
    double share = (1 - beta) / weight;
    double dv = noise.variance() - variance;
    double dg = noise.squaredNorm() - squaredNorm;
    variance += share * dv;
    squaredNorm += share * dg;
    variances = beta * variances + old * share * dv * dv;
    products = beta * products + old * share * dv * dg;
    squaredNorms = beta * squaredNorms + old * share * dg * dg;
  }

  /** The averages of both parts: zeros before the first measurement. */
  public GradientNoise mean() {
    return new GradientNoise(variance, squaredNorm);
  }

  /** The noise scale and its 90% interval. */
  public Reading reading() {
    if (count == 0) return Reading.UNDETERMINED;
    // The measurements' weights make as many independent ones of equal weight.
    double effective = weight * weight / squaredWeights;
    double freedom = effective - 1;
    if (freedom < LEAST_FREEDOM) return Reading.UNDETERMINED;
    double ofMean = 1 / (weight * freedom);
    RatioInterval interval =
        RatioInterval.fieller(
            variance,
            squaredNorm,
            variances * ofMean,
            products * ofMean,
            squaredNorms * ofMean,
            RatioInterval.t95(freedom));
    double low = Math.max(0, interval.low());
    double high = interval.high();
    return new Reading(Double.isInfinite(high) ? Double.NaN : variance / squaredNorm, low, high);
  }

  /** What it remembers, for a checkpoint. */
  public double[] state() {
    return new double[] {
      count, weight, squaredWeights, variance, squaredNorm, variances, products, squaredNorms
    };
  }

  /**
   * Takes over what {@link #state} gave.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public void restore(double[] state) {
    if (state.length != VALUES) {
      throw new IllegalArgumentException(
          "the noise scale's state has " + VALUES + " values, not " + state.length);
    }
    count = (long) state[0];
    weight = state[1];
    squaredWeights = state[2];
    variance = state[3];
    squaredNorm = state[4];
    variances = state[5];
    products = state[6];
    squaredNorms = state[7];
  }
}
