package io.kudari.spark.recovery;

import io.kudari.math.Layout;
import io.kudari.model.GradientFunction;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.Shape;

/**
 * A model whose "training" hashes: what the parameters are after a step says which steps have been
 * taken, in which order, and with which rates.
 */
record Chain(int size) implements ModelSpec {

  /** The parameters after one more step. */
  static float[] next(float[] parameters, long step, double rateFactor) {
    float[] next = new float[parameters.length];
    for (int i = 0; i < next.length; i++) {
      long mixed = ((long) parameters[i]) * 31 + step * 1_000_003 + i;
      mixed = (mixed ^ Double.doubleToLongBits(rateFactor)) * 0x9E3779B97F4A7C15L;
      next[i] = mixed >>> 40; // 24 bits, as many as a float has
    }
    return next;
  }

  @Override
  public Layout layout() {
    return Layout.flat(size);
  }

  @Override
  public Shape input() {
    return new Shape(1, 1, 1);
  }

  @Override
  public int outputs() {
    return 1;
  }

  @Override
  public Loss loss() {
    return Loss.CROSS_ENTROPY;
  }

  @Override
  public float[] initial(long seed) {
    return next(new float[size], seed, 1);
  }

  @Override
  public GradientFunction open() {
    throw new UnsupportedOperationException("nothing is computed here");
  }
}
