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
  private static final int DRAWS = 200;

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
    return "Eleven points y = x/2 + normal noise on −5 … 5, 200 times: the line of least squares"
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

  @Override
  public Findings measure(Scope scope) {
    double misses = 0;
    double training = 0;
    double through = 0;
    double line = 0;
    double curve = 0;
    int better = 0;
    Draw shown = null;
    for (int d = 0; d < DRAWS; d++) {
      RandomStream random = new RandomStream(scope.firstSeed(), Purpose.GENERATOR, 40, d);
      Draw draw = draw(random);
      if (d == 0) shown = draw;
      double[] x = new double[TESTS];
      double[] y = new double[TESTS];
      for (int i = 0; i < TESTS; i++) {
        x[i] = -5 + 10 * random.uniformDouble();
        y[i] = x[i] / 2 + random.gaussian();
      }
      double missed = draw.curve().error(draw.x(), draw.y());
      misses = Math.max(misses, Math.sqrt(missed));
      through += missed / DRAWS;
      training += draw.line().error(draw.x(), draw.y()) / DRAWS;
      double ofLine = draw.line().error(x, y);
      double ofCurve = draw.curve().error(x, y);
      line += ofLine / DRAWS;
      curve += ofCurve / DRAWS;
      if (ofLine < ofCurve) better++;
    }
    double share = better / (double) DRAWS;
    String degree = "a polynomial of degree 9, which misses points";
    List<Check> checks =
        List.of(
            Check.atMost("through", "how far the curve misses a point", misses, 1e-10, degree),
            Check.within(
                "training", "error of the line on its points: 9/11", training, .74, .9, degree),
            Check.within("line", "error of the line on new points: 7/6", line, 1.1, 1.23, degree),
            Check.within("curve", "error of the curve on new points", curve, 12.5, 21, degree),
            Check.atLeast("better", "share of draws where the line is better", share, .99, degree));
    return new Findings(
        String.format(
            Locale.ROOT,
            "No: it has no error on its own points and %.1f on new ones, the line %.2f and %.2f."
                + " The line is better in %.1f%% of draws.",
            curve,
            training,
            line,
            100 * share),
        List.of(
            new Table(
                "Mean squared errors over 200 draws",
                List.of("", "on the eleven points", "on new ones"),
                List.of(List.of("line", training, line), List.of("degree 10", through, curve)))),
        List.of(figure(shown)),
        checks,
        List.of(
            through < 1e-9 && share > .5
                ? WORSE.holds()
                : WORSE.doesNotHold(
                    String.format(
                        Locale.ROOT,
                        "it has an error of %.2f on its own points, and is worse in %.0f%% of draws",
                        through,
                        100 * share))));
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
