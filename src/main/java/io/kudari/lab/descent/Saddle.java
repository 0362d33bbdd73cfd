package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Contours;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** How long a saddle holds the methods, from beside its ridge and from on it. */
public final class Saddle implements Computed {

  private static final int STARTS = 20;
  private static final int MOST = 5000;
  private static final double GROWTH = 1.02;
  private static final double[] NOISE = {0, 1e-4, .01, 1};

  private static final List<Method> METHODS =
      List.of(
          Method.of("sgd", 0.01),
          Method.of("momentum", 0.01),
          Method.of("nesterov", 0.01),
          Method.of("adagrad", 0.1),
          Method.of("rmsprop", 0.01),
          Method.of("adadelta", 1),
          Method.of("adam", 0.01));

  private static final Claim STUCK = new Claim("001", 34, "SGD is stuck at a saddle.");
  private static final Claim HELD =
      new Claim("001", 151, 153, "SGD does not get away from the saddle.");
  private static final Claim PRINTED =
      new Claim("001", 30, 32, "Momentum is v ← αv − η∇E, then w ← w − v.");
  private static final Claim LEVEL =
      new Claim("003", 43, 44, "Where the gradient is 0 there need not be a minimum.");
  private static final Claim SPEEDS =
      new Claim("003", 98, 101, "Momentum speeds up where the slope keeps its direction.");

  private final Stepper.Source source;

  /** Of Kudari's optimizers. */
  public Saddle() {
    this(Stepper.Source.KUDARI);
  }

  Saddle(Stepper.Source source) {
    this.source = source;
  }

  @Override
  public String name() {
    return "saddle";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "How long does a saddle hold the methods?";
  }

  @Override
  public String setup() {
    return "x² − y² from (1, y₀) for 20 y₀ between 1e-6 and 0.01, rate 0.01 (AdaGrad 0.1, AdaDelta"
        + " 1): steps until |y| > 1; and from y₀ = 0 by SGD with normal noise of standard deviation"
        + " 0, 1e-4, 0.01 and 1 in the gradient, 20 times each.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(STUCK, HELD, PRINTED, LEVEL, SPEEDS);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private double escape(Method method, double y, long seed) {
    Stepper stepper = source.open(method.spec(), 2, seed);
    return new Walk(Surface.SADDLE, stepper, 1, y).until(p -> Math.abs(p[1]) > 1, MOST);
  }

  /** By kudari's gradient noise, whose variance is its setting. */
  private double[] noisy(double deviation, long seed) {
    double variance = deviation * deviation;
    Method sgd = Method.of("sgd", 0.01, "gradient-noise", variance, "gradient-noise-decay", 0.0);
    return IntStream.range(0, STARTS).mapToDouble(i -> escape(sgd, 0, 1000 * seed + i)).toArray();
  }

