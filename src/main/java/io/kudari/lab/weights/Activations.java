package io.kudari.lab.weights;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.MiniBatch;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is left of normal inputs behind five layers, by start values and activation. */
public class Activations implements Computed {

  private static final int LAYERS = 5;
  private static final int EXAMPLES = 1000;
  private static final double ROOM = .15;
  private static final String FAN = "n the number of numbers drawn, 100,000, not the fan-in";

  private static final Claim FAN_IN =
      new Claim("001", 272, "Xavier's deviation is 1/√n, n = 100,000 the numbers drawn.");
  private static final Claim HE = new Claim("001", 272, 299, "He's deviation is 2/√n.");

  private static final List<Activation> FUNCTIONS =
      List.of(Activation.TANH, Activation.RELU, Activation.SIGMOID, Activation.LEAKY_RELU);

  /** How weights start. */
  enum Start {
    ONE("1"),
    SMALL("0.01"),
    LECUN("1/√n"),
    HE("√(2/n)"),
    ZERO("0");

    final String shown;

    Start(String shown) {
      this.shown = shown;
    }
  }

  /** Ranges of the deviation behind layer 5, for the start values 1, 0.01, 1/√n and √(2/n). */
  private static final Map<Activation, double[][]> RIGHT =
      Map.of(
          Activation.TANH,
          new double[][] {{.957, .9585}, {9.4e-6, 1.05e-5}, {.311, .334}, {.559, .579}},
          Activation.RELU,
          new double[][] {{1.00e4, 1.88e4}, {1.0e-6, 1.9e-6}, {.100, .188}, {.57, 1.06}},
          Activation.SIGMOID,
          new double[][] {{.426, .453}, {.0107, .0145}, {.104, .142}, {.145, .194}});

  /** Of Kudari's initialisers. */
  public Activations() {}

  /** The initialiser of a start. */
  Initializer initializer(Start start) {
    return switch (start) {
      case ONE -> new Initializer(Initializer.Kind.NORMAL, 1);
      case SMALL -> new Initializer(Initializer.Kind.NORMAL, .01);
      case LECUN -> Initializer.of(Initializer.Kind.LECUN_NORMAL);
      case HE -> Initializer.of(Initializer.Kind.HE_NORMAL);
      case ZERO -> Initializer.of(Initializer.Kind.ZERO);
    };
  }

  @Override
  public String name() {
    return "activations";
  }

  @Override
  public Section section() {
    return Section.INITIAL_WEIGHTS;
  }

  @Override
  public String question() {
    return "What is left of the inputs behind five layers?";
  }

  @Override
  public String setup() {
    return "1,000 examples of 100 normal inputs through five layers of 100 units without biases:"
        + " sigmoid, tanh, rectifier and leaky rectifier; normal weights of deviation 1, 0.01,"
        + " 1/√n and √(2/n) with n = 100, the fan-in, and 0. Outputs of the network cut behind"
        + " each layer.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(FAN_IN, HE);
  }

  @Override
  public int seconds(boolean quick) {
    return 4;
  }

  private Map<Activation, Map<Start, List<float[]>>> all(long seed) {
    MiniBatch batch = Chain.inputs(EXAMPLES, seed);
    Map<Activation, Map<Start, List<float[]>>> all = new LinkedHashMap<>();
    for (Activation function : FUNCTIONS) {
      Map<Start, List<float[]>> byStart = new LinkedHashMap<>();
      for (Start start : Start.values())
        byStart.put(
            start, new Chain(LAYERS, function, initializer(start)).activations(batch, seed));
      all.put(function, byStart);
    }
    return all;
  }

  @Override
  public Findings measure(Scope scope) {
    Map<Activation, Map<Start, List<float[]>>> all = all(scope.firstSeed());
    float[] tanh = last(all, Activation.TANH, Start.ONE);
    float[] sigmoid = last(all, Activation.SIGMOID, Start.LECUN);
    double signal = Spread.betweenExamples(sigmoid, Chain.UNITS);
    double wide = Spread.share(tanh, v -> Math.abs(v) > .95);
    return new Findings(
        String.format(
            Locale.ROOT,
            "Tanh keeps a spread of %.2f with 1/√n, and %s with 0.01; the rectifier %.2f with"
                + " √(2/n). With 1, %.0f%% of tanh's units are saturated. Sigmoid with 1/√n looks"
                + " well spread (%.2f), but nearly all of it is between units: one unit differs by"
                + " %s between examples.",
            deviation(all, Activation.TANH, Start.LECUN),
            Numbers.significant(deviation(all, Activation.TANH, Start.SMALL), 2),
            deviation(all, Activation.RELU, Start.HE),
            100 * wide,
            deviation(all, Activation.SIGMOID, Start.LECUN),
            Numbers.significant(signal, 2)),
        List.of(table(all)),
        figures(all),
        checks(all, wide, signal),
        verdicts(all));
  }

  private static float[] last(
      Map<Activation, Map<Start, List<float[]>>> all, Activation function, Start start) {
    return all.get(function).get(start).get(LAYERS - 1);
  }

