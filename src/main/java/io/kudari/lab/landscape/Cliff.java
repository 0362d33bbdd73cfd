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
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/** What clipping the gradient's norm does at a cliff. */
public class Cliff implements Computed {

  private static final int DEPTH = 20;
  private static final double RATE = 0.01;
  private static final double TARGET = .965936;
  private static final int MOST = 2000;
  private static final double[] STARTS = {1.1, 1.2, 1.3, 1.5};
  private static final int[] STEPS = {14, 24, 34, 54};
  private static final int RANDOM = 50;

  private static final Claim THROWN =
      new Claim("002", 35, "At a cliff a step of descent leads far away.");

  /** Of Kudari's SGD. */
  public Cliff() {}

  /** SGD that clips, as Kudari's setting does. */
  OptimizerSpec clipping() {
    return new OptimizerSpec("sgd", Map.of("learning-rate", RATE, "clip-norm", 1.0));
  }

  private static OptimizerSpec plain() {
    return new OptimizerSpec("sgd", Map.of("learning-rate", RATE));
  }

  /** The points before each step and after the last. */
  private record Way(double[] points, boolean arrives) {

    double steps() {
      return arrives ? points.length - 1 : Double.NaN;
    }
  }

  @Override
  public String name() {
    return "cliff";
  }

  @Override
  public Section section() {
    return Section.LANDSCAPE;
  }

  @Override
  public String question() {
    return "What does clipping do at a cliff?";
  }

  @Override
  public String setup() {
    return "½ (w²⁰ − ½)², a chain of twenty equal weights: SGD at rate 0.01 from 1.1, 1.2, 1.3 and"
        + " 1.5 and from 50 starts between 1.1 and 1.4, with the gradient's norm clipped at 1 and"
        + " without; and the angle between a clipped gradient of 1,000 weights and the raw one.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(THROWN);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private static double slope(double w) {
    return DEPTH * StrictMath.pow(w, DEPTH - 1) * (StrictMath.pow(w, DEPTH) - .5);
  }

  private static Way way(OptimizerSpec spec, double start) {
    Optimizer optimizer = spec.open(Layout.flat(1), 1);
    float[] w = {(float) start};
    List<Double> points = new ArrayList<>(List.of((double) w[0]));
    for (int step = 0; step < MOST; step++) {
      if (Math.abs(w[0] - TARGET) <= .001) return new Way(array(points), true);
      if (!Float.isFinite(w[0])) break;
      optimizer.step(w, new float[] {(float) slope(w[0])}, Step.of(step, RATE));
      points.add((double) w[0]);
    }
    return new Way(array(points), false);
  }

  private static double[] array(List<Double> points) {
    return points.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The least over 20 gradients of 1,000 normal elements. */
  private double cosine(long seed) {
    double least = 1;
    for (int i = 0; i < 20; i++) {
      RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 30, i);
      float[] gradient = new float[1000];
      for (int k = 0; k < gradient.length; k++)
        gradient[k] = (float) (random.gaussian() * StrictMath.exp(2 * random.gaussian()));
      float[] moved = new float[1000];
      clipping().open(Layout.flat(1000), 1).step(moved, gradient, Step.of(0, RATE));
      least = Math.min(least, -Statistics.cosine(moved, gradient));
    }
    return least;
  }

  private static double share(OptimizerSpec spec, long seed) {
    int arrived = 0;
    for (int i = 0; i < RANDOM; i++) {
      double start = 1.1 + .3 * new RandomStream(seed, Purpose.GENERATOR, 31, i).uniformDouble();
      if (way(spec, start).arrives()) arrived++;
    }
    return arrived / (double) RANDOM;
  }

  /**
   * What was found.
   *
   * @param clipped from the four starts
   * @param raw the same without clipping
   * @param with share of random starts that arrive, clipped
   * @param without the same, raw
   */
  private record Found(List<Way> clipped, List<Way> raw, double with, double without) {

    double firstClipped() {
      return clipped.get(0).points()[1];
    }

    double firstRaw() {
      return raw.get(0).points()[1];
    }
  }

