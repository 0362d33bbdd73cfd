package io.kudari.lab.network;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Whether it matters in which order examples are visited. */
public final class ExampleOrder implements Experiment {

  private static final int EPOCHS = 5;
  private static final List<String> ORDERS =
      List.of("shuffled", "once", "with-replacement", "sorted-by-label");
  private static final int SORTED = 3;

  private static final Claim RANDOM =
      new Claim("002", 25, "Examples must be drawn at random: in their own order they mislead.");
  private static final Claim ANEW =
      new Claim("004", 93, 97, "Examples are shuffled anew before each epoch.");

  /** The experiment. */
  public ExampleOrder() {}

  /**
   * The shares of errors of an order.
   *
   * @param errors by seed, after each epoch
   */
  private record Course(String order, List<double[]> errors) {

    double after(int epochs) {
      return Statistics.mean(errors.stream().mapToDouble(e -> e[epochs - 1]).toArray());
    }

    /** A mean over the last three epochs. */
    double late() {
      return Statistics.mean(after(EPOCHS - 2), after(EPOCHS - 1), after(EPOCHS));
    }

    double[] medians() {
      return IntStream.range(0, EPOCHS)
          .mapToDouble(
              e -> Statistics.median(errors.stream().mapToDouble(seed -> seed[e]).toArray()))
          .toArray();
    }
  }

  @Override
  public String name() {
    return "order";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public String question() {
    return "Does it matter in which order examples are visited?";
  }

  @Override
  public String setup() {
    return "784-64-10 on 10,000 digits, SGD at 0.1, batches of 32, 5 epochs: shuffled anew each"
        + " epoch, shuffled once, drawn with replacement, and sorted by class; errors of 2,000"
        + " others after each epoch; 3 seeds.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(RANDOM, ANEW);
  }

  @Override
  public int seconds(boolean quick) {
    return 10;
  }

  private static Trial trial(String order) {
    return Networks.perceptron(10_000, 64)
        .with("optimizer.name", "sgd")
        .with("optimizer.learning-rate", .1)
        .with("train.batch", 32)
        .with("train.epochs", EPOCHS)
        .with("train.meters", "[]")
        .with("train.order", order);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(3, 3);
    List<Trial> trials = new ArrayList<>();
    for (String order : ORDERS) for (long seed : seeds) trials.add(trial(order).seeded(seed));
    Iterator<TrialResult> results = bench.train(trials).iterator();
    List<Course> all = new ArrayList<>();
    for (String order : ORDERS)
      all.add(new Course(order, seeds.stream().map(s -> errors(results.next())).toList()));
    Course sorted = all.get(SORTED);
    return new Findings(
        String.format(
            Locale.ROOT,
            "It does when it goes by class: after an epoch %.0f%% are wrong, for the network says"
                + " the last class to all, and after five %.0f%%. Shuffled anew, once, or drawn"
                + " with replacement, %.1f%%, %.1f%% and %.1f%% are wrong in the last three"
                + " epochs.",
            100 * sorted.after(1),
            100 * sorted.after(EPOCHS),
            100 * all.get(0).late(),
            100 * all.get(1).late(),
            100 * all.get(2).late()),
        List.of(table(all)),
        List.of(figure(all)),
        checks(all),
        List.of(
            sorted.after(EPOCHS) >= 2 * all.get(0).after(EPOCHS)
                ? RANDOM.holds()
                : RANDOM.doesNotHold("sorted by class they teach as much"),
            spread(all) > .02
                ? ANEW.holds()
                : ANEW.doesNotHold(
                    String.format(
                        Locale.ROOT,
                        "it need not be: shuffled once, errors of the last three epochs are %.1f%%"
                            + " against %.1f%%",
                        100 * all.get(1).late(),
                        100 * all.get(0).late()))));
  }

  /** NaN where it diverged. */
  private static double[] errors(TrialResult result) {
    double[] errors = new double[EPOCHS];
    Arrays.fill(errors, Double.NaN);
    for (TrialResult.Evaluated e : result.of("validation")) errors[e.epochs() - 1] = e.error();
    return errors;
  }

  /** Of all that are not sorted: over three epochs, for a single end swings by more. */
  private static double spread(List<Course> all) {
    double[] ends = all.subList(0, SORTED).stream().mapToDouble(Course::late).toArray();
    return Arrays.stream(ends).max().orElseThrow() - Arrays.stream(ends).min().orElseThrow();
  }

  private static List<Check> checks(List<Course> all) {
    String ignored = "an order that is ignored: 0.14";
    String reversed = "batches of one class";
    Course sorted = all.get(SORTED);
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.atLeast(
            "sorted-first", "errors after an epoch, sorted", sorted.after(1), .85, ignored));
    checks.add(
        Check.atLeast(
            "sorted-last", "errors after five epochs, sorted", sorted.after(EPOCHS), .5, ignored));
    for (Course c : all.subList(0, SORTED))
      checks.add(
          Check.atMost(
              "first-" + c.order(),
              "errors after an epoch, " + c.order(),
              c.after(1),
              .17,
              reversed));
    checks.add(
        Check.atMost(
            "spread",
            "largest difference of the three, means over the last three epochs",
            spread(all),
            .02,
            reversed));
    return checks;
  }

  private static Table table(List<Course> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Course c : all) {
      List<Object> row = new ArrayList<>();
      row.add(c.order());
      for (int e = 1; e <= EPOCHS; e++) row.add(c.after(e));
      rows.add(row);
    }
    return new Table(
        "Share of errors after each epoch, means over seeds",
        List.of("order", "1", "2", "3", "4", "5"),
        rows);
  }

  private static Figure figure(List<Course> all) {
    double[] epochs = IntStream.rangeClosed(1, EPOCHS).asDoubleStream().toArray();
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Course c = all.get(i);
      for (double[] errors : c.errors())
        curves.add(Curve.of(c.order() + ", a seed", Kind.SEED, i, epochs, errors).orLost());
      curves.add(Curve.of(c.order(), Kind.MIDDLE, i, epochs, c.medians()).orLost());
    }
    return new Figure(
        "Errors by epoch",
        "Look at the top: sorted by class, each epoch ends with a thousand examples of one class,"
            + " and the network forgets the others. The three random orders lie on each other.",
        new Figure.Scale("epochs", false),
        new Figure.Scale("share of errors", true),
        List.of(new Figure.Panel("", curves)));
  }
}
