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
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.optim.OptimizerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** How the condition number decides the steps, and what momentum makes of it. */
public final class Conditioning implements Computed {

  private static final int VARIABLES = 100;
  private static final double[] CONDITIONS = {10, 100, 1000, 10_000};
  private static final double NEAR = 1e-5;

  private static final Claim SLOW =
      new Claim("002", 35, "Descent is slow on what is ill-conditioned.");
  private static final Claim DIFFER =
      new Claim("000", 110, 113, "Momentum is faster where curvatures differ much.");
  private static final Claim HELPS =
      new Claim("002", 42, "Momentum helps where a problem is ill-conditioned.");

  private final Stepper.Source source;

  /** Of Kudari's optimizers. */
  public Conditioning() {
    this(Stepper.Source.KUDARI);
  }

  Conditioning(Stepper.Source source) {
    this.source = source;
  }

  /** A method with the settings that are best for a condition number, and its rate in theory. */
  private enum Tuned {
    SGD("SGD", 0) {
      @Override
      OptimizerSpec spec(double k) {
        return new OptimizerSpec("sgd", Map.of("learning-rate", 2 / (1 + k)));
      }

      @Override
      double theory(double k) {
        return (k - 1) / (k + 1);
      }
    },
    MOMENTUM("momentum", 1) {
      @Override
      OptimizerSpec spec(double k) {
        double root = Math.sqrt(k);
        double mu = (root - 1) / (root + 1);
        return new OptimizerSpec(
            "momentum",
            Map.of("learning-rate", 4 / ((1 + root) * (1 + root)), "momentum", mu * mu));
      }

      @Override
      double theory(double k) {
        return (Math.sqrt(k) - 1) / (Math.sqrt(k) + 1);
      }
    },
    NESTEROV("Nesterov", 2) {
      @Override
      OptimizerSpec spec(double k) {
        double root = Math.sqrt(k);
        return new OptimizerSpec(
            "nesterov", Map.of("learning-rate", 1 / k, "momentum", (root - 1) / (root + 1)));
      }

      @Override
      double theory(double k) {
        return 1 - 1 / Math.sqrt(k);
      }
    };

    private final String shown;
    private final int colour;

    Tuned(String shown, int colour) {
      this.shown = shown;
      this.colour = colour;
    }

    abstract OptimizerSpec spec(double condition);

    /** By what a step multiplies the error in the long run. */
    abstract double theory(double condition);
  }

  /**
   * What became of a method.
   *
   * @param steps until the error's norm is below 1e-5
   * @param speed ln of the measured rate / ln of that in theory
   * @param parts norm of the error after tenths of the steps, in the lower, middle and upper third
   *     of the curvatures
   */
  private record Run(
      Tuned method, double condition, double steps, double speed, double[][] parts) {}

  @Override
  public String name() {
    return "conditioning";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "What does an ill-conditioned problem cost, and what does momentum save?";
  }

  @Override
  public String setup() {
    return "½ Σ h x² in 100 variables with curvatures 1 … κ, evenly by the logarithm, from normal"
        + " starts, κ = 10 … 10,000: steps until |x| < 1e-5 with the settings that are best for κ:"
        + " SGD 2/(1 + κ); momentum 4/(1 + √κ)², ((√κ − 1)/(√κ + 1))²; Nesterov 1/κ,"
        + " (√κ − 1)/(√κ + 1).";
  }

  @Override
  public List<Claim> claims() {
    return List.of(DIFFER, SLOW, HELPS);
  }

  @Override
  public int seconds(boolean quick) {
    return 5;
  }

  private static double[] curvatures(double condition) {
    return IntStream.range(0, VARIABLES)
        .mapToDouble(i -> StrictMath.pow(condition, i / (VARIABLES - 1.0)))
        .toArray();
  }

  private Run run(Tuned method, double condition, long seed) {
    Walk walk = walk(method, condition, seed);
    int most = (int) (200 * condition);
    double steps = walk.until(x -> norm(x, 0, VARIABLES) < NEAR, most);
    if (Double.isNaN(steps)) return new Run(method, condition, steps, Double.NaN, new double[0][]);
    Walk again = walk(method, condition, seed);
    double[][] parts = new double[11][];
    for (int tenth = 0, step = 0; tenth <= 10; tenth++) {
      int to = (int) (steps * tenth / 10);
      for (; step < to; step++) again.step();
      double[] x = again.point();
      parts[tenth] = new double[] {norm(x, 0, 33), norm(x, 33, 67), norm(x, 67, VARIABLES)};
    }
    // Later, when only what is slowest is left.
    for (int step = 0; step < steps; step++) again.step();
    double before = norm(again.point(), 0, VARIABLES);
    for (int step = 0; step < steps; step++) again.step();
    double rate = StrictMath.log(norm(again.point(), 0, VARIABLES) / before) / steps;
    return new Run(
        method, condition, steps, rate / StrictMath.log(method.theory(condition)), parts);
  }

