package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Whether a method cares in which units features are. Own arithmetic, in double precision. */
public class NaturalGradient implements Computed {

  private static final int EXAMPLES = 200;
  private static final int PROBLEMS = 10;
  private static final double[] SCALES = {1, 10, 100, 1000};
  private static final int MOST = 3000;
  private static final double NEAR = 0.01;

  private static final Claim UNITS =
      new Claim("002", 44, "The natural gradient does not care how parameters are scaled.");

  /** By the Fisher information. */
  public NaturalGradient() {}

  /** Which matrix stands before the gradient. */
  private enum Way {
    GRADIENT,
    DIAGONAL,
    NATURAL
  }

  /** The natural direction: the inverse of the Fisher information times the gradient. */
  double[] natural(double[] f, double[] g) {
    double det = f[0] * f[2] - f[1] * f[1];
    return new double[] {(f[2] * g[0] - f[1] * g[1]) / det, (f[0] * g[1] - f[1] * g[0]) / det};
  }

  /** Logistic regression of two features. */
  private record Problem(double[][] inputs, boolean[] labels) {

    static Problem draw(long seed, int number, double scale) {
      RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 13, number);
      double[][] inputs = new double[EXAMPLES][2];
      boolean[] labels = new boolean[EXAMPLES];
      for (int i = 0; i < EXAMPLES; i++) {
        double a = random.gaussian();
        double b = .6 * a + .8 * random.gaussian();
        labels[i] = random.uniformDouble() < sigmoid(2 * a - b);
        inputs[i] = new double[] {a, b * scale};
      }
      return new Problem(inputs, labels);
    }

    private double output(double[] w, int i) {
      return sigmoid(inputs[i][0] * w[0] + inputs[i][1] * w[1]);
    }

    double loss(double[] w) {
      double sum = 0;
      for (int i = 0; i < EXAMPLES; i++) {
        double p = output(w, i);
        sum -= StrictMath.log(labels[i] ? p : 1 - p);
      }
      return sum / EXAMPLES;
    }

    double[] slope(double[] w) {
      double[] g = new double[2];
      for (int i = 0; i < EXAMPLES; i++) {
        double error = output(w, i) - (labels[i] ? 1 : 0);
        for (int k = 0; k < 2; k++) g[k] += error * inputs[i][k] / EXAMPLES;
      }
      return g;
    }