  private static double deviation(
      Map<Activation, Map<Start, List<float[]>>> all, Activation function, Start start) {
    return Spread.deviation(last(all, function, start));
  }

  private static List<Check> checks(
      Map<Activation, Map<Start, List<float[]>>> all, double wide, double signal) {
    List<Check> checks = new ArrayList<>();
    for (Activation function : FUNCTIONS) {
      double[][] ranges = RIGHT.get(function);
      for (int i = 0; ranges != null && i < ranges.length; i++) {
        Start start = Start.values()[i];
        checks.add(
            Check.within(
                function.id() + "-" + start.name().toLowerCase(Locale.ROOT),
                "deviation behind layer 5, " + function.id() + ", start " + start.shown,
                deviation(all, function, start),
                ranges[i][0] * (1 - ROOM),
                ranges[i][1] * (1 + ROOM),
                FAN));
      }
      if (function != Activation.SIGMOID)
        checks.add(
            Check.near(
                function.id() + "-zero",
                "the same, start 0",
                deviation(all, function, Start.ZERO),
                0,
                0,
                "weights that are not 0"));
    }
    String saturated = "deviation of another size";
    float[] one = last(all, Activation.SIGMOID, Start.ONE);
    float[] small = last(all, Activation.SIGMOID, Start.SMALL);
    checks.add(
        Check.within("tanh-wide", "share of |y| > 0.95, tanh, start 1", wide, .82, .88, saturated));
    checks.add(
        Check.within(
            "sigmoid-wide",
            "share beyond 0.05 … 0.95, sigmoid, start 1",
            Spread.share(one, v -> v < .05 || v > .95),
            .55,
            .78,
            saturated));
    checks.add(
        Check.near(
            "sigmoid-narrow",
            "share within 0.45 … 0.55, sigmoid, start 0.01",
            Spread.share(small, v -> v > .45 && v < .55),
            1,
            0,
            saturated));
    checks.add(
        Check.near(
            "signal",
            "deviation between examples of a unit, sigmoid, start 1/√n",
            signal,
            6.3e-4,
            .1 * 6.3e-4,
            "deviation over units and examples together"));
    return checks;
  }

  private static List<Verdict> verdicts(Map<Activation, Map<Start, List<float[]>>> all) {
    double kept = deviation(all, Activation.TANH, Start.LECUN);
    double he = deviation(all, Activation.RELU, Start.HE);
    return List.of(
        kept > .1
            ? FAN_IN.doesNotHold(
                String.format(
                    Locale.ROOT,
                    "n is the fan-in, 100: that keeps a spread of %.2f where 0.003 would leave"
                        + " nothing",
                    kept))
            : FAN_IN.holds(),
        he > .1 && he < 2
            ? HE.doesNotHold(
                String.format(
                    Locale.ROOT,
                    "it is √(2/n), which keeps the rectifier's spread (%.2f behind layer 5)",
                    he))
            : HE.holds());
  }

  private static Table table(Map<Activation, Map<Start, List<float[]>>> all) {
    List<List<Object>> rows = new ArrayList<>();
    all.forEach(
        (function, byStart) ->
            byStart.forEach(
                (start, layers) -> {
                  List<Object> row = new ArrayList<>(List.of(function.id(), start.shown));
                  layers.forEach(layer -> row.add(Spread.deviation(layer)));
                  row.add(Spread.betweenExamples(layers.get(LAYERS - 1), Chain.UNITS));
                  rows.add(row);
                }));
    return new Table(
        "Deviation behind each layer, and that of a unit between examples behind the last",
        List.of("activation", "start", "1", "2", "3", "4", "5", "between examples"),
        rows);
  }

  private static List<Figure> figures(Map<Activation, Map<Start, List<float[]>>> all) {
    List<Figure> figures = new ArrayList<>();
    for (Start start : new Start[] {Start.ONE, Start.SMALL, Start.LECUN, Start.HE}) {
      figures.add(figure(Activation.TANH, start, all, -1));
      figures.add(figure(Activation.SIGMOID, start, all, 0));
    }
    return figures;
  }

  private static Figure figure(
      Activation function,
      Start start,
      Map<Activation, Map<Start, List<float[]>>> all,
      double from) {
    List<float[]> layers = all.get(function).get(start);
    List<Figure.Panel> panels = new ArrayList<>();
    for (int i = 0; i < LAYERS; i++)
      panels.add(
          new Figure.Panel(
              "layer " + (i + 1) + ", all units",
              List.of(Spread.histogram("all units", 0, layers.get(i), from, 1, 20))));
    for (int i = 0; i < LAYERS; i++) {
      float[] unit = Spread.unit(layers.get(i), 0, Chain.UNITS);
      panels.add(
          new Figure.Panel(
              "layer " + (i + 1) + ", one unit",
              List.of(Spread.histogram("one unit, over examples", 1, unit, from, 1, 20))));
    }
    return new Figure(
        function.id() + ", start " + start.shown,
        "Shares of the values behind each layer: first of all units together, then of one unit over"
            + " the examples. Where the second row is a single bar the layer tells examples apart"
            + " no more, however well spread the first looks.",
        new Figure.Scale("activation", false),
        new Figure.Scale("share", false),
        panels);
  }
}
