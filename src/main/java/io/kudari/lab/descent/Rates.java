package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What the learning rate decides on a quadratic: too small, right, hunting, lost. */
public class Rates implements Computed {

  private static final double[] RATES = {
    .01, .03, .1, .3, .5, .8, .9, .95, .99, .999, 1, 1.001, 1.01, 1.05, 1.2, 1.5
  };
  private static final int STEPS = 1000;
  private static final double TARGET = 1e-3;
  private static final int PROBLEMS = 20;
  private static final int VARIABLES = 5;
  private static final int EXAMPLES = 40;
  private static final String WHY = "a step that is not rate · gradient";

  private static final Claim SIZE =
      new Claim("000", 36, 42, "A small rate takes long, one that is too large does not arrive.");
  private static final Claim HUNTING =
      new Claim("003", 36, 41, "At too large a rate the point hunts from side to side.");

  /** What became of a rate: heights after each step, and y. */
  private record Descent(double rate, double[] height, double[] y) {

    /** The first step below the target, or NaN. */
    double arrives() {
      for (int i = 0; i < height.length; i++) if (height[i] < TARGET) return i;
      return Double.NaN;
    }

    double end() {
      return height[height.length - 1];
    }
  }

  /** Of Kudari's SGD. */
  public Rates() {}

  @Override
  public String name() {
    return "rate";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "What does the learning rate decide?";
  }

  @Override
  public String setup() {
    return "1,000 steps of SGD from (−7, 2) on x²/20 + y², whose curvatures are 0.1 and 2, at 16"
        + " rates; and the largest stable rate of 20 problems of least squares (5 variables, 40"
        + " examples, mean of ½(x·w − y)²), found by halving an interval.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(SIZE, HUNTING);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  /** By what the sum of gradients is divided. */
  double divisor(int examples) {
    return examples;
  }

  private static Descent descend(double rate) {
    Method sgd = Method.of("sgd", rate);
    Stepper stepper = Stepper.Source.KUDARI.open(sgd.spec(), 2, 1);
    double[][] path = new Walk(Surface.VALLEY, stepper, -7, 2).path(STEPS);
    double[] height = new double[path.length];
    double[] y = new double[path.length];
    for (int i = 0; i < path.length; i++) {
      height[i] = Surface.VALLEY.at(path[i]);
      y[i] = path[i][1];
    }
    return new Descent(rate, height, y);
  }

  @Override
  public Findings measure(Scope scope) {
    List<Descent> all = DoubleStream.of(RATES).mapToObj(Rates::descend).toList();
    double[] limits =
        IntStream.range(0, PROBLEMS)
            .mapToDouble(
                i -> {
                  LeastSquares problem =
                      LeastSquares.draw(scope.firstSeed(), i, VARIABLES, EXAMPLES);
                  double rate = problem.largestStableRate(divisor(EXAMPLES));
                  return rate * problem.largestCurvature() / 2;
                })
            .toArray();
    return new Findings(
        String.format(
            Locale.ROOT,
            "Whether it arrives: below 2 / h_max = 1 it does, fastest at 0.9 (%.0f steps); at 1 it"
                + " hunts from side to side for ever, at 1.001 it is lost. On problems of least"
                + " squares the limit is %.4f … %.4f times 2 / h_max.",
            at(all, .9).arrives(),
            least(limits),
            most(limits)),
        List.of(table(all)),
        List.of(heights(all), arrivals(all), y(at(all, 1))),
        checks(all, limits),
        List.of(size(all), hunting(all)));
  }

  private static double least(double[] values) {
    return DoubleStream.of(values).min().orElse(Double.NaN);
  }

  private static double most(double[] values) {
    return DoubleStream.of(values).max().orElse(Double.NaN);
  }

  private static List<Check> checks(List<Descent> all, double[] limits) {
    List<Check> checks = new ArrayList<>();
    arrival(checks, all, .1, 389);
    arrival(checks, all, .3, 129);
    arrival(checks, all, .5, 77);
    arrival(checks, all, .9, 42);
    arrival(checks, all, .95, 43);
    arrival(checks, all, .99, 206);
    end(checks, all, "slow", .01, TARGET, Double.POSITIVE_INFINITY);
    end(checks, all, "edge", .999, TARGET, Double.POSITIVE_INFINITY);
    end(checks, all, "hunting", 1, 3.99, 4.01);
    end(checks, all, "beyond", 1.001, 215.5, 219.5);
    checks.add(Check.near("flips", "sign changes of y at 1", flips(at(all, 1).y()), STEPS, 0, WHY));
    String sum = "gradients that are added up and not divided by the examples: 1/40";
    checks.add(
        Check.within(
            "limit-least",
            "least of 20: largest stable rate · h_max / 2",
            least(limits),
            .998,
            1.003,
            sum));
    checks.add(
        Check.within("limit-most", "greatest of 20: the same", most(limits), .998, 1.003, sum));
    return checks;
  }

  private static void end(
      List<Check> checks, List<Descent> all, String id, double rate, double least, double most) {
    String says = "height after 1,000 steps at " + (rate == 1 ? "1" : rate);
    checks.add(Check.within(id, says, at(all, rate).end(), least, most, WHY));
  }

  private static Verdict size(List<Descent> all) {
    boolean late = Double.isNaN(at(all, .01).arrives());
    boolean lost = !(at(all, 1.5).end() <= at(all, 1.5).height()[0]);
    if (late && lost && at(all, .9).arrives() < STEPS) return SIZE.holds();
    return SIZE.doesNotHold(
        late ? "1.5 is not lost here, or 0.9 does not arrive" : "0.01 arrives here as well");
  }

  private static Verdict hunting(List<Descent> all) {
    Descent below = at(all, .95);
    if (flips(at(all, 1).y()) < STEPS) return HUNTING.doesNotHold("y keeps its sign");
    return below.arrives() < STEPS && at(all, 1.001).end() > at(all, 1).end()
        ? HUNTING.holdsIf(
            String.format(
                Locale.ROOT,
                "the rate is 2 / h_max itself: below, at 0.95, it changes sides as well, but"
                    + " arrives after %.0f steps; above, at 1.001, it swings ever wider",
                below.arrives()))
        : HUNTING.holds();
  }

  private static Descent at(List<Descent> all, double rate) {
    return all.stream().filter(d -> d.rate() == rate).findFirst().orElseThrow();
  }

  private static long flips(double[] y) {
    return IntStream.range(1, y.length).filter(i -> y[i - 1] * y[i] < 0).count();
  }

  private static void arrival(List<Check> checks, List<Descent> all, double rate, int steps) {
    checks.add(
        Check.near(
            "steps-" + rate,
            "steps to a height of 0.001 at " + rate,
            at(all, rate).arrives(),
            steps,
            1,
            WHY));
  }

  private static Table table(List<Descent> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Descent d : all) rows.add(List.of(d.rate(), d.arrives(), d.end(), flips(d.y())));
    return new Table(
        "A rate for itself",
        List.of("rate", "steps to 0.001", "height after 1,000 steps", "sign changes of y"),
        rows);
  }

