package io.kudari.lab.landscape;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.Layout;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How long a saturated unit takes to turn round, with squares and with cross-entropy. */
public class Plateau implements Computed {

  private static final double RATE = 0.15;
  private static final double NEAR = 0.1;
  private static final int MOST = 20_000;
  private static final double[] STARTS = {1, 2, 4, 6, 8};
  private static final int[] SQUARES = {261, 289, 469, 1652, 10_265};
  private static final int[] ENTROPY = {39, 43, 50, 57, 63};
  private static final double[] FIRST_SQUARES = {.14373, .09248, .01735, .00246, .00034};
  private static final double[] FIRST_ENTROPY = {.73106, .88080, .98201, .99753, .99966};

  private static final Claim FLAT = new Claim("002", 35, "On a plateau descent hardly moves.");

  /** Of Kudari's SGD. */
  public Plateau() {}

  /** The derivative of the loss by the unit's input, target 0. */
  double slope(boolean entropy, double y) {
    return entropy ? y : y * y * (1 - y);
  }

  /** The outputs before each step and after the last, down to 0.1. */
  private record Way(double start, boolean entropy, double firstSlope, double[] outputs) {

    int steps() {
      return outputs.length - 1;
    }
  }

  @Override
  public String name() {
    return "plateau";
  }

  @Override
  public Section section() {
    return Section.LANDSCAPE;
  }

  @Override
  public String question() {
    return "How long does a saturated unit take to turn round?";
  }

  @Override
  public String setup() {
    return "A sigmoid unit with input 1 and target 0, whose weight and bias begin at z₀/2 each:"
        + " steps of SGD at rate 0.15 until its output is below 0.1, with the loss ½ (y −"
        + " t)² and with cross-entropy.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(FLAT);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private Way way(double start, boolean entropy) {
    OptimizerSpec sgd = new OptimizerSpec("sgd", Map.of("learning-rate", RATE));
    Optimizer optimizer = sgd.open(Layout.flat(2), 1);
    float[] unit = {(float) (start / 2), (float) (start / 2)};
    List<Double> outputs = new ArrayList<>();
    double first = Double.NaN;
    for (int step = 0; step <= MOST; step++) {
      double y = 1 / (1 + StrictMath.exp(-((double) unit[0] + unit[1])));
      outputs.add(y);
      if (y < NEAR) break;
      float slope = (float) slope(entropy, y);
      if (step == 0) first = slope;
      optimizer.step(unit, new float[] {slope, slope}, Step.of(step, RATE));
    }
    return new Way(
        start, entropy, first, outputs.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Override
  public Findings measure(Scope scope) {
    List<Way> squares = new ArrayList<>();
    List<Way> entropy = new ArrayList<>();
    for (double start : STARTS) {
      squares.add(way(start, false));
      entropy.add(way(start, true));
    }
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < STARTS.length; i++) {
      check(checks, squares.get(i), "squares", SQUARES[i], FIRST_SQUARES[i]);
      check(checks, entropy.get(i), "entropy", ENTROPY[i], FIRST_ENTROPY[i]);
    }
    return new Findings(
        String.format(
            Locale.ROOT,
            "From z₀ = 8 %,d steps with squares, whose gradient begins at %.5f, and %d with"
                + " cross-entropy, which has no factor y (1 − y).",
            squares.get(4).steps(),
            squares.get(4).firstSlope(),
            entropy.get(4).steps()),
        List.of(table(squares, entropy)),
        List.of(figure(squares, entropy)),
        checks,
        List.of(verdict(squares.get(0), squares.get(4), entropy.get(4))));
  }

  private static Verdict verdict(Way near, Way far, Way entropy) {
    if (far.steps() < 4 * near.steps())
      return FLAT.doesNotHold("with squares it moves from far as from near");
    return entropy.steps() < far.steps() / 4
        ? FLAT.holdsIf(
            String.format(
                Locale.ROOT,
                "the loss has the factor y (1 − y): with squares it takes %,d steps from z₀ = 8,"
                    + " with cross-entropy, which is steep there, %d",
                far.steps(),
                entropy.steps()))
        : FLAT.holds();
  }

  private static void check(List<Check> checks, Way way, String loss, int steps, double first) {
    String factor = "y (1 − y) left in cross-entropy, or left out of squares";
    String id = loss + "-" + (int) way.start();
    String from = loss + ", from z₀ = " + (int) way.start();
    checks.add(Check.near("steps-" + id, "steps, " + from, way.steps(), steps, 1, factor));
    checks.add(
        Check.near(
            "slope-" + id, "first gradient, " + from, way.firstSlope(), first, 1e-5, factor));
  }

  private static Table table(List<Way> squares, List<Way> entropy) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < STARTS.length; i++)
      rows.add(
          List.of(
              STARTS[i],
              (long) squares.get(i).steps(),
              squares.get(i).firstSlope(),
              (long) entropy.get(i).steps(),
              entropy.get(i).firstSlope()));
    return new Table(
        "Steps to an output below 0.1",
        List.of("z₀", "squares", "first gradient", "cross-entropy", "first gradient"),
        rows);
  }

  private static Figure figure(List<Way> squares, List<Way> entropy) {
    return new Figure(
        "Output by step",
        "Look at squares from 8: the output stays near 1 for thousands of steps, and then falls at"
            + " once. With cross-entropy it falls from the first step on.",
        new Figure.Scale("step", true),
        new Figure.Scale("output", false),
        List.of(panel("½ (y − t)²", squares), panel("cross-entropy", entropy)));
  }

  private static Figure.Panel panel(String title, List<Way> ways) {
    List<Curve> curves = new ArrayList<>();
    for (Way way : ways) {
      List<Point> points = new ArrayList<>();
      double next = 1;
      for (int i = 0; i < way.outputs().length; i++) {
        if (i + 1 < next && i < way.steps()) continue;
        points.add(new Point(i + 1, way.outputs()[i]));
        next = (i + 1) * 1.15;
      }
      curves.add(new Curve("z₀ = " + (int) way.start(), Kind.LINE, curves.size(), points));
    }
    return new Figure.Panel(title, curves);
  }
}
