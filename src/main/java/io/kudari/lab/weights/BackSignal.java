package io.kudari.lab.weights;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.Segment;
import io.kudari.model.Activation;
import io.kudari.model.GradientFunction;
import io.kudari.model.Initializer;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.run.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What becomes of an error on its way back through ten layers. */
public final class BackSignal implements Computed {

  private static final int LAYERS = 10;
  private static final int EXAMPLES = 20;
  private static final int NETWORKS = 8;
  private static final String SLOPE = "y where y (1 − y) belongs, or a derivative left out";

  private static final Claim LARGE =
      new Claim("001", 200, 207, "Large weights make the gradient vanish.");
  private static final Claim FACTOR = new Claim("001", 211, "y (1 − y) is the gradient ∂E/∂w.");

  private final Function<NetworkSpec, GradientFunction> gradients;

  /** Of Kudari's gradients. */
  public BackSignal() {
    this(network -> Models.of(network).open());
  }

  BackSignal(Function<NetworkSpec, GradientFunction> gradients) {
    this.gradients = gradients;
  }

  /**
   * A case.
   *
   * @param right log₁₀ of the factor of a layer
   * @param tolerance of it
   */
  private record Case(
      Activation function, String start, Initializer weights, double right, double tolerance) {}

  private static Initializer normal(double deviation) {
    return new Initializer(Initializer.Kind.NORMAL, deviation);
  }

  private static final Initializer LECUN = Initializer.of(Initializer.Kind.LECUN_NORMAL);
  private static final Initializer HE = Initializer.of(Initializer.Kind.HE_NORMAL);

  private static final List<Case> CASES =
      List.of(
          new Case(Activation.SIGMOID, "0.01", normal(.01), -1.602, .02),
          new Case(Activation.SIGMOID, "1/√n", LECUN, -.628, .02),
          new Case(Activation.SIGMOID, "√(2/n)", HE, -.499, .02),
          new Case(Activation.SIGMOID, "1", normal(1), -.008, .02),
          new Case(Activation.SIGMOID, "3", normal(3), .226, .05),
          new Case(Activation.SIGMOID, "10", normal(10), .465, .05),
          new Case(Activation.TANH, "0.01", normal(.01), -1, .02),
          new Case(Activation.TANH, "1/√n", LECUN, -.048, .02),
          new Case(Activation.TANH, "√(2/n)", HE, .012, .02),
          new Case(Activation.TANH, "1", normal(1), .371, .04),
          new Case(Activation.RELU, "0.01", normal(.01), -1.15, .03),
          new Case(Activation.RELU, "1/√n", LECUN, -.15, .03),
          new Case(Activation.RELU, "√(2/n)", HE, .001, .03),
          new Case(Activation.RELU, "1", normal(1), .85, .03));

  /**
   * What was found.
   *
   * @param norms log₁₀ of the root of the mean of |δ|² over examples, of each layer from the first
   */
  private record Found(Case of, double[] norms) {

    /** log₁₀ of the factor of a layer, on the way back. */
    double factor() {
      double mean = (LAYERS - 1) / 2.0;
      double xy = 0;
      double xx = 0;
      for (int l = 0; l < LAYERS; l++) {
        xy += (l - mean) * norms[l];
        xx += (l - mean) * (l - mean);
      }
      return -xy / xx;
    }
  }

  @Override
  public String name() {
    return "back-signal";
  }

  @Override
  public Section section() {
    return Section.INITIAL_WEIGHTS;
  }

  @Override
  public String question() {
    return "Which start values make gradients vanish?";
  }

  @Override
  public String setup() {
    return "Eight networks of ten layers of 100 units without biases, 20 normal inputs one by one,"
        + " with targets that make the error of each output normal: the norm of the error of"
        + " each layer, which is the gradient of its biases; and the mean of y (1 − y) over"
        + " sigmoid units.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(LARGE, FACTOR);
  }

  @Override
  public int seconds(boolean quick) {
    return 3;
  }

  private Found measure(Case of, long seed) {
    NetworkSpec network = new Chain(LAYERS, of.function(), of.weights()).network();
    double[] squares = new double[LAYERS];
    try (GradientFunction function = gradients.apply(network)) {
      for (int n = 0; n < NETWORKS; n++) {
        float[] parameters = network.initial(NETWORKS * seed + n);
        for (int i = 0; i < EXAMPLES; i++) {
          float[] gradient = new float[parameters.length];
          function.gradient(parameters, example(function, parameters, 1000 * seed + i), gradient);
          for (int l = 0; l < LAYERS; l++) squares[l] += square(gradient, bias(network, l));
        }
      }
    }
    double[] norms = new double[LAYERS];
    for (int l = 0; l < LAYERS; l++)
      norms[l] = StrictMath.log10(squares[l] / (NETWORKS * EXAMPLES)) / 2;
    return new Found(of, norms);
  }