  private Found found(long seed) {
    return new Found(
        DoubleStream.of(STARTS).mapToObj(start -> way(clipping(), start)).toList(),
        DoubleStream.of(STARTS).mapToObj(start -> way(plain(), start)).toList(),
        share(clipping(), seed),
        share(plain(), seed));
  }

  @Override
  public Findings measure(Scope scope) {
    Found found = found(scope.firstSeed());
    return new Findings(
        String.format(
            Locale.ROOT,
            "It keeps the direction and the way: %.0f%% of 50 starts arrive, %.0f%% without. One"
                + " step from 1.1 leads to %.2f, and to %.2f without.",
            100 * found.with(),
            100 * found.without(),
            found.firstClipped(),
            found.firstRaw()),
        List.of(table(found.clipped(), found.raw())),
        List.of(figure(found.clipped())),
        checks(found, cosine(scope.firstSeed())),
        List.of(verdict(found)));
  }

  private static Verdict verdict(Found found) {
    if (found.without() > .5) return THROWN.doesNotHold("most starts arrive");
    return found.with() > .5
        ? THROWN.holdsIf(
            String.format(
                Locale.ROOT,
                "the gradient is not clipped: from 1.1 a step leads to %.2f, clipped to %.2f, and"
                    + " then %.0f%% of starts arrive",
                found.firstRaw(),
                found.firstClipped(),
                100 * found.with()))
        : THROWN.holds();
  }

  private static List<Check> checks(Found found, double cosine) {
    String value = "clipped element by element, or not at all";
    String size = "a gradient of another size";
    String element = "clipped element by element: 0.64";
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.near(
            "first-clipped",
            "from 1.1 after a step, clipped",
            found.firstClipped(),
            1.09,
            1e-5,
            value));
    checks.add(
        Check.near(
            "first-raw", "from 1.1 after a step, raw", found.firstRaw(), -6.517, .001, size));
    for (int i = 0; i < STARTS.length; i++)
      checks.add(
          Check.near(
              "steps-" + STARTS[i],
              "steps from " + STARTS[i] + ", clipped",
              found.clipped().get(i).steps(),
              STEPS[i],
              1,
              value));
    String share = "share of 50 starts that arrive, clipped";
    checks.add(Check.near("share-clipped", share, found.with(), 1, 0, value));
    checks.add(Check.near("share-raw", "the same, raw", found.without(), 0, 0, size));
    String angle = "least cosine of the clipped to the raw gradient";
    checks.add(Check.atLeast("angle", angle, cosine, .999999, element));
    return checks;
  }

  private static Table table(List<Way> clipped, List<Way> raw) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < STARTS.length; i++)
      rows.add(
          List.of(
              STARTS[i],
              clipped.get(i).points()[1],
              clipped.get(i).steps(),
              raw.get(i).points()[1],
              raw.get(i).steps()));
    return new Table(
        "From four starts (– for never)",
        List.of("start", "after a step, clipped", "steps", "after a step, raw", "steps"),
        rows);
  }

  private static Figure figure(List<Way> clipped) {
    List<Point> wall = new ArrayList<>();
    for (double w = .5; w <= 1.3; w += .01) wall.add(new Point(w, Math.min(1e4, height(w))));
    List<Curve> curves = new ArrayList<>();
    curves.add(new Curve("½ (w²⁰ − ½)²", Kind.SEED, 5, wall));
    List<Point> path = new ArrayList<>();
    for (double w : clipped.get(2).points()) path.add(new Point(w, height(w)));
    curves.add(new Curve("clipped, from 1.3", Kind.TRAIL, 0, path));
    return new Figure(
        "Down the wall",
        "Each frame is a step. Clipped, it climbs down in steps of 0.01 and stops at the foot; the"
            + " first raw step from 1.3 leads out of the world.",
        new Figure.Scale("w", false),
        new Figure.Scale("loss", true),
        List.of(new Figure.Panel("", curves)));
  }

  private static double height(double w) {
    double rest = StrictMath.pow(w, DEPTH) - .5;
    return Math.max(1e-4, rest * rest / 2);
  }
}