    /** The Fisher information: its elements 11, 12, 22. */
    double[] fisher(double[] w) {
      double[] f = new double[3];
      for (int i = 0; i < EXAMPLES; i++) {
        double p = output(w, i);
        double[] x = inputs[i];
        double weight = p * (1 - p) / EXAMPLES;
        f[0] += weight * x[0] * x[0];
        f[1] += weight * x[0] * x[1];
        f[2] += weight * x[1] * x[1];
      }
      return f;
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  @Override
  public String name() {
    return "natural";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "Which methods do not care in which units features are?";
  }

  @Override
  public String setup() {
    return "Logistic regression on 200 points of two features, correlated by 0.6, the second in"
        + " units of 1 … 1,000, 10 times, from 0: steps until the loss is within 0.01 of the"
        + " best. Gradient descent at the rate 1 / h_max of the start, the natural gradient"
        + " (inverse Fisher information) at 1, and with the diagonal of the Fisher"
        + " information only.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(UNITS);
  }

  @Override
  public int seconds(boolean quick) {
    return 3;
  }

  private double[] direction(Way way, double[] f, double[] g, double rate) {
    return switch (way) {
      case GRADIENT -> new double[] {rate * g[0], rate * g[1]};
      case DIAGONAL -> new double[] {g[0] / f[0], g[1] / f[2]};
      case NATURAL -> natural(f, g);
    };
  }

  /** 1 / h_max, the largest eigenvalue of the Fisher information at 0. */
  private static double rate(Problem problem) {
    double[] f = problem.fisher(new double[2]);
    double half = (f[0] + f[2]) / 2;
    return 1 / (half + Math.sqrt(half * half - (f[0] * f[2] - f[1] * f[1])));
  }

  private static double best(Problem problem) {
    NaturalGradient exact = new NaturalGradient();
    double[] w = new double[2];
    for (int i = 0; i < 50; i++) {
      double[] step = exact.natural(problem.fisher(w), problem.slope(w));
      for (int k = 0; k < 2; k++) w[k] -= step[k];
    }
    return problem.loss(w);
  }

  private double steps(Way way, Problem problem) {
    double enough = best(problem) + NEAR;
    double rate = rate(problem);
    double[] w = new double[2];
    for (int step = 0; step <= MOST; step++) {
      if (problem.loss(w) <= enough) return step;
      double[] move = direction(way, problem.fisher(w), problem.slope(w), rate);
      for (int k = 0; k < 2; k++) w[k] -= move[k];
    }
    return MOST + 1;
  }

  /** The losses after each of the first five natural steps. */
  private double[] losses(Problem problem) {
    double[] w = new double[2];
    double[] losses = new double[5];
    for (int i = 0; i < losses.length; i++) {
      double[] move = natural(problem.fisher(w), problem.slope(w));
      for (int k = 0; k < 2; k++) w[k] -= move[k];
      losses[i] = problem.loss(w);
    }
    return losses;
  }

  /**
   * What was found.
   *
   * @param steps by way, unit and problem
   * @param apart largest difference of the natural gradient's losses to those in the first unit
   */
  private record Found(double[][][] steps, double apart) {

    double[] means(Way way) {
      return Arrays.stream(steps[way.ordinal()]).mapToDouble(Statistics::mean).toArray();
    }

    double[] medians(Way way) {
      return Arrays.stream(steps[way.ordinal()]).mapToDouble(Statistics::median).toArray();
    }

    double most(Way way) {
      return Arrays.stream(steps[way.ordinal()]).flatMapToDouble(Arrays::stream).max().orElse(-1);
    }
  }

  private Found found(long seed) {
    double[][][] steps = new double[Way.values().length][SCALES.length][PROBLEMS];
    double apart = 0;
    for (int p = 0; p < PROBLEMS; p++) {
      double[] one = losses(Problem.draw(seed, p, 1));
      for (int s = 0; s < SCALES.length; s++) {
        Problem problem = Problem.draw(seed, p, SCALES[s]);
        double[] scaled = losses(problem);
        for (int i = 0; i < one.length; i++) apart = Math.max(apart, Math.abs(one[i] - scaled[i]));
        for (Way way : Way.values()) steps[way.ordinal()][s][p] = steps(way, problem);
      }
    }
    return new Found(steps, apart);
  }

  @Override
  public Findings measure(Scope scope) {
    Found found = found(scope.firstSeed());
    double[] gradient = found.means(Way.GRADIENT);
    return new Findings(
        String.format(
            Locale.ROOT,
            "The natural gradient, by %.0f steps in any unit, to the same losses (%s apart), and"
                + " nearly the diagonal one. Gradient descent takes %.0f steps at scale 1, %.0f at"
                + " 10, and more than %,d from 100 on.",
            found.most(Way.NATURAL),
            Numbers.significant(found.apart(), 2),
            gradient[0],
            gradient[1],
            MOST),
        List.of(table(found)),
        List.of(figure(found)),
        checks(found),
        List.of(
            found.apart() < 1e-9
                ? UNITS.holds()
                : UNITS.doesNotHold(
                    "its losses differ by "
                        + Numbers.significant(found.apart(), 2)
                        + " by the unit of a feature")));
  }

  private static List<Check> checks(Found found) {
    double[] gradient = found.means(Way.GRADIENT);
    double diagonal = Arrays.stream(found.means(Way.DIAGONAL)).max().orElse(Double.NaN);
    String root = "the root of the Fisher information in the place of itself";
    return List.of(
        Check.atMost(
            "natural", "most steps of the natural gradient", found.most(Way.NATURAL), 2, root),
        Check.atMost(
            "invariant",
            "largest difference of its losses to those where the scale is 1",
            found.apart(),
            1e-12,
            root),
        Check.atMost("diagonal", "most mean steps with the diagonal", diagonal, 7, root),
        Check.atMost("gradient-1", "mean steps of the gradient, scale 1", gradient[0], 20, root),
        Check.atLeast("gradient-10", "the same, scale 10", gradient[1], 300, root),
        Check.atLeast("gradient-100", "the same, scale 100", gradient[2], MOST, root));
  }

  private static Table table(Found found) {
    double[][] means = Arrays.stream(Way.values()).map(found::means).toArray(double[][]::new);
    List<List<Object>> rows = new ArrayList<>();
    for (int s = 0; s < SCALES.length; s++)
      rows.add(List.of(SCALES[s], means[0][s], means[1][s], means[2][s]));
    return new Table(
        "Mean steps to within 0.01 of the best loss, at most 3,001",
        List.of("unit of the second feature", "gradient", "diagonal Fisher", "natural"),
        rows);
  }

  private static Figure figure(Found found) {
    String[] names = {"gradient", "diagonal Fisher", "natural"};
    List<Curve> curves = new ArrayList<>();
    for (Way way : Way.values()) {
      int i = way.ordinal();
      for (int p = 0; p < PROBLEMS; p++) {
        int problem = p;
        double[] steps = Arrays.stream(found.steps()[i]).mapToDouble(s -> s[problem]).toArray();
        curves.add(Curve.of(names[i] + ", a problem", Kind.SEED, i, SCALES, steps));
      }
      curves.add(Curve.of(names[i], Kind.MIDDLE, i, SCALES, found.medians(way)));
    }
    return new Figure(
        "Steps by the unit of a feature",
        "Medians of ten problems, and each thin; cut off at 3,001. Look how level the natural"
            + " gradient lies.",
        new Figure.Scale("unit of the second feature", true),
        new Figure.Scale("steps", true),
        List.of(new Figure.Panel("", curves)));
  }
}
