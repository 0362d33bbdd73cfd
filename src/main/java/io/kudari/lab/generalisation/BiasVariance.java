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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The error of fits as bias and variance, by how much they can bend. */
public class BiasVariance implements Computed {

  private static final int POINTS = 25;
  private static final int GRID = 200;
  private static final int DEGREES = 16;
  private static final int SETS = 200;
  private static final double NOISE = 0.3;
  private static final double FLOOR = NOISE * NOISE;

  private static final Claim BENDS =
      new Claim(
          "000", 116, 120, "A model that bends too much fits its examples, and new ones worse.");

  /** Of polynomials. */
  public BiasVariance() {}

  /** What a fit is compared with for its bias: the truth. */
  double truth(double x, RandomStream random) {
    return StrictMath.sin(2 * Math.PI * x);
  }

  private static double right(double x) {
    return StrictMath.sin(2 * Math.PI * x);
  }

  /** Means over points and sets, of a degree. */
  private record Parts(int degree, double bias, double variance, double test, double training) {

    double apart() {
      return Math.abs(test - (bias + variance + FLOOR));
    }
  }

  @Override
  public String name() {
    return "bias-variance";
  }

  @Override
  public Section section() {
    return Section.GENERALISATION;
  }

  @Override
  public String question() {
    return "How much should a model be able to bend?";
  }

  @Override
  public String setup() {
    return "Polynomials of degree 0 to 15 through 25 evenly spaced points of sin 2πx + normal noise"
        + " of deviation 0.3, 200 sets: squared bias, variance and test error on 200 places"
        + " between 0 and 1.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(BENDS);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private static double[] places() {
    return IntStream.range(0, POINTS).mapToDouble(i -> i / (POINTS - 1.0)).toArray();
  }

  private static double[] grid() {
    return IntStream.range(0, GRID).mapToDouble(i -> (i + .5) / GRID).toArray();
  }

