package io.kudari.train;

import io.kudari.math.Layout;
import io.kudari.math.VectorSource;

/**
 * Passes a vector on and notes whether an element was NaN or infinite, while it is in the cache
 * anyway. Not thread-safe.
 */
final class FiniteWatch implements VectorSource {

  private final float[] marks = new float[Layout.BLOCK];
  private VectorSource source;

  /** Begins anew with a vector. */
  FiniteWatch of(VectorSource next) {
    source = next;
    return this;
  }

  @Override
  public void read(int from, int to, float[] into) {
    source.read(from, to, into);
    // 0 for every number; the loop has no branches and needs no order, so it becomes vectors.
    for (int i = 0; i < to - from; i++) marks[i] += into[i] * 0f;
  }

  /** Whether all that has been read since this was last asked were numbers. */
  boolean wasFinite() {
    float all = 0;
    for (int i = 0; i < marks.length; i++) {
      all += marks[i];
      marks[i] = 0;
    }
    return all == 0;
  }
}
