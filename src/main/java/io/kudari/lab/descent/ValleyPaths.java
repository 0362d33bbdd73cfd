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

/** Seven methods in a long valley, at the rates of chapter 6 of "Deep Learning from Scratch". */
public final class ValleyPaths implements Computed {

  private static final int STEPS = 30;
  private static final int STARTS = 20;
  private static final double[] START = {-7, 2};
  private static final double TOLERANCE = 1e-5;

  private static final Method SGD = Method.of("sgd", 0.95);
  private static final Method MOMENTUM = Method.of("momentum", 0.1);
  private static final Method NESTEROV = Method.of("nesterov", 0.1);
  private static final Method ADAGRAD = Method.of("adagrad", 1.5);
  private static final Method RMSPROP = Method.of("rmsprop", 0.3);
  private static final Method ADADELTA = Method.of("adadelta", 1);
  private static final Method ADAM = Method.of("adam", 0.3);
  private static final Method SLOW = Method.of("rmsprop", 0.3, "decay", 0.99);

  private static final List<Method> METHODS =
      List.of(SGD, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADADELTA, ADAM);

  private static final Claim DOWN =
      new Claim("000", 25, 33, "A step against the gradient leads down.");
  private static final Claim WAYS =
      new Claim(
          "001",
          146,
          166,
          "SGD swings from side to side, momentum shoots past, AdaGrad comes straight.");
  private static final Claim AHEAD =
      new Claim("003", 103, 111, "Nesterov looks ahead, and shoots less far past than momentum.");

  private final Stepper.Source source;

  /** Of Kudari's optimizers. */
  public ValleyPaths() {
    this(Stepper.Source.KUDARI);
  }

  ValleyPaths(Stepper.Source source) {
    this.source = source;
  }

  @Override
  public String name() {
    return "paths";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "Which way do the methods take down a long valley?";
  }

  @Override
  public String setup() {
    return "30 updates from (−7, 2) on x²/20 + y², with gradients that are exact, by each method at"
        + " the rate that the panel names; detours also from 20 starts in (−9 … −5) × (1 … 3).";
  }