  private Parts parts(int degree, long seed) {
    double[] x = places();
    double[] between = grid();
    double[] sum = new double[GRID];
    double[] squares = new double[GRID];
    double test = 0;
    double training = 0;
    for (int s = 0; s < SETS; s++) {
      RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 41, s);
      double[] y = noisy(x, random);
      Polynomial fit = new Polynomial(degree, x, y);
      test += fit.error(between, noisy(between, random)) / SETS;
      training += fit.error(x, y) / SETS;
      for (int i = 0; i < GRID; i++) {
        double value = fit.at(between[i]);
        sum[i] += value;
        squares[i] += value * value;
      }
    }
    double bias = 0;
    double variance = 0;
    for (int i = 0; i < GRID; i++) {
      double mean = sum[i] / SETS;
      RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 42, i);
      double off = mean - truth(between[i], random);
      variance += (squares[i] / SETS - mean * mean) / GRID;
      bias += off * off / GRID;
    }
    // The mean of a finite number of fits has itself a part of the variance.
    return new Parts(degree, bias - variance / SETS, variance, test, training);
  }

  private static double[] noisy(double[] x, RandomStream random) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) y[i] = right(x[i]) + NOISE * random.gaussian();
    return y;
  }

  @Override
  public Findings measure(Scope scope) {
    List<Parts> all = new ArrayList<>();
    for (int degree = 0; degree < DEGREES; degree++) all.add(parts(degree, scope.firstSeed()));
    Parts best = all.get(0);
    for (Parts p : all) if (p.test() < best.test()) best = p;
    double last = all.get(DEGREES - 1).test() / best.test();
    return new Findings(
        String.format(
            Locale.ROOT,
            "As much as degree %d: less bends too little (squared bias %.2f at degree 0), more"
                + " follows the noise (variance %.3f at 10). Test error is their sum and that of"
                + " the noise; training error only falls.",
            best.degree(),
            all.get(0).bias(),
            all.get(10).variance()),
        List.of(table(all)),
        List.of(figure(all), fits(scope.firstSeed())),
        checks(all, best, last),
        List.of(verdict(best, all.get(DEGREES - 1))));
  }

  private static Verdict verdict(Parts best, Parts last) {
    return last.training() < best.training() && last.test() > best.test()
        ? BENDS.holds()
        : BENDS.doesNotHold(
            String.format(
                Locale.ROOT,
                "degree %d has a training error of %.3f and a test error of %.3f, degree %d %.3f"
                    + " and %.3f",
                best.degree(),
                best.training(),
                best.test(),
                last.degree(),
                last.training(),
                last.test()));
  }

  private static List<Check> checks(List<Parts> all, Parts best, double last) {
    String noisy = "bias against noisy targets: 0.09 more";
    double apart = 0;
    for (Parts p : all) if (p.degree() <= 12) apart = Math.max(apart, p.apart() / p.test());
    double rises = 0;
    for (int i = 1; i < all.size(); i++)
      if (all.get(i).training() > all.get(i - 1).training() + 1e-12) rises++;
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.atMost(
            "sum", "largest |test − (bias² + variance + 0.09)| / test", apart, .04, noisy));
    near(checks, "variance-3", "variance at degree 3", all.get(3).variance(), .01301, noisy);
    near(checks, "variance-10", "variance at degree 10", all.get(10).variance(), .03674, noisy);
    near(checks, "bias-0", "squared bias at degree 0", all.get(0).bias(), .5, noisy);
    near(checks, "bias-1", "squared bias at degree 1", all.get(1).bias(), .2003, noisy);
    near(checks, "bias-3", "squared bias at degree 3", all.get(3).bias(), .0049, noisy);
    checks.add(Check.within("best", "best degree", best.degree(), 3, 5, noisy));
    checks.add(Check.within("last", "test error at degree 15 / best", last, 1.7, 1.95, noisy));
    checks.add(Check.near("training", "degrees at which training error rises", rises, 0, 0, noisy));
    return checks;
  }

  private static void near(
      List<Check> checks, String id, String says, double measured, double right, String cause) {
    checks.add(Check.near(id, says, measured, right, .1 * right, cause));
  }

  private static Table table(List<Parts> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Parts p : all)
      rows.add(List.of(p.degree(), p.bias(), p.variance(), p.test(), p.training()));
    return new Table(
        "Means over 200 sets",
        List.of("degree", "bias²", "variance", "test error", "training error"),
        rows);
  }

  private static Figure figure(List<Parts> all) {
    double[] degree = IntStream.range(0, DEGREES).asDoubleStream().toArray();
    double[] theory = all.stream().mapToDouble(p -> p.bias() + p.variance() + FLOOR).toArray();
    return new Figure(
        "Errors by degree",
        "Look where the test error is least: bias² has fallen and variance has not yet"
            + " risen. Dashed: bias² + variance + 0.09.",
        new Figure.Scale("degree", false),
        new Figure.Scale("error", true),
        List.of(
            new Figure.Panel(
                "",
                List.of(
                    curve("bias²", 0, degree, all.stream().mapToDouble(Parts::bias).toArray()),
                    curve(
                        "variance", 1, degree, all.stream().mapToDouble(Parts::variance).toArray()),
                    curve("test", 3, degree, all.stream().mapToDouble(Parts::test).toArray()),
                    curve(
                        "training", 4, degree, all.stream().mapToDouble(Parts::training).toArray()),
                    Curve.of("sum by theory", Kind.THEORY, 3, degree, theory)))));
  }

  private static Curve curve(String name, int colour, double[] x, double[] y) {
    return Curve.of(name, Kind.MIDDLE, colour, x, y);
  }

  private static Figure fits(long seed) {
    double[] x = IntStream.rangeClosed(0, 60).mapToDouble(i -> i / 60.0).toArray();
    List<Figure.Panel> panels = new ArrayList<>();
    for (int degree : new int[] {1, 3, 10}) {
      List<Curve> curves = new ArrayList<>();
      double[] mean = new double[x.length];
      for (int s = 0; s < 20; s++) {
        RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 41, s);
        double[] at = places();
        Polynomial fit = new Polynomial(degree, at, noisy(at, random));
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
          y[i] = fit.at(x[i]);
          mean[i] += y[i] / 20;
        }
        curves.add(Curve.of("a fit", Kind.SEED, 0, x, y));
      }
      double[] truth = new double[x.length];
      for (int i = 0; i < x.length; i++) truth[i] = right(x[i]);
      curves.add(Curve.of("mean of 20 fits", Kind.LINE, 1, x, mean));
      curves.add(Curve.of("sin 2πx", Kind.THEORY, 7, x, truth));
      panels.add(new Figure.Panel("degree " + degree, curves));
    }
    return new Figure(
        "Twenty fits and their mean",
        "Left the mean is off and the fits agree: bias. Right the mean is right and the fits"
            + " differ: variance.",
        new Figure.Scale("x", false),
        new Figure.Scale("y", false),
        panels);
  }
}
