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
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How the learning rate may follow the batch, and what a warm-up is good for (Goyal et al. 2017).
 */
final class RateRules implements Experiment {

  private static final int BASE = 32;
  private static final double RATE = 0.05;
  private static final int EPOCHS = 10;
  private static final int[] SCALES = {1, 4, 16, 32, 64};

  /**
   * How the rate follows the batch.
   *
   * @param rule of {@code train.batch-rule}
   * @param warmUp epochs
   */
  private record Rule(String rule, int warmUp) {

    String shown() {
      return rule + (warmUp == 0 ? "" : ", " + warmUp + " epochs of warm-up");
    }
  }

  private static final Rule NONE = new Rule("none", 0);
  private static final Rule ROOT = new Rule("square-root", 0);
  private static final Rule LINEAR = new Rule("linear", 0);
  private static final Rule WARM = new Rule("linear", 4);
  private static final List<Rule> RULES = List.of(NONE, ROOT, LINEAR, new Rule("linear", 2), WARM);

  /** What is trained: a batch of {@code scale} times the base batch. */
  private record Cell(Rule rule, int scale) {}

  @Override
  public String name() {
    return "rate-rules";
  }

  @Override
  public String question() {
    return "How may the learning rate follow the batch, and what is a warm-up good for?";
  }

  @Override
  public String setup() {
    return "784-128-10 on the digits, momentum 0.9, 10 epochs, batches of 1, 4, 16, 32 and 64 times"
        + " 32. The rate is 0.05 at a batch of 32 and stays, grows as the square root or as the"
        + " batch; in the last case also with a gradual warm-up from 0.05 over 2 or 4 epochs. Share"
        + " of errors on 2,000 validation digits, mean over seeds. A run that diverges counts as"
        + " guessing.";
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 25 : 120;
  }

  private static List<Cell> cells(boolean quick) {
    List<Cell> cells = new ArrayList<>();
    for (Rule rule : RULES)
      for (int scale : SCALES)
        if (quick ? isChecked(rule, scale) : scale > 1 || rule.equals(NONE))
          cells.add(new Cell(rule, scale));
    return cells;
  }

  /** Those that the checks ask for, and the ends of curves. */
  private static boolean isChecked(Rule rule, int scale) {
    if (rule.equals(NONE)) return scale != 32;
    if (rule.equals(ROOT)) return scale == 64;
    return scale > 4 && rule.warmUp() != 2;
  }

