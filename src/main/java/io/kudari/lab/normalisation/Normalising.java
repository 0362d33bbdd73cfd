package io.kudari.lab.normalisation;

import io.kudari.data.Examples;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
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
import io.kudari.lab.Verdict;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What normalised inputs are worth, and what their statistics may be taken of. */
public class Normalising implements Computed {

  private static final int EXAMPLES = 300;
  private static final int DRAWS = 20;
  private static final int FEATURES = 4;
  private static final int FEW = 10;
  private static final int TRAINING = 80;
  private static final int TESTS = 20;
  private static final double SHIFT = 3;
  private static final double OUTLIER = 1000;
  private static final String LEAK = "statistics of training and test together: 0.6, 1.55";
  private static final String SAMPLE = "1/(n − 1) for 1/n: 0.949 of ten";
  private static final String NONE = "inputs that are left as they are, or scaled together";

  private static final Claim LEAST_TO_MOST =
      new Claim("001", 324, "Normalising is to bring each feature between 0 and 1.");
  private static final Claim MEAN_TO_ZERO =
      new Claim("000", 130, "Normalising is to bring each feature to mean 0 and variance 1.");

  /** What is done to features. */
  private enum Way {
    NONE("none"),
    MIN_MAX("min–max"),
    Z_SCORE("z-score");

    final String shown;

    Way(String shown) {
      this.shown = shown;
    }
  }

  /**
   * What became of one draw.
   *
   * @param condition of the least squares
   * @param steps of descent
   * @param course excess of the loss after 10⁰, 10^½ … steps
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Found(double condition, double steps, double[] course) {}

  /** The experiment. */
  public Normalising() {}

  /** What features are normalised by: of the training examples alone. */
  FeatureStatistics statistics(Examples all, int[] training) {
    return FeatureStatistics.of(all, training);
  }

  /** The deviation that a feature is divided by. */
  double deviation(FeatureStatistics of, int feature) {
    return Math.sqrt(of.deviation()[feature] / of.count());
  }

  @Override
  public String name() {
    return "normalize";
  }

  @Override
  public Section section() {
    return Section.NORMALISATION;
  }

  @Override
  public String question() {
    return "What is it worth to normalise inputs, and in which way?";
  }

  @Override
  public String setup() {
    return "Least squares with a constant on 300 examples of four features, N(0, 1), N(50, 10²),"
        + " U(0, 1000) and log-normal, as they are, between 0 and 1, and of mean 0 and variance"
        + " 1; steps of gradient descent at 1 / the greatest curvature, in closed form, until 0.01"
        + " above the least loss; 20 draws. An outlier of 1,000 in the first feature. Statistics"
        + " of 80 training examples, where 20 test examples have the mean 3.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(LEAST_TO_MOST, MEAN_TO_ZERO);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private static Examples examples(double[][] rows) {
    int size = rows[0].length;
    float[] values = new float[rows.length * size];
    for (int i = 0; i < values.length; i++) values[i] = (float) rows[i / size][i % size];
    int[] labels = new int[rows.length];
    return new Examples(Shape.flat(size), null, values, labels, null, rows.length);
  }

  private static double[] draw(RandomStream random) {
    return new double[] {
      random.gaussian(),
      50 + 10 * random.gaussian(),
      1000 * random.uniformDouble(),
      StrictMath.exp(random.gaussian())
    };
  }

  private double[] normalised(Way way, Examples all, FeatureStatistics by, int feature) {
    int size = all.shape().size();
    double low = by.min()[feature];
    double range = by.max()[feature] - low;
    double mean = by.mean()[feature];
    double deviation = deviation(by, feature);
    return IntStream.range(0, all.count())
        .mapToDouble(i -> all.floats()[i * size + feature])
        .map(
            v ->
                switch (way) {
                  case NONE -> v;
                  case MIN_MAX -> (v - low) / range;
                  case Z_SCORE -> (v - mean) / deviation;
                })
        .toArray();
  }

  /** Each row an example, with a constant behind its features. */
  private double[][] design(Way way, Examples all, FeatureStatistics by) {
    double[][] design = new double[all.count()][FEATURES + 1];
    for (double[] row : design) row[FEATURES] = 1;
    for (int j = 0; j < FEATURES; j++) {
      double[] column = normalised(way, all, by, j);
      for (int i = 0; i < column.length; i++) design[i][j] = column[i];
    }
    return design;
  }

  private Found descend(Way way, Examples all, RandomStream random) {
    int[] rows = IntStream.range(0, all.count()).toArray();
    FeatureStatistics by = statistics(all, rows);
    double[][] standard = design(Way.Z_SCORE, all, by);
    double[] targets = new double[all.count()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = random.gaussian() / 10;
      for (int j = 0; j < FEATURES; j++) targets[i] += standard[i][j];
    }
    LeastSquaresModes modes = LeastSquaresModes.of(design(way, all, by), targets);
    double[] course =
        IntStream.rangeClosed(0, 16)
            .mapToDouble(h -> modes.excess(StrictMath.pow(10, h / 2.0)))
            .toArray();
    return new Found(modes.condition(), modes.steps(.01), course);
  }

