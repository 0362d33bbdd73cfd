package io.kudari.lab.experiment;

import io.kudari.lab.Check;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * Up to which rate descent on ½x² with late gradients is stable: found by bisection, and of theory.
 * With gradients τ steps late and momentum μ, x is a sum of powers of the roots of z^τ (z − 1)(z −
 * μ) + ηz, which must lie within the unit circle.
 */
final class StableRates {

  /** How many steps are looked at. */
  static final int STEPS = 2000;

  /** Relative, of a limit. */
  private static final double NEAR = .02;

  private static final int BISECTIONS = 60;

  /** How descent goes. */
  interface Descent {

    /** x after each of {@link #STEPS} steps on ½x² from 1. */
    double[] path(int delay, double momentum, double rate);
  }

  /**
   * The largest stable rate of a delay.
   *
   * @param theory what it should be
   */
  record Limit(int delay, double momentum, double found, double theory) {

    boolean isNear() {
      return Math.abs(found / theory - 1) <= NEAR;
    }
  }

  private final Descent descent;

  StableRates(Descent descent) {
    this.descent = descent;
  }

  /** For each momentum the limits of no delay to the longest. */
  List<Limit> limits(int longest, double... momenta) {
    List<Limit> limits = new ArrayList<>();
    for (double momentum : momenta)
      for (int delay = 0; delay <= longest; delay++)
        limits.add(new Limit(delay, momentum, largest(delay, momentum), theory(delay, momentum)));
    return limits;
  }

  /**
   * The rate at which a root reaches the unit circle at e^{iθ}: there the phases of (z − 1)(z − μ)
   * z^{τ−1} add up to π, and they grow with θ. Without momentum it is 2 sin(π / (2 (2τ + 1))).
   */
  static double theory(int delay, double momentum) {
    double below = 0;
    double above = StrictMath.PI;
    for (int i = 0; i < BISECTIONS; i++) {
      double angle = (below + above) / 2;
      if (phase(delay, momentum, angle) < StrictMath.PI) below = angle;
      else above = angle;
    }
    double x = StrictMath.cos(above) - momentum;
    double y = StrictMath.sin(above);
    return 2 * StrictMath.sin(above / 2) * StrictMath.hypot(x, y);
  }

  private static double phase(int delay, double momentum, double angle) {
    double ofMomentum = StrictMath.atan2(StrictMath.sin(angle), StrictMath.cos(angle) - momentum);
    return (StrictMath.PI + angle) / 2 + ofMomentum + (delay - 1) * angle;
  }

  /** Whether the path's swings shrink from its second quarter to its last. */
  private boolean isStable(int delay, double momentum, double rate) {
    double[] path = descent.path(delay, momentum, rate);
    double early = 0;
    double late = 0;
    for (int t = STEPS / 4; t < STEPS / 2; t++) early = Math.max(early, Math.abs(path[t]));
    for (int t = 3 * STEPS / 4; t < STEPS; t++) late = Math.max(late, Math.abs(path[t]));
    return late <= early && Double.isFinite(late);
  }

  private double largest(int delay, double momentum) {
    double stable = 1e-3;
    double unstable = 8;
    while (unstable / stable > 1.001) {
      double middle = StrictMath.sqrt(stable * unstable);
      if (isStable(delay, momentum, middle)) stable = middle;
      else unstable = middle;
    }
    return stable;
  }

  static Table table(List<Limit> limits) {
    List<List<Object>> rows = new ArrayList<>();
    for (Limit l : limits) rows.add(List.of(l.delay(), l.momentum(), l.found(), l.theory()));
    return new Table(
        "The largest stable rate on ½x²", List.of("τ", "momentum", "found", "theory"), rows);
  }

  static Figure figure(List<Limit> limits) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (double momentum : limits.stream().mapToDouble(Limit::momentum).distinct().toArray()) {
      List<Limit> own = limits.stream().filter(l -> l.momentum() == momentum).toList();
      List<Point> found = own.stream().map(l -> new Point(l.delay(), l.found())).toList();
      List<Point> theory = own.stream().map(l -> new Point(l.delay(), l.theory())).toList();
      panels.add(
          new Figure.Panel(
              momentum == 0 ? "no momentum" : "momentum " + momentum,
              List.of(
                  new Curve("found", Kind.MIDDLE, 0, found),
                  new Curve("theory", Kind.THEORY, 1, theory))));
    }
    return new Figure(
        "The largest stable rate by the steps that gradients come late",
        "Descent on ½x². Dashed what theory says, without momentum 2 sin(π / (2 (2τ + 1))). One"
            + " step halves the rate of plain descent, and leaves momentum 0.9 a fortieth of its"
            + " own.",
        new Figure.Scale("steps late", false),
        new Figure.Scale("largest stable rate", true),
        panels);
  }

  static List<Check> checks(List<Limit> limits) {
    List<Check> checks = new ArrayList<>();
    for (Limit l : limits)
      checks.add(
          Check.within(
              (l.momentum() == 0 ? "stable-" : "momentum-") + l.delay(),
              "largest stable rate, τ = "
                  + l.delay()
                  + (l.momentum() == 0 ? "" : ", momentum " + l.momentum()),
              l.found(),
              (1 - NEAR) * l.theory(),
              (1 + NEAR) * l.theory(),
              l.momentum() == 0 ? Staleness.WRONG_DELAY : "a velocity that is late as well"));
    return checks;
  }
}
