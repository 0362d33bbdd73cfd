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

/** Local SGD (Stich 2019) and its cure, post-local SGD (Lin et al. 2020). */
final class LocalSteps implements Experiment {

  private static final int WORKERS = 8;
  private static final int BATCH = 128;
  private static final int EPOCHS = 10;
  private static final int STEPS = 781;
  private static final int FEW = 15;
  private static final int[] ALL = {1, 2, 4, 8, 16, 32, 64};
  private static final int[] QUICK = {1, 4, 16, 64};

  /** What local steps may add to the share of errors, and are said to lose nothing. */
  private static final double LOST = .008;

  private static final String SHUFFLED = "shards are shuffled all the same";

  /**
   * What is trained.
   *
   * @param sorted whether workers have few classes
   * @param local steps between means
   * @param late whether they are 1 in the first half
   */
  private record Cell(boolean sorted, int local, boolean late) {

    String shards() {
      return sorted ? "sorted by label" : "dealt at random";
    }
  }

  private static final Cell POST_LOCAL = new Cell(true, 16, true);

  @Override
  public String name() {
    return "local-steps";
  }

  @Override
  public String question() {
    return "How rarely may workers exchange what they have learned?";
  }

  @Override
  public String setup() {
    return "784-64-10 on the digits, 8 workers of 16 examples a step, momentum 0.9, rate 0.05, 781"
        + " steps, about 10 epochs. Workers take 1 to 64 steps of their own, then go on from the"
        + " mean of their parameters and velocities; an epoch always ends with a mean. Their"
        + " examples are dealt at random, or sorted by label, so that each worker has one or two"
        + " classes. Share of errors on 2,000 validation digits, mean over seeds.";
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 30 : 120;
  }

  private static Trial synchronous(boolean sorted) {
    Trial trial =
        Digits.momentum(Digits.perceptron(64), 0.05)
            .with("train.batch", BATCH)
            .with("train.workers", WORKERS)
            .with("train.epochs", EPOCHS)
            .with("train.steps", STEPS);
    return sorted ? trial.with("train.shards", "sorted-by-label") : trial;
  }

  private static Trial trial(Cell cell) {
    Trial trial = synchronous(cell.sorted()).with("train.algorithm.name", "parameter-averaging");
    String steps = "train.algorithm.local-steps";
    if (!cell.late()) return trial.with(steps, cell.local());
    return trial.with(
        steps,
        "{ kind = piecewise, value = 1, at-epochs = [5], factors = [" + cell.local() + "] }");
  }

  private static List<Cell> cells(int[] local) {
    List<Cell> cells = new ArrayList<>();
    for (boolean sorted : new boolean[] {false, true})
      for (int h : local) cells.add(new Cell(sorted, h, false));
    cells.add(POST_LOCAL);
    return cells;
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(3, 5);
    int[] local = scope.quick() ? QUICK : ALL;
    List<Cell> cells = cells(local);
    List<Trial> trials = new ArrayList<>();
    for (Cell cell : cells) for (long seed : seeds) trials.add(trial(cell).seeded(seed));
    List<TrialResult> results = bench.train(trials);
    Map<Cell, List<TrialResult>> found = new LinkedHashMap<>();
    for (int c = 0; c < cells.size(); c++)
      found.put(cells.get(c), results.subList(c * seeds.size(), (c + 1) * seeds.size()));
    return new Findings(
        answer(found, local),
        List.of(table(found)),
        List.of(figure(found, local, seeds)),
        checks(found, local, apart(bench, seeds.get(0))));
  }

  private static String answer(Map<Cell, List<TrialResult>> found, int[] local) {
    int rarest = rarest(found, local);
    String dealt =
        rarest == 1
            ? "After every step, even where each worker has digits of all kinds"
            : String.format(
                Locale.ROOT,
                "As rarely as every %d steps where each worker has digits of all kinds (%.1f%%"
                    + " errors, against %.1f%% with a mean after every step)",
                rarest,
                100 * error(found, new Cell(false, rarest, false)),
                100 * error(found, new Cell(false, 1, false)));
    return String.format(
        Locale.ROOT,
        "%s; where it has only one or two kinds, means after every step give %.0f%% errors, after"
            + " every 64 %.0f%%, and after every 16 %.0f%%, or %.0f%% where that begins half-way.",
        dealt,
        100 * error(found, new Cell(true, 1, false)),
        100 * error(found, new Cell(true, 64, false)),
        100 * error(found, new Cell(true, 16, false)),
        100 * error(found, POST_LOCAL));
  }

  /** The most steps between means up to which examples dealt at random lose nothing. */
  private static int rarest(Map<Cell, List<TrialResult>> found, int[] local) {
    double most = error(found, new Cell(false, 1, false)) + LOST;
    int rarest = 1;
    for (int h : local) {
      if (error(found, new Cell(false, h, false)) > most) return rarest;
      rarest = h;
    }
    return rarest;
  }