  private Walk walk(Tuned method, double condition, long seed) {
    double[] h = curvatures(condition);
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 7, 0);
    double[] start = IntStream.range(0, VARIABLES).mapToDouble(i -> random.gaussian()).toArray();
    Surface surface =
        new Surface(
            x -> Double.NaN,
            x -> {
              double[] slope = new double[VARIABLES];
              for (int i = 0; i < VARIABLES; i++) slope[i] = h[i] * x[i];
              return slope;
            });
    return new Walk(surface, source.open(method.spec(condition), VARIABLES, 1), start);
  }

  private static double norm(double[] x, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) sum += x[i] * x[i];
    return Math.sqrt(sum);
  }

  @Override
  public Findings measure(Scope scope) {
    List<Run> runs = new ArrayList<>();
    for (Tuned method : Tuned.values())
      for (double condition : CONDITIONS) runs.add(run(method, condition, scope.firstSeed()));
    double[] exponents =
        IntStream.range(0, 3)
            .mapToDouble(m -> Statistics.exponent(CONDITIONS, steps(runs, m)))
            .toArray();
    return new Findings(
        String.format(
            Locale.ROOT,
            "Steps of SGD grow as κ to the power %.2f, those of momentum %.2f and of Nesterov %.2f:"
                + " as κ, and as its root. At κ = 10,000 that is %,.0f steps against %,.0f.",
            exponents[0],
            exponents[1],
            exponents[2],
            steps(runs, 0)[3],
            steps(runs, 1)[3]),
        List.of(table(runs)),
        List.of(figure(runs), parts(runs), map(scope.firstSeed())),
        checks(runs, exponents),
        verdicts(runs, exponents));
  }

  private static List<Verdict> verdicts(List<Run> runs, double[] exponents) {
    double ratio = steps(runs, 0)[3] / steps(runs, 1)[3];
    return List.of(
        ratio > 1
            ? DIFFER.holds()
            : DIFFER.doesNotHold(
                String.format(Locale.ROOT, "at κ = 10,000 it takes 1/%.2f of SGD's steps", ratio)),
        exponents[0] > .5
            ? SLOW.holds()
            : SLOW.doesNotHold(
                String.format(Locale.ROOT, "steps grow as κ to the power %.2f only", exponents[0])),
        exponents[1] < .75 * exponents[0]
            ? HELPS.holds()
            : HELPS.doesNotHold(
                String.format(
                    Locale.ROOT,
                    "its steps grow as κ to the power %.2f, those of SGD %.2f",
                    exponents[1],
                    exponents[0])));
  }

  private static double[] steps(List<Run> runs, int method) {
    return runs.stream()
        .filter(r -> r.method().ordinal() == method)
        .mapToDouble(Run::steps)
        .toArray();
  }

  private static List<Check> checks(List<Run> runs, double[] exponents) {
    List<Check> checks = new ArrayList<>();
    String damped = "the gradient weighted by 1 − μ: 283 steps at κ = 100";
    double[][] ranges = {{.97, 1.02}, {.49, .56}, {.49, .56}};
    double[] hundred = {592, 80, 132};
    for (Tuned m : Tuned.values()) {
      int i = m.ordinal();
      String id = m.name().toLowerCase(Locale.ROOT);
      checks.add(
          Check.within(
              "exponent-" + id,
              "exponent of the steps by κ, " + m.shown,
              exponents[i],
              ranges[i][0],
              ranges[i][1],
              damped));
      double[] speeds =
          runs.stream().filter(r -> r.method() == m).mapToDouble(Run::speed).toArray();
      checks.add(
          Check.within(
              "speed-least-" + id,
              "least ln(rate) / ln(rate in theory), " + m.shown,
              DoubleStream.of(speeds).reduce(Math::min).orElse(Double.NaN),
              .93,
              1.04,
              damped));
      checks.add(
          Check.within(
              "speed-most-" + id,
              "greatest of them, " + m.shown,
              DoubleStream.of(speeds).reduce(Math::max).orElse(Double.NaN),
              .93,
              1.04,
              damped));
      checks.add(
          Check.near(
              "steps-" + id,
              "steps at κ = 100, " + m.shown,
              steps(runs, i)[1],
              hundred[i],
              .12 * hundred[i],
              damped));
    }
    return checks;
  }

  private static Table table(List<Run> runs) {
    List<List<Object>> rows = new ArrayList<>();
    for (Run r : runs)
      rows.add(
          List.of(
              r.method().shown,
              r.condition(),
              r.steps(),
              r.method().theory(r.condition()),
              r.speed()));
    return new Table(
        "Steps until |x| < 1e-5",
        List.of("method", "κ", "steps", "rate in theory", "ln(rate) / ln(theory)"),
        rows);
  }

  private static Figure figure(List<Run> runs) {
    List<Curve> curves = new ArrayList<>();
    for (Tuned m : Tuned.values()) {
      double[] steps = steps(runs, m.ordinal());
      curves.add(Curve.of(m.shown, Kind.MIDDLE, m.colour, CONDITIONS, steps).orLost());
    }
    double first = steps(runs, 0)[0];
    double second = steps(runs, 1)[0];
    curves.add(Curve.of("∝ κ", Kind.THEORY, 0, CONDITIONS, scaled(first, 1)));
    curves.add(Curve.of("∝ √κ", Kind.THEORY, 1, CONDITIONS, scaled(second, .5)));
    return new Figure(
        "Steps by condition number",
        "Both axes are logarithmic. Look at the slopes: SGD follows κ, momentum and Nesterov its"
            + " root (dashed).",
        new Figure.Scale("κ", true),
        new Figure.Scale("steps", true),
        List.of(new Figure.Panel("", curves)));
  }

  private static double[] scaled(double first, double power) {
    return DoubleStream.of(CONDITIONS)
        .map(k -> first * StrictMath.pow(k / CONDITIONS[0], power))
        .toArray();
  }

  private static Figure parts(List<Run> runs) {
    String[] names = {"least curvatures", "middle", "greatest"};
    double[] share = IntStream.rangeClosed(0, 10).mapToDouble(i -> i / 10.0).toArray();
    List<Figure.Panel> panels = new ArrayList<>();
    for (Run r : runs) {
      if (r.condition() != 100 || r.parts().length == 0) continue;
      List<Curve> curves = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        int part = k;
        double[] y = Arrays.stream(r.parts()).mapToDouble(p -> p[part]).toArray();
        curves.add(Curve.of(names[k], Kind.MIDDLE, k, share, y));
      }
      panels.add(new Figure.Panel(r.method().shown, curves));
    }
    return new Figure(
        "The error by curvature, κ = 100",
        "The norm of the error in a third of the 100 directions each, over the steps to 1e-5. SGD's"
            + " lasts where the curvature is least and greatest; momentum's falls alike in all.",
        new Figure.Scale("share of the steps", false),
        new Figure.Scale("error", true),
        panels);
  }

  /** What a step multiplies the error by in the long run, for rate and μ, where κ = 100. */
  private static double factor(double rate, double mu) {
    return Math.max(factor(rate, mu, 1), factor(rate, mu, 100));
  }

  /** The larger root of z² − (1 + μ − ηh) z + μ in absolute value. */
  private static double factor(double rate, double mu, double h) {
    double b = 1 + mu - rate * h;
    double d = b * b - 4 * mu;
    return d < 0 ? Math.sqrt(mu) : (Math.abs(b) + Math.sqrt(d)) / 2;
  }

  private Figure map(long seed) {
    List<Point> arrive = new ArrayList<>();
    List<Point> lost = new ArrayList<>();
    for (double mu = 0; mu < 1; mu += .19)
      for (double rate = .004; rate < .04; rate += .005) {
        OptimizerSpec spec =
            new OptimizerSpec("momentum", Map.of("learning-rate", rate, "momentum", mu));
        Walk walk = mapped(spec, seed);
        double[] before = walk.point().clone();
        for (int i = 0; i < 400; i++) walk.step();
        boolean nearer = norm(walk.point(), 0, 2) < norm(before, 0, 2);
        (nearer ? arrive : lost).add(new Point(rate, mu));
      }
    return new Figure(
        "Which rate with which μ, κ = 100",
        "Lines: by what a step multiplies the error in the long run (1, 0.98, 0.95, 0.9, 0.85), by"
            + " theory. Points: measured, whether 400 steps lead nearer. Right of the line for 1"
            + " all is lost; the best pair is (0.033, 0.67).",
        new Figure.Scale("rate", false),
        new Figure.Scale("μ", false),
        new Contours(Conditioning::factor, .001, 0, .042, .99).at(.85, .9, .95, .98, 1.0001),
        List.of(
            new Figure.Panel(
                "momentum",
                List.of(
                    new Curve("nearer", Kind.DOTS, 2, arrive),
                    new Curve("lost", Kind.DOTS, 6, lost)))));
  }

  private Walk mapped(OptimizerSpec spec, long seed) {
    Surface two = new Surface(x -> Double.NaN, x -> new double[] {x[0], 100 * x[1]});
    return new Walk(two, source.open(spec, 2, seed), 1, 1);
  }
}
