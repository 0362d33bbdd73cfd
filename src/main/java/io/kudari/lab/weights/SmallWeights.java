package io.kudari.lab.weights;

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
import io.kudari.lab.Verdict;
import io.kudari.lab.network.Networks;
import io.kudari.model.GradientFunction;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.run.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether small start values keep a network from over-fitting. */
public final class SmallWeights implements Experiment {

  private static final int EXAMPLES = 300;
  private static final int HE = 3;

  /** Multiples of He's deviation, and rates at which each fits its examples. */
  private static final double[] SCALES = {.01, .1, .3, 1, 3, 10};

  private static final double[] RATES = {.1, .1, .1, .1, .03, .003};
  private static final int[] EPOCHS = {50, 50, 50, 50, 80, 300};
  private static final String FLAT = "the scale is ignored: equal everywhere";

  private static final Claim SMALL =
      new Claim("001", 189, 198, "Small start values keep from over-fitting.");

  /**
   * A scale.
   *
   * @param accuracies of the test, one a seed
   * @param losses of the training examples
   * @param errors of the training examples
   */
  private record Case(double scale, double[] accuracies, double[] losses, double[] errors) {

    double accuracy() {
      return Statistics.mean(accuracies);
    }
  }

  /** The experiment. */
  public SmallWeights() {}

  @Override
  public String name() {
    return "small-weights";
  }

  @Override
  public Section section() {
    return Section.INITIAL_WEIGHTS;
  }

  @Override
  public String question() {
    return "Do small start values keep from over-fitting?";
  }

  @Override
  public String setup() {
    return "784-100-10 with rectifiers on 300 digits, normal weights of 0.01 to 10 times He's"
        + " deviation √(2/n), SGD at 0.1 (0.03 at 3, 0.003 at 10), batches of 10, 50 epochs"
        + " (80 at 3, 300 at 10), after which no training digit is wrong and the loss is"
        + " below 0.02; accuracy on 2,000 others; 5 seeds, quick 2. And the output of one"
        + " weight, 0.1 and 10, for the input 1.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(SMALL);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 12 : 25;
  }

  private static String normal(double scale, int inputs) {
    return "initializer { kind = normal, value = " + scale * Math.sqrt(2.0 / inputs) + " }";
  }

  private static Trial trial(int scale, long seed) {
    String layers =
        "[ { type = dense, units = 100, activation = relu, "
            + normal(SCALES[scale], 784)
            + " }, { type = dense, units = auto, "
            + normal(SCALES[scale], 100)
            + " } ]";
    return Networks.tested(EXAMPLES, "", 0)
        .with("model.layers", layers)
        .with("optimizer.learning-rate", RATES[scale])
        .with("train.batch", 10)
        .with("train.epochs", EPOCHS[scale])
        .with("train.evaluate.train", true)
        .seeded(seed);
  }

