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
import io.kudari.math.Floats;
import io.kudari.model.Activation;
import io.kudari.model.GradientFunction;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.run.Models;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How often a small network gets stuck on the exclusive or. */
public class Xor implements Computed {

  private static final int[] UNITS = {2, 3, 4, 8, 16};
  private static final int STARTS = 100;
  private static final int STEPS = 3000;
  private static final double RATE = 0.2;
  private static final double SOLVED = 0.01;

  /** Where a start is left alone: what comes after does not lead back above {@link #SOLVED}. */
  private static final double DONE = 0.001;

  private static final int CASES = 4;

  private static final Claim STUCK =
      new Claim("002", 35, "Descent may end in a local minimum that is a bad one.");
  private static final Claim FEW =
      new Claim("004", 42, 50, "The minima that a large network ends in are good ones.");

  /** Of Kudari's networks and SGD. */
  public Xor() {}

  /** How weights start. */
  Initializer start() {
    return Initializer.of(Initializer.Kind.HE_NORMAL);
  }

  @Override
  public String name() {
    return "xor";
  }

  @Override
  public Section section() {
    return Section.LANDSCAPE;
  }

  @Override
  public String question() {
    return "How often does a small network get stuck?";
  }

  @Override
  public String setup() {
    return "The exclusive or of 0 and 1, targets ±1, by 2-h-1 with tanh and a linear output, h = 2,"
        + " 3, 4, 8, 16: 100 of He's starts, 3,000 steps of SGD at 0.2 on the mean squared"
        + " error of all four cases; a start below 0.001 has ended. Stuck is who ends above"
        + " 0.01.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(STUCK, FEW);
  }

  @Override
  public int seconds(boolean quick) {
    return 4;
  }

  @Override
  public Findings measure(Scope scope) {
    double[][] losses = new double[UNITS.length][];
    for (int i = 0; i < UNITS.length; i++) losses[i] = losses(UNITS[i], scope.firstSeed());
    double[] stuck = Arrays.stream(losses).mapToDouble(Xor::stuck).toArray();
    int last = UNITS.length - 1;
    return new Findings(
        String.format(
            Locale.ROOT,
            "Of 100 starts with 2 hidden units %.0f, with 3 %.0f, with 4 %.0f, with 16 %.0f.",
            100 * stuck[0],
            100 * stuck[1],
            100 * stuck[2],
            100 * stuck[last]),
        List.of(table(losses, stuck)),
        List.of(figure(stuck)),
        checks(stuck),
        List.of(
            stuck[0] == 0
                ? STUCK.doesNotHold("no start did")
                : stuck[last] < stuck[0]
                    ? STUCK.holdsIf("the network has hardly more units than it needs")
                    : STUCK.holds(),
            stuck[last] <= .05
                ? FEW.holds()
                : FEW.doesNotHold("many starts of the largest are stuck")));
  }

  private static double stuck(double[] losses) {
    return (double) Arrays.stream(losses).filter(l -> !(l <= SOLVED)).count() / losses.length;
  }

  private double[] losses(int units, long seed) {
    List<LayerSpec> layers =
        List.of(
            new LayerSpec.Dense(units, start()),
            new LayerSpec.Activate(Activation.TANH),
            new LayerSpec.Dense(1, start()));
    NetworkSpec network = new NetworkSpec(Shape.flat(2), layers, Loss.MEAN_SQUARED_ERROR);
    MiniBatch cases = cases();
    double[] losses = new double[STARTS];
    try (GradientFunction function = Models.of(network).open()) {
      for (int s = 0; s < STARTS; s++) {
        Optimizer sgd =
            new OptimizerSpec("sgd", Map.of("learning-rate", RATE)).open(network.layout(), 1);
        losses[s] = loss(function, sgd, network.initial(seed * STARTS + s), cases);
      }
    }
    return losses;
  }

  private static MiniBatch cases() {
    MiniBatch cases = MiniBatch.targeted(Shape.flat(2), CASES, 1);
    for (int c = 0; c < CASES; c++) {
      cases.features()[2 * c] = c & 1;
      cases.features()[2 * c + 1] = c >> 1;
      cases.targets[c] = (c & 1) == c >> 1 ? -1 : 1;
    }
    cases.filled(CASES, new MiniBatch.Draw(0, 0, 0));
    return cases;
  }

  /** At the end. */
  private static double loss(
      GradientFunction function, Optimizer sgd, float[] parameters, MiniBatch cases) {
    float[] gradient = new float[parameters.length];
    double loss = Double.NaN;
    for (int t = 0; t <= STEPS; t++) {
      loss = function.gradient(parameters, cases, gradient) / CASES;
      if (t == STEPS || !(loss > DONE)) break;
      Floats.scale(gradient, 1f / CASES, 0, gradient.length);
      sgd.step(parameters, gradient, Step.of(t, RATE));
    }
    return loss;
  }

  private static List<Check> checks(double[] stuck) {
    String same = "units that start alike: all are stuck";
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < UNITS.length; i++)
      checks.add(
          Check.within(
              "stuck-" + UNITS[i],
              "share of starts that are stuck, hidden units: " + UNITS[i],
              stuck[i],
              i == 0 ? .14 : 0,
              i == 0 ? .42 : i == 1 ? .2 : .05,
              same));
    double rise = 0;
    for (int i = 1; i < UNITS.length; i++) rise = Math.max(rise, stuck[i] - stuck[i - 1]);
    // Of ten seeds two had a single start of 16 units that swings.
    checks.add(
        Check.atMost(
            "rise",
            "largest rise of that share with more units",
            rise,
            .02,
            "starts of one deviation whatever the units: 16 diverge"));
    return checks;
  }

  private static Table table(double[][] losses, double[] stuck) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < UNITS.length; i++)
      rows.add(
          List.of(
              UNITS[i],
              stuck[i],
              Arrays.stream(losses[i]).max().orElseThrow(),
              Arrays.stream(losses[i]).filter(l -> l > .3).count()));
    return new Table(
        "100 starts",
        List.of("hidden units", "share above 0.01", "largest loss", "above 0.3"),
        rows);
  }

  private static Figure figure(double[] stuck) {
    double[] units = Arrays.stream(UNITS).asDoubleStream().toArray();
    return new Figure(
        "Share of starts that are stuck",
        "Two hidden units are just enough, and more than a fifth of the starts end elsewhere. Look"
            + " how fast that is gone with units to spare.",
        new Figure.Scale("hidden units", true),
        new Figure.Scale("share above 0.01", false),
        List.of(new Figure.Panel("", List.of(Curve.of("stuck", Kind.MIDDLE, 0, units, stuck)))));
  }
}
