package io.kudari.lab.generalisation;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A line and a curve through every point: which foretells new ones. */
public class Wiggle implements Computed {

  private static final int POINTS = 11;
  private static final int TESTS = 1000;
  private static final int DRAWS = 2000;

  private static final Claim WORSE =
      new Claim(
          "001", 174, 187, "A curve through all points foretells new ones worse than a line.");

  /** Of degree 10 for the curve. */
  public Wiggle() {}

  /** The degree of the curve that goes through all points. */
  int degree() {
    return POINTS - 1;
  }

  /** Eleven points y = x/2 + noise, and both fits. */
  private record Draw(double[] x, double[] y, Polynomial line, Polynomial curve) {}

  @Override
  public String name() {
    return "wiggle";
  }

  @Override
  public Section section() {
    return Section.GENERALISATION;
  }

  @Override
  public String question() {
    return "Is a curve through every point a better one?";
  }

  @Override
  public String setup() {
    return "Eleven points y = x/2 + normal noise on −5 … 5, 2,000 times: the line of least squares"
        + " and the polynomial of degree 10 through all; errors on 1,000 new points between"
        + " −5 and 5.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(WORSE);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private Draw draw(RandomStream random) {
    double[] x = IntStream.range(0, POINTS).mapToDouble(i -> i - 5).toArray();
    double[] y = new double[POINTS];
    for (int i = 0; i < POINTS; i++) y[i] = x[i] / 2 + random.gaussian();
    return new Draw(x, y, new Polynomial(1, x, y), new Polynomial(degree(), x, y));
  }

  /**
   * Means over draws, but for the first.
   *
   * @param misses how far the curve misses a point, at most
   * @param through squared error of the curve on its points
   * @param training the same of the line
   * @param line squared error of the line on new points
   * @param curve the same of the curve
   * @param share of draws where the line is better on them
   */
  private record Errors(
      double misses, double through, double training, double line, double curve, double share) {

    static Errors of(List<double[]> draws) {
      double[] sums = new double[5];
      double misses = 0;
      for (double[] draw : draws) {
        misses = Math.max(misses, Math.sqrt(draw[0]));
        for (int i = 0; i < sums.length; i++) sums[i] += draw[i] / draws.size();
      }
      return new Errors(misses, sums[0], sums[1], sums[2], sums[3], sums[4]);
    }
  }

  /** Curve and line on their points, line and curve on new ones, and 1 where the line is better. */
  private double[] errors(RandomStream random) {
    Draw draw = draw(random);
    double[] x = new double[TESTS];
    double[] y = new double[TESTS];
    for (int i = 0; i < TESTS; i++) {
      x[i] = -5 + 10 * random.uniformDouble();
      y[i] = x[i] / 2 + random.gaussian();
    }
    double line = draw.line().error(x, y);
    double curve = draw.curve().error(x, y);
    return new double[] {
      draw.curve().error(draw.x(), draw.y()),
      draw.line().error(draw.x(), draw.y()),
      line,
      curve,
      line < curve ? 1 : 0
    };
  }

  private static RandomStream random(Scope scope, int draw) {
    return new RandomStream(scope.firstSeed(), Purpose.GENERATOR, 40, draw);
  }

  @Override
  public Findings measure(Scope scope) {
    Errors found =
        Errors.of(IntStream.range(0, DRAWS).mapToObj(draw -> errors(random(scope, draw))).toList());
    return new Findings(
        String.format(
            Locale.ROOT,
            "No: it has no error on its own points and %.1f on new ones, the line %.2f and %.2f."
                + " The line is better in %.1f%% of draws.",
            found.curve(),
            found.training(),
            found.line(),
            100 * found.share()),
        List.of(
            new Table(
                "Mean squared errors over 2,000 draws",
                List.of("", "on the eleven points", "on new ones"),
                List.of(
                    List.of("line", found.training(), found.line()),
                    List.of("degree 10", found.through(), found.curve())))),
        List.of(figure(draw(random(scope, 0)))),
        checks(found),
        List.of(verdict(found)));
  }

  private static Verdict verdict(Errors found) {
    return found.through() < 1e-9 && found.share() > .5
        ? WORSE.holds()
        : WORSE.doesNotHold(
            String.format(
                Locale.ROOT,
                "it has an error of %.2f on its own points, and is worse in %.0f%% of draws",
                found.through(),
                100 * found.share()));
  }

  private static List<Check> checks(Errors e) {
    String degree = "a polynomial of degree 9, which misses points";
    String line = "error of the line on its points: 9/11";
    String better = "share of draws where the line is better";
    return List.of(
        Check.atMost("through", "how far the curve misses a point", e.misses(), 1e-10, degree),
        Check.within("training", line, e.training(), .74, .9, degree),
        Check.within("line", "error of the line on new points: 7/6", e.line(), 1.1, 1.23, degree),
        Check.within("curve", "error of the curve on new points", e.curve(), 12.5, 21, degree),
        Check.atLeast("better", better, e.share(), .99, degree));
  }

  private static Figure figure(Draw draw) {
    double[] x = IntStream.rangeClosed(0, 100).mapToDouble(i -> -5 + i / 10.0).toArray();
    double[] line = new double[x.length];
    double[] curve = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      line[i] = draw.line().at(x[i]);
      curve[i] = draw.curve().at(x[i]);
    }
    return new Figure(
        "One draw",
        "Look between the outermost points, where the curve swings far beyond them.",
        new Figure.Scale("x", false),
        new Figure.Scale("y", false),
        List.of(
            new Figure.Panel(
                "",
                List.of(
                    Curve.of("line", Kind.LINE, 0, x, line),
                    Curve.of("degree 10", Kind.LINE, 1, x, curve),
                    Curve.of("points", Kind.DOTS, 7, draw.x(), draw.y())))));
  }
}