  /** What a unit of one weight makes of the input 1. */
  private static double output(float weight) {
    NetworkSpec one =
        new NetworkSpec(
            Shape.flat(1),
            List.of(new LayerSpec.Dense(1, Initializer.of(Initializer.Kind.ZERO))),
            Loss.MEAN_SQUARED_ERROR);
    MiniBatch batch = MiniBatch.targeted(one.input(), 1, 1);
    batch.features()[0] = 1;
    batch.filled(1, new MiniBatch.Draw(0, 0, 0));
    float[] output = new float[1];
    try (GradientFunction function = Models.of(one).open()) {
      function.outputs(new float[] {weight, 0}, batch, output);
    }
    return output[0];
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 5);
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < SCALES.length; i++) for (long seed : seeds) trials.add(trial(i, seed));
    List<TrialResult> results = bench.train(trials);
    List<Case> all = new ArrayList<>();
    for (int i = 0; i < SCALES.length; i++) {
      List<TrialResult> own = results.subList(i * seeds.size(), (i + 1) * seeds.size());
      all.add(
          new Case(
              SCALES[i],
              own.stream().mapToDouble(r -> 1 - r.error("test").orElse(1)).toArray(),
              own.stream().mapToDouble(r -> r.loss("train").orElse(Double.NaN)).toArray(),
              own.stream().mapToDouble(r -> r.error("train").orElse(1)).toArray()));
    }
    return new Findings(
        String.format(
            Locale.ROOT,
            "Large ones do harm: all fit the 300 digits without an error, and of others He's start"
                + " gets %.1f%% right, three times its deviation %.1f%%, ten times %.1f%%. Smaller"
                + " ones gain nothing (%.1f%% at a hundredth).",
            100 * all.get(HE).accuracy(),
            100 * all.get(4).accuracy(),
            100 * all.get(5).accuracy(),
            100 * all.get(0).accuracy()),
        List.of(table(all)),
        List.of(figure(all, seeds.size())),
        checks(all),
        List.of(verdict(all)));
  }

  private static double spread(List<Case> all) {
    double[] small = all.subList(0, HE + 1).stream().mapToDouble(Case::accuracy).toArray();
    double least = 1;
    double most = 0;
    for (double a : small) {
      least = Math.min(least, a);
      most = Math.max(most, a);
    }
    return most - least;
  }

  private static Verdict verdict(List<Case> all) {
    double he = all.get(HE).accuracy();
    if (all.get(5).accuracy() > he - .02)
      return SMALL.doesNotHold("ten times He's deviation does as well");
    double gained = all.get(0).accuracy() - he;
    return gained > .03
        ? SMALL.holds()
        : SMALL.holdsIf(
            String.format(
                Locale.ROOT,
                "the others are larger than He's: from a hundredth of it %+.1f%% more are right",
                100 * gained));
  }

  private static List<Check> checks(List<Case> all) {
    double loss = 0;
    double error = 0;
    for (Case c : all) {
      loss = Math.max(loss, Statistics.mean(c.losses()));
      error = Math.max(error, Statistics.mean(c.errors()));
    }
    double he = all.get(HE).accuracy();
    return List.of(
        Check.near("one-tenth", "output of the weight 0.1 for 1", output(.1f), .1f, 0, "a bias"),
        Check.near("ten", "output of the weight 10 for 1", output(10), 10, 0, "a bias"),
        Check.near("fitted", "greatest training error", error, 0, 0, "rates of another size"),
        Check.atMost("fitted-loss", "greatest training loss", loss, .02, "rates of another size"),
        Check.atMost("small", "differences of accuracy up to He's start", spread(all), .03, FLAT),
        Check.atMost(
            "three", "accuracy of three times He's − He's", all.get(4).accuracy() - he, -.02, FLAT),
        Check.atMost("tenfold", "accuracy of ten times He's", all.get(5).accuracy(), .6, FLAT));
  }

  private static Table table(List<Case> all) {
    List<String> columns = new ArrayList<>(List.of("times He's"));
    for (int s = 1; s <= all.get(0).accuracies().length; s++) columns.add("seed no. " + s);
    columns.addAll(List.of("median", "mean", "training loss", "training error"));
    List<List<Object>> rows = new ArrayList<>();
    for (Case c : all) {
      List<Object> row = new ArrayList<>(List.of(c.scale()));
      for (double a : c.accuracies()) row.add(a);
      row.add(Statistics.median(c.accuracies()));
      row.add(c.accuracy());
      row.add(Statistics.mean(c.losses()));
      row.add(Statistics.mean(c.errors()));
      rows.add(row);
    }
    return new Table("Test accuracy by scale of the start", columns, rows);
  }

  private static Figure figure(List<Case> all, int seeds) {
    List<Curve> curves = new ArrayList<>();
    for (int s = 0; s < seeds; s++) {
      int seed = s;
      double[] own = all.stream().mapToDouble(c -> c.accuracies()[seed]).toArray();
      curves.add(Curve.of("a seed", Kind.SEED, 0, SCALES, own));
    }
    double[] medians = all.stream().mapToDouble(c -> Statistics.median(c.accuracies())).toArray();
    curves.add(Curve.of("median", Kind.MIDDLE, 0, SCALES, medians));
    return new Figure(
        "Test accuracy by the scale of start values",
        "All fit their 300 digits without an error. Look at 3 and 10 times He's deviation, which"
            + " lose; to the left of 1 nothing is gained.",
        new Figure.Scale("times He's deviation", true),
        new Figure.Scale("accuracy", false),
        List.of(new Figure.Panel("", curves)));
  }
}
