package io.kudari.lab.normalisation;

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
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What batch normalisation does to the shape of a distribution. */
public class BatchShape implements Computed {

  private static final int VALUES = 10_000;
  private static final double EPSILON = 1e-5;

  private static final Claim DEFINES =
      new Claim("000", 163, "Mean and variance define a distribution.");

  /** What values are drawn from. */
  private enum Law {
    NORMAL("normal"),
    UNIFORM("uniform"),
    LOGNORMAL("log-normal"),
    TWO("two points");

    private final String shown;

    Law(String shown) {
      this.shown = shown;
    }

    double draw(RandomStream random) {
      return switch (this) {
        case NORMAL -> 3 + 2 * random.gaussian();
        case UNIFORM -> 10 * random.uniformDouble();
        case LOGNORMAL -> StrictMath.exp(random.gaussian());
        case TWO -> random.uniformDouble() < .2 ? 5 : -1;
      };
    }
  }

  /** Mean, variance, skewness and kurtosis. */
  private record Moments(double mean, double variance, double skewness, double kurtosis) {

    static Moments of(double[] values) {
      double mean = Arrays.stream(values).average().orElse(Double.NaN);
      double second = 0;
      double third = 0;
      double fourth = 0;
      for (double v : values) {
        double off = v - mean;
        second += off * off / values.length;
        third += off * off * off / values.length;
        fourth += off * off * off * off / values.length;
      }
      return new Moments(
          mean, second, third / (second * Math.sqrt(second)), fourth / (second * second));
    }
  }

  /** The experiment. */
  public BatchShape() {}

  /** What batch normalisation gives, without scale and shift. */
  double[] normalised(double[] values) {
    Moments moments = Moments.of(values);
    double deviation = Math.sqrt(moments.variance() + EPSILON);
    return Arrays.stream(values).map(v -> (v - moments.mean()) / deviation).toArray();
  }

  @Override
  public String name() {
    return "bn-shape";
  }

  @Override
  public Section section() {
    return Section.NORMALISATION;
  }

  @Override
  public String question() {
    return "Does batch normalisation make values normal?";
  }

  @Override
  public String setup() {
    return "10,000 normal, uniform and log-normal numbers and two points, before and after"
        + " (x − mean) / √(variance + 1e-5): mean, variance, skewness, kurtosis.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(DEFINES);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  /** Values of a law before and after. */
  private record Shaped(
      Law law, double[] values, double[] normalised, Moments before, Moments after) {

    double change() {
      return Math.max(
          Math.abs(after.skewness() - before.skewness()),
          Math.abs(after.kurtosis() - before.kurtosis()));
    }

    /** How far the variance is from what it must be. */
    double off() {
      return Math.abs(after.variance() - (1 - EPSILON / (before.variance() + EPSILON)));
    }

    List<Object> row() {
      return List.of(
          law.shown,
          before.mean(),
          before.variance(),
          after.variance(),
          before.skewness(),
          after.skewness(),
          before.kurtosis(),
          after.kurtosis());
    }
  }

  private Shaped shaped(Law law, long seed) {
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 60, law.ordinal());
    double[] values = new double[VALUES];
    for (int i = 0; i < VALUES; i++) values[i] = law.draw(random);
    double[] normalised = normalised(values);
    return new Shaped(law, values, normalised, Moments.of(values), Moments.of(normalised));
  }

  private static double most(List<Shaped> all, ToDoubleFunction<Shaped> of) {
    return all.stream().mapToDouble(of).reduce(0, Math::max);
  }

  @Override
  public Findings measure(Scope scope) {
    List<Shaped> all =
        Arrays.stream(Law.values()).map(law -> shaped(law, scope.firstSeed())).toList();
    double shape = most(all, Shaped::change);
    Moments lognormal = all.get(Law.LOGNORMAL.ordinal()).after();
    return new Findings(
        String.format(
            Locale.ROOT,
            "No: it shifts and stretches. Log-normal values keep a skewness of %.2f and a kurtosis"
                + " of %.1f (normal ones have 0 and 3).",
            lognormal.skewness(),
            lognormal.kurtosis()),
        List.of(table(all)),
        List.of(figure(all)),
        checks(all, shape),
        List.of(
            shape < 1e-6 && lognormal.skewness() > 1
                ? DEFINES.doesNotHold(
                    "with equal mean and variance these differ in skewness and kurtosis")
                : DEFINES.holds()));
  }

  private static List<Check> checks(List<Shaped> all, double shape) {
    String ranks = "by ranks: skewness 0; or 1/(n − 1)";
    double mean = most(all, s -> Math.abs(s.after().mean()));
    return List.of(
        Check.atMost("mean", "largest |mean| after", mean, 1e-6, ranks),
        Check.atMost(
            "variance",
            "largest difference of the variance to 1 − ε/(σ² + ε)",
            most(all, Shaped::off),
            1e-6,
            ranks),
        Check.atMost("shape", "largest change of skewness or kurtosis", shape, 1e-6, ranks));
  }

  private static Table table(List<Shaped> all) {
    return new Table(
        "Moments before and after",
        List.of("values", "mean", "variance", "after", "skewness", "after", "kurtosis", "after"),
        all.stream().map(Shaped::row).toList());
  }

  private static Figure figure(List<Shaped> all) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (Shaped s : all) {
      String name = s.law().shown;
      panels.add(new Figure.Panel(name + ", before", List.of(histogram(s.values(), "before", 1))));
      panels.add(
          new Figure.Panel(name + ", after", List.of(histogram(s.normalised(), "after", 0))));
    }
    return new Figure(
        "Densities before and after",
        "Shares in bins of 0.5. The shapes stay what they were, only place and width change.",
        new Figure.Scale("value", false),
        new Figure.Scale("share", false),
        panels);
  }

  private static Curve histogram(double[] values, String name, int colour) {
    int[] counts = new int[40];
    for (double v : values) {
      int bin = (int) Math.floor((v + 5) / .5);
      if (bin >= 0 && bin < counts.length) counts[bin]++;
    }
    List<Point> points = new ArrayList<>();
    for (int b = 0; b < counts.length; b++)
      points.add(new Point(-5 + .5 * (b + .5), counts[b] / (double) values.length));
    return new Curve(name, Kind.BAR, colour, points);
  }
}
