package io.kudari.train;

import io.kudari.math.Floats;

/**
 * What one or several workers found in one step: a mergeable sum. Means are taken once, at the root
 * of the tree.
 *
 * @param values sum of the examples' gradients, of the layout's size
 * @param loss sum of the examples' losses
 * @param count number of examples
 * @param squaredNorms sum of ‖mean gradient‖² over the workers, or 0 where nobody asked for it
 * @param diverged the first worker whose loss is NaN or infinite, or {@link #NONE}
 */
@SuppressWarnings("ArrayRecordComponent")
public record GradientSum(
    float[] values, double loss, long count, double squaredNorms, int diverged)
    implements java.io.Serializable {

  /** No worker diverged. */
  public static final int NONE = -1;

  /** Adds the right sum into the left one's array. */
  public static GradientSum add(GradientSum left, GradientSum right) {
    Floats.add(left.values, right.values, 0, left.values.length);
    return new GradientSum(
        left.values,
        left.loss + right.loss,
        left.count + right.count,
        left.squaredNorms + right.squaredNorms,
        left.diverged != NONE ? left.diverged : right.diverged);
  }

  /** ‖values / count‖², summed in double precision. */
  public static double squaredNorm(float[] values, long count) {
    double sum = 0;
    for (float v : values) sum += (double) v * v;
    return sum / ((double) count * count);
  }
}
