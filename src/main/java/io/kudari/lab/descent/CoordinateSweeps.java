package io.kudari.lab.descent;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Descent along one variable after the other. Own arithmetic, in double precision. */
public class CoordinateSweeps implements Computed {

  private static final double[] ANGLES = {0, 15, 30, 45};
  private static final double NEAR = 1e-8;
  private static final int MOST = 10_000;
  private static final String STEP = "a step of the gradient in the place of the exact minimum";

  private static final Claim ENOUGH =
      new Claim("002", 45, "One variable after the other is a way down.");

  /** With exact minima along each variable. */
  public CoordinateSweeps() {}

  /**
   * How far a variable moves.
   *
   * @param slope along it
   * @param curvature along it
   */
  double move(double slope, double curvature) {
    return slope / curvature;
  }

  /** The valley x²/20 + y², turned: second derivatives h11, h12, h22. */
  private record Turned(double angle, double h11, double h12, double h22) {

    static Turned of(double degrees) {
      double cos = StrictMath.cos(Math.toRadians(degrees));
      double sin = StrictMath.sin(Math.toRadians(degrees));
      return new Turned(
          degrees,
          .1 * cos * cos + 2 * sin * sin,
          (.1 - 2) * cos * sin,
          .1 * sin * sin + 2 * cos * cos);
    }

    double theory() {
      return h12 * h12 / (h11 * h22);
    }
  }

  /** Sweeps needed, and by what one multiplies the distance in the long run. */
  private record Sweeps(Turned valley, double count, double rate) {}

  @Override
  public String name() {
    return "coordinate";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "When is one variable after the other a good way down?";
  }

  @Override
  public String setup() {
    return "x²/20 + y² turned by 0, 15, 30 and 45 degrees, from (−7, 2): sweeps over"
        + " both variables, each to its exact minimum, until within 1e-8 of the minimum.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(ENOUGH);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private Sweeps sweep(double degrees) {
    Turned v = Turned.of(degrees);
    double x = -7;
    double y = 2;
    double rate = Double.NaN;
    for (int i = 1; i <= MOST; i++) {
      double before = y;
      x -= move(v.h11() * x + v.h12() * y, v.h11());
      y -= move(v.h12() * x + v.h22() * y, v.h22());
      if (i > 1 && before != 0) rate = y / before;
      if (Math.hypot(x, y) <= NEAR) return new Sweeps(v, i, rate);
    }
    return new Sweeps(v, Double.NaN, rate);
  }

  @Override
  public Findings measure(Scope scope) {
    List<Sweeps> all = new ArrayList<>();
    for (double degrees : ANGLES) all.add(sweep(degrees));
    List<Check> checks = new ArrayList<>();
    double[][] ranges = {{1, 1}, {29, 33}, {68, 78}, {86, 98}};
    double[] rates = {Double.NaN, .5301, .7719, .8186};
    for (int i = 0; i < ANGLES.length; i++) {
      String degrees = String.valueOf((int) ANGLES[i]);
      checks.add(
          Check.within(
              "sweeps-" + degrees,
              "sweeps at " + degrees + " degrees",
              all.get(i).count(),
              ranges[i][0],
              ranges[i][1],
              STEP));
      if (i > 0)
        checks.add(
            Check.near(
                "rate-" + degrees,
                "by what a sweep multiplies y at " + degrees + " degrees",
                all.get(i).rate(),
                rates[i],
                .01 * rates[i],
                STEP));
    }
    return new Findings(
        String.format(
            Locale.ROOT,
            "When the valley runs along an axis: then one sweep is enough. Turned by 15, 30 and 45"
                + " degrees it takes %.0f, %.0f and %.0f.",
            all.get(1).count(),
            all.get(2).count(),
            all.get(3).count()),
        List.of(table(all)),
        List.of(figure(all)),
        checks,
        List.of(verdict(all.get(0).count(), all.get(ANGLES.length - 1).count())));
  }

  private static Verdict verdict(double along, double across) {
    if (Double.isNaN(along) || Double.isNaN(across))
      return ENOUGH.doesNotHold("it does not arrive");
    return across > 2 * along
        ? ENOUGH.holdsIf(
            String.format(
                Locale.ROOT,
                "variables hardly act on each other: along the axes %.0f sweep is enough, where the"
                    + " valley is turned by 45 degrees it takes %.0f",
                along,
                across))
        : ENOUGH.holds();
  }

  private static Table table(List<Sweeps> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Sweeps s : all)
      rows.add(List.of(s.valley().angle(), s.count(), s.rate(), s.valley().theory()));
    return new Table(
        "To within 1e-8",
        List.of("degrees", "sweeps", "factor of a sweep", "h₁₂² / (h₁₁ h₂₂)"),
        rows);
  }

  private static Figure figure(List<Sweeps> all) {
    double[] sweeps = all.stream().mapToDouble(Sweeps::count).toArray();
    return new Figure(
        "Sweeps by angle",
        "Sweeps until within 1e-8 of the minimum, by the angle between valley and axes.",
        new Figure.Scale("degrees", false),
        new Figure.Scale("sweeps", false),
        List.of(
            new Figure.Panel(
                "", List.of(Curve.of("sweeps", Kind.MIDDLE, 0, ANGLES, sweeps).orLost()))));
  }
}
