package io.kudari.lab.experiment;

import io.kudari.lab.Check;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Table;
import io.kudari.lab.experiment.Fits.StepsLaw;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The noisy quadratic of Zhang et al. 2019 (arXiv 1907.04164): the expected loss of SGD is known
 * without sampling, so steps to a target against the batch size are exact. Own arithmetic, in
 * double precision.
 */
class NoisyQuadratic implements Computed {

  private static final int DIMENSIONS = 10_000;
  private static final int BATCHES = 18;
  private static final int FITTED = 14;
  private static final double TARGET = 0.01;
  private static final double MOMENTUM = 0.9;
  private static final int BINS = 100;
  private static final String DIVIDED = "noise not divided by the batch";
  private static final String EQUAL = "noise that is equal in all directions";
  private static final String GRID = "learning rates too far apart";

  @Override
  public String name() {
    return "noisy-quadratic";
  }

  @Override
  public String question() {
    return "How do steps to a target fall with the batch size where everything is known exactly?";
  }

  @Override
  public String setup() {
    return "A quadratic of 10,000 dimensions with curvatures 1/i and gradient noise of variance h/B"
        + " in the direction of curvature h, from E x² = 1 in each. The expected loss of SGD"
        + " after t steps is a formula, that of momentum 0.9 a product of matrices (on 100"
        + " groups of curvatures). For each batch size from 1 to 131,072 the learning rate"
        + " is chosen that needs the fewest steps to a loss of 0.01. Nothing is drawn at"
        + " random.";
  }

  @Override
  public int seconds(boolean quick) {
    return 5;
  }

  /**
   * Variance of the gradient's noise in a direction.
   *
   * @param h its curvature
   */
  double noise(double h, double batch) {
    return h / batch;
  }

  /** Where steps are fewest. */
  double best(DoubleUnaryOperator steps, double from, double to, int cells) {
    return Fits.minimum(steps, from, to, cells);
  }

  private static double curvature(int i) {
    return 1.0 / (i + 1);
  }

  /** The best rate for a batch, and how many steps it takes. */
  private record Best(double rate, double steps) {}

  private Best sgd(double batch) {
    // The logarithm of rate / (2 - rate), so that the search comes close to both ends.
    DoubleUnaryOperator steps = u -> sgdSteps(2 / (1 + StrictMath.exp(-u)), batch);
    double u = best(steps, -14, 9, 46);
    return new Best(2 / (1 + StrictMath.exp(-u)), Math.ceil(steps.applyAsDouble(u)));
  }

  /** Steps of SGD to the target, as a real number; infinite where noise keeps it away. */
  private double sgdSteps(double rate, double batch) {
    double[] logs = new double[DIMENSIONS];
    double[] weights = new double[DIMENSIONS];
    double rest = 0;
    for (int i = 0; i < DIMENSIONS; i++) {
      double h = curvature(i);
      double end = rate * noise(h, batch) / (h * (2 - rate * h));
      rest += h * end / 2;
      logs[i] = 2 * StrictMath.log(Math.abs(1 - rate * h));
      weights[i] = h * (1 - end) / 2;
    }
    return rest >= TARGET ? Double.POSITIVE_INFINITY : crossing(rest, logs, weights);
  }

  /**
   * The t at which rest + Σ weight · exp(log · t) is the target, by false position in logarithms.
   */
  private static double crossing(double rest, double[] logs, double[] weights) {
    double low = 0;
    double atLow = excess(1, rest, logs, weights);
    double high = low;
    double atHigh = atLow;
    while (atHigh > 0) {
      low = high;
      atLow = atHigh;
      high += 2;
      if (high > 60) return Double.POSITIVE_INFINITY;
      atHigh = excess(StrictMath.exp(high), rest, logs, weights);
    }
    while (high - low > 1e-7) {
      double at = (low * atHigh - high * atLow) / (atHigh - atLow);
      double found = excess(StrictMath.exp(at), rest, logs, weights);
      if (Math.abs(found) < 1e-9) return StrictMath.exp(at);
      if (found > 0) {
        low = at;
        atLow = found;
        atHigh /= 2;
      } else {
        high = at;
        atHigh = found;
        atLow /= 2;
      }
    }
    return StrictMath.exp(high);
  }

