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
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.algorithm.DelayedGradients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Gradients that are applied late (Agarwal and Duchi 2011): the largest stable rate on a parabola,
 * and the largest useful one of a network.
 */
class Staleness implements Experiment {

  static final String WRONG_DELAY =
      "a delay that is one off, or a gradient that is applied where it was taken";

  private static final int MOST = 5;
  private static final double MOMENTUM = 0.9;
  private static final int BATCH = 128;
  private static final double RATE = 0.25;

  /** By what the digits' rates may be off theory. */
  private static final double LAW = 1.8;

  /** Errors of one step late, by those without. */
  private static final double ONE_LATE = 1.3;

  /** Of trials: momentum 0 or 0.9, which delay, which rate. */
  private record Cell(double momentum, int delay, double rate) {}

  /**
   * What errors of the digits say of a delay.
   *
   * @param largest rate with few errors
   * @param theory its ratio to that without delay
   * @param law what was found of that ratio, by theory's
   */
  private record Useful(double momentum, int delay, double largest, double theory, double law) {}

  /** Rates that are trained of a momentum, and with which delays. */
  private record Sweep(double momentum, int[] delays, double[] rates) {

    Collection<Cell> cells() {
      Set<Cell> cells = new LinkedHashSet<>();
      for (int delay : delays) for (double rate : rates) cells.add(new Cell(momentum, delay, rate));
      return cells;
    }
  }

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
        + " digits, batches of 128, 5 epochs, rates √2 apart: SGD from 1/32 to 2, momentum 0.9"
        + " from 1/512 to 1; quick only SGD, τ = 0 and 5 from 1/16 to √2, and 1 at rate 0.25."
        + " Median share of errors on 2,000 validation digits. The law is judged without momentum:"
        + " with it, undelayed rates end long before 3.8 by the curvature.";
  }

  @Override
  public final int seconds(boolean quick) {
    return quick ? 20 : 150;
  }

  private static Trial trial(Cell cell) {
    return shared(cell)
        .with("train.algorithm.name", "delayed-gradients")
        .with("train.algorithm.delay", cell.delay());
  }

  /** All of a trial but its delay. */
  private static Trial shared(Cell cell) {
    Trial trial = Digits.perceptron(64).with("train.batch", BATCH).with("train.epochs", 5);
    if (cell.momentum() != 0) return Digits.momentum(trial, cell.rate());
    return trial.with("optimizer.name", "sgd").with("optimizer.learning-rate", cell.rate());
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
    return Parabola.path(
        new DelayedGradients(delay), OptimizerSpec.parse(recipe), StableRates.STEPS);
  }

  private static List<Sweep> sweeps(boolean quick) {
    if (quick) return List.of(new Sweep(0, new int[] {0, MOST}, rates(-8, 1)));
    int[] all = IntStream.rangeClosed(0, MOST).toArray();
    return List.of(new Sweep(0, all, rates(-10, 2)), new Sweep(MOMENTUM, all, rates(-18, 0)));
  }

  /** √2 apart, from one power of it to another. */
  private static double[] rates(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToDouble(i -> StrictMath.pow(2, i / 2.0)).toArray();
  }

  @Override
  public final Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<StableRates.Limit> limits = new StableRates(this::path).limits(MOST, 0, MOMENTUM);
    List<Sweep> sweeps = sweeps(scope.quick());
    List<Long> seeds = scope.seeds(2, 3);
    Set<Cell> cells = new LinkedHashSet<>();
    for (Sweep sweep : sweeps) cells.addAll(sweep.cells());
    for (int delay : new int[] {0, 1, MOST}) cells.add(new Cell(0, delay, RATE));
    Map<Cell, Double> errors = errors(bench, cells, seeds);
    List<Useful> useful = new ArrayList<>();
    for (Sweep sweep : sweeps) useful.addAll(useful(errors, sweep));
    boolean same = isSynchronous(bench, seeds.get(0));
    return new Findings(
        answer(limits, useful, errors),
        List.of(StableRates.table(limits), usefulTable(useful), errorTable(errors)),
        List.of(StableRates.figure(limits), errorFigure(errors, sweeps)),
        checks(limits, useful, errors, same));
  }

  private static String answer(
      List<StableRates.Limit> limits, List<Useful> useful, Map<Cell, Double> errors) {
    Useful last = useful.stream().filter(u -> u.delay() == MOST).findFirst().orElseThrow();
    boolean lawful = limits.get(MOST).isNear() && last.law() <= LAW && last.law() >= 1 / LAW;
    double whole = errors.get(new Cell(0, 0, RATE));
    double one = errors.get(new Cell(0, 1, RATE));
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
        100 * errors.get(new Cell(0, MOST, RATE)),
        one <= ONE_LATE * whole ? "hardly matters:" : "they are",
        100 * one);
  }

  /** Medians over seeds. */
  private static Map<Cell, Double> errors(Bench bench, Collection<Cell> cells, List<Long> seeds)
      throws InterruptedException {
    List<Trial> trials = new ArrayList<>();
    for (Cell cell : cells) for (long seed : seeds) trials.add(trial(cell).seeded(seed));
    List<TrialResult> results = bench.train(trials);
    Map<Cell, Double> errors = new LinkedHashMap<>();
    int at = 0;
    for (Cell cell : cells) {
      List<TrialResult> own = results.subList(at, at + seeds.size());
      errors.put(cell, Statistics.median(own.stream().mapToDouble(Digits::error).toArray()));
      at += seeds.size();
    }
    return errors;
  }

  private static boolean isSynchronous(Bench bench, long seed) throws InterruptedException {
    Cell cell = new Cell(0, 0, RATE);
    List<TrialResult> both =
        bench.train(List.of(shared(cell).seeded(seed), trial(cell).seeded(seed)));
    // What diverged has no bits.
    if (both.stream().anyMatch(TrialResult::isDiverged)) return false;
    return both.get(0).sha256().equals(both.get(1).sha256());
  }

  private static List<Useful> useful(Map<Cell, Double> errors, Sweep sweep) {
    double momentum = sweep.momentum();
    List<Useful> useful = new ArrayList<>();
    for (int delay : sweep.delays()) {
      double[] found =
          Arrays.stream(sweep.rates())
              .map(rate -> errors.get(new Cell(momentum, delay, rate)))
              .toArray();
      double few = Math.min(.25, 2.5 * Arrays.stream(found).min().orElseThrow());
      double largest = Double.NaN;
      for (int i = 0; i < found.length; i++) if (found[i] <= few) largest = sweep.rates()[i];
      double whole = useful.isEmpty() ? largest : useful.get(0).largest();
      double theory = StableRates.theory(delay, momentum) / StableRates.theory(0, momentum);
      useful.add(new Useful(momentum, delay, largest, theory, largest / whole / theory));
    }
    return useful;
  }

  private static Table usefulTable(List<Useful> useful) {
    List<List<Object>> rows = new ArrayList<>();
    for (Useful u : useful)
      rows.add(List.of(u.momentum(), u.delay(), u.largest(), u.theory(), u.law()));
    return new Table(
        "The largest rate of the digits with no more errors than 25%, and 2.5 times the fewest",
        List.of("momentum", "τ", "largest rate", "theory, to τ = 0", "found by theory"), rows);
  }

  private static Table errorTable(Map<Cell, Double> errors) {
    List<List<Object>> rows = new ArrayList<>();
    errors.forEach((c, found) -> rows.add(List.of(c.momentum(), c.delay(), c.rate(), found)));
    return new Table("Median share of errors", List.of("momentum", "τ", "rate", "errors"), rows);
  }

  private static Figure errorFigure(Map<Cell, Double> errors, List<Sweep> sweeps) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (Sweep sweep : sweeps) {
      List<Curve> curves = new ArrayList<>();
      for (int delay : sweep.delays()) {
        double[] medians =
            Arrays.stream(sweep.rates())
                .map(rate -> errors.get(new Cell(sweep.momentum(), delay, rate)))
                .toArray();
        curves.add(Curve.of("τ = " + delay, Kind.MIDDLE, curves.size(), sweep.rates(), medians));
      }
      String name = sweep.momentum() == 0 ? "SGD" : "momentum " + sweep.momentum();
      panels.add(new Figure.Panel(name, curves));
    }
    return new Figure(
        "Errors of the digits by the rate",
        "Median over seeds after 5 epochs. Each curve falls, then rises at once where descent"
            + " becomes unstable: the sooner, the later gradients come. Examples and steps are the"
            + " same everywhere.",
        new Figure.Scale("learning rate", true),
        new Figure.Scale("share of errors", true),
        panels);
  }

  private static List<Check> checks(
      List<StableRates.Limit> limits, List<Useful> useful, Map<Cell, Double> errors, boolean same) {
    List<Check> checks = new ArrayList<>(StableRates.checks(limits));
    double[] laws =
        useful.stream().filter(u -> u.momentum() == 0).mapToDouble(Useful::law).toArray();
    checks.add(law("least", Arrays.stream(laws).min().orElseThrow()));
    checks.add(law("most", Arrays.stream(laws).max().orElseThrow()));
    double base = errors.get(new Cell(0, 0, RATE));
    checks.add(
        Check.atLeast(
            "five-late",
            "errors at rate 0.25, τ = 5 to 0",
            errors.get(new Cell(0, MOST, RATE)) / base,
            3,
            "no delay"));
    checks.add(
        Check.atMost(
            "one-late",
            "errors at rate 0.25, τ = 1 to 0",
            errors.get(new Cell(0, 1, RATE)) / base,
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

  private static Check law(String which, double found) {
    return Check.within(
        "law-" + which,
        "largest useful rate of SGD to that of τ = 0, by theory, " + which,
        found,
        1 / LAW,
        LAW,
        WRONG_DELAY);
  }
}
