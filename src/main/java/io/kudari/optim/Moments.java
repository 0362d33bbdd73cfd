package io.kudari.optim;

/**
 * Adam and its relatives: m ← β₁ m + (1 − β₁) u in slot 0, v ← β₂ v + (1 − β₂) u² in slot 1, and
 * with t = step + 1 the bias corrections 1 − β₁ᵗ and 1 − β₂ᵗ.
 *
 * <p>ε stands in two places. Kingma and Ba's Algorithm 1, PyTorch and optax add it to the corrected
 * root: m̂ / (√v̂ + ε). The efficient form at the end of their §2, DL4J and TensorFlow add ε̂ to
 * the uncorrected root: √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε̂); early steps then see an ε larger by
 * 1 / √(1 − β₂ᵗ).
 */
final class Moments {

  private Moments() {}

  /** The Adam update (Kingma and Ba 2015, Algorithm 1). */
  record Adam(double beta1, double beta2, double epsilon, boolean hat) implements Transform {
    @Override
    public int slots() {
      return 2;
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] m = b.slot(0);
      float[] v = b.slot(1);
      float b1 = (float) beta1;
      float r1 = (float) (1 - beta1);
      float b2 = (float) beta2;
      float r2 = (float) (1 - beta2);
      float root = hat ? 1 : rootScale(beta2, at);
      float scale = meanScale(beta1, at) / (hat ? rootScale(beta2, at) : 1);
      float eps = (float) epsilon;
      for (int i = b.from; i < b.to; i++) {
        float mean = b1 * m[i] + r1 * u[i];
        float square = b2 * v[i] + r2 * (u[i] * u[i]);
        m[i] = mean;
        v[i] = square;
        u[i] = mean * scale / ((float) Math.sqrt(square) * root + eps);
      }
    }
  }

  /**
   * Adam over the largest second moment so far, w ← max(w, v), in slot 2 (Reddi, Kale, Kumar 2018,
   * Algorithm 2, which has neither bias correction nor ε). With correction, the maximum is taken of
   * the uncorrected v, as PyTorch and DL4J do.
   */
  record AmsGrad(double beta1, double beta2, double epsilon, boolean hat, boolean corrected)
      implements Transform {
    @Override
    public int slots() {
      return 3;
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] m = b.slot(0);
      float[] v = b.slot(1);
      float[] w = b.slot(2);
      float b1 = (float) beta1;
      float r1 = (float) (1 - beta1);
      float b2 = (float) beta2;
      float r2 = (float) (1 - beta2);
      float full = corrected ? rootScale(beta2, at) : 1;
      float root = hat ? 1 : full;
      float scale = (corrected ? meanScale(beta1, at) : 1) / (hat ? full : 1);
      float eps = (float) epsilon;
      for (int i = b.from; i < b.to; i++) {
        float mean = b1 * m[i] + r1 * u[i];
        float square = b2 * v[i] + r2 * (u[i] * u[i]);
        float largest = Math.max(w[i], square);
        m[i] = mean;
        v[i] = square;
        w[i] = largest;
        u[i] = mean * scale / ((float) Math.sqrt(largest) * root + eps);
      }
    }
  }

  /**
   * Adam with Nesterov's look-ahead: (β₁ m / (1 − β₁ᵗ⁺¹) + (1 − β₁) g / (1 − β₁ᵗ)) / (√v̂ + ε)
   * (Dozat 2016, Algorithm 2 with constant μ = β₁, as optax and DL4J; PyTorch and Keras let μ grow
   * with the step).
   */
  record Nadam(double beta1, double beta2, double epsilon) implements Transform {
    @Override
    public int slots() {
      return 2;
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] m = b.slot(0);
      float[] v = b.slot(1);
      float b1 = (float) beta1;
      float r1 = (float) (1 - beta1);
      float b2 = (float) beta2;
      float r2 = (float) (1 - beta2);
      float ahead = (float) (beta1 / (1 - power(beta1, at.step() + 2)));
      float now = (float) ((1 - beta1) / (1 - power(beta1, at.step() + 1)));
      float root = rootScale(beta2, at);
      float eps = (float) epsilon;
      for (int i = b.from; i < b.to; i++) {
        float g = u[i];
        float mean = b1 * m[i] + r1 * g;
        float square = b2 * v[i] + r2 * (g * g);
        m[i] = mean;
        v[i] = square;
        u[i] = (ahead * mean + now * g) / ((float) Math.sqrt(square) * root + eps);
      }
    }
  }

  /**
   * u ← sign(β₁ m + (1 − β₁) g), then m ← β₂ m + (1 − β₂) g (Chen et al. 2023, "Symbolic discovery
   * of optimization algorithms", Algorithm 2).
   */
  record Lion(double beta1, double beta2) implements Transform {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public void apply(Block b, Step at) {
      float[] u = b.update;
      float[] m = b.slot(0);
      float b1 = (float) beta1;
      float r1 = (float) (1 - beta1);
      float b2 = (float) beta2;
      float r2 = (float) (1 - beta2);
      for (int i = b.from; i < b.to; i++) {
        float g = u[i];
        u[i] = Math.signum(b1 * m[i] + r1 * g);
        m[i] = b2 * m[i] + r2 * g;
      }
    }
  }

  /** 1 / (1 − β₁ᵗ). */
  private static float meanScale(double beta1, Step at) {
    return (float) (1 / (1 - power(beta1, at.step() + 1)));
  }

  /** 1 / √(1 − β₂ᵗ). */
  private static float rootScale(double beta2, Step at) {
    return (float) (1 / Math.sqrt(1 - power(beta2, at.step() + 1)));
  }

  /**
   * By repeated squaring: the same bits everywhere, and unlike StrictMath's it allocates nothing.
   */
  static double power(double base, long exponent) {
    double result = 1;
    double square = base;
    for (long n = exponent; n > 0; n >>= 1) {
      if ((n & 1) == 1) result *= square;
      square *= square;
    }
    return result;
  }
}
