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
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.lab.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** One example, a small batch or all for an update: what each epoch brings. */
public class Batches implements Experiment {

  private static final int EXAMPLES = 1000;
  private static final int EPOCHS = 5;
  private static final int[] SIZES = {1000, 100, 10, 1};

  private static final Claim ESCAPES =
      new Claim("002", 41, "It is faster than whole batches because its noise escapes.");

  private static final Claim ONE = new Claim("000", 61, "SGD takes one example for an update.");
  private static final Claim ONE_TOO = new Claim("004", 83, "SGD takes one example for an update.");
  private static final Claim OR_FEW =
      new Claim("003", 60, "SGD takes one example or a small batch for an update.");

  /** The examples that are trained on are tested after updates. */
  private static final String SAME =
      "{ train = { format = digits, examples = 1000, seed = 1 }, validation = 0,"
          + " test = { format = digits, examples = 1000, seed = 1 } }";

  /** Of Kudari's momentum. */
  public Batches() {}

  /** Where noisy updates of momentum point. */
  Directions momentum(long seed) {
    return Directions.of("momentum", seed);
  }

  /**
   * What became of a batch size.
   *
   * @param seeded losses of all training examples after each epoch, by seed
   * @param raised share of updates that raise the loss of all of them
   */
  private record Course(int batch, List<double[]> seeded, double raised) {

    /** Means over seeds. */
    double[] losses() {
      return Networks.mean(seeded);
    }

    int updates(int epoch) {
      return epoch * EXAMPLES / batch;
    }

    /** By how much an update has lowered the loss, a mean; where all weights are 0 it is ln 10. */
    double fall(int epochs) {
      return (StrictMath.log(10) - losses()[epochs - 1]) / updates(epochs);
    }
  }

  @Override
  public String name() {
    return "batches";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public String question() {
    return "How many examples should an update take?";
  }

  @Override
  public String setup() {
    return "Softmax regression from 0 on 1,000 digits, SGD at 0.1, 1 to 5 epochs in batches of 1,"
        + " 10, 100 and all; the loss of all training examples after each epoch; 3 seeds,"
        + " quick 2; and before and after up to 200 updates. And momentum 0.9 against SGD on"
        + " gradients of 1,000 variables, a constant of length 5 and normal noise.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(ESCAPES, ONE, ONE_TOO, OR_FEW);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 15 : 20;
  }

  private static Trial trial(int batch, int epochs, long seed) {
    return Networks.perceptron(EXAMPLES)
        .with("model.initializer", "zero")
        .with("optimizer.name", "sgd")
        .with("optimizer.learning-rate", .1)
        .with("train.batch", batch)
        .with("train.epochs", epochs)
        .with("train.meters", "[]")
        .with("train.evaluate.train", true)
        .seeded(seed);
  }

  /** One whose loss on all training examples is told before and after up to 200 updates. */
  private static Trial watched(int batch, long seed) {
    SortedMap<String, String> settings = new TreeMap<>(trial(batch, EPOCHS, seed).settings());
    settings.keySet().removeIf(key -> key.startsWith("data."));
    settings.put("data", SAME);
    int updates = EPOCHS * EXAMPLES / batch;
    int stride = Math.max(1, updates / 200);
    List<Integer> at = new ArrayList<>();
    for (int step = 1; step < updates; step += stride)
      for (int next = step; next <= step + 1; next++) if (!at.contains(next)) at.add(next);
    settings.put("train.evaluate.at", at.toString());
    settings.put("train.evaluate.test", "true");
    settings.put("train.evaluate.train", "false");
    return new Trial(settings, seed);
  }

  /** Of updates before and behind which the loss was told. */
  private static double raised(TrialResult watched) {
    List<TrialResult.Evaluated> told = watched.of("test");
    int all = 0;
    int raised = 0;
    for (int i = 1; i < told.size(); i++) {
      if (told.get(i).step() != told.get(i - 1).step() + 1) continue;
      all++;
      if (told.get(i).loss() > told.get(i - 1).loss()) raised++;
    }
    return raised / (double) all;
  }

  private static double loss(TrialResult result) {
    return result.loss("train").orElse(Double.NaN);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 3);
    List<Trial> trials = new ArrayList<>();
    for (int batch : SIZES)
      for (int epochs = 1; epochs <= EPOCHS; epochs++)
        for (long seed : seeds) trials.add(trial(batch, epochs, seed));
    for (int batch : SIZES) trials.add(watched(batch, scope.firstSeed()));
    List<TrialResult> results = bench.train(trials);
    List<Course> all = new ArrayList<>();
    for (int b = 0; b < SIZES.length; b++) {
      List<double[]> seeded = new ArrayList<>();
      for (int s = 0; s < seeds.size(); s++) {
        double[] losses = new double[EPOCHS];
        for (int e = 0; e < EPOCHS; e++)
          losses[e] = loss(results.get((b * EPOCHS + e) * seeds.size() + s));
        seeded.add(losses);
      }
      TrialResult watched = results.get(results.size() - SIZES.length + b);
      all.add(new Course(SIZES[b], seeded, raised(watched)));
    }
    Directions sgd = Directions.of("sgd", scope.firstSeed());
    Directions momentum = momentum(scope.firstSeed());
    return new Findings(
        String.format(
            Locale.ROOT,
            "Few: after five epochs the loss is %.2f with all 1,000 for an update, %.2f with 100,"
                + " %.2f with 10 and %.2f with one, for each epoch then has 1,000 updates. One by"
                + " one they point anywhere (cosine %.2f); momentum makes them point alike (%.2f).",
            all.get(0).losses()[EPOCHS - 1],
            all.get(1).losses()[EPOCHS - 1],
            all.get(2).losses()[EPOCHS - 1],
            all.get(3).losses()[EPOCHS - 1],
            sgd.successive(),
            momentum.successive()),
        List.of(table(all), directions(sgd, momentum)),
        List.of(figure(all)),
        checks(all, sgd, momentum),
        verdicts(all));
  }

