package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Contours;
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
import java.util.List;
import java.util.Locale;

/** Who gets along where the ground is steep across and almost level along. */
public final class LongValley implements Computed {

  private static final int MOST = 20_000;
  private static final int SHOWN = 600;

  private static final List<Method> METHODS =
      List.of(
          Method.of("sgd", 0.02),
          Method.of("sgd", 0.19),
          Method.of("momentum", 0.02),
          Method.of("nesterov", 0.02),
          Method.of("adagrad", 0.5),
          Method.of("rmsprop", 0.05),
          Method.of("adadelta", 1),
          Method.of("adam", 0.05));

  private static final Claim FASTER =
      new Claim("000", 110, 113, "Momentum is faster where curvatures differ much.");

  private final Stepper.Source source;

  /** Of Kudari's optimizers. */
  public LongValley() {
    this(Stepper.Source.KUDARI);
  }

  LongValley(Stepper.Source source) {
    this.source = source;
  }

  /** What became of a method: steps to the end of the valley, and how often y changed its sign. */
  private record Way(Method method, double steps, double flips) {}

  @Override
  public String name() {
    return "long-valley";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "Who gets along where the ground is steep across and almost level along?";
  }

  @Override
  public String setup() {
    return "5 y² − x / 20 from (0, 1): steps until x > 5, by each method at the rate named.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(FASTER);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private Walk walk(Method method) {
    return new Walk(Surface.GULLY, source.open(method.spec(), 2, 1), 0, 1);
  }

  private Way way(Method method) {
    double steps = walk(method).until(p -> p[0] > 5, MOST);
    int taken = Double.isNaN(steps) ? MOST : (int) steps;
    return new Way(method, steps, Trace.flips(walk(method).path(taken), 1));
  }

  @Override
  public Findings measure(Scope scope) {
    List<Way> ways = METHODS.stream().map(this::way).toList();
    Way first = ways.get(0);
    for (Way w : ways) if (w.steps() < first.steps()) first = w;
    return new Findings(
        String.format(
            Locale.ROOT,
            "%s, in %.0f steps. SGD at a rate that the steep side bears well needs %.0f; at the"
                + " largest rate %.0f, and then it changes sides at every step. Momentum is as fast"
                + " without (%.0f).",
            first.method().name(),
            first.steps(),
            ways.get(0).steps(),
            ways.get(1).steps(),
            ways.get(2).steps()),
        List.of(table(ways)),
        List.of(bars(ways), paths(ways.get(2))),
        checks(ways),
        List.of(verdict(ways.get(0), ways.get(1), ways.get(2))));
  }

  private static Verdict verdict(Way slow, Way fast, Way momentum) {
    if (!(momentum.steps() < slow.steps() / 2))
      return FASTER.doesNotHold(
          String.format(
              Locale.ROOT, "it takes %.0f steps, SGD %.0f", momentum.steps(), slow.steps()));
    return fast.steps() < 2 * momentum.steps()
        ? FASTER.holdsIf(
            String.format(
                Locale.ROOT,
                "both have the same rate, 0.02 (%.0f steps against %.0f): at 0.19 SGD takes %.0f,"
                    + " but changes sides at each",
                momentum.steps(),
                slow.steps(),
                fast.steps()))
        : FASTER.holds();
  }

  private static List<Check> checks(List<Way> ways) {
    List<Check> checks = new ArrayList<>();
    String velocity = "no velocity: 5,000; or the gradient weighted by 1 − μ: 5,009";
    near(checks, ways, 0, "sgd", 5000, 1, "a rate of another size");
    near(checks, ways, 1, "sgd-fast", 527, 1, "a rate of another size");
    near(checks, ways, 2, "momentum", 510, 5, velocity);
    near(checks, ways, 3, "nesterov", 510, 5, velocity);
    near(checks, ways, 4, "adagrad", 33, 2, "squares that are not added up");
    near(checks, ways, 5, "rmsprop", 91, 4, "ρ and 1 − ρ exchanged");
    near(checks, ways, 6, "adadelta", 783, 30, "means of g² in the place of those of steps");
    near(checks, ways, 7, "adam", 101, 4, "moments that are not corrected");
    flips(checks, ways.get(0), "sgd", 0, 0);
    flips(checks, ways.get(1), "sgd-fast", 527, 1);
    flips(checks, ways.get(2), "momentum", 75, 5);
    flips(checks, ways.get(3), "nesterov", 75, 5);
    return checks;
  }

  private static void near(
      List<Check> checks,
      List<Way> ways,
      int way,
      String id,
      double right,
      double tolerance,
      String cause) {
    Way w = ways.get(way);
    checks.add(
        Check.near(
            "steps-" + id, "steps, " + w.method().shown(), w.steps(), right, tolerance, cause));
  }

  private static void flips(
      List<Check> checks, Way way, String id, double right, double tolerance) {
    checks.add(
        Check.near(
            "flips-" + id,
            "sign changes of y, " + way.method().shown(),
            way.flips(),
            right,
            tolerance,
            "a rate of another size, or no velocity"));
  }

  private static Table table(List<Way> ways) {
    List<List<Object>> rows = new ArrayList<>();
    for (Way w : ways) rows.add(List.of(w.method().shown(), w.steps(), w.flips()));
    return new Table(
        "To the end of the valley", List.of("method", "steps", "sign changes of y"), rows);
  }

  private static Figure bars(List<Way> ways) {
    List<Curve> bars = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      Way w = ways.get(i);
      bars.add(
          new Curve(
              w.method().shown(), Kind.BAR, w.method().colour(), List.of(new Point(w.steps(), i))));
    }
    List<String> names =
        ways.stream()
            .map(w -> w.method().name() + (w.method().is("sgd") ? " " + w.method().rate() : ""))
            .toList();
    return new Figure(
        "Steps along the valley",
        "Steps until x > 5. Equal ratios are equally far apart.",
        new Figure.Scale("steps", true),
        Figure.Scale.of(names),
        List.of(new Figure.Panel("", bars)));
  }

  private Figure paths(Way momentum) {
    List<Figure.Panel> panels = new ArrayList<>();
    double behind = Double.NaN;
    for (Method m : METHODS) {
      Walk walk = walk(m);
      List<double[]> path = new ArrayList<>(List.of(walk.point().clone()));
      while (path.size() <= SHOWN) {
        if (walk.point()[0] <= 5) walk.step();
        path.add(walk.point().clone());
      }
      double[][] points = path.toArray(double[][]::new);
      if (panels.isEmpty()) behind = points[(int) Math.min(momentum.steps(), SHOWN)][0];
      panels.add(
          new Figure.Panel(m.shown(), List.of(Trace.drawn(m.name(), m.colour(), points, 120))));
    }
    return new Figure(
        "Along the valley",
        String.format(
            Locale.ROOT,
            "The first 600 steps, a frame each 5, up to x = 5. SGD at 0.02 has come to %.1f when"
                + " momentum arrives.",
            behind),
        new Figure.Scale("x", false),
        new Figure.Scale("y", false),
        new Contours(Surface.GULLY::at, 0, -1, 5.5, 1).at(-.2, 0, .2, .6, 1.2, 2, 3, 4),
        panels);
  }
}
