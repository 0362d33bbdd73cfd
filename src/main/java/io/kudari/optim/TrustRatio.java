package io.kudari.optim;

import io.kudari.math.Floats;

/**
 * Scales the update of each weight segment by the ratio of its weights' norm to its update's. The
 * ratio is 1 where a norm is 0 and for everything that is not a weight.
 */
final class TrustRatio {

  private TrustRatio() {}

  /**
   * u ← r (u + β p) for gradients u (You, Gitman, Ginsburg 2017, Algorithm 1): r = η ‖p‖ / (‖u‖ + β
   * ‖p‖) as in the paper or, by {@code ofSum}, r = η ‖p‖ / ‖u + β p‖.
   */
  record Lars(double coefficient, double decay, boolean ofSum) implements Transform.Measured {
    @Override
    public Pieces.Grouping grouping() {
      return Pieces.Grouping.WEIGHT_SEGMENT;
    }

    @Override
    public int sums() {
      return 3;
    }

    @Override
    public boolean measuresParameters() {
      return true;
    }

    @Override
    public void measure(Block b, double[] out, int at) {
      out[at] = Floats.sumOfSquares(b.params, b.from, b.to);
      out[at + 1] = Floats.sumOfSquares(b.update, b.from, b.to);
      out[at + 2] = ofSum ? Floats.dot(b.update, b.params, b.from, b.to) : 0;
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] p = b.params;
      float ratio = (float) ratio(b.total(0), b.total(1), b.total(2));
      float factor = (float) decay;
      for (int i = b.from; i < b.to; i++) u[i] = ratio * (u[i] + factor * p[i]);
    }

    /** Of the squared norms of weights and gradient and of their product. */
    private double ratio(double weights, double gradient, double product) {
      double below =
          ofSum
              ? Math.sqrt(Math.max(0, gradient + 2 * decay * product + decay * decay * weights))
              : Math.sqrt(gradient) + decay * Math.sqrt(weights);
      if (weights == 0 || gradient == 0 || below == 0) return 1;
      return coefficient * Math.sqrt(weights) / below;
    }
  }

  /**
   * u ← u ‖p‖ / ‖u‖ for updates u that already hold moments and decay (You et al. 2020, "Large
   * batch optimization for deep learning", Algorithm 2, with φ the identity).
   */
  record Lamb() implements Transform.Measured {
    @Override
    public Pieces.Grouping grouping() {
      return Pieces.Grouping.WEIGHT_SEGMENT;
    }

    @Override
    public int sums() {
      return 2;
    }

    @Override
    public boolean measuresParameters() {
      return true;
    }

    @Override
    public void measure(Block b, double[] out, int at) {
      out[at] = Floats.sumOfSquares(b.params, b.from, b.to);
      out[at + 1] = Floats.sumOfSquares(b.update, b.from, b.to);
    }

    @Override
    public void apply(Block b, Step at) {
      double weights = b.total(0);
      double update = b.total(1);
      if (weights == 0 || update == 0) return;
      Floats.scale(b.update, (float) Math.sqrt(weights / update), b.from, b.to);
    }
  }
}
