package io.kudari.optim;

import java.util.Arrays;

/** Rates for each parameter from the size of its past gradients, without a first moment. */
final class Adaptive {

  private Adaptive() {}

  /**
   * G ← G + u², u ← u / (√G + ε), or u / √(G + ε) with ε inside (Duchi, Hazan, Singer 2011, Figure
   * 1, diagonal form).
   *
   * @param initial start value of G
   */
  record AdaGrad(double initial, double epsilon, boolean inside) implements Transform {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public void begin(Block b) {
      Arrays.fill(b.slot(0), (float) initial);
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] sum = b.slot(0);
      float in = inside ? (float) epsilon : 0;
      float out = inside ? 0 : (float) epsilon;
      for (int i = b.from; i < b.to; i++) {
        float s = sum[i] + u[i] * u[i];
        sum[i] = s;
        u[i] = u[i] / ((float) Math.sqrt(s + in) + out);
      }
    }
  }

  /**
   * G ← ρ G + (1 − ρ) u², u ← u √(D + ε) / √(G + ε), D ← ρ D + (1 − ρ) u² (Zeiler 2012, Algorithm
   * 1).
   */
  record AdaDelta(double decay, double epsilon) implements Transform {
    @Override
    public int slots() {
      return 2;
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] squares = b.slot(0);
      float[] deltas = b.slot(1);
      float rho = (float) decay;
      float rest = (float) (1 - decay);
      float eps = (float) epsilon;
      for (int i = b.from; i < b.to; i++) {
        float s = rho * squares[i] + rest * (u[i] * u[i]);
        float d = u[i] * ((float) Math.sqrt(deltas[i] + eps) / (float) Math.sqrt(s + eps));
        squares[i] = s;
        deltas[i] = rho * deltas[i] + rest * (d * d);
        u[i] = d;
      }
    }
  }

  /**
   * G ← γ G + (1 − γ) u², u ← u / (√G + ε), or u / √(G + ε) with ε inside (Tieleman and Hinton
   * 2012, lecture 6.5).
   *
   * @param initial start value of G
   */
  record RmsProp(double initial, double decay, double epsilon, boolean inside)
      implements Transform {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public void begin(Block b) {
      Arrays.fill(b.slot(0), (float) initial);
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] squares = b.slot(0);
      float gamma = (float) decay;
      float rest = (float) (1 - decay);
      float in = inside ? (float) epsilon : 0;
      float out = inside ? 0 : (float) epsilon;
      for (int i = b.from; i < b.to; i++) {
        float s = gamma * squares[i] + rest * (u[i] * u[i]);
        squares[i] = s;
        u[i] = u[i] / ((float) Math.sqrt(s + in) + out);
      }
    }
  }

  /**
   * RMSProp with the variance instead of the second moment: m ← γ m + (1 − γ) u, and G − m², at
   * least 0, in the place of G (Graves 2013, equations 38–40, without his momentum).
   *
   * @param initial start value of G
   */
  record CenteredRmsProp(double initial, double decay, double epsilon, boolean inside)
      implements Transform {
    @Override
    public int slots() {
      return 2;
    }

    @Override
    public void begin(Block b) {
      Arrays.fill(b.slot(0), (float) initial);
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] squares = b.slot(0);
      float[] means = b.slot(1);
      float gamma = (float) decay;
      float rest = (float) (1 - decay);
      float in = inside ? (float) epsilon : 0;
      float out = inside ? 0 : (float) epsilon;
      for (int i = b.from; i < b.to; i++) {
        float s = gamma * squares[i] + rest * (u[i] * u[i]);
        float m = gamma * means[i] + rest * u[i];
        squares[i] = s;
        means[i] = m;
        u[i] = u[i] / ((float) Math.sqrt(Math.max(s - m * m, 0f) + in) + out);
      }
    }
  }
}
