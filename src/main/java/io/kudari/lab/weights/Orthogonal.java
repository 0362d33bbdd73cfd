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
import io.kudari.lab.Statistics;
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

  private static final int TEN = 10;
  private static final Initializer LECUN = Initializer.of(Initializer.Kind.LECUN_NORMAL);

  private static final Claim KEEPS =
      new Claim("002", 50, "Orthogonal start values keep signals through many layers.");

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
        + " how far WᵀW is from 1, and the length of 20 normal inputs behind each layer; and"
        + " the greatest / the least singular value of the product of ten layers.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(KEEPS);
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

  /** Of the product of ten layers: its greatest / its least singular value. */
  private static double condition(Initializer initializer, long seed) {
    float[] w = new Chain(TEN, Activation.IDENTITY, initializer).network().initial(seed);
    int n = Chain.UNITS;
    double[][] columns = new double[n][n];
    for (int k = 0; k < n; k++) columns[k][k] = 1;
    for (int layer = 0; layer < TEN; layer++) {
      int from = layer * (n * n + n);
      for (double[] column : columns) {
        double[] before = column.clone();
        for (int i = 0; i < n; i++) {
          column[i] = 0;
          for (int k = 0; k < n; k++) column[i] += w[from + i * n + k] * before[k];
        }
      }
    }
    return SingularValues.condition(columns);
  }

  /**
   * What a start gives.
   *
   * @param unit largest |WᵀW − 1|
   * @param lengths behind each layer, an array an input
   * @param condition of ten layers' product
   */
  private record Start(double unit, double[][] lengths, double condition) {

    static Start of(Initializer initializer, long seed) {
      return new Start(
          Orthogonal.unit(initializer, seed),
          Orthogonal.lengths(initializer, seed),
          Orthogonal.condition(initializer, seed));
    }

    double apart() {
      DoubleSummaryStatistics end = last(lengths);
      return Math.max(Math.abs(end.getMin() - 1), Math.abs(end.getMax() - 1));
    }

    List<Object> row(String name) {
      return List.of(name, unit, last(lengths).getMin(), last(lengths).getMax(), condition);
    }
  }

  @Override
  public Findings measure(Scope scope) {
    Start orthogonal = Start.of(initializer(), scope.firstSeed());
    Start normal = Start.of(LECUN, scope.firstSeed());
    DoubleSummaryStatistics lost = last(normal.lengths());
    return new Findings(
        String.format(
            Locale.ROOT,
            "Orthogonal ones: behind fifty layers lengths are right to %s. Normal ones of the"
                + " same size leave %.2f to %.2f of them, and ten layers of them stretch directions"
                + " by factors that are %s apart.",
            Numbers.significant(orthogonal.apart(), 2),
            lost.getMin(),
            lost.getMax(),
            Numbers.significant(normal.condition(), 2)),
        List.of(
            new Table(
                "Behind fifty layers, and of the product of ten",
                List.of("start", "largest |WᵀW − 1|", "length, least", "greatest", "condition"),
                List.of(orthogonal.row("orthogonal"), normal.row("1/√n")))),
        List.of(figure(orthogonal.lengths(), normal.lengths())),
        checks(orthogonal, normal),
        List.of(
            orthogonal.apart() < 1e-3
                ? KEEPS.holds()
                : KEEPS.doesNotHold(
                    String.format(
                        Locale.ROOT,
                        "behind fifty linear layers lengths are off by %.2f",
                        orthogonal.apart()))));
  }

  private static List<Check> checks(Start orthogonal, Start normal) {
    return List.of(
        Check.atMost("unit", "largest |WᵀW − 1|", orthogonal.unit(), 1e-6, NORMAL),
        Check.atMost(
            "length", "largest |length − 1| behind fifty layers", orthogonal.apart(), 1e-5, NORMAL),
        Check.near(
            "condition",
            "condition of the product of ten layers",
            orthogonal.condition(),
            1,
            1e-5,
            NORMAL),
        Check.atLeast(
            "condition-normal",
            "the same of normal weights",
            normal.condition(),
            1e8,
            "orthogonal weights under their name"));
  }

  /** Lengths behind the last layer. */
  private static DoubleSummaryStatistics last(double[][] lengths) {
    return Arrays.stream(lengths).mapToDouble(l -> l[LAYERS - 1]).summaryStatistics();
  }

  private static Figure figure(double[][] orthogonal, double[][] normal) {
    double[] layer = IntStream.rangeClosed(1, LAYERS).asDoubleStream().toArray();
    return new Figure(
        "Length of a signal by layer",
        "Ten inputs thin, the median of twenty thick, by the length they came with.",
        new Figure.Scale("layer", false),
        new Figure.Scale("length", false),
        List.of(
            new Figure.Panel("orthogonal", curves(layer, orthogonal)),
            new Figure.Panel("normal, 1/√n", curves(layer, normal))));
  }

  private static List<Curve> curves(double[] layer, double[][] lengths) {
    List<Curve> curves = new ArrayList<>();
    for (int e = 0; e < 10; e++) curves.add(Curve.of("an input", Kind.SEED, 0, layer, lengths[e]));
    double[] median =
        IntStream.range(0, LAYERS)
            .mapToDouble(
                l -> Statistics.median(Arrays.stream(lengths).mapToDouble(e -> e[l]).toArray()))
            .toArray();
    curves.add(Curve.of("median", Kind.LINE, 0, layer, median));
    return curves;
  }
}
