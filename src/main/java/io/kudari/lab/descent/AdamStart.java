package io.kudari.lab.descent;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** How long the first steps are, whatever the size of the gradient. */
public final class AdamStart implements Computed {

  private static final double[] GRADIENTS =
      IntStream.rangeClosed(-6, 6).mapToDouble(p -> StrictMath.pow(10, p)).toArray();
  private static final int TEN = 10;

  private static final Method ADAM = Method.of("adam", 1);
  private static final Method ADAGRAD = Method.of("adagrad", 1);
  private static final Method RMSPROP = Method.of("rmsprop", 1);
  private static final Method SLOW = Method.of("rmsprop", 1, "decay", 0.99);

  private static final Claim UNCORRECTED =
      new Claim("001", 92, 96, "Adam's step divides m by √v, which are called corrected.");
  private static final Claim LAST_KEY =
      new Claim("001", 141, "The update stands behind the loop over the parameters.");

  private static final String CORRECTION = "m and v that are not corrected: 3.16; only m: 31.6";

  private final Stepper.Source source;

  /** Of Kudari's optimizers. */
  public AdamStart() {
    this(Stepper.Source.KUDARI);
  }

  AdamStart(Stepper.Source source) {
    this.source = source;
  }

  @Override
  public String name() {
    return "adam-start";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "How long are the first steps?";
  }

  @Override
  public String setup() {
    return "The first step at rate 1 for gradients of 1e-6 to 1e6, and the way of ten steps of"
        + " gradient 1. Adam without correction is computed by its formula.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(UNCORRECTED, LAST_KEY);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  /** How far so many steps lead down, where the gradient of all variables is the same. */
  private float[] way(Method method, double gradient, int steps) {
    float[] point = new float[2];
    float[] slope = {(float) gradient, (float) gradient};
    Stepper stepper = source.open(method.spec(), 2, 1);
    for (int i = 0; i < steps; i++) stepper.step(point, slope.clone(), i);
    return new float[] {-point[0], -point[1]};
  }

  private double[] first(Method method) {
    return DoubleStream.of(GRADIENTS).map(g -> way(method, g, 1)[0]).toArray();
  }

  /** The first steps of each method, by gradient. */
  private record First(double[] adam, double[] adagrad, double[] rms, double[] slow) {}

  @Override
  public Findings measure(Scope scope) {
    First steps = new First(first(ADAM), first(ADAGRAD), first(RMSPROP), first(SLOW));
    float[] both = way(ADAM, 1, 1);
    double others = Math.abs(both[0] - both[1]);
    // (1 − 0.9) g / √((1 − 0.999) g²)
    double uncorrected = .1 / Math.sqrt(.001);
    List<Check> checks = new ArrayList<>(firsts(steps));
    checks.addAll(ways(others));
    return new Findings(
        String.format(
            Locale.ROOT,
            "Adam's first step is the rate itself for gradients from 1e-6 to 1e6 (%.3f … %.3f);"
                + " without correction it would be %.2f times as long, and RMSProp's is (%.2f; with"
                + " decay 0.99 %.1f).",
            least(steps.adam()),
            most(steps.adam()),
            uncorrected,
            steps.rms()[6],
            steps.slow()[6]),
        List.of(table(steps)),
        List.of(figure(steps, uncorrected)),
        checks,
        verdicts(steps.adam()[6], uncorrected, others));
  }

  private static List<Check> firsts(First steps) {
    double[] adam = steps.adam();
    double[] adagrad = Arrays.copyOfRange(steps.adagrad(), 3, steps.adagrad().length);
    double root = Math.sqrt(10);
    String first = "first step of AdaGrad from 1e-3";
    String exchanged = "ρ and 1 − ρ exchanged: 1.05";
    return List.of(
        Check.atLeast("adam-least", "least first step of Adam", least(adam), .989, CORRECTION),
        Check.atMost("adam-most", "greatest first step of Adam", most(adam), 1.001, CORRECTION),
        Check.atLeast("adagrad-least", "least " + first, least(adagrad), .999, "no root"),
        Check.atMost("adagrad-most", "greatest " + first, most(adagrad), 1.001, "no root"),
        Check.near(
            "rmsprop",
            "first step of RMSProp, g = 1",
            steps.rms()[6],
            root,
            .002 * root,
            exchanged),
        Check.near(
            "rmsprop-slow", "the same with decay 0.99", steps.slow()[6], 10, .02, exchanged));
  }

  private List<Check> ways(double others) {
    double adam = way(ADAM, 1, TEN)[0];
    double momentum = way(Method.of("momentum", 1), 1, TEN)[0];
    return List.of(
        Check.near("ten-adam", "way of ten steps of Adam", adam, 10, .01, CORRECTION),
        Check.near(
            "ten-momentum",
            "way of ten steps of momentum",
            momentum,
            41.38,
            .01,
            "the gradient weighted by 1 − μ: 4.1"),
        Check.near(
            "every-parameter",
            "difference of two parameters with the same gradient",
            others,
            0,
            0,
            "an update behind the loop: only the last one learns"));
  }

  private static List<Verdict> verdicts(double first, double uncorrected, double others) {
    return List.of(
        Math.abs(first - uncorrected) > .5
            ? UNCORRECTED.doesNotHold(
                String.format(
                    Locale.ROOT,
                    "as printed they are not corrected, and the first step is %.2f rates, not %.2f;"
                        + " the listing and 003:176 correct them",
                    uncorrected,
                    first))
            : UNCORRECTED.holds(),
        others == 0
            ? LAST_KEY.doesNotHold("then only the last one learns; it belongs into the loop")
            : LAST_KEY.holds());
  }

  private static double least(double[] values) {
    return Arrays.stream(values).reduce(Math::min).orElse(Double.NaN);
  }

  private static double most(double[] values) {
    return Arrays.stream(values).reduce(Math::max).orElse(Double.NaN);
  }

  private static Table table(First steps) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < GRADIENTS.length; i++)
      rows.add(
          List.of(
              GRADIENTS[i], steps.adam()[i], steps.adagrad()[i], steps.rms()[i], steps.slow()[i]));
    return new Table(
        "First step at rate 1",
        List.of("gradient", "Adam", "AdaGrad", "RMSProp", "RMSProp, decay 0.99"),
        rows);
  }

  private static Figure figure(First steps, double uncorrected) {
    double[] printed = DoubleStream.of(GRADIENTS).map(g -> uncorrected).toArray();
    return new Figure(
        "Length of the first step by the size of the gradient",
        "Look how level the lines are: the size of the gradient is divided away. Dashed: Adam as"
            + " 001:92–96 prints it, without correction.",
        new Figure.Scale("gradient", true),
        new Figure.Scale("step / rate", false),
        List.of(
            new Figure.Panel(
                "",
                List.of(
                    Curve.of("Adam", Kind.MIDDLE, 6, GRADIENTS, steps.adam()),
                    Curve.of("AdaGrad", Kind.MIDDLE, 3, GRADIENTS, steps.adagrad()),
                    Curve.of("RMSProp", Kind.MIDDLE, 4, GRADIENTS, steps.rms()),
                    Curve.of("RMSProp, decay 0.99", Kind.MIDDLE, 7, GRADIENTS, steps.slow()),
                    Curve.of("Adam as printed", Kind.THEORY, 6, GRADIENTS, printed)))));
  }
}
