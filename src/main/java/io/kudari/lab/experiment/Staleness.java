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
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.algorithm.DelayedGradients;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Gradients that are applied late (Agarwal and Duchi 2011). Descent on a parabola is stable up to 2
 * sin(π / (2 (2τ + 1))) = 2 cos(τπ / (2τ + 1)); for momentum 0.9 the limits are those at which a
 * root of z^τ (z − 1)(z − 0.9) + ηz leaves the unit circle.
 */
class Staleness implements Experiment {

  private static final int MOST = 5;
  private static final int STEPS = 2000;
  private static final double MOMENTUM = 0.9;
  private static final int BATCH = 128;
  private static final double RATE = 0.25;
  private static final String RATE_KEY = "optimizer.learning-rate";
  private static final double[] MOMENTUM_LIMITS = {3.8, .1, .05125, .03478, .02650, .02150};

  /** Relative, of a limit. */
  private static final double NEAR = .02;

  /** By what the digits' rates may be off theory. */
  private static final double LAW = 1.8;

  /** Errors of one step late, by those without. */
  private static final double ONE_LATE = 1.3;

  private static final String WRONG_DELAY =
      "a delay that is one off, or a gradient that is applied where it was taken";

  /** Of trials: which delay, which rate. */
  private record Cell(int delay, double rate) {}

  /**
   * The largest stable rate of a delay, found and of theory.
   *
   * @param momentum 0 or 0.9
   */
  private record Limit(int delay, double momentum, double found, double theory) {}

  /**
   * What errors of the digits say of a delay.
   *
   * @param largest rate with few errors
   * @param law its ratio to that without delay by that of theory
   */
  private record Useful(int delay, double largest, double law) {}

  @Override
  public final String name() {
    return "staleness";
  }

  @Override
  public final String question() {
    return "What do gradients cost that are applied some steps late?";
  }

  @Override
  public final String setup() {
    return "The largest stable rate of descent on ½x² with gradients τ = 0 to 5 steps late, with"
        + " and without momentum 0.9, by bisection, 2,000 steps each. Then 784-64-10 on the"
        + " digits, SGD, batches of 128, 5 epochs, rates √2 apart from 1/32 to 2; quick τ ="
        + " 0 and 5 from 1/16 to √2, and 1 at rate 0.25. Limits with momentum are tabled:"
        + " roots that were computed once. Median share of errors on 2,000 validation digits.";
  }

  @Override
  public final int seconds(boolean quick) {
    return quick ? 20 : 90;
  }

  private static Trial trial(Cell cell) {
    return shared(cell.rate())
        .with("train.algorithm.name", "delayed-gradients")
        .with("train.algorithm.delay", cell.delay());
  }

  private static Trial shared(double rate) {
    return Digits.perceptron(64)
        .with("optimizer.name", "sgd")
        .with(RATE_KEY, rate)
        .with("train.batch", BATCH)
        .with("train.epochs", 5);
  }

  private static double theory(int delay) {
    return 2 * StrictMath.sin(StrictMath.PI / (2 * (2 * delay + 1)));
  }

  /**
   * x after each step of descent on ½x² from 1: by what trains, and otherwise in tests.
   *
   * @param delay τ
   */
  double[] path(int delay, double momentum, double rate) {
    Map<String, Object> recipe =
        momentum == 0
            ? Map.of("name", "sgd", "learning-rate", rate)
            : Map.of("name", "momentum", "learning-rate", rate, "momentum", momentum);
    return Parabola.path(new DelayedGradients(delay), OptimizerSpec.parse(recipe), STEPS);
  }

  /** Whether the path's swings shrink from its second quarter to its last. */
  private boolean isStable(int delay, double momentum, double rate) {
    double[] path = path(delay, momentum, rate);
    double early = 0;
    double late = 0;
    for (int t = STEPS / 4; t < STEPS / 2; t++) early = Math.max(early, Math.abs(path[t]));
    for (int t = 3 * STEPS / 4; t < STEPS; t++) late = Math.max(late, Math.abs(path[t]));
    return late <= early && Double.isFinite(late);
  }

  private double largestStable(int delay, double momentum) {
    double stable = 1e-3;
    double unstable = 8;
    while (unstable / stable > 1.001) {
      double middle = StrictMath.sqrt(stable * unstable);
      if (isStable(delay, momentum, middle)) stable = middle;
      else unstable = middle;
    }
    return stable;
  }

  private List<Limit> limits() {
    List<Limit> limits = new ArrayList<>();
    for (int delay = 0; delay <= MOST; delay++)
      limits.add(new Limit(delay, 0, largestStable(delay, 0), theory(delay)));
    for (int delay = 0; delay <= MOST; delay++)
      limits.add(
          new Limit(delay, MOMENTUM, largestStable(delay, MOMENTUM), MOMENTUM_LIMITS[delay]));
    return limits;
  }

