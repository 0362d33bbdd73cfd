package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Contours;
import io.kudari.lab.Figure;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** Seven methods on Beale's function: a plateau that falls into a curved valley. */
public final class BealeRace implements Computed {

  private static final int STARTS = 20;
  private static final int MOST = 1500;
  private static final int SHOWN = 600;
  private static final int FRAMES = 150;
  private static final double[] MINIMUM = {3, 0.5};
  private static final double NEAR = 0.1;

  private static final Method SGD = Method.of("sgd", 0.01);
  private static final Method MOMENTUM = Method.of("momentum", 0.005);
  private static final Method NESTEROV = Method.of("nesterov", 0.005);
  private static final Method ADAGRAD = Method.of("adagrad", 0.5);
  private static final Method RMSPROP = Method.of("rmsprop", 0.02);
  private static final Method ADADELTA = Method.of("adadelta", 1, "epsilon", 1e-3);
  private static final Method ADAM = Method.of("adam", 0.1);

  private static final List<Method> METHODS =
      List.of(SGD, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADADELTA, ADAM);

  private static final Claim SLOWEST =
      new Claim(
          "001", 146, 150, "SGD is the slowest; momentum and Nesterov shoot past and come back.");

  private final Stepper.Source source;

  /** Of Kudari's optimizers. */
  public BealeRace() {
    this(Stepper.Source.KUDARI);
  }

  BealeRace(Stepper.Source source) {
    this.source = source;
  }

  /**
   * What became of a start.
   *
   * @param steps to the minimum; NaN when it was not reached
   * @param uphill steps among them that led up
   * @param detour path / straight line from the start to the minimum
   */
  private record Race(double steps, double uphill, double detour) {}

  /** All starts of a method. */
  private record Races(Method method, List<Race> races) {

    double mean(ToDoubleFunction<Race> of) {
      return values(of).average().orElse(Double.NaN);
    }

    DoubleStream values(ToDoubleFunction<Race> of) {
      return races.stream().mapToDouble(of);
    }

    /** What half of them need; those that do not arrive need the most. */
    double median() {
      double[] sorted = values(Race::steps).map(s -> Double.isNaN(s) ? MOST : s).sorted().toArray();
      return (sorted[STARTS / 2 - 1] + sorted[STARTS / 2]) / 2;
    }

    long arrived() {
      return values(Race::steps).filter(s -> !Double.isNaN(s)).count();
    }

    /** NaN when one is. */
    double least(ToDoubleFunction<Race> of) {
      return values(of).reduce(Math::min).orElse(Double.NaN);
    }

    double most(ToDoubleFunction<Race> of) {
      return values(of).reduce(Math::max).orElse(Double.NaN);
    }
  }

  @Override
  public String name() {
    return "beale";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "Who is first in a curved valley, and by which way?";
  }

  @Override
  public String setup() {
    return "Beale's function from 20 starts in (0.6 … 0.8) × (1.3 … 1.5): steps until within 0.1 of"
        + " the minimum (3, 0.5), at most 1,500, by each method at the rate that the panel names."
        + " AdaDelta with ε 0.001: its steps grow until they swing from side to side, and in single"
        + " precision rounding decides whether it has arrived by then.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(SLOWEST);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private Walk walk(Method method, double... start) {
    return new Walk(Surface.BEALE, source.open(method.spec(), 2, 1), start);
  }

  private Race race(Method method, double x, double y) {
    double steps = walk(method, x, y).until(p -> Trace.distance(p, MINIMUM) <= NEAR, MOST);
    int taken = Double.isNaN(steps) ? MOST : (int) steps;
    double[][] path = walk(method, x, y).path(taken);
    return new Race(steps, Trace.uphill(path, Surface.BEALE), Trace.detour(path, MINIMUM));
  }

