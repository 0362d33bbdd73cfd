package io.kudari.optim;

/**
 * Pulls weights towards 0. Biases and the scale and shift of batch normalisation are left alone.
 */
final class Decay {

  private Decay() {}

  /** u ← u + λ p: before the recipe it is the gradient of λ/2 ‖p‖². */
  record Quadratic(double lambda) implements Transform {
    @Override
    public void apply(Block b, Step at) {
      if (!b.isWeight()) return;
      float[] u = b.update;
      float[] p = b.params;
      float factor = (float) lambda;
      for (int i = b.from; i < b.to; i++) u[i] += factor * p[i];
    }
  }

  /** u ← u + λ sign(p): the subgradient of λ ‖p‖₁. */
  record Absolute(double lambda) implements Transform {
    @Override
    public void apply(Block b, Step at) {
      if (!b.isWeight()) return;
      float[] u = b.update;
      float[] p = b.params;
      float factor = (float) lambda;
      for (int i = b.from; i < b.to; i++) u[i] += factor * Math.signum(p[i]);
    }
  }

  /**
   * u ← u + η λ p, after rate and momentum (Loshchilov and Hutter 2019, Algorithms 1 and 2, with
   * the decay multiplied by the whole rate as PyTorch does: their λ is λ times the base rate here).
   */
  record Decoupled(double lambda) implements Transform {
    @Override
    public void apply(Block b, Step at) {
      if (!b.isWeight()) return;
      float[] u = b.update;
      float[] p = b.params;
      float factor = (float) (at.rate() * lambda);
      for (int i = b.from; i < b.to; i++) u[i] += factor * p[i];
    }
  }
}
