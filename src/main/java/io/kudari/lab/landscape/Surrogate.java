package io.kudari.lab.landscape;

import io.kudari.data.Examples;
import io.kudari.data.digits.DigitsSource;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.DigitNetwork;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.OwnTraining;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.model.Evaluation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.OptimizerSpec;
import io.kudari.run.Models;
import io.kudari.train.Subset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Why cross-entropy is minimised and not the share of errors. */
public class Surrogate implements Computed {

  private static final int EXAMPLES = 1000;
  private static final int PIXELS = 784;
  private static final int CLASSES = 10;
  private static final int WEIGHTS = 200;
  private static final int UPDATES = 100;
  private static final float ASIDE = 1e-4f;
  private static final int SMALLEST = 5;
  private static final List<String> SIZES =
      List.of("0", "1e-5", "1e-4", "0.001", "0.01", "0.1", "1", "10");

  private static final Claim NO_GRADIENT =
      new Claim(
          "002", 18, 19, "The share of errors has no useful gradient: another loss stands in.");

  /** Of Kudari's losses. */
  public Surrogate() {}

  /** What is minimised of an evaluation. */
  double loss(Evaluation of) {
    return of.meanLoss();
  }

  /**
   * Differences by weights, each of twice 1e-4.
   *
   * @param start cross-entropy where all weights are 0
   * @param squares Kudari's squared error where all outputs are 0
   */
  private record Slopes(double start, double squares, double[] error, double[] entropy) {

    static double flat(double[] slopes) {
      return (double) Arrays.stream(slopes).filter(s -> s == 0).count() / slopes.length;
    }
  }

  @Override
  public String name() {
    return "surrogate";
  }

  @Override
  public Section section() {
    return Section.LANDSCAPE;
  }

  @Override
  public String question() {
    return "Why is cross-entropy minimised, and not the share of errors?";
  }

  @Override
  public String setup() {
    return "Softmax regression on 1,000 digits: its loss at 0; after 100 updates of SGD at 0.1 in"
        + " batches of 32, how the share of errors and cross-entropy change when one of 200"
        + " weights of inked pixels moves by 0.0001 either way. And squares where outputs are 0.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(NO_GRADIENT);
  }

  @Override
  public int seconds(boolean quick) {
    return 3;
  }

  @Override
  public Findings measure(Scope scope) {
    Examples digits = new DigitsSource(EXAMPLES, 1).make(0, EXAMPLES);
    Slopes slopes = slopes(digits, scope.firstSeed());
    double flat = Slopes.flat(slopes.error());
    double flatEntropy = Slopes.flat(slopes.entropy());
    return new Findings(
        String.format(
            Locale.ROOT,
            "Because the share of errors stands still under %.0f%% of the weights when they move a"
                + " little, and cross-entropy under %.0f%%. Cross-entropy begins at %.6f = ln 10.",
            100 * flat,
            100 * flatEntropy,
            slopes.start()),
        List.of(table(slopes), histogram(slopes)),
        List.of(figure(slopes)),
        checks(slopes),
        List.of(
            flat >= .9 && flatEntropy == 0
                ? NO_GRADIENT.holds()
                : NO_GRADIENT.doesNotHold("most weights change it")));
  }

  private Slopes slopes(Examples digits, long seed) {
    var sgd = new OptimizerSpec("sgd", Map.of("learning-rate", .1));
    var model = Models.of(DigitNetwork.softmaxRegression());
    try (OwnTraining training = OwnTraining.of(model, digits, digits, sgd, 32, seed)) {
      double start = loss(training.evaluate(Subset.TRAIN));
      training.descend(UPDATES);
      double[] error = new double[WEIGHTS];
      double[] entropy = new double[WEIGHTS];
      int[] weights = weights(digits, seed);
      for (int i = 0; i < WEIGHTS; i++) {
        float[] moved = training.parameters().clone();
        moved[weights[i]] += ASIDE;
        Evaluation ahead = training.evaluate(Subset.TRAIN, moved);
        double width = moved[weights[i]];
        moved[weights[i]] = training.parameters()[weights[i]] - ASIDE;
        width -= moved[weights[i]];
        Evaluation back = training.evaluate(Subset.TRAIN, moved);
        error[i] = (back.accuracy() - ahead.accuracy()) / width;
        entropy[i] = (loss(ahead) - loss(back)) / width;
      }
      return new Slopes(start, squares(digits), error, entropy);
    }
  }

