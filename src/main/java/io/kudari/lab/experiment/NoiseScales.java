package io.kudari.lab.experiment;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.optim.noise.AdaScale;
import io.kudari.optim.noise.GradientNoise;
import io.kudari.optim.noise.NoiseScale;
import io.kudari.train.NoiseMeter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether the noise scale that a run tells is the one there is (McCandlish et al. 2018, appendix
 * A). Where every example is a worker, the same formula gives the variance itself, and what is
 * expected of any shards that are drawn without replacement: no estimate is compared with another.
 *
 * <p>Workers own fixed parts of the examples, so estimates of few shards are unbiased over all ways
 * to deal them, and of one way by no more than a share of tr Σ / M, M the examples: too little to
 * matter here, where ‖G‖² is far above it. After many steps of descent on all examples it is not.
 */
final class NoiseScales implements Experiment {

  private static final int EXAMPLES = 10_000;
  private static final int WINDOW = 30;
  private static final int WINDOWS = 50;
  private static final int MEASURED = WINDOW * WINDOWS;

  /**
   * So many readings at the end of a run are judged, by their median. Each is an average of 200
   * steps: after 40 steps of descent one of 10 is off by more than a quarter. Of 1,000 redrawn runs
   * of each case the farthest median is off by 0.30; a mean of ratios mostly by 1.
   */
  private static final int READINGS = 1000;

  /** The same up to so many steps of descent; later 64 examples tell less of ‖G‖² in 200 steps. */
  private static final int READ = 40;

  /**
   * Small enough for descent to be stable: at 0.5 the loss swings, and what rounding makes of other
   * numbers of shards grows to a tenth of the gradient within 40 steps.
   */
  private static final double RATE = 0.1;

  /** Of 1,000 redrawn runs, six cases each, the least share of windows is 0.76. */
  private static final double LEAST_COVERED = .7;

  private static final String NORM = "the squared norm of a batch's gradient for that of all";

  /** How a batch is cut. */
  private record Shards(int workers, int batch) {

    String shown() {
      return batch + " examples in " + workers + " shards";
    }
  }

  /**
   * The last has shards of 1 and of 2 examples, by which the formula of equal shards is wrong by
   * 13%. Workers' shares of a batch differ by one example at most, so it can hardly be more.
   */
  private static final List<Shards> SHARDS =
      List.of(new Shards(8, 64), new Shards(2, 64), new Shards(40, 60));

  /**
   * What was measured of parameters that stay.
   *
   * @param after steps of descent
   * @param exact of all examples
   * @param told in each step, of shards
   * @param reading the noise scale as the run tells it, the median of the last readings
   */
  private record Case(
      int after, Shards shards, GradientNoise exact, List<GradientNoise> told, double reading) {

    double meanVariance() {
      return Statistics.mean(told.stream().mapToDouble(GradientNoise::variance).toArray());
    }

    double meanSquaredNorm() {
      return Statistics.mean(told.stream().mapToDouble(GradientNoise::squaredNorm).toArray());
    }

    /** The larger distance of both means from what they estimate, in standard errors. */
    double errors() {
      double[] variances = told.stream().mapToDouble(GradientNoise::variance).toArray();
      double[] norms = told.stream().mapToDouble(GradientNoise::squaredNorm).toArray();
      return Math.max(errors(variances, exact.variance()), errors(norms, exact.squaredNorm()));
    }

    private static double errors(double[] values, double right) {
      double mean = Statistics.mean(values);
      double squares = 0;
      for (double v : values) squares += (v - mean) * (v - mean);
      double deviation = StrictMath.sqrt(squares / (values.length - 1) / values.length);
      return Math.abs(mean - right) / deviation;
    }

    /** How far the run's reading is from the exact scale, relative. */
    double readingOff() {
      return Math.abs(reading / scale(exact) - 1);
    }

    /** How many windows have an interval that holds the exact scale. */
    int covered() {
      double right = scale(exact);
      int covered = 0;
      for (int w = 0; w < WINDOWS; w++) {
        NoiseScale scale = new NoiseScale();
        told.subList(w * WINDOW, (w + 1) * WINDOW).forEach(scale::add);
        NoiseScale.Reading reading = scale.reading();
        if (reading.low() <= right && right <= reading.high()) covered++;
      }
      return covered;
    }
  }

  @Override
  public String name() {
    return "noise-scale";
  }

  @Override
  public String question() {
    return "Is the noise scale that a run tells the one there is?";
  }

