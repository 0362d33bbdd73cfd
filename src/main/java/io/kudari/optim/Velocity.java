package io.kudari.optim;

/**
 * Momentum. Both transforms keep the velocity in slot 0 and work on whatever arrives: placed before
 * {@link Descent.Rate} the rate is outside the velocity, placed after it inside.
 *
 * <ul>
 *   <li>outside (PyTorch): v ← μ v + g, p ← p − η v;
 *   <li>inside (Polyak 1964; Sutskever et al. 2013; Caffe, DL4J): v ← μ v + η g, p ← p − v.
 * </ul>
 *
 * <p>With a constant rate both take the same steps. When the rate changes, the inside form carries
 * old rates on; momentum correction (Goyal et al. 2017, §2.1, remark 3) scales the old velocity by
 * η_t / η_{t−1}, which makes it take the steps of the outside form.
 */
final class Velocity {

  private Velocity() {}

  /**
   * v ← c μ v + u, u ← v, with c = η_t / η_{t−1} if corrected, else 1.
   *
   * @param momentum μ where the step does not say
   */
  record Momentum(double momentum, boolean corrected) implements Transform {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] v = b.slot(0);
      float mu = (float) (coefficient(momentum, at) * correction(corrected, at));
      for (int i = b.from; i < b.to; i++) {
        float next = mu * v[i] + u[i];
        v[i] = next;
        u[i] = next;
      }
    }
  }

  /**
   * Nesterov's method with the parameters stored at the look-ahead point, θ = p + μ v, where its
   * gradient is taken: v ← c μ v + u, u ← u + μ v. In terms of the old velocity that is u ← μ² v +
   * (1 + μ) u, the shifted form of Sutskever et al. 2013 and Bengio et al. 2012, which PyTorch and
   * DL4J use too. A widespread textbook code puts the <em>new</em> velocity into that last
   * expression, which is another method.
   *
   * @param momentum μ where the step does not say
   */
  record Nesterov(double momentum, boolean corrected) implements Transform {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] v = b.slot(0);
      float mu = (float) coefficient(momentum, at);
      float old = (float) (coefficient(momentum, at) * correction(corrected, at));
      for (int i = b.from; i < b.to; i++) {
        float next = old * v[i] + u[i];
        v[i] = next;
        u[i] = u[i] + mu * next;
      }
    }
  }

  private static double coefficient(double momentum, Step at) {
    return Double.isNaN(at.momentum()) ? momentum : at.momentum();
  }

  private static double correction(boolean corrected, Step at) {
    return corrected && at.previousRate() > 0 ? at.rate() / at.previousRate() : 1;
  }
}