  private static Trial trial(Cell cell, long seed) {
    Trial trial =
        Digits.momentum(Digits.perceptron(128), RATE)
            .with("train.epochs", EPOCHS)
            .with("train.batch", BASE * cell.scale())
            .with("train.base-batch", BASE)
            .with("train.batch-rule", cell.rule().rule())
            .seeded(seed);
    int warmUp = cell.rule().warmUp();
    if (warmUp == 0) return trial;
    return trial
        .with("schedule.learning-rate.kind", "constant")
        .with("schedule.learning-rate.warmup.kind", "gradual")
        .with("schedule.learning-rate.warmup.epochs", warmUp)
        .with("schedule.learning-rate.warmup.from", 1.0 / cell.scale());
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 5);
    List<Cell> cells = cells(scope.quick());
    List<Trial> trials = new ArrayList<>();
    for (Cell cell : cells) for (long seed : seeds(scope, cell)) trials.add(trial(cell, seed));
    Iterator<TrialResult> results = bench.train(trials).iterator();
    Map<Cell, double[]> errors = new LinkedHashMap<>();
    for (Cell cell : cells)
      errors.put(
          cell,
          seeds(scope, cell).stream().mapToDouble(s -> Digits.error(results.next())).toArray());
    String answer =
        String.format(
            Locale.ROOT,
            "In proportion, after a warm-up: 16 times the batch then errs in %.1f%% of digits, with"
                + " the rate kept in %.1f%% (batch 32: %.1f%%). 64 times the batch is in proportion"
                + " at %.0f%% errors even with a warm-up, where the square root is at %.1f%%.",
            100 * mean(errors, WARM, 16),
            100 * mean(errors, NONE, 16),
            100 * mean(errors, NONE, 1),
            100 * mean(errors, WARM, 64),
            100 * mean(errors, ROOT, 64));
    return new Findings(
        answer, List.of(table(errors)), List.of(figure(errors, seeds)), checks(errors));
  }

  /**
   * Where descent first breaks and finds back, errors lie far apart: from 14% to 64% over twelve
   * seeds, 34% in the mean, where a rate that is kept has 10%.
   */
  private static List<Long> seeds(Scope scope, Cell cell) {
    boolean breaks = cell.equals(new Cell(LINEAR, 32));
    return breaks ? scope.seeds(5, 10) : scope.seeds(2, 5);
  }

  private static double mean(Map<Cell, double[]> errors, Rule rule, int scale) {
    return Statistics.mean(errors.get(new Cell(rule, scale)));
  }

  private static Table table(Map<Cell, double[]> errors) {
    List<List<Object>> rows = new ArrayList<>();
    errors.forEach(
        (cell, found) -> {
          double[] sorted = found.clone();
          Arrays.sort(sorted);
          rows.add(
              List.of(
                  cell.rule().shown(),
                  BASE * cell.scale(),
                  Statistics.mean(found),
                  sorted[0],
                  sorted[sorted.length - 1]));
        });
    return new Table(
        "Share of errors", List.of("rule", "batch", "mean", "least", "greatest"), rows);
  }

  private static Figure figure(Map<Cell, double[]> errors, List<Long> seeds) {
    List<Curve> curves = new ArrayList<>();
    int colour = 0;
    for (Rule rule : RULES) {
      List<Cell> own = errors.keySet().stream().filter(c -> c.rule().equals(rule)).toList();
      if (own.isEmpty()) continue;
      double[] batch = own.stream().mapToDouble(c -> BASE * c.scale()).toArray();
      for (int s = 0; s < seeds.size(); s++) {
        int seed = s;
        double[] found = own.stream().mapToDouble(c -> errors.get(c)[seed]).toArray();
        curves.add(Curve.of("seed " + seeds.get(s), Kind.SEED, colour, batch, found));
      }
      double[] means = own.stream().mapToDouble(c -> Statistics.mean(errors.get(c))).toArray();
      curves.add(Curve.of(rule.shown(), Kind.MIDDLE, colour++, batch, means));
    }
    return new Figure(
        "Errors after ten epochs against the batch size",
        "Mean over seeds, seeds thin. A constant rate takes too few steps; a rate in proportion to"
            + " the batch breaks at 32 times, which a warm-up mends, and no warm-up mends 64 times."
            + " All train for the same epochs: the larger the batch, the fewer the steps.",
        new Figure.Scale("batch", true),
        new Figure.Scale("share of errors", true),
        List.of(new Figure.Panel("", curves)));
  }

  private static List<Check> checks(Map<Cell, double[]> errors) {
    double base = mean(errors, NONE, 1);
    double none64 = mean(errors, NONE, 64);
    double linear16 = mean(errors, LINEAR, 16);
    double linear32 = mean(errors, LINEAR, 32);
    double root64 = mean(errors, ROOT, 64);
    String ignored = "the rule is ignored";
    return List.of(
        Check.atLeast("none", "errors at 64 to 1 times, rate kept", none64 / base, 3.5, "a rule"),
        Check.atLeast(
            "rising", "least growth of errors, rate kept", leastGrowth(errors), 1, "a rule"),
        Check.atMost("linear-16", "errors at 16 times, linear", linear16, .065, ignored),
        Check.atLeast(
            "linear-32", "errors at 32 times, linear", linear32, .15, "a rate that grows less"),
        Check.atMost(
            "warm-32",
            "errors at 32 times, with to without warm-up",
            mean(errors, WARM, 32) / linear32,
            .5,
            "the full rate at once, or steps taken for epochs"),
        Check.atMost(
            "warm-16",
            "errors at 16 times, linear with warm-up to none",
            mean(errors, WARM, 16) / mean(errors, NONE, 16),
            .65,
            ignored),
        Check.atMost("root-64", "errors at 64 times, square root", root64, .1, ignored),
        Check.atMost(
            "root-none", "errors at 64 times, square root to none", root64 / none64, .625, ignored),
        Check.atLeast(
            "lost",
            "errors at 64 times, linear with warm-up",
            mean(errors, WARM, 64),
            .5,
            "a rate that grows less"));
  }

  /** The least ratio of neighbours, from one batch to the next larger. */
  private static double leastGrowth(Map<Cell, double[]> errors) {
    double least = Double.POSITIVE_INFINITY;
    double before = 0;
    for (Cell cell : errors.keySet()) {
      if (!cell.rule().equals(NONE)) continue;
      double found = Statistics.mean(errors.get(cell));
      if (before > 0) least = Math.min(least, found / before);
      before = found;
    }
    return least;
  }
}
