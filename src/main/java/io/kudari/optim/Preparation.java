package io.kudari.optim;

import io.kudari.math.Floats;
import io.kudari.math.RandomStream;

/** What may be done to a gradient before the recipe sees it. */
final class Preparation {

  private Preparation() {}

  /** u ← min(max(u, −c), c), element by element. */
  record ClipValue(double limit) implements Transform {
    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float c = (float) limit;
      for (int i = b.from; i < b.to; i++) u[i] = Math.min(Math.max(u[i], -c), c);
    }
  }

  /**
   * u ← u · min(1, c / ‖u‖), the norm of the whole vector (Pascanu, Mikolov, Bengio 2013, §3.2).
   */
  record ClipNorm(double limit) implements Transform.Measured {
    @Override
    public Pieces.Grouping grouping() {
      return Pieces.Grouping.VECTOR;
    }

    @Override
    public int sums() {
      return 1;
    }

    @Override
    public boolean measuresParameters() {
      return false;
    }

    @Override
    public void measure(Block b, double[] out, int at) {
      out[at] = Floats.sumOfSquares(b.update, b.from, b.to);
    }

    @Override
    public void apply(Block b, Step at) {
      double norm = Math.sqrt(b.total(0));
      if (norm > limit) Floats.scale(b.update, (float) (limit / norm), b.from, b.to);
    }
  }

  /**
   * Subtracts from the gradient of each unit's fan-in its mean (Yong et al. 2020, "Gradient
   * centralization", equation 1). Units with a single input are left alone.
   */
  record Centralize() implements Transform.Measured {
    @Override
    public Pieces.Grouping grouping() {
      return Pieces.Grouping.UNIT;
    }

    @Override
    public int sums() {
      return 1;
    }

    @Override
    public boolean measuresParameters() {
      return false;
    }

    @Override
    public void measure(Block b, double[] out, int at) {
      out[at] = Floats.sum(b.update, b.from, b.to);
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float mean = (float) (b.total(0) / b.groupSize);
      for (int i = b.from; i < b.to; i++) u[i] -= mean;
    }
  }

  /**
   * Adds N(0, η / (1 + t)^γ), a variance (Neelakantan et al. 2015, "Adding gradient noise improves
   * learning for very deep networks", §3). The noise is a function of (seed, step, block), so it
   * does not depend on the slicing.
   */
  record Noise(double eta, double gamma, long seed) implements Transform {
    @Override
    public void apply(Block b, Step at) {
      RandomStream random = new RandomStream(seed, RandomStream.Purpose.NOISE, at.step(), b.index);
      double deviation = Math.sqrt(eta / StrictMath.pow(1.0 + at.step(), gamma));
      for (int i = b.from; i < b.to; i++) b.update[i] += (float) (deviation * random.gaussian());
    }
  }
}
