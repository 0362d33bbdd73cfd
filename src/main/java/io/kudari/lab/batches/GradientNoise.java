package io.kudari.lab.batches;

import io.kudari.data.Sampler;
import io.kudari.data.Sampling;
import io.kudari.data.digits.DigitsSource;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.DigitNetwork;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.OwnTraining;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.optim.OptimizerSpec;
import io.kudari.run.Models;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How far the mean gradient of some examples is from that of all. */
public class GradientNoise implements Computed {

  private static final int EXAMPLES = 1000;
  private static final int DRAWS = 200;
  private static final int UPDATES = 100;

  /** Where the distance is looked at. */
  private static final int[] SIZES = {
    1, 2, 3, 5, 8, 13, 20, 32, 50, 80, 130, 200, 320, 500, 650, 800, 900, 950, 1000
  };

  private static final Claim ROOT =
      new Claim("002", 32, "A hundred times as many examples make the error ten times smaller.");

  /** Of Kudari's gradients and samplers. */
  public GradientNoise() {}

  /** How much smaller an error is of n out of N examples that are drawn without replacement. */
  double correction(int n, int all) {
    return Math.sqrt((double) (all - n) / (all - 1));
  }

  /**
   * The root of the mean squared distance to the gradient of all, by the sizes.
   *
   * @param after updates
   * @param deviation of one example's gradient
   */
  private record Noise(int after, double deviation, double[] with, double[] without) {

    double slope() {
      return Statistics.exponent(sizes(SIZES.length), with);
    }
  }