  private static double excess(double t, double rest, double[] logs, double[] weights) {
    double loss = rest;
    for (int i = 0; i < logs.length; i++) {
      double exponent = logs[i] * t;
      if (exponent > -60) loss += weights[i] * StrictMath.exp(exponent);
    }
    return StrictMath.log(loss / TARGET);
  }

  private Best momentum(double batch, List<Moments.Group> groups) {
    DoubleUnaryOperator steps = u -> momentumSteps(StrictMath.exp(u), batch, groups);
    double u = best(steps, StrictMath.log(1e-6), StrictMath.log(3.79), 60);
    return new Best(StrictMath.exp(u), steps.applyAsDouble(u));
  }

  /** Steps of momentum to the target; infinite where noise keeps it away. */
  double momentumSteps(double rate, double batch, List<Moments.Group> groups) {
    return Moments.steps(groups, h -> noise(h, batch), rate, MOMENTUM, TARGET);
  }

  /**
   * Neighbouring curvatures as one of their mean, evenly by the logarithm of their number; the
   * largest, which matter most, stay alone. Within 0.3% of what all directions give: at batch 4,096
   * momentum takes 1,567 steps, and 1,571 with each of the 10,000 on its own.
   */
  private static List<Moments.Group> groups() {
    List<Moments.Group> groups = new ArrayList<>();
    int from = 0;
    for (int bin = 1; bin <= BINS; bin++) {
      int to = (int) Math.round(StrictMath.pow(DIMENSIONS, (double) bin / BINS));
      if (to <= from) continue;
      double mean = IntStream.range(from, to).mapToDouble(NoisyQuadratic::curvature).sum();
      groups.add(new Moments.Group(mean / (to - from), to - from));
      from = to;
    }
    return groups;
  }

  @Override
  public Findings measure(Scope scope) {
    double[] batch = IntStream.range(0, BATCHES).mapToDouble(k -> 1 << k).toArray();
    List<Moments.Group> groups = groups();
    List<Best> sgd = Arrays.stream(batch).mapToObj(this::sgd).toList();
    List<Best> momentum = Arrays.stream(batch).mapToObj(b -> momentum(b, groups)).toList();
    double[] steps = sgd.stream().mapToDouble(Best::steps).toArray();
    double[] fast = momentum.stream().mapToDouble(Best::steps).toArray();
    StepsLaw law = StepsLaw.fit(Arrays.copyOf(batch, FITTED), Arrays.copyOf(steps, FITTED));
    return new Findings(
        "With SGD twice the batch halves the steps up to about "
            + Math.round(law.critical())
            + " examples; beyond, steps approach "
            + Numbers.exact(Math.round(law.least()))
            + ". Momentum changes nothing where batches are small, and needs "
            + String.format(Locale.ROOT, "%.0f", steps[BATCHES - 1] / fast[BATCHES - 1])
            + " times fewer steps where they are large.",
        List.of(table(batch, sgd, momentum)),
        List.of(figure(batch, steps, fast, law)),
        checks(batch, sgd, fast, law, noiseScale()));
  }

  /** The noise scale at the start, where E ‖G‖² is the sum of squared curvatures. */
  private double noiseScale() {
    double variance = 0;
    double squaredNorm = 0;
    for (int i = 0; i < DIMENSIONS; i++) {
      double h = curvature(i);
      variance += noise(h, 1);
      squaredNorm += h * h;
    }
    return variance / squaredNorm;
  }