  private static Figure heights(List<Descent> all) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (double rate : new double[] {.01, .1, .9, .999, 1, 1.001, 1.01, 1.5})
      panels.add(
          new Figure.Panel(
              "rate " + (rate == 1 ? "1" : rate),
              List.of(Trace.byStep("height", Kind.LINE, 0, clipped(at(all, rate).height()), 60))));
    return new Figure(
        "Height by step",
        "x²/20 + y² after each step (steps counted from 1 for the start), by rate; cut off at 1e-8"
            + " and at 1e8. Look at rate 1: the height stays at 4 for ever, and 0.001 more is"
            + " lost.",
        new Figure.Scale("step", true),
        new Figure.Scale("height", true),
        panels);
  }

  private static double[] clipped(double[] heights) {
    return DoubleStream.of(heights)
        .map(h -> Double.isFinite(h) ? Math.min(1e8, Math.max(1e-8, h)) : 1e8)
        .toArray();
  }

  private static Figure arrivals(List<Descent> all) {
    List<Point> points = new ArrayList<>();
    for (Descent d : all) points.add(new Point(d.rate(), d.arrives()));
    return new Figure(
        "Steps to a height of 0.001 by rate",
        "Dashed: 2 / h_max = 1, the largest rate that is stable. The best rate is just below it;"
            + " crosses are rates that do not arrive within 1,000 steps.",
        new Figure.Scale("rate", true),
        new Figure.Scale("steps", true),
        List.of(
            new Figure.Panel(
                "",
                List.of(
                    new Curve("SGD", Kind.MIDDLE, 0, points).orLost(),
                    new Curve(
                        "2 / h_max",
                        Kind.THEORY,
                        7,
                        List.of(new Point(1, 20), new Point(1, 1000)))))));
  }

  private static Figure y(Descent hunting) {
    double[] step = IntStream.range(0, 40).asDoubleStream().toArray();
    double[] y = Arrays.copyOf(hunting.y(), 40);
    return new Figure(
        "Hunting: y at rate 1",
        "The first 40 steps: y changes from 2 to −2 and back, for ever.",
        new Figure.Scale("step", false),
        new Figure.Scale("y", false),
        List.of(new Figure.Panel("", List.of(Curve.of("y", Kind.MIDDLE, 0, step, y)))));
  }
}