  @Override
  public List<Claim> claims() {
    return List.of(DOWN, WAYS, AHEAD);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private double[][] path(Method method, double... start) {
    Stepper stepper = source.open(method.spec(), 2, 1);
    return new Walk(Surface.VALLEY, stepper, start).path(STEPS);
  }

  @Override
  public Findings measure(Scope scope) {
    List<double[][]> paths = METHODS.stream().map(m -> path(m, START)).toList();
    double[][] points = Trace.behind(paths.get(2), Surface.VALLEY, NESTEROV.spec().learningRate());
    double momentum = overshoot(paths.get(1));
    double nesterov = overshoot(points);
    double[] detours = METHODS.stream().mapToDouble(m -> detour(m, scope)).toArray();
    int flips = Trace.flips(paths.get(0), 1);
    List<Check> checks = ends(paths);
    checks.addAll(ways(flips, momentum, nesterov, detours));
    return new Findings(
        String.format(
            Locale.ROOT,
            "SGD goes a way %.1f times as long as the straight one and changes the sign of y at %d"
                + " of %d steps; momentum and Nesterov shoot %.0f%% and %.0f%% past the minimum;"
                + " AdaGrad comes straight (%.2f times).",
            detours[0],
            flips,
            STEPS,
            100 * momentum,
            100 * nesterov,
            detours[3]),
        List.of(table(paths, detours)),
        List.of(figure(paths, points, momentum, nesterov)),
        checks,
        List.of(
            down(Trace.uphill(paths.get(0), Surface.VALLEY)),
            swings(flips, momentum, detours),
            ahead(momentum, nesterov)));
  }

  private List<Check> ways(int flips, double momentum, double nesterov, double[] detours) {
    List<Check> checks = new ArrayList<>();
    end(checks, "rmsprop-slow", "RMSProp with decay 0.99", path(SLOW, START), -.000005, 0, "–");
    checks.add(
        Check.near("flips", "sign changes of y by SGD", flips, STEPS, 0, "a rate of another size"));
    checks.add(
        Check.near(
            "overshoot-momentum",
            "way past the minimum in x by momentum, of 7",
            momentum,
            .128,
            .005,
            "the gradient weighted by 1 − μ"));
    checks.add(
        Check.near(
            "overshoot-nesterov",
            "the same by Nesterov's point",
            nesterov,
            .088,
            .005,
            "the point that is stored, ahead of it"));
    checks.add(
        Check.atLeast("detour-sgd", "path / straight line, SGD", detours[0], 4, "a smaller rate"));
    checks.add(
        Check.atMost(
            "detour-adagrad", "the same, AdaGrad", detours[3], 1.1, "one rate for both variables"));
    return checks;
  }

  private static Verdict down(int uphill) {
    return uphill == 0
        ? DOWN.holds()
        : DOWN.doesNotHold(uphill + " of " + STEPS + " steps of SGD lead up");
  }

  private static Verdict swings(int flips, double momentum, double[] detours) {
    String found =
        String.format(
            Locale.ROOT,
            "SGD changes the sign of y %d times, momentum shoots %.0f%% past, AdaGrad's path is"
                + " %.2f times as long as the straight one",
            flips,
            100 * momentum,
            detours[3]);
    boolean asSaid = flips > STEPS / 2 && momentum > .05 && momentum < 1 && detours[3] < 1.2;
    return asSaid ? WAYS.holds() : WAYS.doesNotHold(found);
  }

  private static Verdict ahead(double momentum, double nesterov) {
    return nesterov < .9 * momentum
        ? AHEAD.holds()
        : AHEAD.doesNotHold(
            String.format(Locale.ROOT, "%.3f of the way against %.3f", nesterov, momentum));
  }

  /** How far it comes past x = 0, of the way from the start to there. */
  private static double overshoot(double[][] path) {
    double most = 0;
    for (double[] point : path) most = Math.max(most, point[0]);
    return most / -START[0];
  }

  /** A mean over starts. */
  private double detour(Method method, Scope scope) {
    double sum = 0;
    for (int i = 0; i < STARTS; i++) {
      RandomStream random = new RandomStream(scope.firstSeed(), Purpose.GENERATOR, 1, i);
      double x = -9 + 4 * random.uniformDouble();
      double y = 1 + 2 * random.uniformDouble();
      sum += Trace.detour(path(method, x, y), 0, 0);
    }
    return sum / STARTS;
  }

  private static List<Check> ends(List<double[][]> paths) {
    List<Check> checks = new ArrayList<>();
    end(checks, "sgd", "SGD", paths.get(0), -.350393, .084782, "a sum for a mean");
    end(checks, "momentum", "momentum", paths.get(1), .896414, .088086, "w − v after v = μv − ηg");
    end(
        checks,
        "nesterov",
        "Nesterov's stored point",
        paths.get(2),
        .689615,
        -.000680,
        "the new velocity where the old one belongs");
    end(checks, "adagrad", "AdaGrad", paths.get(3), -.120162, 0, "squares that are not added up");
    end(checks, "rmsprop", "RMSProp", paths.get(4), -.153911, 0, "ρ and 1 − ρ exchanged");
    end(checks, "adadelta", "AdaDelta", paths.get(5), -6.858961, 1.861768, "D of g², not of steps");
    end(checks, "adam", "Adam", paths.get(6), .136015, .318245, "moments that are not corrected");
    return checks;
  }

  private static void end(
      List<Check> checks,
      String id,
      String shown,
      double[][] path,
      double x,
      double y,
      String cause) {
    double[] end = path[STEPS];
    checks.add(Check.near(id + "-x", "x at the end, " + shown, end[0], x, TOLERANCE, cause));
    checks.add(Check.near(id + "-y", "y at the end, " + shown, end[1], y, TOLERANCE, cause));
  }

  private static Table table(List<double[][]> paths, double[] detours) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < METHODS.size(); i++) {
      double[][] path = paths.get(i);
      double[] end = path[STEPS];
      rows.add(
          List.of(
              METHODS.get(i).shown(),
              end[0],
              end[1],
              Surface.VALLEY.at(end),
              (long) Trace.flips(path, 1),
              detours[i]));
    }
    return new Table(
        "After 30 updates",
        List.of("method", "x", "y", "height", "sign changes of y", "path / straight line"),
        rows);
  }

  private static Figure figure(
      List<double[][]> paths, double[][] nesterov, double momentum, double ahead) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (int i = 0; i < METHODS.size(); i++) {
      Method method = METHODS.get(i);
      double[][] path = method == NESTEROV ? nesterov : paths.get(i);
      double[] end = path[STEPS];
      String title =
          String.format(Locale.ROOT, "%s → (%.2f, %.2f)", method.shown(), end[0], end[1]);
      panels.add(
          new Figure.Panel(
              title, List.of(Trace.drawn(method.name(), method.colour(), path, STEPS + 1))));
    }
    return new Figure(
        "Seven ways down",
        String.format(
            Locale.ROOT,
            "30 updates from (−7, 2) on x²/20 + y²; each frame is one. Look at the zigzag of SGD:"
                + " at rate 0.95 it flips the sign of y at each step, because 1 − 0.95 · 2 = −0.9."
                + " Momentum and Nesterov shoot %.0f%% and %.0f%% past the minimum in x; AdaGrad"
                + " comes straight. Rates differ (in the titles): this compares settings of a book,"
                + " not the methods. Of Nesterov the point itself is drawn, not the one ahead of it"
                + " that is stored.",
            100 * momentum,
            100 * ahead),
        new Figure.Scale("x", false),
        new Figure.Scale("y", false),
        new Contours(Surface.VALLEY::at, -10, -4, 10, 4).at(.25, 1, 2, 4, 6, 9, 13),
        panels);
  }
}
