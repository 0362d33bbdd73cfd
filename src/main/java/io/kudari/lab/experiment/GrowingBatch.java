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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Growing the batch in place of decaying the rate (Smith, Kindermans, Ying, Le 2018). */
final class GrowingBatch implements Experiment {

  private static final int EPOCHS = 15;

  /** From this epoch on validation losses are compared. */
  private static final int COMPARED = 7;

  /** How far training losses of two plans that are alike may be apart, relative. */
  private static final double APART = .05;

  private static final String EPOCHS_OF_STAGES = "[6, 9, 12]";

  /**
   * What changes at the three stages: factors of the rate and of the batch. A rate's schedule goes
   * by the step, and where batches grow, epochs have fewer of them: 312.5 at batch 32, 62.5 at 160.
   */
  private enum Plan {
    DECAY("the rate falls", "[1875, 2813, 3750]", "[0.2, 0.04, 0.008]", ""),
    GROW("the batch grows", "", "", "[5, 25, 125]"),
    HYBRID("first the batch, then the rate", "[1875, 2063, 2250]", "[1, 0.2, 0.04]", "[5, 5, 5]"),
    CONSTANT("nothing changes", "", "", "");

    final String shown;
    final String rateSteps;
    final String rate;
    final String batch;

    Plan(String shown, String rateSteps, String rate, String batch) {
      this.shown = shown;
      this.rateSteps = rateSteps;
      this.rate = rate;
      this.batch = batch;
    }
  }

  @Override
  public String name() {
    return "growing-batch";
  }

  @Override
  public String question() {
    return "May the batch grow where the learning rate would fall?";
  }

  @Override
  public String setup() {
    return "784-128-10 on the digits, momentum 0.9, rate 0.05, batch 32, 15 epochs. After 6, 9 and"
        + " 12 epochs the rate is divided by 5, or the batch multiplied by 5, or the batch once and"
        + " then the rate twice, or nothing changes. Loss of the 10,000 training digits at the end,"
        + " loss of 2,000 validation digits after each epoch.";
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 20 : 50;
  }