  private static Table table(double[] batch, List<Best> sgd, List<Best> momentum) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < batch.length; i++)
      rows.add(
          List.of(
              (long) batch[i],
              sgd.get(i).steps(),
              sgd.get(i).rate(),
              momentum.get(i).steps(),
              momentum.get(i).rate(),
              sgd.get(i).steps() / momentum.get(i).steps()));
    return new Table(
        "Fewest steps to the target",
        List.of("batch", "SGD", "rate", "momentum 0.9", "rate", "speed-up"),
        rows);
  }

  private static Figure figure(double[] batch, double[] steps, double[] fast, StepsLaw law) {
    double[] theory = Arrays.stream(batch).map(law::at).toArray();
    return new Figure(
        "Steps to the target against the batch size",
        "Fewest steps to a loss of 0.01. Look where the curves leave the slope of −1: SGD at "
            + Math.round(law.critical())
            + " examples (dashed: S = S_min (1 + B_crit / B), fitted up to 8,192), momentum later."
            + " Each point has the best learning rate for its batch.",
        new Figure.Scale("batch", true),
        new Figure.Scale("steps", true),
        List.of(
            new Figure.Panel(
                "",
                List.of(
                    Curve.of("SGD", Kind.MIDDLE, 0, batch, steps),
                    Curve.of("momentum 0.9", Kind.MIDDLE, 1, batch, fast),
                    Curve.of("fitted law", Kind.THEORY, 0, batch, theory)))));
  }

  private static List<Check> checks(
      double[] batch, List<Best> sgd, double[] fast, StepsLaw law, double noiseScale) {
    List<Check> checks = new ArrayList<>();
    steps(checks, sgd, 0, 6_025_216, DIVIDED);
    steps(checks, sgd, 6, 95_944, DIVIDED);
    steps(checks, sgd, 10, 10_354, DIVIDED);
    steps(checks, sgd, 13, 7_400, GRID);
    steps(checks, sgd, 17, 6_818, GRID);
    double[] perExample =
        IntStream.rangeClosed(0, 6).mapToDouble(k -> sgd.get(k).rate() / batch[k]).toArray();
    double least = Arrays.stream(perExample).min().orElse(Double.NaN);
    double greatest = Arrays.stream(perExample).max().orElse(Double.NaN);
    checks.add(
        Check.within(
            "rate-least", "least best rate / batch up to 64", least, .0033, .0034, DIVIDED));
    checks.add(
        Check.within(
            "rate-most", "greatest best rate / batch up to 64", greatest, .0033, .0034, DIVIDED));
    checks.add(Check.within("critical", "fitted B_crit", law.critical(), 922, 1002, EQUAL));
    checks.add(Check.within("least", "fitted S_min", law.least(), 5_968 * .98, 5_968 * 1.02, GRID));
    checks.add(
        Check.atMost("fit", "largest log residual of the fit", law.residual(), .17, DIVIDED));
    double[] speedUp =
        IntStream.range(0, fast.length).mapToDouble(i -> sgd.get(i).steps() / fast[i]).toArray();
    double small = Arrays.stream(speedUp, 0, 7).max().orElse(Double.NaN);
    String averaged = "noise of momentum divided by the gradients that a velocity sums";
    checks.add(Check.atMost("small", "speed-up by momentum up to 64", small, 1.05, averaged));
    String forgotten = "a velocity that is forgotten at each step";
    checks.add(
        Check.within("large", "speed-up by momentum at 4,096", speedUp[12], 4.7, 5.3, forgotten));
    checks.add(
        Check.atLeast(
            "largest",
            "speed-up by momentum at 131,072",
            speedUp[17],
            17,
            forgotten + ", or rates below 1 only"));
    checks.add(
        Check.near("noise-scale", "noise scale at the start", noiseScale, 5.95, .005, EQUAL));
    return checks;
  }

  private static void steps(
      List<Check> checks, List<Best> sgd, int power, double right, String cause) {
    int batch = 1 << power;
    checks.add(
        Check.within(
            "steps-" + batch,
            "steps of SGD at batch " + batch,
            sgd.get(power).steps(),
            right * .995,
            right * 1.005,
            cause));
  }
}
