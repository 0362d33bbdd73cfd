package io.kudari.train;

import io.kudari.math.Floats;
import io.kudari.optim.noise.ShardNorms;

/**
 * What one or several workers found in one step: a mergeable sum. Means are taken once, at the root
 * of the tree.
 *
 * @param values sum of the examples' gradients, of the layout's size
 * @param loss sum of the examples' losses
 * @param count number of examples
 * @param norms of the workers' gradients, or {@link ShardNorms#NONE} where nobody asked for them
 * @param diverged the first worker whose loss is NaN or infinite, or {@link #NONE}
 */
@SuppressWarnings("ArrayRecordComponent")
public record GradientSum(float[] values, double loss, long count, ShardNorms norms, int diverged)
    implements java.io.Serializable {

  /** No worker diverged. */
  public static final int NONE = -1;

  /** The same with norms. */
  public GradientSum with(ShardNorms found) {
    return new GradientSum(values, loss, count, found, diverged);
  }

  /** Adds the right sum into the left one's array. */
  public static GradientSum add(GradientSum left, GradientSum right) {
    Floats.add(left.values, right.values, 0, left.values.length);
    return new GradientSum(
        left.values,
        left.loss + right.loss,
        left.count + right.count,
        left.norms.plus(right.norms),
        left.diverged != NONE ? left.diverged : right.diverged);
  }
}
