package io.kudari.lab.network;

import io.kudari.lab.Bench;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Statistics;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What trials share: perceptrons on the built-in digits, one worker. */
public final class Networks {

  private static final int VALIDATION = 2000;
  private static final int TEST = 2000;
  private static final int WINDOW = 30;

  private Networks() {}

  /**
   * A trial whose loss is told after every step, in whole batches of 128.
   *
   * @param examples to train on; 2,000 more validate
   */
  static Trial perceptron(int examples, int... hidden) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("data.train.format", "digits");
    settings.put("data.train.examples", String.valueOf(examples + VALIDATION));
    settings.put("data.train.seed", "1");
    settings.put("data.validation", String.valueOf((double) VALIDATION / (examples + VALIDATION)));
    settings.put(
        "model.layers",
        Arrays.stream(hidden)
            .mapToObj(units -> "{ type = dense, units = " + units + ", activation = relu }, ")
            .collect(Collectors.joining("", "[ ", "{ type = dense, units = auto } ]")));
    settings.put("train.batch", "128");
    settings.put("train.last-batch", "carry");
    settings.put("train.meters", "[step-loss]");
    settings.put("train.noise-scale", "off");
    settings.put("train.workers", "1");
    return Trial.of(settings);
  }

  /**
   * A trial that trains on the first so many digits, all of them, and is tested on 2,000 others, in
   * whole batches of 100.
   *
   * @param layer each hidden one, in HOCON; the outputs follow
   * @param count of hidden ones
   */
  public static Trial tested(int examples, String layer, int count) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("data.train.format", "digits");
    settings.put("data.train.examples", String.valueOf(examples));
    settings.put("data.train.seed", "1");
    settings.put("data.validation", "0");
    settings.put("data.test.format", "digits");
    settings.put("data.test.examples", String.valueOf(TEST));
    settings.put("data.test.seed", "2");
    settings.put(
        "model.layers", "[ " + (layer + ", ").repeat(count) + "{ type = dense, units = auto } ]");
    settings.put("optimizer.name", "sgd");
    settings.put("train.batch", "100");
    settings.put("train.last-batch", "carry");
    settings.put("train.noise-scale", "off");
    settings.put("train.workers", "1");
    return Trial.of(settings);
  }

  /** A hidden layer of 100 units, in HOCON. */
  public static String hidden(String activation) {
    return "{ type = dense, units = 100, activation = " + activation + " }";
  }

  /**
   * The loss of each step's examples before its update.
   *
   * @param steps of the trial; NaN where it had been lost
   */
  public static double[] losses(TrialResult result, int steps) {
    double[] losses = new double[steps];
    Arrays.fill(losses, Double.NaN);
    for (TrialResult.Measured m : result.measured())
      if (m.tag().equals("step-loss") && m.step() <= steps) losses[(int) m.step() - 1] = m.value();
    return losses;
  }

  /**
   * Trains each with every seed.
   *
   * @param steps of each trial
   * @return for each trial, the {@link #losses} of every seed
   */
  static List<List<double[]>> losses(Bench bench, List<Trial> trials, List<Long> seeds, int steps)
      throws InterruptedException {
    List<Trial> all = new ArrayList<>();
    for (Trial trial : trials) for (long seed : seeds) all.add(trial.seeded(seed));
    Iterator<TrialResult> results = bench.train(all).iterator();
    List<List<double[]>> losses = new ArrayList<>();
    for (int i = 0; i < trials.size(); i++)
      losses.add(seeds.stream().map(seed -> losses(results.next(), steps)).toList());
    return losses;
  }

  /** The mean over the last steps. */
  public static double end(double[] losses, int steps) {
    return Arrays.stream(losses, losses.length - steps, losses.length).average().orElse(Double.NaN);
  }

  /** Each step's mean with those up to 5 before and behind it. */
  public static double[] smooth(double[] losses) {
    return IntStream.range(0, losses.length)
        .mapToDouble(
            i ->
                Arrays.stream(losses, Math.max(0, i - 5), Math.min(losses.length, i + 6))
                    .average()
                    .orElse(Double.NaN))
        .toArray();
  }

  /** Smoothed losses by step: each seed thin, and the median of all thick. */
  static List<Curve> curves(String name, int colour, List<double[]> losses) {
    List<double[]> smooth = losses.stream().map(Networks::smooth).toList();
    List<Curve> curves = new ArrayList<>();
    for (double[] seed : smooth) curves.add(curve("a seed", Kind.SEED, colour, seed));
    curves.add(curve(name, Kind.LINE, colour, median(smooth)));
    return curves;
  }

  /** The median of each place over seeds. */
  static double[] median(List<double[]> seeds) {
    return IntStream.range(0, seeds.get(0).length)
        .mapToDouble(i -> Statistics.median(seeds.stream().mapToDouble(s -> s[i]).toArray()))
        .toArray();
  }

  /** The mean of each place over seeds. */
  static double[] mean(List<double[]> seeds) {
    return IntStream.range(0, seeds.get(0).length)
        .mapToDouble(i -> Statistics.mean(seeds.stream().mapToDouble(s -> s[i]).toArray()))
        .toArray();
  }

  /** Every tenth of a factor of steps. */
  private static Curve curve(String name, Kind kind, int colour, double[] losses) {
    List<Point> points = new ArrayList<>();
    double next = 1;
    for (int i = 1; i <= losses.length; i++) {
      if (i < next && i < losses.length) continue;
      points.add(new Point(i, losses[i - 1]));
      next = i * 1.1;
    }
    return new Curve(name, kind, colour, points).orLost();
  }

  /** The first step of which the last 30 have a mean below a limit; NaN where there is none. */
  static double below(double[] losses, double limit) {
    double sum = 0;
    for (int i = 0; i < losses.length; i++) {
      sum += losses[i] - (i < WINDOW ? 0 : losses[i - WINDOW]);
      if (i >= WINDOW - 1 && sum < limit * WINDOW) return i + 1;
    }
    return Double.NaN;
  }
}
