package io.kudari.optim.schedule;

/**
 * Reduce on plateau: b · factorʳ, r being the number of reductions so far. An epoch's validation
 * loss is better if it is below best · (1 − threshold) (best − threshold · |best| for negative
 * losses); after more than {@code patience} epochs in a row without a better one, r grows by one
 * and the next {@code cooldown} epochs are not counted, as in PyTorch. A loss of NaN is never
 * better.
 *
 * <p>With factor 0.1, patience 1 and losses 5, 4, 4, 4, 4: the factor after each is 1, 1, 1, 0.1,
 * 0.1.
 *
 * <p>Everyone who resolves it must be told the same losses. Not thread-safe.
 */
final class Plateau implements Schedule {

  private final double base;
  private final double factor;
  private final double patience;
  private final double threshold;
  private final double cooldown;
  private double best = Double.POSITIVE_INFINITY;
  private double waited;
  private double cooling;
  private double reductions;

  Plateau(double base, double factor, double patience, double threshold, double cooldown) {
    this.base = base;
    this.factor = factor;
    this.patience = patience;
    this.threshold = threshold;
    this.cooldown = cooldown;
  }

  @Override
  public double at(long step) {
    return base * StrictMath.pow(factor, reductions);
  }

  @Override
  public void observe(double validationLoss) {
    boolean first = best == Double.POSITIVE_INFINITY;
    if (validationLoss < (first ? best : best - threshold * Math.abs(best))) {
      best = validationLoss;
      waited = 0;
    } else {
      waited++;
    }
    if (cooling > 0) {
      cooling--;
      waited = 0;
    }
    if (waited > patience) {
      reductions++;
      cooling = cooldown;
      waited = 0;
    }
  }

  @Override
  public double[] state() {
    return new double[] {best, waited, cooling, reductions};
  }

  @Override
  public void restore(double[] state) {
    if (state.length != 4) {
      throw new IllegalArgumentException("a plateau's state has 4 values, not " + state.length);
    }
    best = state[0];
    waited = state[1];
    cooling = state[2];
    reductions = state[3];
  }
}
