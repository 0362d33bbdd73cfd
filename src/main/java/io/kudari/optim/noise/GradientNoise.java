package io.kudari.optim.noise;

/**
 * What one step tells of the noise of its gradient (McCandlish et al. 2018, appendix A.1, for
 * shards of any sizes). With K shards, shard i of nᵢ examples and mean gradient gᵢ, N = Σ nᵢ, g = Σ
 * nᵢgᵢ/N, s = Σ nᵢ‖gᵢ‖²/N and L = ‖g‖²:
 *
 * <pre>  Ŝ = N (s − L) / (K − 1)        Ĝ² = L − Ŝ / N</pre>
 *
 * <p>Both are unbiased, and so may be negative in a single step: {@link NoiseScale} averages them.
 *
 * @param variance Ŝ: the trace of the covariance of one example's gradient
 * @param squaredNorm Ĝ²: the squared norm of the gradient that infinitely many examples would have
 */
public record GradientNoise(double variance, double squaredNorm) {

  /**
   * The estimate of one step.
   *
   * @param norms of its shards, at least two
   * @param examples N
   * @param squaredNormOfMean L
   */
  public static GradientNoise of(ShardNorms norms, long examples, double squaredNormOfMean) {
    if (norms.shards() < 2) {
      throw new IllegalArgumentException(
          "the noise of a gradient shows between two shards at least, not " + norms.shards());
    }
    double apart = norms.sum() - examples * squaredNormOfMean;
    double variance = apart / (norms.shards() - 1);
    return new GradientNoise(variance, squaredNormOfMean - variance / examples);
  }

  /** Whether both are numbers. */
  public boolean isFinite() {
    return Double.isFinite(variance) && Double.isFinite(squaredNorm);
  }
}
