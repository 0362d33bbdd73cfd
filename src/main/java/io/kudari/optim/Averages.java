package io.kudari.optim;

/**
 * Averages of the parameters, kept in slot 0 and placed after the descent, whose values are
 * evaluated in the place of the training parameters.
 */
final class Averages {

  private Averages() {}

  /** a ← d a + (1 − d) p after each step, from a = p at the start (Polyak and Juditsky 1992). */
  record Moving(double decay) implements Transform {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public void begin(Block b) {
      System.arraycopy(b.params, 0, b.slot(0), 0, b.to);
    }

    @Override
    public void apply(Block b, Step at) {
      float[] a = b.slot(0);
      float[] p = b.params;
      float keep = (float) decay;
      float take = (float) (1 - decay);
      for (int i = b.from; i < b.to; i++) a[i] = keep * a[i] + take * p[i];
    }

    @Override
    public int evaluationSlot(long steps) {
      return 0;
    }
  }

  /**
   * The plain mean of the parameters after steps {@code start}, start + every, start + 2 every...
   * (Izmailov et al. 2018, Algorithm 1).
   *
   * @param start number of steps taken before the first that counts
   */
  record Stochastic(long start, long every) implements Transform {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public void apply(Block b, Step at) {
      long since = at.step() + 1 - start;
      if (since < 0 || since % every != 0) return;
      float[] a = b.slot(0);
      float[] p = b.params;
      float share = (float) (1.0 / (since / every + 1));
      for (int i = b.from; i < b.to; i++) a[i] += share * (p[i] - a[i]);
    }

    @Override
    public int evaluationSlot(long steps) {
      return steps >= start ? 0 : -1;
    }
  }

  /**
   * Every k steps: slow ← slow + α (p − slow), p ← slow (Zhang et al. 2019, Algorithm 1; the slow
   * weights are evaluated, the inner optimizer's slots are kept).
   */
  record Lookahead(long every, double alpha) implements Transform {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public void begin(Block b) {
      System.arraycopy(b.params, 0, b.slot(0), 0, b.to);
    }

    @Override
    public void apply(Block b, Step at) {
      if ((at.step() + 1) % every != 0) return;
      float[] slow = b.slot(0);
      float[] p = b.params;
      float a = (float) alpha;
      for (int i = b.from; i < b.to; i++) {
        float next = slow[i] + a * (p[i] - slow[i]);
        slow[i] = next;
        p[i] = next;
      }
    }

    @Override
    public int evaluationSlot(long steps) {
      return 0;
    }
  }
}