  private static List<Check> checks(List<Course> all, Directions sgd, Directions momentum) {
    double[] first = {2.251, 1.899, .883, .644};
    double[] last = {2.077, 1.164, .426, .184};
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < SIZES.length; i++) {
      double room = SIZES[i] == 1 ? .6 : .1;
      Course c = all.get(i);
      String sum = "sums for means, or examples that are visited twice";
      checks.add(
          Check.near(
              "first-" + c.batch(),
              "loss after an epoch, batches of " + c.batch(),
              c.losses()[0],
              first[i],
              room * first[i],
              sum));
      checks.add(
          Check.near(
              "last-" + c.batch(),
              "loss after five epochs, batches of " + c.batch(),
              c.losses()[EPOCHS - 1],
              last[i],
              room * last[i],
              sum));
    }
    double[][] raised = {{0, 0}, {0, 0}, {.35, .48}, {.36, .5}};
    for (int i = 0; i < SIZES.length; i++)
      checks.add(
          Check.within(
              "raised-" + SIZES[i],
              "share of updates that raise the loss of all, batches of " + SIZES[i],
              all.get(i).raised(),
              raised[i][0],
              raised[i][1],
              "batches of another size"));
    checks.addAll(aims(sgd, momentum));
    return checks;
  }

  private static List<Check> aims(Directions sgd, Directions momentum) {
    List<Check> checks = new ArrayList<>();
    String velocity = "no velocity: 0.025";
    checks.add(
        Check.within(
            "successive-sgd",
            "cosine of two updates, SGD",
            sgd.successive(),
            .018,
            .031,
            velocity));
    checks.add(
        Check.within(
            "successive-momentum",
            "the same, momentum",
            momentum.successive(),
            .925,
            .94,
            velocity));
    checks.add(
        Check.within(
            "true-sgd", "cosine to the true gradient, SGD", sgd.right(), .148, .164, velocity));
    checks.add(
        Check.within("true-momentum", "the same, momentum", momentum.right(), .55, .59, velocity));
    return checks;
  }

  private static List<Verdict> verdicts(List<Course> all) {
    double few = all.get(2).raised();
    double one = all.get(3).raised();
    boolean alike = few > 0 && Math.abs(few - one) < .5 * one;
    return List.of(
        escapes(all.get(0), all.get(1)),
        one(ONE, alike, few, one),
        one(ONE_TOO, alike, few, one),
        alike
            ? OR_FEW.holds()
            : OR_FEW.doesNotHold("updates by one example are unlike those by few"));
  }

  private static Verdict one(Claim claim, boolean alike, double few, double one) {
    return alike
        ? claim.holdsIf(
            String.format(
                Locale.ROOT,
                "the name is not meant for small batches as well, as 003:60 has it: updates by 10"
                    + " are as uncertain, %.0f%% raise the loss of all, %.0f%% of those by one",
                100 * few,
                100 * one))
        : claim.holds();
  }

  private static Verdict escapes(Course whole, Course hundred) {
    boolean faster = hundred.losses()[EPOCHS - 1] < whole.losses()[EPOCHS - 1];
    if (!faster) return ESCAPES.doesNotHold("it is not faster here");
    double noisy = hundred.fall(1);
    double exact = whole.fall(EPOCHS);
    return noisy <= exact
        ? ESCAPES.doesNotHold(
            String.format(
                Locale.ROOT,
                "it is faster by its number of updates: each of the first 10 of 100 examples"
                    + " lowers the loss by %.3f, each of the first 5 of all 1,000 by %.3f, on a"
                    + " loss without other minima",
                noisy,
                exact))
        : ESCAPES.holds();
  }

  private static Table table(List<Course> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Course c : all)
      rows.add(
          List.of(
              c.batch(),
              c.updates(1),
              c.losses()[0],
              c.losses()[1],
              c.losses()[2],
              c.losses()[3],
              c.losses()[4],
              c.raised()));
    return new Table(
        "Loss of all training examples after each epoch",
        List.of("batch", "updates an epoch", "1", "2", "3", "4", "5", "updates that raise it"),
        rows);
  }

  private static Table directions(Directions sgd, Directions momentum) {
    return new Table(
        "Where noisy updates point: cosines",
        List.of("", "two updates in a row", "to the true gradient"),
        List.of(
            List.of("SGD", sgd.successive(), sgd.right()),
            List.of("momentum 0.9", momentum.successive(), momentum.right())));
  }

  /** Each seed thin, and their median thick. */
  private static List<Curve> curves(Course c, int colour, double[] at) {
    List<Curve> curves = new ArrayList<>();
    for (double[] seed : c.seeded()) curves.add(Curve.of("a seed", Kind.SEED, colour, at, seed));
    double[] median = Networks.median(c.seeded());
    curves.add(Curve.of("batches of " + c.batch(), Kind.MIDDLE, colour, at, median));
    return curves;
  }

  private static Figure figure(List<Course> all) {
    double[] epochs = {1, 2, 3, 4, 5};
    List<Curve> byEpoch = new ArrayList<>();
    List<Curve> byUpdate = new ArrayList<>();
    for (int b = 0; b < all.size(); b++) {
      Course c = all.get(b);
      double[] updates = Arrays.stream(epochs).map(e -> c.updates((int) e)).toArray();
      byEpoch.addAll(curves(c, b, epochs));
      byUpdate.addAll(curves(c, b, updates));
    }
    return new Figure(
        "Loss by examples and by updates",
        "The same losses after each epoch, medians and each seed thin; left by epoch, which the"
            + " smallest batches win; right by update, where they lie nearly on one line.",
        new Figure.Scale("epochs, and updates", true),
        new Figure.Scale("loss", true),
        List.of(new Figure.Panel("by epoch", byEpoch), new Figure.Panel("by update", byUpdate)));
  }
}