  private static double[] starts(long seed) {
    return IntStream.range(0, STARTS)
        .mapToDouble(
            i -> {
              RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 4, i);
              // As the optimizer has it.
              return (float) StrictMath.pow(10, -6 + 4 * random.uniformDouble());
            })
        .sorted()
        .toArray();
  }

  @Override
  public Findings measure(Scope scope) {
    double[] starts = starts(scope.firstSeed());
    List<double[]> steps = new ArrayList<>();
    for (Method m : METHODS) steps.add(DoubleStream.of(starts).map(y -> escape(m, y, 1)).toArray());
    double[] sgd = steps.get(0);
    long wrong = IntStream.range(0, STARTS).filter(i -> sgd[i] != foretold(starts[i])).count();
    List<double[]> noisy =
        DoubleStream.of(NOISE).mapToObj(n -> noisy(n, scope.firstSeed())).toList();
    return new Findings(
        String.format(
            Locale.ROOT,
            "SGD leaves after ln(1 / y₀) / ln 1.02 steps, %.0f on average, and only from the very"
                + " ridge never; noise of 1e-4 frees it in %.0f steps. Momentum needs %.0f steps a"
                + " decade of y₀ where SGD needs %.0f, the adaptive methods none.",
            Statistics.mean(sgd),
            Statistics.mean(noisy.get(1)),
            perDecade(starts, steps.get(1)),
            perDecade(starts, sgd)),
        List.of(table(starts, steps), noise(noisy)),
        List.of(figure(starts, steps), paths()),
        checks(starts, steps, wrong, noisy),
        List.of(
            stuck(STUCK, sgd, wrong, noisy),
            stuck(HELD, sgd, wrong, noisy),
            printed(),
            level(sgd, noisy.get(0)),
            speeds(perDecade(starts, sgd), perDecade(starts, steps.get(1)))));
  }

  private static boolean allLeave(double[] steps) {
    return DoubleStream.of(steps).noneMatch(Double::isNaN);
  }

  private static boolean noneLeaves(double[] steps) {
    return DoubleStream.of(steps).allMatch(Double::isNaN);
  }

  private static Verdict stuck(Claim claim, double[] sgd, long wrong, List<double[]> noisy) {
    if (!allLeave(sgd)) return claim.holds();
    if (!noneLeaves(noisy.get(0))) return claim.doesNotHold("it leaves even from the very ridge");
    return wrong == 0
        ? claim.holdsIf(
            String.format(
                Locale.ROOT,
                "it starts on the very ridge, without noise: else it leaves after ln(1 / y₀) /"
                    + " ln(1 + 2η) steps, %.0f here, and with noise of 1e-4 from the ridge after"
                    + " %.0f",
                Statistics.mean(sgd),
                Statistics.mean(noisy.get(1))))
        : claim.doesNotHold("it leaves after other numbers of steps than foretold");
  }

  private static Verdict printed() {
    double[] end = MomentumForm.PRINTED.path(Surface.SADDLE, 100, 1, .01)[100];
    return Math.abs(end[0]) > 1
        ? PRINTED.doesNotHold(
            String.format(
                Locale.ROOT,
                "that leads up: 100 steps from (1, 0.01) end at x = %s; w + v goes down",
                Numbers.significant(end[0], 2)))
        : PRINTED.holds();
  }

  private static Verdict level(double[] sgd, double[] ridge) {
    return noneLeaves(ridge) && allLeave(sgd)
        ? LEVEL.holds()
        : LEVEL.doesNotHold("where it stops, nothing beside is lower");
  }

  private static Verdict speeds(double sgd, double momentum) {
    return momentum < sgd
        ? SPEEDS.holds()
        : SPEEDS.doesNotHold(
            String.format(Locale.ROOT, "%.0f steps a decade of y₀, SGD %.0f", momentum, sgd));
  }

  private static double foretold(double y) {
    return Math.ceil(StrictMath.log(1 / y) / StrictMath.log(GROWTH));
  }

  private static double perDecade(double[] starts, double[] steps) {
    double[] decades = DoubleStream.of(starts).map(y -> -StrictMath.log10(y)).toArray();
    return Statistics.slope(decades, steps);
  }

  private static List<Check> checks(
      double[] starts, List<double[]> steps, long wrong, List<double[]> noisy) {
    List<Check> checks = new ArrayList<>();
    String sign = "v subtracted, or the gradient weighted by 1 − μ: 134 a decade";
    checks.add(
        Check.near(
            "every-start", "starts whose steps by SGD are not as foretold", wrong, 0, 0, "rate"));
    decade(checks, 0, starts, steps, 114, 118, "rate of another size");
    decade(checks, 1, starts, steps, 22, 23.3, sign);
    decade(checks, 2, starts, steps, 20.5, 22, "plain momentum: 22.6");
    for (int i : new int[] {3, 4, 6}) decade(checks, i, starts, steps, -.5, .5, "g, not g / √h");
    near(checks, steps, 3, 17, "squares that are not added up: 10");
    near(checks, steps, 4, 72, "ρ and 1 − ρ exchanged: 100");
    near(checks, steps, 6, 77, "moments that are not corrected: 18");
    long free = DoubleStream.of(noisy.get(0)).filter(s -> !Double.isNaN(s)).count();
    checks.add(Check.near("ridge", "walks that leave the ridge without noise", free, 0, 0, "–"));
    String noise = "variance in the place of standard deviation";
    double[][] ranges = {{550, 800}, {330, 590}, {100, 350}};
    for (int i = 1; i < NOISE.length; i++)
      checks.add(
          Check.within(
              "noise-" + NOISE[i],
              "mean steps from the ridge with noise " + NOISE[i],
              Statistics.mean(noisy.get(i)),
              ranges[i - 1][0],
              ranges[i - 1][1],
              noise));
    return checks;
  }

  private static void decade(
      List<Check> checks,
      int method,
      double[] starts,
      List<double[]> steps,
      double least,
      double most,
      String cause) {
    Method m = METHODS.get(method);
    checks.add(
        Check.within(
            "decade-" + m.spec().name(),
            "steps a decade of y₀, " + m.name(),
            perDecade(starts, steps.get(method)),
            least,
            most,
            cause));
  }

  private static void near(
      List<Check> checks, List<double[]> steps, int method, double right, String cause) {
    Method m = METHODS.get(method);
    checks.add(
        Check.near(
            "steps-" + m.spec().name(),
            "mean steps, " + m.name(),
            Statistics.mean(steps.get(method)),
            right,
            1,
            cause));
  }

  private static Table table(double[] starts, List<double[]> steps) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < METHODS.size(); i++) {
      double[] s = steps.get(i);
      rows.add(
          List.of(
              METHODS.get(i).shown(),
              Statistics.mean(s),
              Arrays.stream(s).min().orElse(Double.NaN),
              Arrays.stream(s).max().orElse(Double.NaN),
              perDecade(starts, s)));
    }
    return new Table(
        "Steps until |y| > 1 from beside the ridge",
        List.of("method", "mean", "fewest", "most", "a decade of y₀"),
        rows);
  }

  private static Table noise(List<double[]> noisy) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < NOISE.length; i++) {
      double[] left = Arrays.stream(noisy.get(i)).filter(s -> !Double.isNaN(s)).toArray();
      rows.add(List.of(NOISE[i], (long) left.length, Statistics.mean(left)));
    }
    return new Table(
        "SGD from on the ridge, within 5,000 steps",
        List.of("noise of the gradient", "of 20 that leave", "mean steps"),
        rows);
  }

  private static Figure figure(double[] starts, List<double[]> steps) {
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < METHODS.size(); i++) {
      Method m = METHODS.get(i);
      curves.add(Curve.of(m.name(), Kind.MIDDLE, m.colour(), starts, steps.get(i)).orLost());
    }
    double[] theory = DoubleStream.of(starts).map(Saddle::foretold).toArray();
    curves.add(Curve.of("ln(1/y₀) / ln 1.02", Kind.THEORY, 7, starts, theory));
    return new Figure(
        "Steps to leave the saddle by how far from the ridge it began",
        "Look at SGD, which lies on the dashed formula, and at the adaptive methods, which do not"
            + " care: they divide the smallness of the gradient away.",
        new Figure.Scale("y₀", true),
        new Figure.Scale("steps", true),
        List.of(new Figure.Panel("", curves)));
  }

  private Figure paths() {
    List<Figure.Panel> panels = new ArrayList<>();
    for (Method m : METHODS) {
      Walk walk = new Walk(Surface.SADDLE, source.open(m.spec(), 2, 1), 1, .001);
      List<double[]> path = new ArrayList<>(List.of(walk.point().clone()));
      while (path.size() <= 400) {
        if (Math.abs(walk.point()[1]) < 1) walk.step();
        path.add(walk.point().clone());
      }
      panels.add(
          new Figure.Panel(
              m.shown(),
              List.of(Trace.drawn(m.name(), m.colour(), path.toArray(double[][]::new), 100))));
    }
    return new Figure(
        "Down to the saddle and away",
        "400 steps from (1, 0.001), a frame each 4, until |y| > 1. SGD first falls to the saddle at"
            + " (0, 0) and then leaves along y; AdaGrad, RMSProp and Adam turn at once.",
        new Figure.Scale("x", false),
        new Figure.Scale("y", false),
        new Contours(Surface.SADDLE::at, -.5, -1.2, 1.2, 1.2)
            .at(-1, -.6, -.3, -.1, 0, .1, .3, .6, 1),
        panels);
  }
}
