package io.kudari.lab.weights;

import io.kudari.lab.Check;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.MiniBatch;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What fifty linear layers do to the length of a vector. */
public class Orthogonal implements Computed {

  private static final int LAYERS = 50;
  private static final int EXAMPLES = 20;
  private static final String NORMAL = "normal weights: lengths 0.31 to 1.88";

  /** Of Kudari's initialiser. */
  public Orthogonal() {}

  /** The start that keeps lengths. */
  Initializer initializer() {
    return Initializer.of(Initializer.Kind.ORTHOGONAL);
  }

  @Override
  public String name() {
    return "orthogonal";
  }

  @Override
  public Section section() {
    return Section.INITIAL_WEIGHTS;
  }

  @Override
  public String question() {
    return "Which start values keep the length of a signal exactly?";
  }

  @Override
  public String setup() {
    return "Fifty linear layers of 100 units, orthogonal weights and normal ones of deviation 1/√n:"
        + " how far WᵀW is from 1, and the length of 20 normal inputs behind each layer.";
  }

  @Override
  public int seconds(boolean quick) {
    return 2;
  }

  /** The largest element of WᵀW − 1 of the first layer. */
  private static double unit(Initializer initializer, long seed) {
    float[] w = new Chain(1, Activation.IDENTITY, initializer).network().initial(seed);
    double most = 0;
    for (int i = 0; i < Chain.UNITS; i++)
      for (int j = 0; j < Chain.UNITS; j++) {
        double sum = i == j ? -1 : 0;
        for (int k = 0; k < Chain.UNITS; k++)
          sum += (double) w[k * Chain.UNITS + i] * w[k * Chain.UNITS + j];
        most = Math.max(most, Math.abs(sum));
      }
    return most;
  }

  /** Lengths behind each layer by that of the input, an array an example. */
  private static double[][] lengths(Initializer initializer, long seed) {
    MiniBatch inputs = Chain.inputs(EXAMPLES, seed);
    List<float[]> layers =
        new Chain(LAYERS, Activation.IDENTITY, initializer).activations(inputs, seed);
    double[][] lengths = new double[EXAMPLES][LAYERS];
    for (int e = 0; e < EXAMPLES; e++)
      for (int l = 0; l < LAYERS; l++)
        lengths[e][l] = length(layers.get(l), e) / length(inputs.features(), e);
    return lengths;
  }

  private static double length(float[] values, int example) {
    double sum = 0;
    for (int k = 0; k < Chain.UNITS; k++) {
      double v = values[example * Chain.UNITS + k];
      sum += v * v;
    }
    return Math.sqrt(sum);
  }

  @Override
  public Findings measure(Scope scope) {
    long seed = scope.firstSeed();
    double unit = unit(initializer(), seed);
    double[][] orthogonal = lengths(initializer(), seed);
    double[][] normal = lengths(Initializer.of(Initializer.Kind.LECUN_NORMAL), seed);
    DoubleSummaryStatistics kept = last(orthogonal);
    double apart = Math.max(Math.abs(kept.getMin() - 1), Math.abs(kept.getMax() - 1));
    DoubleSummaryStatistics lost = last(normal);
    return new Findings(
        String.format(
            Locale.ROOT,
            "Orthogonal ones: behind fifty layers lengths are right to %s. Normal ones of the"
                + " same size leave %.2f to %.2f of them.",
            Numbers.significant(apart, 2),
            lost.getMin(),
            lost.getMax()),
        List.of(
            new Table(
                "Behind fifty layers",
                List.of("start", "largest |WᵀW − 1|", "length, least", "greatest"),
                List.of(
                    List.of("orthogonal", unit, kept.getMin(), kept.getMax()),
                    List.of(
                        "1/√n",
                        unit(Initializer.of(Initializer.Kind.LECUN_NORMAL), seed),
                        lost.getMin(),
                        lost.getMax())))),
        List.of(figure(orthogonal, normal)),
        List.of(
            Check.atMost("unit", "largest |WᵀW − 1|", unit, 1e-6, NORMAL),
            Check.atMost(
                "length", "largest |length − 1| behind fifty layers", apart, 1e-5, NORMAL)));
  }

  /** Lengths behind the last layer. */
  private static DoubleSummaryStatistics last(double[][] lengths) {
    return Arrays.stream(lengths).mapToDouble(l -> l[LAYERS - 1]).summaryStatistics();
  }

  private static Figure figure(double[][] orthogonal, double[][] normal) {
    double[] layer = IntStream.rangeClosed(1, LAYERS).asDoubleStream().toArray();
    return new Figure(
        "Length of a signal by layer",
        "Ten inputs each, by the length they came with.",
        new Figure.Scale("layer", false),
        new Figure.Scale("length", false),
        List.of(
            new Figure.Panel("orthogonal", curves(layer, orthogonal)),
            new Figure.Panel("normal, 1/√n", curves(layer, normal))));
  }

  private static List<Curve> curves(double[] layer, double[][] lengths) {
    List<Curve> curves = new ArrayList<>();
    for (int e = 0; e < 10; e++) curves.add(Curve.of("an input", Kind.SEED, 0, layer, lengths[e]));
    return curves;
  }
}
