package io.kudari.lab.batches;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How many examples a direction needs that divides by curvature. */
public class SecondOrderNoise implements Computed {

  private static final int FEATURES = 20;
  private static final int REPEATS = 50;
  private static final double NOISE = 0.5;
  private static final int[] SIZES = {25, 50, 100, 200, 400, 800, 1600};

  private static final Claim LARGER =
      new Claim("002", 37, "Methods of second order need larger batches than the gradient does.");

  /** Of the lab's own arithmetic in double precision. */
  public SecondOrderNoise() {}

  /** The second derivative that a batch's direction is divided by. */
  double[][] curvature(double[][] batch) {
    return moment(batch);
  }

  /**
   * Relative errors, medians, by the sizes.
   *
   * @param newton by the second derivative of the same batch
   * @param other by that of another batch
   */
  private record Errors(double[] gradient, double[] newton, double[] other) {

    double ratio(int at) {
      return newton[at] / gradient[at];
    }

    double otherRatio(int at) {
      return other[at] / gradient[at];
    }

    double slope() {
      double[] sizes = Arrays.stream(SIZES).asDoubleStream().toArray();
      return Statistics.exponent(sizes, gradient);
    }
  }

  @Override
  public String name() {
    return "second-order-noise";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public String question() {
    return "How many examples does a direction need that divides by curvature?";
  }

  @Override
  public String setup() {
    return "Least squares y = x·w + noise of 20 features with variances from 1 to 0.001, w normal"
        + " and the noise of deviation 0.5: at 0, the gradient of n examples and Newton's"
        + " direction, with the second derivative of the same n examples and of n others;"
        + " ‖error‖ by ‖right‖, the median of 50 draws.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(LARGER);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  @Override
  public Findings measure(Scope scope) {
    Errors errors = errors(scope.firstSeed());
    int last = SIZES.length - 1;
    return new Findings(
        String.format(
            Locale.ROOT,
            "More: with 25 examples Newton's direction is %.1f times as wrong as the gradient, and"
                + " with %,d still %.1f times. With the second derivative of another batch it is"
                + " %.0f and %.0f times.",
            errors.ratio(0),
            SIZES[last],
            errors.ratio(last),
            errors.otherRatio(0),
            errors.otherRatio(last)),
        List.of(table(errors)),
        List.of(figure(errors)),
        checks(errors),
        List.of(
            errors.ratio(0) >= 2.5 && errors.ratio(last) > 1
                ? LARGER.holds()
                : LARGER.doesNotHold("its direction is about as wrong as the gradient")));
  }

  private Errors errors(long seed) {
    double[][] all = new double[3][SIZES.length];
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 61, 0);
    for (int i = 0; i < SIZES.length; i++) {
      double[][] found = new double[3][REPEATS];
      for (int r = 0; r < REPEATS; r++) {
        double[] w = gaussians(FEATURES, random);
        double[][] batch = inputs(SIZES[i], random);
        double[] own = gradient(batch, w, random);
        double[] right = new double[FEATURES];
        for (int k = 0; k < FEATURES; k++) right[k] = -variance(k) * w[k];
        found[0][r] = apart(own, right);
        double[] away = Arrays.stream(w).map(x -> -x).toArray();
        found[1][r] = apart(solved(curvature(batch), own), away);
        found[2][r] = apart(solved(curvature(inputs(SIZES[i], random)), own), away);
      }
      for (int e = 0; e < all.length; e++) all[e][i] = Statistics.median(found[e]);
    }
    return new Errors(all[0], all[1], all[2]);
  }

  /** From 1 to 0.001, evenly apart in the logarithm. */
  static double variance(int feature) {
    return Math.pow(10, -3.0 * feature / (FEATURES - 1));
  }

  private static double[] gaussians(int count, RandomStream random) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) values[i] = random.gaussian();
    return values;
  }

  private static double[][] inputs(int examples, RandomStream random) {
    double[][] inputs = new double[examples][];
    for (int e = 0; e < examples; e++) {
      inputs[e] = gaussians(FEATURES, random);
      for (int k = 0; k < FEATURES; k++) inputs[e][k] *= Math.sqrt(variance(k));
    }
    return inputs;
  }

  /** Of half the mean square, where the weights are 0. */
  private static double[] gradient(double[][] inputs, double[] w, RandomStream random) {
    double[] gradient = new double[FEATURES];
    for (double[] x : inputs) {
      double y = NOISE * random.gaussian();
      for (int k = 0; k < FEATURES; k++) y += x[k] * w[k];
      for (int k = 0; k < FEATURES; k++) gradient[k] -= y * x[k] / inputs.length;
    }
    return gradient;
  }

  private static double[][] moment(double[][] inputs) {
    double[][] moment = new double[FEATURES][FEATURES];
    for (double[] x : inputs)
      for (int j = 0; j < FEATURES; j++)
        for (int k = 0; k < FEATURES; k++) moment[j][k] += x[j] * x[k] / inputs.length;
    return moment;
  }

  /** Solves by Cholesky's decomposition. */
  private static double[] solved(double[][] h, double[] g) {
    int n = g.length;
    double[][] l = new double[n][n];
    double[] v = new double[n];
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) {
        double sum = h[i][j];
        for (int k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
        l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
      }
      v[j] = g[j];
      for (int k = 0; k < j; k++) v[j] -= l[j][k] * v[k];
      v[j] /= l[j][j];
    }
    for (int j = n - 1; j >= 0; j--) {
      for (int i = j + 1; i < n; i++) v[j] -= l[i][j] * v[i];
      v[j] /= l[j][j];
    }
    return v;
  }

  private static double apart(double[] a, double[] right) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < a.length; i++) {
      difference += (a[i] - right[i]) * (a[i] - right[i]);
      length += right[i] * right[i];
    }
    return Math.sqrt(difference / length);
  }

  private static List<Check> checks(Errors errors) {
    String population = "the second derivative of all examples in the place of the batch's";
    int last = SIZES.length - 1;
    return List.of(
        Check.atLeast(
            "few",
            "error of Newton's direction by that of the gradient, 25 examples",
            errors.ratio(0),
            2.5,
            population),
        Check.within("many", "the same, 1,600 examples", errors.ratio(last), 1.3, 4.5, population),
        Check.atLeast(
            "other-few",
            "the same with another batch's second derivative, 25 examples",
            errors.otherRatio(0),
            20,
            population),
        Check.atLeast(
            "other-many", "the same, 1,600 examples", errors.otherRatio(last), 4, population),
        Check.near(
            "slope",
            "power of n of the gradient's error",
            errors.slope(),
            -.5,
            .05,
            "sums in the place of means"));
  }

  private static Table table(Errors errors) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < SIZES.length; i++)
      rows.add(
          List.of(
              SIZES[i],
              errors.gradient()[i],
              errors.newton()[i],
              errors.other()[i],
              errors.ratio(i),
              errors.otherRatio(i)));
    return new Table(
        "Relative errors, medians of 50 draws",
        List.of(
            "examples", "gradient", "Newton", "of another batch", "Newton / gradient", "the other"),
        rows);
  }

  private static Figure figure(Errors errors) {
    double[] sizes = Arrays.stream(SIZES).asDoubleStream().toArray();
    double[] theory =
        Arrays.stream(sizes).map(n -> errors.gradient()[0] * Math.sqrt(sizes[0] / n)).toArray();
    return new Figure(
        "Relative error by the number of examples",
        "Look at the left end: 25 examples hardly fix 20 curvatures, and what is divided by them"
            + " is wrong. Dashed is the root of n through the gradient's first point.",
        new Figure.Scale("examples", true),
        new Figure.Scale("relative error", true),
        List.of(
            new Figure.Panel(
                "",
                List.of(
                    Curve.of("gradient", Kind.MIDDLE, 0, sizes, errors.gradient()),
                    Curve.of("1 / √n", Kind.THEORY, 0, sizes, theory),
                    Curve.of("Newton, one batch", Kind.MIDDLE, 1, sizes, errors.newton()),
                    Curve.of("Newton, another", Kind.MIDDLE, 2, sizes, errors.other())))));
  }
}
