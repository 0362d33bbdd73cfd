package io.kudari.lab.landscape;

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
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.report.Numbers;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/** How many parameter vectors are the same network. */
public class Symmetry implements Computed {

  private static final int UNITS = 4;
  private static final int OUTPUTS = 3;
  private static final int[] SIZES = {5, UNITS, UNITS, OUTPUTS};
  private static final int INPUTS = 3;
  private static final int WIDE = 100;
  private static final int DEEP = 4;

  private static final Claim PAIRS =
      new Claim("004", 44, "Exchanges of units make ∏ C(d, 2) equal minima.");

  /** Of Kudari's networks. */
  public Symmetry() {}

  /** A layer's units, each with its incoming weights, in another order and with signs. */
  double[][] incoming(double[][] weights, int[] order, int[] signs) {
    return IntStream.range(0, order.length)
        .mapToObj(
            u -> {
              double[] row = weights[order[u]].clone();
              for (int i = 0; i < row.length; i++) row[i] *= signs[u];
              return row;
            })
        .toArray(double[][]::new);
  }

  /** The next layer's weights for units in another order and with signs. */
  double[][] outgoing(double[][] weights, int[] order, int[] signs) {
    double[][] moved = new double[weights.length][order.length];
    for (int v = 0; v < weights.length; v++)
      for (int u = 0; u < order.length; u++) moved[v][u] = signs[u] * weights[v][order[u]];
    return moved;
  }

  /**
   * What was counted.
   *
   * @param orders distinct vectors by the orders of units
   * @param signed the same with signs of tanh as well
   * @param apart largest difference of outputs, in double precision
   * @param apartSigned the same with signs
   * @param apartFloat the same of orders in single precision, by the product
   */
  private record Counts(
      int orders, int signed, double apart, double apartSigned, double apartFloat) {}

  @Override
  public String name() {
    return "symmetry";
  }

  @Override
  public Section section() {
    return Section.LANDSCAPE;
  }

  @Override
  public String question() {
    return "How many parameter vectors are the same network?";
  }

  @Override
  public String setup() {
    return "5-4-4-3 with tanh and normal weights and biases: every order of the units of both"
        + " hidden layers, each with its incoming and outgoing weights, and every choice of"
        + " signs beside them. Vectors that differ are counted, and outputs compared on three"
        + " inputs.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(PAIRS);
  }

  @Override
  public int seconds(boolean quick) {
    return 3;
  }

  @Override
  public Findings measure(Scope scope) {
    Counts counts = counts(scope.firstSeed());
    int pairs = (int) StrictMath.pow(UNITS * (UNITS - 1) / 2, 2);
    double wide = DEEP * logFactorial(WIDE);
    return new Findings(
        String.format(
            Locale.ROOT,
            "∏ d! by order alone: of two layers of four %d, with tanh's signs %,d, and their"
                + " outputs differ by %s. Four layers of 100 have 10 to the %.1f.",
            counts.orders(),
            counts.signed(),
            Numbers.significant(Math.max(counts.apart(), counts.apartSigned()), 2),
            wide),
        List.of(table(counts, pairs, wide)),
        List.of(figure()),
        checks(counts, wide),
        List.of(
            counts.orders() == pairs
                ? PAIRS.holds()
                : PAIRS.doesNotHold(
                    String.format(
                        Locale.ROOT,
                        "C(d, 2) counts exchanges of two units, here %d; what they make together"
                            + " has ∏ d! = %d elements",
                        pairs,
                        counts.orders()))));
  }

