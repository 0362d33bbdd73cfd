package io.kudari.train;

import io.kudari.math.Floats;

/**
 * What one or several workers found in one step: a mergeable sum. Means are taken once, at the root
 * of the tree.
 *
 * @param values sum of the examples' gradients, of the layout's size
 * @param loss sum of the examples' losses
 * @param count number of examples
 * @param diverged the first worker whose loss is NaN or infinite, or {@link #NONE}
 */
@SuppressWarnings("ArrayRecordComponent")
public record GradientSum(float[] values, double loss, long count, int diverged)
    implements java.io.Serializable {

  /** No worker diverged. */
  public static final int NONE = -1;

  /** Adds the right sum into the left one's array. */
  public static GradientSum add(GradientSum left, GradientSum right) {
    Floats.add(left.values, right.values, 0, left.values.length);
    int diverged = left.diverged != NONE ? left.diverged : right.diverged;
    return new GradientSum(left.values, left.loss + right.loss, left.count + right.count, diverged);
  }
}
