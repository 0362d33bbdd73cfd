package io.kudari.optim.fullbatch;

/**
 * Cyclic coordinate descent (Nocedal and Wright 2006, §9.3): a line search along one coordinate
 * after the other; one iteration is one sweep over all. Costs at least one full evaluation for each
 * coordinate: for functions of few parameters.
 *
 * @param curvature c₂ of the strong Wolfe conditions
 */
public record CoordinateDescent(double curvature) implements Minimizer {

  @Override
  public Run start(Objective objective, double[] x) {
    LineSearch line = new LineSearch(objective, curvature, x);
    double[] direction = new double[x.length];
    return new Run() {
      private Iteration now = line.iteration(0);
      private boolean moved = true;

      @Override
      public Iteration now() {
        return now;
      }

      @Override
      public boolean advance() {
        if (!moved || !(now.gradientNorm() > 0)) return false;
        moved = false;
        for (int i = 0; i < x.length; i++) {
          double slope = line.gradient[i];
          if (slope == 0) continue;
          direction[i] = -Math.signum(slope);
          if (line.search(direction, Math.min(1, Math.abs(slope))) > 0) moved = true;
          direction[i] = 0;
        }
        now = line.iteration(now.number() + 1);
        return true;
      }
    };
  }
}