  /** √2 apart, about what is useful. */
  private static double[] rates(boolean quick) {
    return IntStream.rangeClosed(quick ? -8 : -10, quick ? 1 : 2)
        .mapToDouble(i -> StrictMath.pow(2, i / 2.0))
        .toArray();
  }

  @Override
  public final Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Limit> limits = limits();
    int[] delays = scope.quick() ? new int[] {0, MOST} : new int[] {0, 1, 2, 3, 4, MOST};
    double[] rates = rates(scope.quick());
    List<Long> seeds = scope.seeds(2, 3);
    Map<Cell, double[]> errors = errors(bench, cells(delays, rates), seeds);
    List<Useful> useful = useful(errors, delays, rates);
    boolean same = isSynchronous(bench, seeds.get(0));
    return new Findings(
        answer(limits, useful, errors),
        List.of(limitTable(limits), usefulTable(useful), errorTable(errors)),
        List.of(limitFigure(limits), errorFigure(errors, delays, rates)),
        checks(limits, useful, errors, same));
  }

  private static String answer(
      List<Limit> limits, List<Useful> useful, Map<Cell, double[]> errors) {
    Useful last = useful.get(useful.size() - 1);
    double late = limits.get(MOST).found() / limits.get(MOST).theory();
    boolean lawful = Math.abs(late - 1) <= NEAR && last.law() <= LAW && last.law() >= 1 / LAW;
    double whole = median(errors, new Cell(0, RATE));
    double one = median(errors, new Cell(1, RATE));
    return String.format(
        Locale.ROOT,
        "Rates must fall%s: five steps late descent is stable up to %.3f in place of %.3f, and the"
            + " digits allow %.2f in place of %.2f. At rate %.2f, %.1f%% errors become %.0f%%; one"
            + " step late %s %.1f%%.",
        lawful ? " as theory says" : ", but not as theory says",
        limits.get(MOST).found(),
        limits.get(0).found(),
        last.largest(),
        useful.get(0).largest(),
        RATE,
        100 * whole,
        100 * median(errors, new Cell(MOST, RATE)),
        one <= ONE_LATE * whole ? "hardly matters:" : "they are",
        100 * one);
  }

  private static Collection<Cell> cells(int[] delays, double[] rates) {
    Set<Cell> cells = new LinkedHashSet<>();
    for (int delay : delays) for (double rate : rates) cells.add(new Cell(delay, rate));
    for (int delay : new int[] {0, 1, MOST}) cells.add(new Cell(delay, RATE));
    return cells;
  }

  private static Map<Cell, double[]> errors(Bench bench, Collection<Cell> cells, List<Long> seeds)
      throws InterruptedException {
    List<Trial> trials = new ArrayList<>();
    for (Cell cell : cells) for (long seed : seeds) trials.add(trial(cell).seeded(seed));
    List<TrialResult> results = bench.train(trials);
    Map<Cell, double[]> errors = new LinkedHashMap<>();
    int at = 0;
    for (Cell cell : cells) {
      List<TrialResult> own = results.subList(at, at + seeds.size());
      errors.put(cell, own.stream().mapToDouble(Digits::error).toArray());
      at += seeds.size();
    }
    return errors;
  }

  private static boolean isSynchronous(Bench bench, long seed) throws InterruptedException {
    List<TrialResult> both =
        bench.train(List.of(shared(RATE).seeded(seed), trial(new Cell(0, RATE)).seeded(seed)));
    // What diverged has no bits.
    if (both.stream().anyMatch(TrialResult::isDiverged)) return false;
    return both.get(0).sha256().equals(both.get(1).sha256());
  }

  private static double median(Map<Cell, double[]> errors, Cell cell) {
    return Statistics.median(errors.get(cell));
  }

  private static List<Useful> useful(Map<Cell, double[]> errors, int[] delays, double[] rates) {
    List<Useful> useful = new ArrayList<>();
    for (int delay : delays) {
      double best = 1;
      for (double rate : rates) best = Math.min(best, median(errors, new Cell(delay, rate)));
      double largest = Double.NaN;
      for (double rate : rates)
        if (median(errors, new Cell(delay, rate)) <= Math.min(.25, 2.5 * best)) largest = rate;
      double whole = useful.isEmpty() ? largest : useful.get(0).largest();
      useful.add(new Useful(delay, largest, largest / whole / (theory(delay) / theory(0))));
    }
    return useful;
  }

  private static Table limitTable(List<Limit> limits) {
    List<List<Object>> rows = new ArrayList<>();
    for (Limit l : limits)
      rows.add(List.of(l.delay(), l.momentum(), l.found(), l.theory(), source(l.momentum())));
    return new Table(
        "The largest stable rate on ½x²", List.of("τ", "momentum", "found", "right", "by"), rows);
  }

  /** Where the right limits are from. */
  private static String source(double momentum) {
    return momentum == 0 ? "theory" : "tabled";
  }

  private static Table usefulTable(List<Useful> useful) {
    List<List<Object>> rows = new ArrayList<>();
    for (Useful u : useful)
      rows.add(List.of(u.delay(), u.largest(), theory(u.delay()) / theory(0), u.law()));
    return new Table(
        "The largest rate of the digits with no more errors than 25%, and 2.5 times the fewest",
        List.of("τ", "largest rate", "theory, to τ = 0", "found by theory"), rows);
  }

  private static Table errorTable(Map<Cell, double[]> errors) {
    List<List<Object>> rows = new ArrayList<>();
    errors.forEach(
        (cell, found) -> rows.add(List.of(cell.delay(), cell.rate(), Statistics.median(found))));
    return new Table("Median share of errors", List.of("τ", "rate", "errors"), rows);
  }

  private static Figure limitFigure(List<Limit> limits) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (double momentum : new double[] {0, MOMENTUM}) {
      List<Limit> own = limits.stream().filter(l -> l.momentum() == momentum).toList();
      panels.add(
          new Figure.Panel(
              momentum == 0 ? "no momentum" : "momentum 0.9",
              List.of(
                  new Curve(
                      "found",
                      Kind.MIDDLE,
                      0,
                      own.stream().map(l -> new Point(l.delay(), l.found())).toList()),
                  new Curve(
                      source(momentum),
                      Kind.THEORY,
                      1,
                      own.stream().map(l -> new Point(l.delay(), l.theory())).toList()))));
    }
    return new Figure(
        "The largest stable rate by the steps that gradients come late",
        "Descent on ½x². Dashed what theory says: without momentum 2 sin(π / (2 (2τ + 1))), with"
            + " it roots that are tabled. One"
            + " step halves the rate of plain descent, and leaves momentum 0.9 a fortieth of its"
            + " own.",
        new Figure.Scale("steps late", false),
        new Figure.Scale("largest stable rate", true),
        panels);
  }

  private static Figure errorFigure(Map<Cell, double[]> errors, int[] delays, double[] rates) {
    List<Curve> curves = new ArrayList<>();
    for (int delay : delays) {
      double[] medians = new double[rates.length];
      for (int i = 0; i < medians.length; i++)
        medians[i] = median(errors, new Cell(delay, rates[i]));
      curves.add(Curve.of("τ = " + delay, Kind.MIDDLE, curves.size(), rates, medians));
    }
    return new Figure(
        "Errors of the digits by the rate",
        "Median over seeds after 5 epochs. Each curve falls, then rises at once where descent"
            + " becomes unstable: the sooner, the later gradients come. Examples and steps are the"
            + " same everywhere.",
        new Figure.Scale("learning rate", true),
        new Figure.Scale("share of errors", true),
        List.of(new Figure.Panel("", curves)));
  }

  private static List<Check> checks(
      List<Limit> limits, List<Useful> useful, Map<Cell, double[]> errors, boolean same) {
    List<Check> checks = new ArrayList<>();
    for (Limit l : limits)
      checks.add(
          Check.within(
              (l.momentum() == 0 ? "stable-" : "momentum-") + l.delay(),
              "largest stable rate, τ = " + l.delay() + (l.momentum() == 0 ? "" : ", momentum 0.9"),
              l.found(),
              (1 - NEAR) * l.theory(),
              (1 + NEAR) * l.theory(),
              l.momentum() == 0 ? WRONG_DELAY : "a velocity that is late as well"));
    double most = useful.stream().mapToDouble(Useful::law).max().orElseThrow();
    double least = useful.stream().mapToDouble(Useful::law).min().orElseThrow();
    checks.add(
        Check.within(
            "law-least",
            "largest useful rate to that of τ = 0, by theory, least",
            least,
            1 / LAW,
            LAW,
            WRONG_DELAY));
    checks.add(
        Check.within(
            "law-most",
            "largest useful rate to that of τ = 0, by theory, most",
            most,
            1 / LAW,
            LAW,
            WRONG_DELAY));
    double base = median(errors, new Cell(0, RATE));
    checks.add(
        Check.atLeast(
            "five-late",
            "errors at rate 0.25, τ = 5 to 0",
            median(errors, new Cell(MOST, RATE)) / base,
            3,
            "no delay"));
    checks.add(
        Check.atMost(
            "one-late",
            "errors at rate 0.25, τ = 1 to 0",
            median(errors, new Cell(1, RATE)) / base,
            ONE_LATE,
            "a longer delay"));
    checks.add(
        Check.within(
            "synchronous",
            "whether τ = 0 has the bits of gradient sharing (1)",
            same ? 1 : 0,
            1,
            1,
            "a delay that is one off"));
    return checks;
  }
}