  private static Trial trial(Plan plan, long seed) {
    Trial trial =
        Digits.momentum(Digits.perceptron(128), 0.05)
            .with("train.epochs", EPOCHS)
            .with("train.batch", 32)
            .with("train.evaluate.train", true)
            .seeded(seed);
    if (!plan.rate.isEmpty())
      trial =
          trial
              .with("schedule.learning-rate.kind", "piecewise")
              .with("schedule.learning-rate.at-steps", plan.rateSteps)
              .with("schedule.learning-rate.factors", plan.rate);
    if (plan.batch.isEmpty()) return trial;
    return trial
        .with("schedule.batch.kind", "piecewise")
        .with("schedule.batch.at-epochs", EPOCHS_OF_STAGES)
        .with("schedule.batch.factors", plan.batch);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 5);
    List<Trial> trials = new ArrayList<>();
    for (Plan plan : Plan.values()) for (long seed : seeds) trials.add(trial(plan, seed));
    List<TrialResult> results = bench.train(trials);
    List<List<TrialResult>> found = new ArrayList<>();
    for (Plan plan : Plan.values()) {
      int from = plan.ordinal() * seeds.size();
      found.add(results.subList(from, from + seeds.size()));
    }
    double ratio = farthest(found, Plan.GROW);
    String answer =
        String.format(
            Locale.ROOT,
            "%s: with a growing batch training ends at %.3f times the loss of a falling rate,"
                + " after %,d instead of %,d steps.",
            Math.abs(ratio - 1) <= APART ? "Yes" : "They are not alike",
            ratio,
            steps(found, Plan.GROW),
            steps(found, Plan.DECAY));
    return new Findings(
        answer, List.of(table(found, seeds)), List.of(figure(found, seeds)), checks(found));
  }

  private static double loss(TrialResult result) {
    return result.loss("train").orElse(Double.NaN);
  }

  private static long steps(List<List<TrialResult>> found, Plan plan) {
    return found.get(plan.ordinal()).get(0).steps();
  }

  /** Of the seeds' ratios of training losses to those of a falling rate, the farthest from 1. */
  private static double farthest(List<List<TrialResult>> found, Plan plan) {
    double farthest = 1;
    for (int s = 0; s < found.get(0).size(); s++) {
      double ratio =
          loss(found.get(plan.ordinal()).get(s)) / loss(found.get(Plan.DECAY.ordinal()).get(s));
      if (Double.isNaN(ratio)) return ratio;
      if (Math.abs(ratio - 1) > Math.abs(farthest - 1)) farthest = ratio;
    }
    return farthest;
  }

  /** The largest |ratio − 1| of validation losses to those of a falling rate, of late epochs. */
  private static double apart(List<List<TrialResult>> found, Plan plan) {
    double most = 0;
    for (int s = 0; s < found.get(0).size(); s++) {
      List<TrialResult.Evaluated> own = found.get(plan.ordinal()).get(s).of("validation");
      List<TrialResult.Evaluated> decay = found.get(Plan.DECAY.ordinal()).get(s).of("validation");
      if (own.size() < EPOCHS || decay.size() < EPOCHS) return Double.NaN;
      for (int e = COMPARED - 1; e < EPOCHS; e++)
        most = Math.max(most, Math.abs(own.get(e).loss() / decay.get(e).loss() - 1));
    }
    return most;
  }

  private static Table table(List<List<TrialResult>> found, List<Long> seeds) {
    List<List<Object>> rows = new ArrayList<>();
    for (Plan plan : Plan.values())
      for (int s = 0; s < seeds.size(); s++) {
        TrialResult r = found.get(plan.ordinal()).get(s);
        rows.add(List.of(plan.shown, seeds.get(s), r.steps(), loss(r), Digits.error(r)));
      }
    return new Table(
        "At the end", List.of("plan", "seed", "steps", "training loss", "validation errors"), rows);
  }

  private static Figure figure(List<List<TrialResult>> found, List<Long> seeds) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (Plan plan : Plan.values()) {
      List<Curve> curves = new ArrayList<>();
      double[] sums = new double[EPOCHS];
      for (int s = 0; s < seeds.size(); s++) {
        List<TrialResult.Evaluated> own = found.get(plan.ordinal()).get(s).of("validation");
        List<Point> points = own.stream().map(e -> new Point(e.epochs(), e.loss())).toList();
        curves.add(new Curve("seed " + seeds.get(s), Kind.SEED, plan.ordinal(), points));
        for (int e = 0; e < EPOCHS; e++) sums[e] += e < own.size() ? own.get(e).loss() : Double.NaN;
      }
      List<Point> means = new ArrayList<>();
      for (int e = 0; e < EPOCHS; e++) means.add(new Point(e + 1, sums[e] / seeds.size()));
      curves.add(new Curve(plan.shown, Kind.MIDDLE, plan.ordinal(), means));
      panels.add(new Figure.Panel(plan.shown, curves));
    }
    return new Figure(
        "Validation loss by epoch",
        "Mean over seeds, seeds thin. The first three panels look alike: an update of a batch five"
            + " times as large has a fifth of the noise, as one at a fifth of the rate has. The"
            + " fourth goes on at the full rate.",
        new Figure.Scale("epoch", false),
        new Figure.Scale("validation loss", true),
        panels);
  }

  private static List<Check> checks(List<List<TrialResult>> found) {
    double constant =
        Statistics.median(
                found.get(Plan.CONSTANT.ordinal()).stream()
                    .mapToDouble(GrowingBatch::loss)
                    .toArray())
            / Statistics.median(
                found.get(Plan.DECAY.ordinal()).stream().mapToDouble(GrowingBatch::loss).toArray());
    String both = "the rate falls as well, or grows with the batch";
    String late = "stages an epoch late";
    String ends = "batches that end with the epoch";
    return List.of(
        Check.within(
            "grow",
            "training loss, batch to rate, farthest seed",
            farthest(found, Plan.GROW),
            1 - APART,
            1 + APART,
            both),
        Check.within(
            "hybrid",
            "training loss, both to rate, farthest seed",
            farthest(found, Plan.HYBRID),
            1 - APART,
            1 + APART,
            both),
        Check.atMost(
            "grow-validation",
            "largest difference of validation losses from epoch 7, batch to rate",
            apart(found, Plan.GROW),
            .06,
            late),
        Check.atMost(
            "hybrid-validation",
            "largest difference of validation losses from epoch 7, both to rate",
            apart(found, Plan.HYBRID),
            .06,
            both),
        Check.within(
            "steps-decay", "steps, rate falls", steps(found, Plan.DECAY), 4688, 4688, ends),
        Check.within(
            "steps-grow",
            "steps, batch grows",
            steps(found, Plan.GROW),
            2109,
            2109,
            late + ", or " + ends),
        Check.atMost(
            "constant", "training loss, nothing changes to rate falls", constant, .5, "no stages"));
  }
}
