package io.kudari.optim;

/**
 * AdaScale SGD (Johnson, Agrawal, Gu, Guestrin 2020, Algorithm 1 and §3.4): the gain r_t within [1,
 * S] by which a batch of S shards allows the rate of one shard to grow, from the gradient's
 * variance σ² and squared norm μ², and the progress τ = Σ r_t in steps of one shard's training, at
 * which the learning-rate schedule is read.
 *
 * <p>A step: {@code rate = schedule.at((long) a.progress()) * a.gain(...)}. Everyone who keeps one
 * must be given the same sums. Not thread-safe.
 */
public final class AdaScale {

  private static final double LEAST_VARIANCE = 1e-6;

  private final int shards;
  private final double smoothing;
  private double variance;
  private double squaredMean;
  private double weight;
  private double progress;

  /**
   * At the start of training.
   *
   * @param shards S, the number of equal shards of the global batch, at least 1
   */
  public AdaScale(int shards) {
    if (shards < 1) throw new IllegalArgumentException("shards must be at least 1, not " + shards);
    this.shards = shards;
    this.smoothing = Math.max(0, 1 - shards / 1000.0);
  }

  /**
   * The gain of this step, by which progress advances.
   *
   * @param sumOfSquaredNorms Σ ‖gᵢ‖² over the shards' mean gradients
   * @param squaredNormOfMean ‖ḡ‖² of the global mean gradient
   */
  public double gain(double sumOfSquaredNorms, double squaredNormOfMean) {
    double r = 1;
    if (shards > 1) {
      double s = shards;
      double var = (sumOfSquaredNorms - s * squaredNormOfMean) / (s - 1);
      double mean = Math.max(0, squaredNormOfMean - var / s);
      variance = smoothing * variance + (1 - smoothing) * Math.max(LEAST_VARIANCE, var);
      squaredMean = smoothing * squaredMean + (1 - smoothing) * mean;
      weight = smoothing * weight + (1 - smoothing);
      double v = variance / weight;
      double m = squaredMean / weight;
      r = (v + m) / (v / s + m);
    }
    progress += r;
    return r;
  }

  /** τ, the sum of all gains: never less than the number of steps. */
  public double progress() {
    return progress;
  }

  /** What it remembers, for a checkpoint. */
  public double[] state() {
    return new double[] {variance, squaredMean, weight, progress};
  }

  /** Takes over what {@link #state} gave. */
  public void restore(double[] state) {
    if (state.length != 4) {
      throw new IllegalArgumentException("AdaScale's state has 4 values, not " + state.length);
    }
    variance = state[0];
    squaredMean = state[1];
    weight = state[2];
    progress = state[3];
  }
}
