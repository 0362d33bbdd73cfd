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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The generalisation gap of large batches, and how it closes (Hoffer, Hubara, Soudry 2017). */
final class GeneralisationGap implements Experiment {

  private static final int LONG = 1562;
  private static final int SHORT = 50;

  /** What is trained. */
  private enum Plan {
    BASE("batch 32, rate 0.025", 32, 0.025, 0, LONG),
    SAME("batch 1,000, rate 0.025", 1000, 0.025, 0, SHORT),
    ROOT("batch 1,000, rate 0.14", 1000, 0.14, 0, SHORT),
    TUNED("batch 1,000, rate 0.4", 1000, 0.4, 0, SHORT),
    GHOST("the same, ghost batches of 32", 1000, 0.4, 32, SHORT),
    STEPS("batch 1,000, rate 0.4, as many steps", 1000, 0.4, 0, LONG),
    BOTH("ghost batches of 32, as many steps", 1000, 0.4, 32, LONG);

    final String shown;
    final int batch;
    final double rate;
    final int ghost;
    final int steps;

    Plan(String shown, int batch, double rate, int ghost, int steps) {
      this.shown = shown;
      this.batch = batch;
      this.rate = rate;
      this.ghost = ghost;
      this.steps = steps;
    }
  }

  @Override
  public String name() {
    return "generalisation-gap";
  }

  @Override
  public String question() {
    return "Do networks trained with large batches generalise worse, and what helps?";
  }

  @Override
  public String setup() {
    return "784-128-128-10 with batch normalisation before the rectifiers, on 2,000 digits,"
        + " momentum 0.9: batch 32 for 25 epochs, 1,562 steps; batch 1,000 for 25 epochs, 50"
        + " steps, at three rates, and with ghost batches of 32; when not quick, also for"
        + " 1,562 steps. Share of errors on 10,000 other digits, compared with batch 32 seed"
        + " by seed. Of the first seed also where batch 32 and batch 1,000 at rate 0.4 end: how far"
        + " from the start, the training loss on the line through both, and that a hundredth of"
        + " the parameters' length up the gradient.";
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 25 : 300;
  }

  private static Trial trial(Plan plan, long seed) {
    String layer =
        "{ type = dense, units = 128, activation = relu, batch-norm = before, ghost-batch = "
            + plan.ghost
            + " }";
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("data.train.format", "digits");
    settings.put("data.train.examples", "2000");
    settings.put("data.train.seed", "1");
    settings.put("data.test.format", "digits");
    settings.put("data.test.examples", "10000");
    settings.put("data.test.seed", "2");
    settings.put("data.validation", "0");
    settings.put(
        "model.layers", "[ " + layer + ", " + layer + ", { type = dense, units = auto } ]");
    settings.put("train.last-batch", "carry");
    settings.put("train.noise-scale", "off");
    settings.put("train.workers", "1");
    settings.put("train.evaluate.train", "true");
    settings.put("train.batch", String.valueOf(plan.batch));
    settings.put("train.steps", String.valueOf(plan.steps));
    return Digits.momentum(Trial.of(settings), plan.rate).seeded(seed);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(3, 5);
    List<Plan> plans =
        Arrays.stream(Plan.values())
            .filter(p -> !scope.quick() || p.batch < 1000 || p.steps == SHORT)
            .toList();
    List<Trial> trials = new ArrayList<>();
    for (Plan plan : plans) for (long seed : seeds) trials.add(trial(plan, seed));
    List<TrialResult> results = bench.train(trials);
    Map<Plan, List<TrialResult>> found = new LinkedHashMap<>();
    for (int p = 0; p < plans.size(); p++)
      found.put(plans.get(p), results.subList(p * seeds.size(), (p + 1) * seeds.size()));
    String answer =
        String.format(
            Locale.ROOT,
            "At the same rate %.1f more of 100 digits are wrong, for there are too few steps; at a"
                + " tuned rate %.1f, with ghost batches %.1f.",
            100 * apart(found, Plan.SAME, Plan.BASE),
            100 * apart(found, Plan.TUNED, Plan.BASE),
            100 * apart(found, Plan.GHOST, Plan.BASE));
    List<Table> tables = new ArrayList<>(List.of(table(found)));
    List<Figure> figures = new ArrayList<>(List.of(figure(found, seeds)));
    try (Ends ends =
        new Ends(
            bench,
            path(Plan.BASE, seeds.get(0), List.of(1, 4, 16, 64, 256, LONG)),
            path(Plan.TUNED, seeds.get(0), List.of(1, 2, 4, 8, 16, 32, SHORT)))) {
      if (ends.areThere()) {
        tables.add(ends.table());
        figures.addAll(List.of(ends.distances(), ends.line()));
      }
    }
    return new Findings(answer, tables, figures, checks(found));
  }