  /** How far H = 1 and gradient sharing are apart after a few steps: |ratio of losses − 1|. */
  private static double apart(Bench bench, long seed) throws InterruptedException {
    List<TrialResult> both =
        bench.train(
            List.of(
                synchronous(false).with("train.steps", FEW).seeded(seed),
                trial(new Cell(false, 1, false)).with("train.steps", FEW).seeded(seed)));
    double shared = both.get(0).loss("validation").orElse(Double.NaN);
    return Math.abs(both.get(1).loss("validation").orElse(Double.NaN) / shared - 1);
  }

  private static double error(Map<Cell, List<TrialResult>> found, Cell cell) {
    return Statistics.mean(found.get(cell).stream().mapToDouble(Digits::error).toArray());
  }

  private static Table table(Map<Cell, List<TrialResult>> found) {
    List<List<Object>> rows = new ArrayList<>();
    found.forEach(
        (cell, results) ->
            rows.add(
                List.of(
                    cell.shards(),
                    cell.late() ? "1, from epoch 6 on " + cell.local() : "" + cell.local(),
                    results.get(0).rounds(),
                    error(found, cell))));
    return new Table(
        "Share of errors", List.of("examples", "local steps", "exchanges", "errors"), rows);
  }

  private static Figure figure(Map<Cell, List<TrialResult>> found, int[] local, List<Long> seeds) {
    double[] h = Arrays.stream(local).asDoubleStream().toArray();
    List<Figure.Panel> panels = new ArrayList<>();
    for (boolean sorted : new boolean[] {false, true}) {
      List<Curve> curves = new ArrayList<>();
      int colour = sorted ? 1 : 0;
      for (int s = 0; s < seeds.size(); s++) {
        double[] own = new double[h.length];
        for (int i = 0; i < h.length; i++)
          own[i] = Digits.error(found.get(new Cell(sorted, local[i], false)).get(s));
        curves.add(Curve.of("seed " + seeds.get(s), Kind.SEED, colour, h, own));
      }
      double[] means = new double[h.length];
      for (int i = 0; i < h.length; i++) means[i] = error(found, new Cell(sorted, local[i], false));
      String shards = new Cell(sorted, 1, false).shards();
      curves.add(Curve.of(shards, Kind.MIDDLE, colour, h, means));
      panels.add(new Figure.Panel(shards, curves));
    }
    return new Figure(
        "Errors against the steps between means",
        "Mean over seeds, seeds thin. Left the curve does not rise: workers that see the same kinds"
            + " of digits stay close to each other. Right each forgets what the others know until"
            + " the next mean. The examples seen are the same everywhere.",
        new Figure.Scale("steps between means", true),
        new Figure.Scale("share of errors", true),
        panels);
  }

  private static List<Check> checks(Map<Cell, List<TrialResult>> found, int[] local, double apart) {
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.atMost(
            "synchronous",
            "relative difference of losses, H = 1 and gradient sharing, after 15 steps",
            apart,
            1e-5,
            "velocities that are forgotten at each mean"));
    for (int h : local) {
      long rounds = found.get(new Cell(false, h, false)).get(0).rounds();
      long right = rounds(h);
      checks.add(
          Check.within(
              "rounds-" + h,
              "exchanges with " + h + " local steps",
              rounds,
              right,
              right,
              "an exchange after every step, or steps counted in examples"));
    }
    double base = error(found, new Cell(false, 1, false));
    double worst = 0;
    double growth = Double.POSITIVE_INFINITY;
    double before = 0;
    for (int h : local) {
      worst = Math.max(worst, error(found, new Cell(false, h, false)) - base);
      if (h != 1 && h != 4 && h != 16 && h != 64) continue;
      double now = error(found, new Cell(true, h, false));
      if (before > 0) growth = Math.min(growth, now / before);
      before = now;
    }
    checks.add(
        Check.atMost(
            "dealt",
            "errors above H = 1, dealt at random",
            worst,
            LOST,
            "a rate that grows with the local steps"));
    checks.add(
        Check.atLeast(
            "rising", "least growth of errors over 1, 4, 16, 64, sorted", growth, 1, SHUFFLED));
    double first = error(found, new Cell(true, 1, false));
    double last = error(found, new Cell(true, 64, false));
    checks.add(
        Check.atLeast("sorted", "errors at H = 64 to 1, sorted", last / first, 2.5, SHUFFLED));
    double late = error(found, POST_LOCAL) / error(found, new Cell(true, 16, false));
    checks.add(
        Check.atMost(
            "post-local", "errors, post-local to local, H = 16, sorted", late, .75, "never late"));
    return checks;
  }

  /** How many means there are: every H steps, and at the end of each epoch and of the run. */
  private static long rounds(int h) {
    long rounds = 0;
    long before = 0;
    for (int epoch = 1; before < STEPS; epoch++) {
      long end = Math.min(STEPS, ((long) epoch * Digits.EXAMPLES + BATCH - 1) / BATCH);
      rounds += (end - before + h - 1) / h;
      before = end;
    }
    return rounds;
  }
}