  @Override
  public String name() {
    return "gradient-noise";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public String question() {
    return "How far is the gradient of some examples from that of all?";
  }

  @Override
  public String setup() {
    return "Softmax regression on 1,000 digits, at 0 and after 100 updates of SGD at 0.1 in batches"
        + " of 32: the root of the mean squared distance of the mean gradient of n examples"
        + " to that of all, over 200 draws with replacement and without.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(ROOT);
  }

  @Override
  public int seconds(boolean quick) {
    return 10;
  }

  @Override
  public Findings measure(Scope scope) {
    List<Noise> all = new ArrayList<>();
    var digits = new DigitsSource(EXAMPLES, 1).make(0, EXAMPLES);
    var sgd = new OptimizerSpec("sgd", Map.of("learning-rate", .1));
    var model = Models.of(DigitNetwork.softmaxRegression());
    long seed = scope.firstSeed();
    try (OwnTraining training = OwnTraining.of(model, digits, digits, sgd, 32, seed)) {
      all.add(noise(training, 0, seed));
      training.descend(UPDATES);
      all.add(noise(training, UPDATES, seed));
    }
    double slope = all.get(0).slope();
    return new Findings(
        String.format(
            Locale.ROOT,
            "Its distance falls by the power %.3f of n: four times as many examples halve it. Drawn"
                + " without replacement half of all are %.2f times as far as with it, and all are"
                + " at 0.",
            slope,
            ratio(all.get(0))),
        List.of(table(all)),
        List.of(figure(all)),
        checks(all),
        List.of(
            Math.abs(slope + .5) <= .02
                ? ROOT.holdsIf("few are drawn of all, or with replacement")
                : ROOT.doesNotHold(String.format(Locale.ROOT, "the power is %.3f", slope))));
  }

  /** Of half of all, without replacement by with. */
  private static double ratio(Noise noise) {
    int half = Arrays.binarySearch(SIZES, EXAMPLES / 2);
    return noise.without()[half] / noise.with()[half];
  }

  private static Noise noise(OwnTraining training, int after, long seed) {
    float[] mean = training.mean(0, EXAMPLES);
    float[][] apart = new float[EXAMPLES][];
    double squares = 0;
    for (int i = 0; i < EXAMPLES; i++) {
      apart[i] = training.mean(i, i + 1);
      for (int k = 0; k < mean.length; k++) {
        apart[i][k] -= mean[k];
        squares += (double) apart[i][k] * apart[i][k];
      }
    }
    return new Noise(
        after,
        Math.sqrt(squares / EXAMPLES),
        distances(apart, Sampling.Order.WITH_REPLACEMENT, seed),
        distances(apart, Sampling.Order.SHUFFLED, seed));
  }

  /** An epoch of a sampler is a draw, whose first n examples are a draw of n. */
  private static double[] distances(float[][] apart, Sampling.Order order, long seed) {
    Sampler sampler = new Sampler(seed, 1, EXAMPLES, order);
    double[] squares = new double[SIZES.length];
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] sum = new double[apart[0].length];
      int[] drawn = sampler.order(draw, 0, row -> 0);
      int at = 0;
      for (int n = 1; n <= EXAMPLES; n++) {
        add(sum, apart[drawn[n - 1]]);
        if (n == SIZES[at]) squares[at++] += square(sum) / n / n / DRAWS;
      }
    }
    return Arrays.stream(squares).map(Math::sqrt).toArray();
  }

  private static void add(double[] sum, float[] more) {
    for (int k = 0; k < sum.length; k++) sum[k] += more[k];
  }

  private static double square(double[] v) {
    double square = 0;
    for (double x : v) square += x * x;
    return square;
  }

  private static double[] sizes(int count) {
    return Arrays.stream(SIZES, 0, count).asDoubleStream().toArray();
  }

  private static double[] theory(Noise noise, int count) {
    return Arrays.stream(SIZES, 0, count)
        .mapToDouble(n -> noise.deviation() / Math.sqrt(n))
        .toArray();
  }

  /** Of the sizes below all. */
  private double[] corrected(Noise noise) {
    double[] theory = theory(noise, SIZES.length - 1);
    for (int i = 0; i < theory.length; i++) theory[i] *= correction(SIZES[i], EXAMPLES);
    return theory;
  }

  private List<Check> checks(List<Noise> all) {
    List<Check> checks = new ArrayList<>();
    String factor = "the factor of finite populations left out: 0.71 for half of all";
    for (Noise noise : all) {
      double[] ratios = corrected(noise);
      for (int i = 0; i < ratios.length; i++) ratios[i] = noise.without()[i] / ratios[i];
      String at = noise.after() == 0 ? ", at 0" : ", after " + noise.after() + " updates";
      String id = "-" + noise.after();
      checks.add(
          Check.near(
              "slope" + id,
              "power of n with replacement" + at,
              noise.slope(),
              -.5,
              .02,
              "draws that are not independent"));
      checks.add(
          Check.atLeast(
              "least" + id,
              "least distance without replacement by theory" + at,
              Arrays.stream(ratios).min().orElseThrow(),
              .92,
              factor));
      checks.add(
          Check.atMost(
              "greatest" + id,
              "greatest distance without replacement by theory" + at,
              Arrays.stream(ratios).max().orElseThrow(),
              1.08,
              factor));
      checks.add(
          Check.atMost(
              "all" + id,
              "distance of all examples by that of one" + at,
              noise.without()[SIZES.length - 1] / noise.without()[0],
              1e-6,
              "examples that an epoch forgets, or takes twice"));
    }
    return checks;
  }

  private Table table(List<Noise> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Noise noise : all) {
      double[] theory = theory(noise, SIZES.length);
      double[] corrected = Arrays.copyOf(corrected(noise), SIZES.length);
      for (int i = 0; i < SIZES.length; i++)
        rows.add(
            List.of(
                noise.after(),
                SIZES[i],
                noise.with()[i],
                theory[i],
                noise.without()[i],
                corrected[i]));
    }
    return new Table(
        "Distance to the gradient of all examples",
        List.of("updates", "n", "with replacement", "S / √n", "without", "its theory"),
        rows);
  }

  private Figure figure(List<Noise> all) {
    List<Figure.Panel> panels = new ArrayList<>();
    int below = SIZES.length - 1;
    for (Noise noise : all)
      panels.add(
          new Figure.Panel(
              noise.after() == 0 ? "at 0" : "after " + noise.after() + " updates",
              List.of(
                  Curve.of("with replacement", Kind.MIDDLE, 0, sizes(below), noise.with()),
                  Curve.of("S / √n", Kind.THEORY, 0, sizes(below), theory(noise, below)),
                  Curve.of("without", Kind.MIDDLE, 1, sizes(below), noise.without()),
                  Curve.of("theory, without", Kind.THEORY, 1, sizes(below), corrected(noise)))));
    return new Figure(
        "Distance to the gradient of all, by the number of examples",
        "Look at the straight line of draws with replacement, and where the other leaves it: of"
            + " 1,000 examples the last few hundred tell nearly all that is left, and all of them"
            + " are at 0, which a logarithm does not show.",
        new Figure.Scale("examples", true),
        new Figure.Scale("distance", true),
        panels);
  }
}
