package io.kudari.optim.fullbatch;

/**
 * Non-linear conjugate gradients: d ← −g + β d with β = max(0, g·(g − g₋) / g₋·g₋) (Polak and
 * Ribière 1969, with the restart of Powell 1984; Nocedal and Wright 2006, algorithm 5.4 and
 * equation 5.45). It ends an n-dimensional quadratic in n iterations up to rounding.
 *
 * @param restart take the steepest descent every so many iterations; 0 means every n
 * @param curvature c₂ of the strong Wolfe conditions; the default 0.001 makes searches near exact,
 *     0.1 is usual where evaluations are dear
 */
public record ConjugateGradients(int restart, double curvature) implements Minimizer {

  @Override
  public Run start(Objective objective, double[] x) {
    LineSearch line = new LineSearch(objective, curvature, x);
    return new Descending(line, x.length, restart == 0 ? x.length : restart);
  }

  private static final class Descending implements Run {

    private final LineSearch line;
    private final int every;
    private final double[] direction;
    private final double[] old;
    private double step;
    private double oldSlope;
    private int since;
    private Iteration now;

    Descending(LineSearch line, int size, int every) {
      this.line = line;
      this.every = every;
      this.direction = new double[size];
      this.old = new double[size];
      this.now = line.iteration(0);
    }

    @Override
    public Iteration now() {
      return now;
    }

    @Override
    public boolean advance() {
      if (!(now.gradientNorm() > 0)) return false;
      double[] g = line.gradient;
      double beta = since == 0 ? 0 : polakRibiere(g, old);
      for (int i = 0; i < g.length; i++) direction[i] = beta * direction[i] - g[i];
      if (LineSearch.dot(g, direction) >= 0) {
        since = 0;
        for (int i = 0; i < g.length; i++) direction[i] = -g[i];
      }
      double slope = LineSearch.dot(g, direction);
      System.arraycopy(g, 0, old, 0, g.length);
      double first = step == 0 ? Math.min(1, 1 / now.gradientNorm()) : step * oldSlope / slope;
      step = line.search(direction, first);
      oldSlope = slope;
      if (step == 0 && since == 0) return false;
      since = step == 0 || since + 1 == every ? 0 : since + 1;
      now = line.iteration(now.number() + 1);
      return true;
    }
  }

  private static double polakRibiere(double[] g, double[] old) {
    double below = LineSearch.dot(old, old);
    return Math.max(0, (LineSearch.dot(g, g) - LineSearch.dot(g, old)) / below);
  }
}
