package io.kudari.lab.experiment;

import io.kudari.lab.Statistics;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Finds the learning rate that reaches a target in the fewest steps: a guess, then two factors of 2
 * on either side of it, then further while the best is at an end; at last the best two with all
 * seeds. A trial ends, and counts as never arriving, at 1.5 times the fewest steps of the rounds
 * before it was planned, with other seeds at 3 times: so the number of slots changes nothing. Used
 * by one thread.
 */
final class Tuner {

  /** Says what to train. */
  @FunctionalInterface
  interface Plan {

    /** A trial at a rate that ends at its target, or after so many steps. */
    Trial at(double rate, long steps, long seed);
  }

  /**
   * A trial and what it gave.
   *
   * @param steps to the target; infinite when it was not reached
   */
  record Tried(double rate, long seed, double steps, boolean diverged) {}

  private static final int MOST_EXTENSIONS = 8;
  private static final double PATIENCE = 1.5;
  private static final double PATIENCE_OF_SEEDS = 3;

  private final Plan plan;
  private final long cap;
  private final List<Long> seeds;
  private final TreeMap<Double, double[]> steps = new TreeMap<>();
  private final List<Tried> tried = new ArrayList<>();
  private final List<Tried> planned = new ArrayList<>();
  private int round;
  private int extensions;

  /**
   * A tuner that has tried nothing.
   *
   * @param guess the rate to begin with
   * @param cap no trial takes more steps
   */
  Tuner(Plan plan, double guess, long cap, List<Long> seeds) {
    this.plan = plan;
    this.cap = cap;
    this.seeds = seeds;
    add(guess);
  }

  /** The trials of the next round; empty when the best is known. */
  List<Trial> next() {
    planned.clear();
    double best = fewest();
    if (round == 0) plan(steps.firstKey(), 0);
    if (round == 1) {
      double guess = steps.firstKey();
      for (double factor : new double[] {0.25, 0.5, 2, 4}) {
        add(guess * factor);
        plan(guess * factor, 0);
      }
    }
    if (round > 1) extend();
    round++;
    long first = limit(best, PATIENCE);
    long other = limit(best, PATIENCE_OF_SEEDS);
    return planned.stream()
        .map(t -> plan.at(t.rate(), t.seed() == seeds.get(0) ? first : other, t.seed()))
        .toList();
  }

  /** Goes on where the best is at an end; else with the seeds that the best two still lack. */
  private void extend() {
    double rate = bestRate();
    if (isEnd(rate) && extensions < MOST_EXTENSIONS) {
      extensions++;
      double further = rate == steps.firstKey() ? rate / 2 : rate * 2;
      add(further);
      plan(further, 0);
      return;
    }
    steps.keySet().stream()
        .sorted(Comparator.comparingDouble((Double r) -> steps.get(r)[0]))
        .limit(2)
        .forEach(
            r -> {
              for (int s = 1; s < seeds.size(); s++) if (Double.isNaN(steps.get(r)[s])) plan(r, s);
            });
  }

  private void add(double rate) {
    double[] none = new double[seeds.size()];
    Arrays.fill(none, Double.NaN);
    steps.put(rate, none);
  }

  private void plan(double rate, int seed) {
    planned.add(new Tried(rate, seeds.get(seed), Double.NaN, false));
  }

  private long limit(double best, double patience) {
    return Double.isInfinite(best) ? cap : Math.min(cap, (long) Math.ceil(patience * best));
  }

  /** Takes what the trials of {@link #next} gave, in order. */
  void take(List<TrialResult> results) {
    for (int i = 0; i < results.size(); i++) {
      Tried asked = planned.get(i);
      TrialResult r = results.get(i);
      steps.get(asked.rate())[seeds.indexOf(asked.seed())] = r.stepsToTarget();
      tried.add(new Tried(asked.rate(), asked.seed(), r.stepsToTarget(), r.isDiverged()));
    }
  }

  private double fewest() {
    return steps.values().stream()
        .mapToDouble(s -> s[0])
        .filter(s -> !Double.isNaN(s))
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private boolean isComplete(double rate) {
    for (double s : steps.get(rate)) if (Double.isNaN(s)) return false;
    return true;
  }

  /** That of the least median of those with all seeds; before there are any, of the first seed. */
  double bestRate() {
    return steps.keySet().stream()
        .filter(r -> steps.keySet().stream().noneMatch(this::isCompleteWithSeeds) || isComplete(r))
        .min(Comparator.comparingDouble(this::median))
        .orElseThrow();
  }

  private boolean isCompleteWithSeeds(double rate) {
    return seeds.size() > 1 && isComplete(rate);
  }

  private double median(double rate) {
    double[] own = steps.get(rate);
    return isComplete(rate) ? Statistics.median(own) : own[0];
  }

  /** The median over seeds of the steps at the best rate. */
  double best() {
    return median(bestRate());
  }

  /** The steps at the best rate, by seed. */
  double[] bySeed() {
    return steps.get(bestRate()).clone();
  }

  /** Whether no rate above, or none below it was tried. */
  private boolean isEnd(double rate) {
    return rate == steps.firstKey() || rate == steps.lastKey();
  }

  /** Whether the best rate is the greatest or least that was tried. */
  boolean isEdge() {
    return isEnd(bestRate());
  }

  /** All trials in the order in which they were planned. */
  List<Tried> tried() {
    return List.copyOf(tried);
  }
}