  private Races races(Method method, long seed) {
    List<Race> races = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 3, i);
      double x = .6 + .2 * random.uniformDouble();
      double y = 1.3 + .2 * random.uniformDouble();
      races.add(race(method, x, y));
    }
    return new Races(method, races);
  }

  @Override
  public Findings measure(Scope scope) {
    List<Races> all = METHODS.stream().map(m -> races(m, scope.firstSeed())).toList();
    Races first = all.get(0);
    for (Races r : all) if (r.mean(Race::steps) < first.mean(Race::steps)) first = r;
    double lost = height(Method.of("momentum", 0.01), 1, 1.5);
    return new Findings(
        String.format(
            Locale.ROOT,
            "%s, after %.0f steps on average, where SGD needs %.0f. Momentum pays with detours: its"
                + " path is %.1f times as long as the straight one, and some steps lead up.",
            first.method().name(),
            first.mean(Race::steps),
            all.get(0).mean(Race::steps),
            all.get(1).mean(Race::detour)),
        List.of(table(all, lost)),
        List.of(figure()),
        checks(all),
        List.of(verdict(all, lost)));
  }

  private static Verdict verdict(List<Races> all, double lost) {
    Races sgd = all.get(0);
    Races fast = all.get(1);
    for (Races r : all.subList(1, all.size()))
      if (!(r.median() < sgd.median()))
        return SLOWEST.doesNotHold(
            String.format(
                Locale.ROOT,
                "%s needs %.0f steps, SGD %.0f",
                r.method().shown(),
                r.median(),
                sgd.median()));
    double back = Math.min(fast.least(Race::uphill), all.get(2).least(Race::uphill));
    if (!(back >= 1)) return SLOWEST.doesNotHold("their steps never lead up");
    return isLost(lost)
        ? SLOWEST.holdsIf(
            String.format(
                Locale.ROOT,
                "rates suit the start, as here (medians of %.0f steps for SGD, %.0f for momentum):"
                    + " from (1, 1.5) momentum at 0.01 is lost",
                sgd.median(),
                fast.median()))
        : SLOWEST.holds();
  }

  private static boolean isLost(double height) {
    return !(height < 1e3);
  }

  /** Where 300 steps lead: not finite when the method is thrown out. */
  private double height(Method method, double... start) {
    Walk walk = walk(method, start);
    walk.path(300);
    return walk.height();
  }

  private static List<Check> checks(List<Races> all) {
    List<Check> checks = new ArrayList<>();
    String damped = "the gradient weighted by 1 − μ, or v subtracted";
    mean(checks, all.get(0), 450, 530, "rate of another size");
    checks.add(steps(all.get(1), Double.NEGATIVE_INFINITY, 120, damped));
    checks.add(steps(all.get(2), Double.NEGATIVE_INFINITY, 60, damped));
    mean(checks, all.get(3), 240, 420, "squares that are not added up");
    mean(checks, all.get(4), 170, 235, "ρ and 1 − ρ exchanged");
    checks.add(
        Check.within(
            "steps-adadelta",
            "median steps to the minimum, AdaDelta",
            all.get(5).median(),
            125,
            180,
            "means of g² in the place of those of steps"));
    mean(checks, all.get(6), 150, 250, "moments that are not corrected: 93");
    for (int i : new int[] {0, 3})
      checks.add(
          Check.near(
              "uphill-" + all.get(i).method().spec().name(),
              "most steps up of a start, " + all.get(i).method().name(),
              all.get(i).most(Race::uphill),
              0,
              0,
              "rate of another size"));
    for (int i : new int[] {1, 2})
      checks.add(
          Check.atLeast(
              "uphill-" + all.get(i).method().spec().name(),
              "fewest steps up of a start, " + all.get(i).method().name(),
              all.get(i).least(Race::uphill),
              i == 1 ? 3 : 2,
              damped));
    checks.add(
        Check.atLeast(
            "detour-momentum",
            "path / straight line, momentum",
            all.get(1).mean(Race::detour),
            2.2,
            damped));
    checks.add(
        Check.atMost(
            "detour-sgd",
            "path / straight line, SGD",
            all.get(0).mean(Race::detour),
            1.5,
            "rate of another size"));
    return checks;
  }

  private static void mean(List<Check> checks, Races of, double least, double most, String cause) {
    checks.add(steps(of, least, most, cause));
  }

  private static Check steps(Races of, double least, double most, String cause) {
    return Check.within(
        "steps-" + of.method().spec().name(),
        "mean steps to the minimum, " + of.method().shown(),
        of.mean(Race::steps),
        least,
        most,
        cause);
  }

  private static Table table(List<Races> all, double lost) {
    List<List<Object>> rows = new ArrayList<>();
    for (Races r : all)
      rows.add(
          List.of(
              r.method().shown(),
              r.arrived(),
              r.mean(Race::steps),
              r.least(Race::steps),
              r.most(Race::steps),
              r.mean(Race::uphill),
              r.mean(Race::detour)));
    return new Table(
        "To the minimum from 20 starts; from (1, 1.5) momentum at rate 0.01 is "
            + (isLost(lost) ? "lost" : "not lost"),
        List.of(
            "method", "arrive", "mean steps", "fewest", "most", "steps up", "path / straight line"),
        rows);
  }

  private Figure figure() {
    List<Figure.Panel> panels = new ArrayList<>();
    for (Method m : METHODS) {
      double[][] path = walk(m, .7, 1.4).path(SHOWN);
      if (m.is("nesterov")) path = Trace.behind(path, Surface.BEALE, m.spec().learningRate());
      panels.add(
          new Figure.Panel(m.shown(), List.of(Trace.drawn(m.name(), m.colour(), path, FRAMES))));
    }
    return new Figure(
        "Seven ways through a curved valley",
        "600 steps from (0.7, 1.4), a frame each 4; the minimum is at (3, 0.5). Look at momentum,"
            + " which overshoots and comes back, and at AdaGrad, whose steps only shrink.",
        new Figure.Scale("x", false),
        new Figure.Scale("y", false),
        new Contours(Surface.BEALE::at, 0, -2, 4, 2).at(.05, .3, 1, 2.5, 6, 12, 25, 60),
        panels);
  }
}
