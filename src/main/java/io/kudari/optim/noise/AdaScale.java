package io.kudari.optim.noise;

/**
 * AdaScale SGD (Johnson, Agrawal, Gu, Guestrin 2020, Algorithm 1 and §3.4): the gain r_t between 1
 * and S by which a batch S times the base batch allows the base batch's rate to grow, and the
 * progress τ = Σ r_t in steps of the base batch's training, at which the learning-rate schedule is
 * read. With tr Σ and ‖G‖² of {@link GradientNoise}, N the batch and b = N / S the base batch,
 *
 * <pre>  r = (tr Σ / b + ‖G‖²) / (tr Σ / N + ‖G‖²)</pre>
 *
 * <p>both averaged exponentially with 1 − S/1000, as the paper does. The paper measures the
 * variance between S machines of one base batch each; here it may come from shards of any number
 * and sizes, on which the gain does not depend.
 *
 * <p>A step: {@code rate = schedule.at((long) a.progress()) * a.gain(...)}. Everyone who keeps one
 * must be given the same measurements. Not thread-safe.
 */
public final class AdaScale {

  private static final int VALUES = 4;

  private final double smoothing;
  private double variance;
  private double squaredNorm;
  private double weight;
  private double progress;

  /**
   * At the start of training.
   *
   * @param scale S, the batch divided by the base batch, above 0
   */
  public AdaScale(double scale) {
    if (!(scale > 0)) throw new IllegalArgumentException("scale must be above 0, not " + scale);
    this.smoothing = Math.max(0, 1 - scale / 1000);
  }

  /**
   * The gain of this step, by which progress advances; 1 before anything has been measured.
   *
   * @param noiseOrNull of this step's gradient, or null where it was not measured
   * @param batch N, which may be another in each step
   * @param baseBatch b
   */
  public double gain(GradientNoise noiseOrNull, double batch, double baseBatch) {
    if (noiseOrNull != null && noiseOrNull.isFinite()) add(noiseOrNull);
    // What is below 0 only by chance is 0: of the averages, because of each step it would be a
    // bias.
    double var = Math.max(0, variance / weight);
    double norm = Math.max(0, squaredNorm / weight);
    double gain = var > 0 ? (var / baseBatch + norm) / (var / batch + norm) : 1;
    progress += gain;
    return gain;
  }

  private void add(GradientNoise noise) {
    variance = smoothing * variance + (1 - smoothing) * noise.variance();
    squaredNorm = smoothing * squaredNorm + (1 - smoothing) * noise.squaredNorm();
    weight = smoothing * weight + (1 - smoothing);
  }

  /** τ, the sum of all gains. */
  public double progress() {
    return progress;
  }

  /** What it remembers, for a checkpoint. */
  public double[] state() {
    return new double[] {variance, squaredNorm, weight, progress};
  }

  /** Takes over what {@link #state} gave. */
  public void restore(double[] state) {
    if (state.length != VALUES) {
      throw new IllegalArgumentException(
          "AdaScale's state has " + VALUES + " values, not " + state.length);
    }
    variance = state[0];
    squaredNorm = state[1];
    weight = state[2];
    progress = state[3];
  }
}
