package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Computed;
import io.kudari.lab.Contours;
import io.kudari.lab.Figure;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.report.Numbers;
import java.util.List;
import java.util.Locale;

/** A wrong gradient that arrives all the same, and the check that finds it. */
public final class GradientCheck implements Computed {

  private static final int POINTS = 20;
  private static final int STEPS = 20_000;
  private static final double H = 1e-5;

  /** Rosenbrock's function, (1 − x)² + 100 (y − x²)², with its gradient. */
  private static final Surface RIGHT =
      new Surface(
          GradientCheck::rosenbrock,
          p -> {
            double rest = p[1] - p[0] * p[0];
            return new double[] {-2 * (1 - p[0]) - 400 * p[0] * rest, 200 * rest};
          });

  /** With a second component that published programs have: 200 x (y − x²). */
  private static final Surface WRONG =
      new Surface(
          GradientCheck::rosenbrock,
          p -> {
            double rest = p[1] - p[0] * p[0];
            return new double[] {-2 * (1 - p[0]) - 400 * p[0] * rest, 200 * p[0] * rest};
          });

  /** The experiment. */
  public GradientCheck() {}

  private static double rosenbrock(double[] p) {
    double rest = p[1] - p[0] * p[0];
    return (1 - p[0]) * (1 - p[0]) + 100 * rest * rest;
  }

  @Override
  public String name() {
    return "gradient-check";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "Does descent that arrives prove that its gradient is right?";
  }

  @Override
  public String setup() {
    return "Rosenbrock's function: the relative difference of its gradient, and of a wrong one that"
        + " published programs have, to central differences with h 1e-5 at 20 points of (−2"
        + " … 2)² together; and 20,000 steps of SGD at 0.001 from (−1.2, 1) by each.";
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  /** How far the gradients at all points together are from central differences, by their norm. */
  private static double difference(Surface surface, long seed) {
    double apart = 0;
    double size = 0;
    for (int i = 0; i < POINTS; i++) {
      RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 10, i);
      double x = -2 + 4 * random.uniformDouble();
      double y = -2 + 4 * random.uniformDouble();
      double[] slope = surface.slope().apply(new double[] {x, y});
      double[] central = {
        (surface.at(x + H, y) - surface.at(x - H, y)) / (2 * H),
        (surface.at(x, y + H) - surface.at(x, y - H)) / (2 * H)
      };
      for (int k = 0; k < 2; k++) {
        apart += (slope[k] - central[k]) * (slope[k] - central[k]);
        size += central[k] * central[k];
      }
    }
    return Math.sqrt(apart / size);
  }

  private static double[][] path(Surface surface) {
    Stepper stepper = Stepper.Source.KUDARI.open(Method.of("sgd", .001).spec(), 2, 1);
    return new Walk(surface, stepper, -1.2, 1).path(STEPS);
  }

  @Override
  public Findings measure(Scope scope) {
    double right = difference(RIGHT, scope.firstSeed());
    double wrong = difference(WRONG, scope.firstSeed());
    double[][] rightPath = path(RIGHT);
    double[][] wrongPath = path(WRONG);
    double[] end = wrongPath[STEPS];
    double away = Trace.distance(end, new double[] {1, 1});
    List<Check> checks =
        List.of(
            Check.atMost("right", "relative difference", right, 1e-8, "a wrong gradient"),
            Check.atLeast("wrong", "relative difference of the wrong one", wrong, .02, "–"),
            Check.atMost("arrives", "how far from (1, 1) its descent ends", away, .01, "–"));
    return new Findings(
        String.format(
            Locale.ROOT,
            "No: with a wrong gradient SGD arrives at (%.4f, %.4f). Against central differences it"
                + " is off by %.2f, the right one by %s.",
            end[0],
            end[1],
            wrong,
            Numbers.significant(right, 2)),
        List.of(
            new Table(
                "Two gradients",
                List.of("gradient", "relative difference", "x after 20,000 steps", "y"),
                List.of(
                    List.of("right", right, rightPath[STEPS][0], rightPath[STEPS][1]),
                    List.of("200 x (y − x²)", wrong, end[0], end[1])))),
        List.of(
            new Figure(
                "Both arrive",
                "20,000 steps from (−1.2, 1), a frame each 200; the minimum is at (1, 1).",
                new Figure.Scale("x", false),
                new Figure.Scale("y", false),
                new Contours(RIGHT::at, -1.6, -.5, 1.6, 1.6).at(.3, 2, 8, 30, 100, 300),
                List.of(
                    new Figure.Panel("right", List.of(Trace.drawn("SGD", 0, rightPath, 100))),
                    new Figure.Panel("wrong", List.of(Trace.drawn("SGD", 0, wrongPath, 100)))))),
        checks);
  }
}
