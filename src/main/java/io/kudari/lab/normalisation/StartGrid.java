package io.kudari.lab.normalisation;

import io.kudari.lab.Bench;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Scope;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.lab.network.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Training accuracies from sixteen deviations of start values. Experiments that ask for the same
 * trials share them: what one has trained is known to the other.
 *
 * @param place of batch normalisation: {@code none}, {@code before} or {@code after} activations
 * @param results of each deviation, one a seed
 */
record StartGrid(String place, List<List<TrialResult>> results) {

  static final int STARTS = 16;
  static final int EPOCHS = 20;
  static final String SETUP =
      "784-5×100-10 with rectifiers on 1,000 digits, normal start values of 16 deviations, even in"
          + " the logarithm from 1 to 0.0001, SGD at 0.01, batches of 100, 20 epochs: share of the"
          + " training digits that are right.";

  private static final int EXAMPLES = 1000;

  /** What guessing gets right, which stands for a trial that diverged. */
  private static final double CHANCE = .1;

  /** From 1 to 0.0001. */
  static double deviation(int start) {
    return StrictMath.pow(10, -4.0 * start / (STARTS - 1));
  }

  /** The test set is the training set, whose accuracy is then known after each epoch. */
  static Trial trial(String place, int start, long seed) {
    String layer = "{ type = dense, units = 100, activation = relu, batch-norm = " + place + " }";
    return Networks.tested(EXAMPLES, layer, 5)
        .with("data.test.examples", EXAMPLES)
        .with("data.test.seed", 1)
        .with("model.initializer", "{ kind = normal, value = " + deviation(start) + " }")
        .with("optimizer.learning-rate", .01)
        .with("train.epochs", EPOCHS)
        .with("train.evaluate.every", EXAMPLES / 100)
        .with("train.evaluate.test", true)
        .with("train.evaluate.train", true)
        .seeded(seed);
  }

  /** Trains what is not known yet. */
  static List<StartGrid> train(List<String> places, Scope scope, Bench bench)
      throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 3);
    List<Trial> trials = new ArrayList<>();
    for (String place : places)
      for (int i = 0; i < STARTS; i++) for (long seed : seeds) trials.add(trial(place, i, seed));
    List<TrialResult> results = bench.train(trials);
    List<StartGrid> all = new ArrayList<>();
    int at = 0;
    for (String place : places) {
      List<List<TrialResult>> own = new ArrayList<>();
      for (int i = 0; i < STARTS; i++, at += seeds.size())
        own.add(results.subList(at, at + seeds.size()));
      all.add(new StartGrid(place, own));
    }
    return all;
  }

  String shown() {
    return switch (place) {
      case "none" -> "without";
      case "before" -> "before the activation";
      default -> "behind the activation";
    };
  }

  int seeds() {
    return results.get(0).size();
  }

  private double[] accuracies(int start) {
    return results.get(start).stream()
        .mapToDouble(r -> 1 - r.error("train").orElse(1 - CHANCE))
        .toArray();
  }

  /** Accuracy at the end, a mean over seeds. */
  double mean(int start) {
    return Statistics.mean(accuracies(start));
  }

  /** The share of seeds that diverged. */
  double diverged(int start) {
    return results.get(start).stream().filter(TrialResult::isDiverged).count() / (double) seeds();
  }

  /** How many deviations end with such an accuracy. */
  int count(double least) {
    return (int) IntStream.range(0, STARTS).filter(i -> mean(i) >= least).count();
  }

  /** Accuracy after each epoch; NaN where it had diverged. */
  double[] course(int start, int seed) {
    double[] course = new double[EPOCHS];
    Arrays.fill(course, Double.NaN);
    for (TrialResult.Evaluated e : results.get(start).get(seed).of("test"))
      course[(int) e.step() / (EXAMPLES / 100) - 1] = 1 - e.error();
    return course;
  }

  /** The median over seeds. */
  double[] course(int start) {
    return IntStream.range(0, EPOCHS)
        .mapToDouble(
            e ->
                Statistics.median(
                    IntStream.range(0, seeds())
                        .mapToDouble(s -> course(start, s)[e])
                        .filter(Double::isFinite)
                        .toArray()))
        .toArray();
  }

  /** The accuracy at the end by deviation. */
  static Table summary(List<StartGrid> all) {
    List<String> columns = new ArrayList<>(List.of("deviation"));
    for (StartGrid g : all) {
      columns.addAll(List.of(g.shown() + ", median", "mean"));
      for (int s = 1; s <= g.seeds(); s++) columns.add("no. " + s);
      columns.add("diverged");
    }
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      List<Object> row = new ArrayList<>(List.of(deviation(i)));
      for (StartGrid g : all) {
        row.add(Statistics.median(g.accuracies(i)));
        row.add(g.mean(i));
        for (double a : g.accuracies(i)) row.add(a);
        row.add(g.diverged(i));
      }
      rows.add(row);
    }
    return new Table("Training accuracy at the end; 0.1 for what diverged", columns, rows);
  }

  /** The accuracy by epoch. */
  static Table courses(List<StartGrid> all) {
    List<String> columns = new ArrayList<>(List.of("deviation", "epoch"));
    for (StartGrid g : all) {
      columns.add(g.shown() + ", median");
      for (int s = 1; s <= g.seeds(); s++) columns.add("no. " + s);
    }
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < STARTS; i++)
      for (int e = 0; e < EPOCHS; e++) {
        List<Object> row = new ArrayList<>(List.of(deviation(i), e + 1));
        for (StartGrid g : all) {
          row.add(g.course(i)[e]);
          for (int s = 0; s < g.seeds(); s++) row.add(g.course(i, s)[e]);
        }
        rows.add(row);
      }
    return new Table("Training accuracy by epoch", columns, rows);
  }

  /** The accuracy at the end by deviation. */
  static Figure figure(List<StartGrid> all) {
    double[] deviations = IntStream.range(0, STARTS).mapToDouble(StartGrid::deviation).toArray();
    List<Curve> curves = new ArrayList<>();
    for (StartGrid g : all) {
      int colour = List.of("none", "before", "after").indexOf(g.place());
      for (int s = 0; s < g.seeds(); s++) {
        int seed = s;
        double[] own = IntStream.range(0, STARTS).mapToDouble(i -> g.accuracies(i)[seed]).toArray();
        curves.add(Curve.of(g.shown(), Kind.SEED, colour, deviations, own));
      }
      double[] medians =
          IntStream.range(0, STARTS).mapToDouble(i -> Statistics.median(g.accuracies(i))).toArray();
      curves.add(Curve.of(g.shown(), Kind.MIDDLE, colour, deviations, medians));
    }
    return new Figure(
        "Training accuracy by deviation of start values",
        "After 20 epochs; thin a seed, thick the median; 0.1 stands for what diverged. Look how"
            + " wide the range is that learns.",
        new Figure.Scale("deviation of start values", true),
        new Figure.Scale("accuracy", false),
        List.of(new Figure.Panel("", curves)));
  }
}