  /** Of pixels that are not black in every example: the others change nothing. */
  private static int[] weights(Examples digits, long seed) {
    boolean[] inked = new boolean[PIXELS];
    for (int i = 0; i < digits.bytes().length; i++) inked[i % PIXELS] |= digits.bytes()[i] != 0;
    int[] pixels = IntStream.range(0, PIXELS).filter(p -> inked[p]).toArray();
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 62, 0);
    return IntStream.range(0, WEIGHTS)
        .map(i -> random.below(CLASSES) * PIXELS + pixels[random.below(pixels.length)])
        .toArray();
  }

  /** Of a layer without softmax whose weights are 0. */
  private static double squares(Examples digits) {
    LayerSpec zero = new LayerSpec.Dense(CLASSES, Initializer.of(Initializer.Kind.ZERO));
    NetworkSpec network =
        new NetworkSpec(new Shape(1, 28, 28), List.of(zero), Loss.MEAN_SQUARED_ERROR);
    var sgd = new OptimizerSpec("sgd", Map.of("learning-rate", .1));
    try (OwnTraining training =
        OwnTraining.of(Models.of(network), digits, digits, sgd, EXAMPLES, 1)) {
      return training.evaluate(Subset.TRAIN).meanLoss();
    }
  }

  private static List<Check> checks(Slopes slopes) {
    return List.of(
        Check.near(
            "start",
            "cross-entropy where all weights are 0, ln 10",
            slopes.start(),
            Math.log(CLASSES),
            1e-6,
            "the logarithm of a probability that is clipped, or a sum for a mean"),
        Check.atLeast(
            "error",
            "share of weights that do not change the share of errors",
            Slopes.flat(slopes.error()),
            .9,
            "a surrogate under the name of the error"),
        Check.within(
            "entropy",
            "share of weights that do not change cross-entropy",
            Slopes.flat(slopes.entropy()),
            0,
            0,
            "the share of errors for the loss"),
        Check.near(
            "squares",
            "mean over outputs of (y − t)² where outputs are 0, whose ½Σ is ½",
            slopes.squares(),
            .1,
            1e-6,
            "a sum over outputs, or its half"));
  }

  private static Table table(Slopes slopes) {
    return new Table(
        "What was measured",
        List.of("", "value"),
        List.of(
            List.of("cross-entropy, weights 0", slopes.start()),
            List.of("mean over outputs of (y − t)², outputs 0", slopes.squares()),
            List.of("½ Σ (y − t)², outputs 0", CLASSES * slopes.squares() / 2),
            List.of("weights under which the error stands still", Slopes.flat(slopes.error())),
            List.of("the same, cross-entropy", Slopes.flat(slopes.entropy()))));
  }

  /** Shares of the weights by the size of a derivative: 0, and then up to each power of ten. */
  private static double[] shares(double[] slopes) {
    double[] shares = new double[SIZES.size()];
    for (double slope : slopes) {
      int power = (int) Math.ceil(Math.log10(Math.abs(slope)));
      int at = slope == 0 ? 0 : Math.max(1, Math.min(SIZES.size() - 1, power + SMALLEST + 1));
      shares[at] += 1.0 / slopes.length;
    }
    return shares;
  }

  private static Table histogram(Slopes slopes) {
    double[] error = shares(slopes.error());
    double[] entropy = shares(slopes.entropy());
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < SIZES.size(); i++) rows.add(List.of(SIZES.get(i), error[i], entropy[i]));
    return new Table(
        "Shares of 200 weights by the size of the derivative, 0 or up to a power of ten",
        List.of("size", "share of errors", "cross-entropy"),
        rows);
  }

  private static Figure figure(Slopes slopes) {
    return new Figure(
        "Derivatives by 200 weights",
        "How many weights have a derivative of 0, and how many one up to each power of ten. Look at"
            + " the left: nearly all are in the bar at 0, and where one is not, a single example"
            + " has changed sides. On the right every weight says where to go.",
        new Figure.Scale("share of weights", false),
        Figure.Scale.of(SIZES),
        List.of(
            panel("share of errors", 1, slopes.error()),
            panel("cross-entropy", 0, slopes.entropy())));
  }

  private static Figure.Panel panel(String name, int colour, double[] slopes) {
    double[] places = IntStream.range(0, SIZES.size()).asDoubleStream().toArray();
    return new Figure.Panel(
        name, List.of(Curve.of(name, Kind.BAR, colour, shares(slopes), places)));
  }
}
