package io.kudari.lab.experiment;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Whether layer-wise rates are better for large batches (You et al. 2017, 2020), or only better
 * tuned (Nado et al. 2021, arXiv 2102.06356): every optimizer gets as many rates.
 */
final class TrustRatios implements Experiment {

  private static final int BATCH = 2048;
  private static final int STEPS = 100;
  private static final int WARM_UP = 10;

  /**
   * An optimizer with its rates: {@code middle} times powers of 2, when quick the three about
   * {@code usual}, which seldom lack the best.
   */
  private enum Method {
    MOMENTUM("Momentum", 0.1, -5, 3, -1),
    NESTEROV("Nesterov", 0.1, -5, 3, -1),
    LARS("LARS", 8, -5, 3, -2),
    ADAM("Adam", 0.002, -4, 4, 3),
    LAMB("LAMB", 0.02, -4, 4, 0);

    final String shown;
    final double middle;
    final int least;
    final int most;
    final int usual;

    Method(String shown, double middle, int least, int most, int usual) {
      this.shown = shown;
      this.middle = middle;
      this.least = least;
      this.most = most;
      this.usual = usual;
    }

    String optimizer() {
      return name().toLowerCase(Locale.ROOT);
    }

    double[] rates(boolean quick) {
      int from = quick ? usual - 1 : least;
      int to = quick ? usual + 1 : most;
      double[] rates = new double[to - from + 1];
      for (int i = 0; i < rates.length; i++) rates[i] = middle * StrictMath.pow(2, from + i);
      return rates;
    }
  }

  /**
   * What a rate gave.
   *
   * @param errors by seed
   */
  private record Tried(Method method, double rate, double[] errors) {

    double mean() {
      return Statistics.mean(errors);
    }
  }

  @Override
  public String name() {
    return "trust-ratios";
  }

  @Override
  public String question() {
    return "Do LARS and LAMB learn more from large batches than their tuned rivals?";
  }

  @Override
  public String setup() {
    return "784-128-128-128-128-10 on the digits without batch normalisation, batch 2,048, 100"
        + " steps: the rate rises over 10, then falls to 0 in a line. Nine rates a factor of"
        + " 2 apart for each optimizer, three when quick, all with their usual other"
        + " settings. Share of errors on 2,000 validation digits at the best rate, mean over"
        + " seeds.";
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 70 : 450;
  }

  private static Trial trial(Method method, double rate, long seed) {
    return Digits.perceptron(128, 128, 128, 128)
        .with("optimizer.name", method.optimizer())
        .with("optimizer.learning-rate", rate)
        .with("schedule.learning-rate.kind", "polynomial")
        .with("schedule.learning-rate.warmup.kind", "linear")
        .with("schedule.learning-rate.warmup.steps", WARM_UP)
        .with("train.batch", BATCH)
        .with("train.steps", STEPS)
        .seeded(seed);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 3);
    List<Trial> trials = new ArrayList<>();
    for (Method method : Method.values())
      for (double rate : method.rates(scope.quick()))
        for (long seed : seeds) trials.add(trial(method, rate, seed));
    List<TrialResult> results = bench.train(trials);
    List<Tried> tried = new ArrayList<>();
    int from = 0;
    for (Method method : Method.values())
      for (double rate : method.rates(scope.quick())) {
        List<TrialResult> own = results.subList(from, from + seeds.size());
        tried.add(new Tried(method, rate, own.stream().mapToDouble(Digits::error).toArray()));
        from += seeds.size();
      }
    double[] best = new double[Method.values().length];
    for (Method method : Method.values()) best[method.ordinal()] = best(tried, method).mean();
    String answer =
        String.format(
            Locale.ROOT,
            "%s: with as many rates tried, LARS ends at %.1f%% errors and Nesterov at %.1f%%,"
                + " LAMB at %.1f%% and Adam at %.1f%%.",
            checks(best).stream().allMatch(Check::holds) ? "Hardly, here" : "They are not alike",
            100 * best[Method.LARS.ordinal()],
            100 * best[Method.NESTEROV.ordinal()],
            100 * best[Method.LAMB.ordinal()],
            100 * best[Method.ADAM.ordinal()]);
    return new Findings(answer, List.of(table(tried)), List.of(figure(tried, seeds)), checks(best));
  }

  private static Tried best(List<Tried> tried, Method method) {
    return tried.stream()
        .filter(t -> t.method() == method)
        .min(Comparator.comparingDouble(Tried::mean))
        .orElseThrow();
  }

  private static Table table(List<Tried> tried) {
    List<List<Object>> rows = new ArrayList<>();
    for (Tried t : tried)
      rows.add(
          List.of(
              t.method().shown,
              t.rate(),
              t.mean(),
              best(tried, t.method()).equals(t) ? "best" : ""));
    return new Table("Errors by rate", List.of("optimizer", "rate", "errors", ""), rows);
  }

  private static Figure figure(List<Tried> tried, List<Long> seeds) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (Method method : Method.values()) {
      List<Tried> own = tried.stream().filter(t -> t.method() == method).toList();
      double[] x = own.stream().mapToDouble(t -> t.rate() / method.middle).toArray();
      int colour = method.ordinal();
      List<Curve> curves = new ArrayList<>();
      for (int s = 0; s < seeds.size(); s++) {
        int seed = s;
        double[] errors = own.stream().mapToDouble(t -> t.errors()[seed]).toArray();
        curves.add(Curve.of("seed " + seeds.get(s), Kind.SEED, colour, x, errors));
      }
      double[] means = own.stream().mapToDouble(Tried::mean).toArray();
      curves.add(Curve.of(method.shown, Kind.MIDDLE, colour, x, means));
      panels.add(
          new Figure.Panel(
              String.format(Locale.ROOT, "%s, 1 is a rate of %s", method.shown, method.middle),
              curves));
    }
    return new Figure(
        "Errors after 100 steps against the rate",
        "Mean over seeds, seeds thin. Compare the lowest points: those with a trust ratio tie with"
            + " those without in their family. Only rates that are tuned for each tell so.",
        new Figure.Scale("rate, by the middle one", true),
        new Figure.Scale("share of errors", true),
        panels);
  }

  private static List<Check> checks(double[] best) {
    double nesterov = best[Method.NESTEROV.ordinal()];
    double adam = best[Method.ADAM.ordinal()];
    double lars = best[Method.LARS.ordinal()];
    double lamb = best[Method.LAMB.ordinal()];
    String small = "rates far too small";
    return List.of(
        Check.atMost(
            "lars",
            "errors of LARS and Nesterov apart",
            Math.abs(lars - nesterov),
            .02,
            "LARS without its coefficient, or a rival that is not tuned"),
        Check.atMost("nesterov-errors", "errors of Nesterov", nesterov, .2, small),
        Check.atMost("lamb", "errors of LAMB and Adam apart", Math.abs(lamb - adam), .015, small),
        Check.atMost("lamb-errors", "errors of LAMB", lamb, .06, small),
        Check.atMost("adam-errors", "errors of Adam", adam, .06, small));
  }
}