  private static Ends.Path path(Plan plan, long seed, List<Integer> steps) {
    SortedMap<String, String> settings = new TreeMap<>(trial(plan, seed).settings());
    settings.keySet().removeIf(k -> k.startsWith("data.test") || k.startsWith("train.evaluate"));
    return new Ends.Path(plan.shown, new Trial(settings, seed), steps);
  }

  private static double[] errors(Map<Plan, List<TrialResult>> found, Plan plan, String subset) {
    return found.get(plan).stream()
        .mapToDouble(r -> r.error(subset).orElse(Digits.CHANCE))
        .toArray();
  }

  /** Mean over seeds of the difference of both test errors. */
  private static double apart(Map<Plan, List<TrialResult>> found, Plan a, Plan b) {
    return Statistics.mean(errors(found, a, "test")) - Statistics.mean(errors(found, b, "test"));
  }

  private static Table table(Map<Plan, List<TrialResult>> found) {
    List<List<Object>> rows = new ArrayList<>();
    for (Plan plan : found.keySet())
      rows.add(
          List.of(
              plan.shown,
              plan.steps,
              Statistics.mean(errors(found, plan, "train")),
              Statistics.mean(errors(found, plan, "test")),
              apart(found, plan, Plan.BASE)));
    return new Table(
        "Share of errors",
        List.of("training", "steps", "on training digits", "on others", "above batch 32"),
        rows);
  }

  private static Figure figure(Map<Plan, List<TrialResult>> found, List<Long> seeds) {
    double[] x = IntStream.range(0, seeds.size()).mapToDouble(i -> i).toArray();
    List<String> names = seeds.stream().map(String::valueOf).toList();
    List<Figure.Panel> panels = new ArrayList<>();
    double[] base = errors(found, Plan.BASE, "test");
    for (Plan plan : found.keySet()) {
      if (plan == Plan.BASE) continue;
      double[] own = errors(found, plan, "test");
      panels.add(
          new Figure.Panel(
              plan.shown,
              List.of(
                  Curve.of("batch 32", Kind.THEORY, 0, x, base),
                  Curve.of("batch 1,000", Kind.MIDDLE, 1, x, own))));
    }
    return new Figure(
        "Errors on other digits, seed by seed",
        "The distance between the lines is the gap: large where 50 steps are taken at the rate of"
            + " batch 32, small at a rate that is tuned, smaller with ghost batches, whose"
            + " statistics are as noisy as those of batch 32.",
        new Figure.Scale("seed", false, names),
        new Figure.Scale("share of errors", false),
        panels);
  }

  private static List<Check> checks(Map<Plan, List<TrialResult>> found) {
    List<Check> checks = new ArrayList<>();
    String rule = "the rate follows the batch by itself";
    String ghost = "ghost batches ignored";
    checks.add(
        Check.atLeast(
            "same", "gap at the same rate", apart(found, Plan.SAME, Plan.BASE), .035, rule));
    checks.add(
        Check.within(
            "tuned", "gap at rate 0.4", apart(found, Plan.TUNED, Plan.BASE), .006, .03, rule));
    checks.add(
        Check.atMost(
            "ghost",
            "errors with ghost batches above those without",
            apart(found, Plan.GHOST, Plan.TUNED),
            -.003,
            ghost));
    double training = 0;
    for (Plan plan : found.keySet())
      if (plan != Plan.SAME)
        training = Math.max(training, Statistics.mean(errors(found, plan, "train")));
    checks.add(
        Check.atMost(
            "training", "greatest training error but at the same rate", training, .001, rule));
    if (found.containsKey(Plan.BOTH))
      checks.add(
          Check.atMost(
              "steps",
              "gap with ghost batches and as many steps",
              apart(found, Plan.BOTH, Plan.BASE),
              0,
              ghost));
    return checks;
  }
}
