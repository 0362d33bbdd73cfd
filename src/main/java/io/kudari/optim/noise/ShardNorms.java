package io.kudari.optim.noise;

/**
 * What the squared norms of the gradients of a step's shards sum up to: a mergeable sum, from which
 * {@link GradientNoise} tells how far the shards' gradients lie apart.
 *
 * @param sum Σ nᵢ‖gᵢ‖² over the shards, gᵢ being the mean gradient of shard i and nᵢ its examples
 * @param shards how many have been summed: those that have examples
 */
public record ShardNorms(double sum, int shards) implements java.io.Serializable {

  /** Of nothing: nobody asked, or there are no examples. */
  public static final ShardNorms NONE = new ShardNorms(0, 0);

  /**
   * One shard's.
   *
   * @param squaredNorm ‖Σ‖², of the sum of its examples' gradients
   * @param examples of the shard, at least 1
   */
  public static ShardNorms of(double squaredNorm, long examples) {
    return new ShardNorms(squaredNorm / examples, 1);
  }

  /** Both together. */
  public ShardNorms plus(ShardNorms other) {
    return new ShardNorms(sum + other.sum, shards + other.shards);
  }
}