  /** Normal inputs, and targets off the outputs by what gives each a normal error. */
  private static MiniBatch example(GradientFunction function, float[] parameters, long seed) {
    MiniBatch batch = Chain.inputs(1, seed);
    float[] outputs = new float[Chain.UNITS];
    function.outputs(parameters, batch, outputs);
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 21, 0);
    // The mean over outputs of (y − t)² has the derivative 2 (y − t) / outputs.
    for (int k = 0; k < Chain.UNITS; k++)
      batch.targets[k] = (float) (outputs[k] - random.gaussian() * Chain.UNITS / 2);
    return batch;
  }

  private static Segment bias(NetworkSpec network, int layer) {
    return network.layout().segments().get(2 * layer + 1);
  }

  private static double square(float[] gradient, Segment of) {
    double sum = 0;
    for (int i = of.offset(); i < of.end(); i++) sum += (double) gradient[i] * gradient[i];
    return sum;
  }

  /** The mean of y (1 − y) over the units of all layers, and the greatest. */
  private static double[] slopes(Initializer weights, long seed) {
    double sum = 0;
    double most = 0;
    long count = 0;
    Chain chain = new Chain(LAYERS, Activation.SIGMOID, weights);
    for (float[] layer : chain.activations(Chain.inputs(200, seed), seed))
      for (float y : layer) {
        double slope = y * (1.0 - y);
        sum += slope;
        most = Math.max(most, slope);
        count++;
      }
    return new double[] {sum / count, most};
  }

  @Override
  public Findings measure(Scope scope) {
    long seed = scope.firstSeed();
    List<Found> all = CASES.stream().map(c -> measure(c, seed)).toList();
    List<Initializer> starts = List.of(normal(.01), LECUN, HE, normal(1));
    double[][] slopes = starts.stream().map(s -> slopes(s, seed)).toArray(double[][]::new);
    List<Check> checks = new ArrayList<>();
    for (Found f : all)
      checks.add(
          Check.near(
              f.of().function().id() + "-" + f.of().start(),
              "log₁₀ of the factor of a layer, " + f.of().function().id() + ", " + f.of().start(),
              f.factor(),
              f.of().right(),
              f.of().tolerance(),
              SLOPE));
    double[] right = {.2498, .2354, .2225, .058};
    for (int i = 0; i < right.length; i++)
      checks.add(
          Check.near(
              "slope-" + CASES.get(i).start(),
              "mean y (1 − y), start " + CASES.get(i).start(),
              slopes[i][0],
              right[i],
              .08 * right[i],
              "deviation of another size"));
    double most = IntStream.range(0, 4).mapToDouble(i -> slopes[i][1]).max().orElse(Double.NaN);
    checks.add(Check.near("greatest", "greatest y (1 − y)", most, .25, 1e-4, "not a sigmoid"));
    Found small = all.get(0);
    Found large = all.get(3);
    return new Findings(
        String.format(
            Locale.ROOT,
            "Small ones: with deviation 0.01 a layer of sigmoids multiplies the error by %.3f. With"
                + " 1 units are saturated (y (1 − y) is %.3f), but the weights make up for it: a"
                + " layer multiplies by %.2f.",
            StrictMath.pow(10, small.factor()),
            slopes[3][0],
            StrictMath.pow(10, large.factor())),
        List.of(table(all)),
        List.of(figure(all)),
        checks,
        verdicts(small, large, slopes[0][0], slopes[3][0]));
  }

  private static List<Verdict> verdicts(Found small, Found large, double smallSlope, double slope) {
    boolean apart = smallSlope > slope && small.factor() < large.factor();
    return List.of(
        large.factor() > -.1 && small.factor() < -1
            ? LARGE.doesNotHold(
                String.format(
                    Locale.ROOT,
                    "y (1 − y) falls to %.3f, but a layer multiplies the error by %.2f; with small"
                        + " weights by %.3f",
                    slope,
                    StrictMath.pow(10, large.factor()),
                    StrictMath.pow(10, small.factor())))
            : LARGE.holds(),
        apart
            ? FACTOR.doesNotHold(
                String.format(
                    Locale.ROOT,
                    "it is one factor of it: from start 0.01 to 1 it falls from %.3f to %.3f, and"
                        + " what a layer makes of the error rises from %.3f to %.2f",
                    smallSlope,
                    slope,
                    StrictMath.pow(10, small.factor()),
                    StrictMath.pow(10, large.factor())))
            : FACTOR.holds());
  }

  private static Table table(List<Found> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Found f : all)
      rows.add(
          List.of(
              f.of().function().id(),
              f.of().start(),
              f.factor(),
              StrictMath.pow(10, f.factor()),
              StrictMath.pow(10, f.norms()[0])));
    return new Table(
        "The error on its way back",
        List.of("activation", "start", "log₁₀ factor of a layer", "factor", "norm at layer 1"),
        rows);
  }

  private static Figure figure(List<Found> all) {
    double[] layers = IntStream.rangeClosed(1, LAYERS).asDoubleStream().toArray();
    List<Figure.Panel> panels = new ArrayList<>();
    for (Activation function : List.of(Activation.SIGMOID, Activation.TANH, Activation.RELU)) {
      List<Curve> curves = new ArrayList<>();
      for (Found f : all) {
        if (f.of().function() != function) continue;
        double[] norms = new double[LAYERS];
        for (int l = 0; l < LAYERS; l++) norms[l] = StrictMath.pow(10, f.norms()[l]);
        curves.add(Curve.of(f.of().start(), Kind.MIDDLE, colour(f.of().start()), layers, norms));
      }
      panels.add(new Figure.Panel(function.id(), curves));
    }
    return new Figure(
        "Norm of the error by layer",
        "Root of the mean square over 160 examples; the error starts at layer 10 and goes to the"
            + " left. Look at start 0.01, which loses it, and at the level lines: the starts that"
            + " keep it.",
        new Figure.Scale("layer", false),
        new Figure.Scale("norm of the error", true),
        panels);
  }

  private static int colour(String start) {
    return List.of("0.01", "1/√n", "√(2/n)", "1", "3", "10").indexOf(start);
  }
}