  private Counts counts(long seed) {
    Layered network = Layered.draw(seed, SIZES);
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 64, 0);
    double[][] inputs = new double[INPUTS][];
    for (int i = 0; i < INPUTS; i++) inputs[i] = Layered.normal(SIZES[0], random);
    Seen plain = new Seen(network, inputs);
    Seen signed = new Seen(network, inputs);
    int[] all = {1, 1, 1, 1};
    double apartFloat = 0;
    try (GradientFunction product = network.product()) {
      MiniBatch batch = network.batch(inputs);
      float[] right = outputs(product, network, batch);
      for (int[] first : orders())
        for (int[] second : orders()) {
          Layered ordered = moved(network, first, all, second, all);
          plain.add(ordered);
          apartFloat = Math.max(apartFloat, apart(outputs(product, ordered, batch), right));
          for (int s = 0; s < 1 << 2 * UNITS; s++)
            signed.add(moved(network, first, signs(s), second, signs(s >> UNITS)));
        }
    }
    return new Counts(
        plain.vectors.size(), signed.vectors.size(), plain.apart, signed.apart, apartFloat);
  }

  /** Vectors, and how far their outputs are from those of the first network. */
  private static final class Seen {

    private final Set<FloatBuffer> vectors = new HashSet<>();
    private final double[][] inputs;
    private final double[][] right;
    private double apart;

    Seen(Layered network, double[][] inputs) {
      this.inputs = inputs;
      this.right = new double[inputs.length][];
      for (int i = 0; i < inputs.length; i++) right[i] = network.outputs(inputs[i]);
    }

    void add(Layered network) {
      vectors.add(FloatBuffer.wrap(network.flat()));
      for (int i = 0; i < inputs.length; i++) {
        double[] outputs = network.outputs(inputs[i]);
        for (int o = 0; o < outputs.length; o++)
          apart = Math.max(apart, Math.abs(outputs[o] - right[i][o]));
      }
    }
  }

  private Layered moved(Layered of, int[] first, int[] firstSigns, int[] second, int[] signs) {
    double[][][] w = of.weights();
    double[][] one = incoming(w[0], first, firstSigns);
    double[][] two = incoming(outgoing(w[1], first, firstSigns), second, signs);
    double[][] three = outgoing(w[2], second, signs);
    double[][] biases = {
      biases(of.biases()[0], first, firstSigns),
      biases(of.biases()[1], second, signs),
      of.biases()[2]
    };
    return new Layered(new double[][][] {one, two, three}, biases);
  }

  private static double[] biases(double[] biases, int[] order, int[] signs) {
    return IntStream.range(0, order.length).mapToDouble(u -> signs[u] * biases[order[u]]).toArray();
  }

  private static float[] outputs(GradientFunction product, Layered network, MiniBatch batch) {
    float[] outputs = new float[batch.count() * OUTPUTS];
    product.outputs(network.flat(), batch, outputs);
    return outputs;
  }

  private static double apart(float[] a, float[] b) {
    return IntStream.range(0, a.length)
        .mapToDouble(i -> Math.abs((double) a[i] - b[i]))
        .max()
        .orElseThrow();
  }

  private static int[] signs(int bits) {
    return IntStream.range(0, UNITS).map(u -> (bits >> u & 1) == 0 ? 1 : -1).toArray();
  }

  /** Every order of a layer's units. */
  private static List<int[]> orders() {
    List<int[]> orders = new ArrayList<>();
    orders.add(new int[0]);
    for (int unit = 0; unit < UNITS; unit++) {
      List<int[]> longer = new ArrayList<>();
      for (int[] order : orders)
        for (int place = 0; place <= order.length; place++) longer.add(with(order, place, unit));
      orders = longer;
    }
    return orders;
  }

  private static int[] with(int[] order, int place, int unit) {
    return IntStream.rangeClosed(0, order.length)
        .map(i -> i < place ? order[i] : i == place ? unit : order[i - 1])
        .toArray();
  }

  private static double logFactorial(int n) {
    return IntStream.rangeClosed(1, n).mapToDouble(StrictMath::log10).sum();
  }

  private static List<Check> checks(Counts counts, double wide) {
    String forgotten = "incoming or outgoing weights that stay: 0.7 to 6";
    return List.of(
        Check.within(
            "orders", "distinct vectors by order", counts.orders(), 576, 576, "pairs of units: 36"),
        Check.within(
            "signed",
            "distinct vectors by order and sign",
            counts.signed(),
            147_456,
            147_456,
            "signs of whole layers"),
        Check.atMost(
            "outputs", "largest difference of outputs, by order", counts.apart(), 1e-12, forgotten),
        Check.atMost(
            "outputs-signed", "the same, with signs", counts.apartSigned(), 1e-12, forgotten),
        Check.atMost(
            "outputs-float",
            "the same, by order, of Kudari's networks in single precision",
            counts.apartFloat(),
            1e-6,
            forgotten),
        Check.near(
            "wide", "log₁₀ ∏ d! of four layers of 100", wide, 631.9, .05, "pairs of units: 14.8"));
  }

  private static Table table(Counts counts, int pairs, double wide) {
    return new Table(
        "Vectors that are the same network",
        List.of("", "vectors", "outputs differ by"),
        List.of(
            List.of("exchanges of two units, ∏ C(d, 2)", pairs, ""),
            List.of("orders of units, ∏ d!", counts.orders(), counts.apart()),
            List.of("the same in single precision", counts.orders(), counts.apartFloat()),
            List.of("orders and signs", counts.signed(), counts.apartSigned()),
            List.of("orders, four layers of 100, log₁₀", wide, "")));
  }

  private static Figure figure() {
    double[] units = IntStream.rangeClosed(2, UNITS * 3).asDoubleStream().toArray();
    double[] pairs = new double[units.length];
    double[] orders = new double[units.length];
    double[] signed = new double[units.length];
    for (int i = 0; i < units.length; i++) {
      pairs[i] = StrictMath.pow(units[i] * (units[i] - 1) / 2, 2);
      orders[i] = StrictMath.pow(10, 2 * logFactorial((int) units[i]));
      signed[i] = orders[i] * StrictMath.pow(4, units[i]);
    }
    return new Figure(
        "Equal networks by the units of two layers",
        "Look how far ∏ C(d, 2), which counts exchanges, stays behind ∏ d!. All three are formulas;"
            + " the vectors of four units were counted.",
        new Figure.Scale("units of a layer", false),
        new Figure.Scale("vectors", true),
        List.of(
            new Figure.Panel(
                "",
                List.of(
                    Curve.of("∏ C(d, 2)", Kind.THEORY, 0, units, pairs),
                    Curve.of("∏ d!", Kind.THEORY, 1, units, orders),
                    Curve.of("with signs", Kind.THEORY, 2, units, signed)))));
  }
}