  /** How far Kudari's normaliser, in single precision, is from the arithmetic here. */
  private double product(Way way, Examples all) {
    FeatureStatistics by = FeatureStatistics.of(all);
    Normalizer.Method method =
        way == Way.MIN_MAX ? Normalizer.Method.MIN_MAX : Normalizer.Method.Z_SCORE;
    float[] values = all.floats().clone();
    Normalizer.fit(method, Normalizer.Per.FEATURE, all.shape(), by)
        .scaling()
        .apply(values, all.count(), FEATURES);
    double off = 0;
    for (int j = 0; j < FEATURES; j++) {
      double[] right = normalised(way, all, by, j);
      for (int i = 0; i < right.length; i++)
        off = Math.max(off, Math.abs(right[i] - values[i * FEATURES + j]));
    }
    return off;
  }

  /** The deviation of the first feature's other values where one is an outlier. */
  private double beside(Way way, Examples all) {
    float[] values = all.floats().clone();
    values[0] = (float) OUTLIER;
    Examples changed = new Examples(all.shape(), null, values, all.labels(), null, all.count());
    int[] rows = IntStream.range(0, all.count()).toArray();
    double[] column = normalised(way, changed, statistics(changed, rows), 0);
    return deviation(Arrays.copyOfRange(column, 1, column.length));
  }

  private static double deviation(double[] values) {
    double mean = Statistics.mean(values);
    double sum = 0;
    for (double v : values) sum += (v - mean) * (v - mean);
    return Math.sqrt(sum / values.length);
  }

  /** Mean and deviation that examples are normalised by of which the last ones are to test. */
  private double[] drifted(RandomStream random) {
    double[][] rows = new double[TRAINING + TESTS][1];
    for (int i = 0; i < rows.length; i++)
      rows[i][0] = random.gaussian() + (i < TRAINING ? 0 : SHIFT);
    int[] training = IntStream.range(0, TRAINING).toArray();
    FeatureStatistics by = statistics(examples(rows), training);
    return new double[] {by.mean()[0], deviation(by, 0)};
  }

  @Override
  public Findings measure(Scope scope) {
    List<List<Found>> all = new ArrayList<>();
    for (int w = 0; w < Way.values().length; w++) all.add(new ArrayList<>());
    double[][] drawn = new double[EXAMPLES][];
    double[] mean = new double[DRAWS];
    double[] deviation = new double[DRAWS];
    for (int d = 0; d < DRAWS; d++) {
      for (Way way : Way.values()) {
        RandomStream random = new RandomStream(scope.firstSeed(), Purpose.GENERATOR, 61, d);
        for (int i = 0; i < EXAMPLES; i++) drawn[i] = draw(random);
        all.get(way.ordinal()).add(descend(way, examples(drawn), random));
      }
      double[] by = drifted(new RandomStream(scope.firstSeed(), Purpose.GENERATOR, 62, d));
      mean[d] = by[0];
      deviation[d] = by[1];
    }
    Examples last = examples(drawn);
    Examples few = examples(Arrays.copyOf(drawn, FEW));
    int[] ten = IntStream.range(0, FEW).toArray();
    double unit = deviation(normalised(Way.Z_SCORE, few, statistics(few, ten), 0));
    double off = Math.max(product(Way.MIN_MAX, last), product(Way.Z_SCORE, last));
    double[] beside = {beside(Way.MIN_MAX, last), beside(Way.Z_SCORE, last)};
    return new Findings(
        answer(all, beside),
        List.of(table(all), courses(all), statistics(mean, deviation, unit, beside)),
        List.of(figure(all)),
        checks(all, beside, unit, off, Statistics.mean(mean), Statistics.mean(deviation)),
        verdicts(all));
  }

  private static String answer(List<List<Found>> all, double[] beside) {
    return String.format(
        Locale.ROOT,
        "Descent takes %,.0f steps on these features as they are, %.0f when each lies between 0 and"
            + " 1, and %.1f when each has mean 0 and variance 1. Beside one outlier of 1,000"
            + " min–max leaves the others a spread of %.4f, z-score %.3f.",
        Statistics.median(all.get(0), Found::steps),
        Statistics.median(all.get(1), Found::steps),
        Statistics.median(all.get(2), Found::steps),
        beside[0],
        beside[1]);
  }

