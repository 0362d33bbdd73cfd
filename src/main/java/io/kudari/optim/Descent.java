package io.kudari.optim;

/** The learning rate, and the subtraction that ends every update. */
final class Descent {

  private Descent() {}

  /** u ← η u. */
  record Rate() implements Transform {
    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float rate = (float) at.rate();
      for (int i = b.from; i < b.to; i++) u[i] *= rate;
    }
  }

  /** p ← p − u. */
  record Descend() implements Transform {
    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] p = b.params;
      for (int i = b.from; i < b.to; i++) p[i] -= u[i];
    }
  }
}