  @Override
  public String setup() {
    return "784-64-10 on 10,000 digits, after 0 and 20 steps of descent on all of them (40 and 100"
        + " too when not quick), from when on the parameters stay. The noise is told in each"
        + " of 1,500 steps, of 64 examples in 8 and in 2 shards and of 60 in 40, and"
        + " once with a shard for each example, which is exact. Intervals of 90% are made of 30"
        + " steps each.";
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 15 : 60;
  }

  private static Trial trial(int after, int workers, int steps) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("data.train.format", "digits");
    settings.put("data.train.examples", String.valueOf(EXAMPLES));
    settings.put("data.validation", "0");
    settings.put(
        "model.layers",
        "[ { type = dense, units = 64, activation = relu }, { type = dense, units = auto } ]");
    settings.put("optimizer.name", "sgd");
    settings.put("optimizer.learning-rate", String.valueOf(RATE));
    settings.put("train.batch", String.valueOf(EXAMPLES));
    settings.put("train.workers", String.valueOf(workers));
    settings.put("train.steps", String.valueOf(after + steps));
    settings.put("train.last-batch", "carry");
    // It scales nothing, and has the noise measured in every step.
    settings.put("train.batch-rule", "adascale");
    settings.put("train.base-batch", String.valueOf(EXAMPLES));
    Trial trial = Trial.of(settings);
    // A rate of 0 is refused; this one changes no weight of single precision.
    if (after == 0) return trial.with("optimizer.learning-rate", 1e-30);
    return trial
        .with("schedule.learning-rate.kind", "piecewise")
        .with("schedule.learning-rate.at-steps", "[" + after + "]")
        .with("schedule.learning-rate.factors", "[0]");
  }

  private static Trial estimating(int after, Shards shards) {
    Trial trial = trial(after, shards.workers(), MEASURED);
    if (after == 0)
      return trial.with("train.batch", shards.batch()).with("train.base-batch", shards.batch());
    double factor = (double) shards.batch() / EXAMPLES;
    return trial
        .with("schedule.batch.kind", "piecewise")
        .with("schedule.batch.at-epochs", "[" + after + "]")
        .with("schedule.batch.factors", "[" + factor + "]");
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    int[] all = scope.quick() ? new int[] {0, 20} : new int[] {0, 20, 40, 100};
    long seed = scope.seeds(1, 1).get(0);
    List<Trial> trials = new ArrayList<>();
    for (int after : all) {
      trials.add(trial(after, EXAMPLES, 1).seeded(seed));
      for (Shards shards : SHARDS) trials.add(estimating(after, shards).seeded(seed));
    }
    List<TrialResult> results = bench.train(trials);
    List<Case> cases = new ArrayList<>();
    int at = 0;
    for (int after : all) {
      GradientNoise exact = told(results.get(at++), 1).get(0);
      for (Shards shards : SHARDS) cases.add(measured(after, shards, exact, results.get(at++)));
    }
    List<Check> checks = checks(cases);
    Case last = cases.get(cases.size() - 1);
    String answer =
        String.format(
            Locale.ROOT,
            "%s: of %d estimates the farthest is %.1f standard errors off, and the intervals"
                + " hold the true scale in %.0f%% of windows of 30 steps. It is %.0f at the start"
                + " and %.0f after %d steps.",
            checks.stream().allMatch(Check::holds) ? "Yes" : "Not everywhere",
            2 * cases.size(),
            worst(cases),
            100 * covered(cases),
            scale(cases.get(0).exact()),
            scale(last.exact()),
            last.after());
    return new Findings(answer, List.of(table(cases)), List.of(figure(cases, all)), checks);
  }

  private static Case measured(int after, Shards shards, GradientNoise exact, TrialResult result) {
    double[] all = result.values(NoiseMeter.TAG);
    double[] last = Arrays.copyOfRange(all, Math.max(0, all.length - READINGS), all.length);
    return new Case(after, shards, exact, told(result, MEASURED), Statistics.median(last));
  }

  /** The last measurements. */
  private static List<GradientNoise> told(TrialResult result, int count) {
    double[] variances = result.values(NoiseMeter.VARIANCE);
    double[] norms = result.values(NoiseMeter.SQUARED_NORM);
    List<GradientNoise> told = new ArrayList<>();
    for (int i = Math.max(0, variances.length - count); i < variances.length; i++)
      told.add(new GradientNoise(variances[i], norms[i]));
    while (told.size() < count) told.add(new GradientNoise(Double.NaN, Double.NaN));
    return told;
  }

  private static double scale(GradientNoise noise) {
    return noise.variance() / noise.squaredNorm();
  }

  private static double worst(List<Case> cases) {
    double worst = 0;
    for (Case c : cases) worst = Math.max(worst, c.errors());
    return worst;
  }

  private static double covered(List<Case> cases) {
    return cases.stream().mapToInt(Case::covered).sum() / (double) (WINDOWS * cases.size());
  }

  private static Table table(List<Case> cases) {
    List<List<Object>> rows = new ArrayList<>();
    for (Case c : cases)
      rows.add(
          List.of(
              c.after(),
              c.shards().shown(),
              c.meanVariance(),
              c.exact().variance(),
              c.meanSquaredNorm(),
              c.exact().squaredNorm(),
              c.meanVariance() / c.meanSquaredNorm(),
              c.reading(),
              scale(c.exact()),
              c.covered()));
    return new Table(
        "Means of what was told, and what is right",
        List.of(
            "after",
            "cut",
            "tr Σ",
            "exact",
            "‖G‖²",
            "exact",
            "scale",
            "as told",
            "exact",
            "windows of " + WINDOWS + " that hold it"),
        rows);
  }

  private static Figure figure(List<Case> cases, int[] all) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (int after : all) {
      List<Case> own = cases.stream().filter(c -> c.after() == after).toList();
      List<Curve> curves = new ArrayList<>();
      for (Case c : own)
        curves.add(new Curve(c.shards().shown(), Kind.MIDDLE, curves.size(), estimates(c)));
      double right = scale(own.get(0).exact());
      curves.add(
          new Curve(
              "exact",
              Kind.THEORY,
              curves.size(),
              List.of(new Point(WINDOW, right), new Point(MEASURED, right))));
      panels.add(new Figure.Panel("after " + after + " steps of descent", curves));
    }
    return new Figure(
        "The noise scale by the number of steps it is told in",
        "The ratio of both means so far, for three ways to cut a batch. All come to the dashed"
            + " line, which every example for itself gives; two shards need more steps than eight.",
        new Figure.Scale("steps", true),
        new Figure.Scale("noise scale", true),
        panels);
  }

  /** The ratio of the sums of the first steps, of ever more. */
  private static List<Point> estimates(Case of) {
    List<Point> points = new ArrayList<>();
    double variance = 0;
    double norm = 0;
    int next = WINDOW;
    for (int i = 1; i <= MEASURED; i++) {
      variance += of.told().get(i - 1).variance();
      norm += of.told().get(i - 1).squaredNorm();
      if (i < next && i < MEASURED) continue;
      if (norm > 0) points.add(new Point(i, variance / norm));
      next *= 2;
    }
    return points;
  }

  private static List<Check> checks(List<Case> cases) {
    double apart = 0;
    double gain = 0;
    double reading = 0;
    for (Case c : cases) {
      apart = Math.max(apart, Math.abs(c.meanVariance() / c.exact().variance() - 1));
      gain = Math.max(gain, gain(c.exact()));
      if (c.after() <= READ) reading = Math.max(reading, c.readingOff());
    }
    String formula = "batch and shard exchanged, or the formula of equal shards for unequal ones";
    return List.of(
        Check.atMost(
            "errors",
            "largest error of a mean, in its errors",
            worst(cases),
            4,
            formula + ", or ‖G‖² that is not let below 0"),
        Check.atMost("variance", "largest relative error of tr Σ", apart, .1, formula),
        Check.atMost(
            "reading",
            "largest relative error of the noise scale as it is told, up to step 40",
            reading,
            .4,
            "a mean of ratios"),
        Check.atLeast(
            "intervals",
            "share of windows whose interval holds the exact scale",
            covered(cases),
            .8,
            NORM),
        Check.atLeast(
            "intervals-least",
            "the same share, of the case that has least of them",
            cases.stream().mapToDouble(c -> c.covered() / (double) WINDOWS).min().orElse(0),
            LEAST_COVERED,
            NORM),
        Check.atMost(
            "adascale",
            "largest relative error of AdaScale's gain by the noise scale",
            gain,
            1e-6,
            "gain of another batch"));
  }

  /** How far gain · (B + N) is from S (B + N / S), for a batch N of 64, 8 times the base. */
  private static double gain(GradientNoise noise) {
    double gain = new AdaScale(8).gain(noise, 64, 8);
    return Math.abs(gain * (scale(noise) + 64) / (8 * (scale(noise) + 8)) - 1);
  }
}