  private static List<Verdict> verdicts(List<List<Found>> all) {
    double scaled = Statistics.median(all.get(1), Found::steps);
    double standard = Statistics.median(all.get(2), Found::steps);
    boolean apart = scaled > 10 * standard;
    String meant = "it is said that this is meant: it leaves %.3g steps, the other way %.3g";
    String first = String.format(Locale.ROOT, meant, scaled, standard);
    String second = String.format(Locale.ROOT, meant, standard, scaled);
    return List.of(
        apart ? LEAST_TO_MOST.holdsIf(first) : LEAST_TO_MOST.holds(),
        apart ? MEAN_TO_ZERO.holdsIf(second) : MEAN_TO_ZERO.holds());
  }

  private static List<Check> checks(
      List<List<Found>> all,
      double[] beside,
      double unit,
      double off,
      double mean,
      double deviation) {
    return List.of(
        Check.atLeast("condition", "condition as they are", c(all, 0), 5e6, NONE),
        Check.within("condition-min-max", "condition, min–max", c(all, 1), 80, 500, NONE),
        Check.atMost("condition-z", "condition, z-score", c(all, 2), 1.8, NONE),
        Check.atLeast("steps", "steps as they are", s(all, 0), 1e7, NONE),
        Check.within("steps-min-max", "steps, min–max", s(all, 1), 150, 520, NONE),
        Check.atMost("steps-z", "steps, z-score", s(all, 2), 3, NONE),
        Check.atMost("outlier-min-max", "spread beside the outlier", beside[0], .002, NONE),
        Check.within("outlier-z", "the same, z-score", beside[1], .014, .021, NONE),
        Check.near("unit", "deviation of ten values after z-score", unit, 1, 1e-9, SAMPLE),
        Check.within("mean", "mean that is taken off, training N(0, 1)", mean, -.3, .3, LEAK),
        Check.within("deviation", "deviation that is divided by", deviation, .8, 1.15, LEAK),
        Check.atMost("product", "Kudari's normaliser − double precision", off, 1e-5, SAMPLE));
  }

  private static double c(List<List<Found>> all, int way) {
    return Statistics.median(all.get(way), Found::condition);
  }

  private static double s(List<List<Found>> all, int way) {
    return Statistics.median(all.get(way), Found::steps);
  }

  private static Table table(List<List<Found>> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Way way : Way.values())
      rows.add(List.of(way.shown, c(all, way.ordinal()), s(all, way.ordinal())));
    return new Table("Medians of 20 draws", List.of("", "condition", "steps"), rows);
  }

  private static double[] course(List<Found> all) {
    return IntStream.range(0, all.get(0).course().length)
        .mapToDouble(h -> Statistics.median(all, f -> f.course()[h]))
        .toArray();
  }

  private static Table courses(List<List<Found>> all) {
    List<double[]> courses = all.stream().map(Normalising::course).toList();
    List<List<Object>> rows = new ArrayList<>();
    for (int h = 0; h < courses.get(0).length; h++)
      rows.add(
          List.of(
              StrictMath.pow(10, h / 2.0),
              courses.get(0)[h],
              courses.get(1)[h],
              courses.get(2)[h]));
    return new Table(
        "Loss above the least by step, medians of 20 draws",
        List.of("step", "none", "min–max", "z-score"),
        rows);
  }

  private static Table statistics(double[] mean, double[] deviation, double unit, double[] beside) {
    return new Table(
        "What features are normalised by",
        List.of("", "value"),
        List.of(
            List.of("mean of 80 training examples, mean of 20 draws", Statistics.mean(mean)),
            List.of("their deviation", Statistics.mean(deviation)),
            List.of("deviation of ten values after z-score", unit),
            List.of("spread beside an outlier of 1,000, min–max", beside[0]),
            List.of("the same, z-score", beside[1])));
  }

  private static Figure figure(List<List<Found>> all) {
    List<Curve> curves = new ArrayList<>();
    double[] steps =
        IntStream.rangeClosed(0, 16).mapToDouble(h -> StrictMath.pow(10, h / 2.0)).toArray();
    for (Way way : Way.values()) {
      double[] course = course(all.get(way.ordinal()));
      for (int h = 0; h < course.length; h++) if (course[h] < 1e-6) course[h] = Double.NaN;
      curves.add(Curve.of(way.shown, Kind.MIDDLE, way.ordinal(), steps, course));
    }
    double[] limit = {.01, .01};
    double[] ends = {steps[0], steps[steps.length - 1]};
    curves.add(Curve.of("0.01 above the least", Kind.THEORY, 7, ends, limit));
    return new Figure(
        "Loss above the least by step",
        "Both axes are logarithmic; medians of 20 draws, down to a millionth. Look where each"
            + " crosses the dashed line: seven decades lie between the first and the last.",
        new Figure.Scale("step", true),
        new Figure.Scale("loss above the least", true),
        List.of(new Figure.Panel("", curves)));
  }
}
