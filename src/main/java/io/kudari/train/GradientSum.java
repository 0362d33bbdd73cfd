package io.kudari.train;

import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.optim.noise.ShardNorms;

/**
 * What one or several workers found in one step: a mergeable sum. Means are taken once, at the root
 * of the tree.
 *
 * @param values sum of the examples' gradients, each times its weight, of the layout's size; of
 *     running statistics, see {@link io.kudari.model.GradientFunction#gradient}
 * @param loss sum of the examples' losses, each times its weight
 * @param count number of examples
 * @param weight sum of their weights: {@code count} where they have none
 * @param norms of the workers' gradients, or {@link ShardNorms#NONE} where nobody asked for them
 * @param diverged the first worker whose loss is NaN or infinite, or {@link #NONE}
 */
@SuppressWarnings("ArrayRecordComponent")
public record GradientSum(
    float[] values, double loss, long count, double weight, ShardNorms norms, int diverged)
    implements java.io.Serializable {

  /** No worker diverged. */
  public static final int NONE = -1;

  /** Of examples without weights. */
  public GradientSum(float[] values, double loss, long count, ShardNorms norms, int diverged) {
    this(values, loss, count, count, norms, diverged);
  }

  /** The same with norms. */
  public GradientSum with(ShardNorms found) {
    return new GradientSum(values, loss, count, weight, found, diverged);
  }

  /**
   * What the sum of weighted numbers is divided by for their mean. Examples that all weigh nothing
   * have a sum of 0, and their mean is taken for 0 too.
   */
  public double divisor() {
    return weight == 0 ? 1 : weight;
  }

  /**
   * Makes the mean of the values, in their array: of running statistics by the number of examples,
   * of all others by their weights.
   */
  public void toMean(Layout layout) {
    Floats.scale(values, 1f / (float) divisor(), 0, values.length);
    if (weight == count) return;
    for (Segment s : layout.segments())
      if (s.role() == Role.STATISTIC)
        Floats.scale(values, (float) (divisor() / count), s.offset(), s.end());
  }

  /** Adds the right sum into the left one's array. */
  public static GradientSum add(GradientSum left, GradientSum right) {
    Floats.add(left.values, right.values, 0, left.values.length);
    return new GradientSum(
        left.values,
        left.loss + right.loss,
        left.count + right.count,
        left.weight + right.weight,
        left.norms.plus(right.norms),
        left.diverged != NONE ? left.diverged : right.diverged);
  }
}
