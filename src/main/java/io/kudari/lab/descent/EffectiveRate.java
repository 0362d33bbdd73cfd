package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What is left of the learning rate after many steps of the adaptive methods. */
public final class EffectiveRate implements Computed {

  private static final int STEPS = 1000;
  private static final int VARIABLES = 400;
  private static final int FROM = 100;

  private static final Method ADAGRAD = Method.of("adagrad", 1);
  private static final Method ADAM = Method.of("adam", 1);
  private static final Method SLOW = Method.of("rmsprop", 1, "decay", 0.99);
  private static final List<Method> METHODS = List.of(ADAGRAD, SLOW, ADAM);

  private static final Claim FALLS =
      new Claim("001", 36, 82, "AdaGrad's rate falls from step to step, in the end to nothing.");
  private static final Claim FORGETS =
      new Claim(
          "003", 114, 154, "RMSProp forgets old gradients, so that its rate does not vanish.");

  private final Stepper.Source source;

  /** Of Kudari's optimizers. */
  public EffectiveRate() {
    this(Stepper.Source.KUDARI);
  }

  EffectiveRate(Stepper.Source source) {
    this.source = source;
  }

  @Override
  public String name() {
    return "effective-rate";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "What is left of the learning rate after many steps?";
  }

  @Override
  public String setup() {
    return "1,000 steps at rate 1 of AdaGrad, RMSProp with decay 0.99 and Adam: with a gradient"
        + " that is always 1, and with normal ones of deviation 1 in 400 variables. The rate"
        + " in force is the root of the mean square of the step over the variables.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(FALLS, FORGETS);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  /** The rate in force at each step. */
  private double[] rates(Method method, boolean noisy, long seed) {
    RandomStream random = new RandomStream(seed, Purpose.NOISE, 6, 0);
    Stepper stepper = source.open(method.spec(), VARIABLES, 1);
    float[] point = new float[VARIABLES];
    float[] gradient = new float[VARIABLES];
    double[] rates = new double[STEPS];
    for (int t = 0; t < STEPS; t++) {
      for (int k = 0; k < VARIABLES; k++) gradient[k] = noisy ? (float) random.gaussian() : 1;
      // From 0 each time: a step far from it would be rounded away.
      Arrays.fill(point, 0);
      stepper.step(point, gradient, t);
      double sum = 0;
      for (float x : point) sum += (double) x * x;
      rates[t] = Math.sqrt(sum / VARIABLES);
    }
    return rates;
  }

  private static double way(double[] rates, int steps) {
    return Arrays.stream(rates, 0, steps).sum();
  }

  private static double exponent(double[] rates) {
    double[] step = IntStream.rangeClosed(FROM, STEPS).asDoubleStream().toArray();
    return Statistics.exponent(step, Arrays.copyOfRange(rates, FROM - 1, STEPS));
  }

  @Override
  public Findings measure(Scope scope) {
    List<double[]> level = METHODS.stream().map(m -> rates(m, false, 1)).toList();
    List<double[]> noisy = METHODS.stream().map(m -> rates(m, true, scope.firstSeed())).toList();
    double[] exponents = noisy.stream().mapToDouble(EffectiveRate::exponent).toArray();
    List<Check> checks = new ArrayList<>();
    ways(checks, ADAGRAD, level.get(0), 5.021, 18.590, 61.801, "squares that are not added up");
    ways(checks, SLOW, level.get(1), 50.65, 202.6, 1124, "ρ and 1 − ρ exchanged");
    checks.add(
        Check.near("last", "last step of RMSProp", level.get(1)[STEPS - 1], 1, .005, "no root"));
    checks.add(
        Check.within(
            "adagrad",
            "exponent of AdaGrad's rate under noise, steps 100 to 1,000",
            exponents[0],
            -.6,
            -.42,
            "squares that are not added up: −0.02; no root: −1.01"));
    checks.add(
        Check.within("rmsprop", "the same, RMSProp", exponents[1], -.25, 0, "squares added up"));
    checks.add(Check.near("adam", "the same, Adam", exponents[2], 0, .1, "squares added up"));
    return new Findings(
        String.format(
            Locale.ROOT,
            "Of AdaGrad's ever less: it falls with the step to the power %.2f, to %.3f of the rate"
                + " after 1,000. RMSProp and Adam forget, and keep theirs.",
            exponents[0],
            noisy.get(0)[STEPS - 1]),
        List.of(table(level, exponents)),
        List.of(figure(level, noisy)),
        checks,
        verdicts(exponents, noisy.get(0)[STEPS - 1], way(level.get(0), STEPS)));
  }

  private static List<Verdict> verdicts(double[] exponents, double left, double way) {
    boolean falls = exponents[0] < -.4;
    String other =
        String.format(
            Locale.ROOT, "under noise it falls with the step to the power %.2f", exponents[0]);
    return List.of(
        falls && exponents[0] > -.9
            ? FALLS.holdsIf(
                String.format(
                    Locale.ROOT,
                    "steps are many enough: it falls as one over their root, to %.3f of the rate"
                        + " after 1,000, while 1,000 steps of gradient 1 lead %.0f rates far",
                    left,
                    way))
            : falls ? FALLS.holds() : FALLS.doesNotHold(other),
        exponents[1] > exponents[0] / 2
            ? FORGETS.holds()
            : FORGETS.doesNotHold(
                String.format(Locale.ROOT, "it falls to the power %.2f", exponents[1])));
  }

  private static void ways(
      List<Check> checks,
      Method method,
      double[] rates,
      double ten,
      double hundred,
      double thousand,
      String why) {
    double[] right = {ten, hundred, thousand};
    int[] steps = {10, 100, 1000};
    for (int i = 0; i < steps.length; i++)
      checks.add(
          Check.near(
              "way-" + method.spec().name() + "-" + steps[i],
              "way of " + steps[i] + " steps of gradient 1, " + method.name(),
              way(rates, steps[i]),
              right[i],
              .001 * right[i],
              why));
  }

  private static Table table(List<double[]> level, double[] exponents) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < METHODS.size(); i++)
      rows.add(
          List.of(
              METHODS.get(i).name(),
              way(level.get(i), 10),
              way(level.get(i), 100),
              way(level.get(i), STEPS),
              exponents[i]));
    return new Table(
        "Ways with gradient 1, and the exponent of the rate under noise",
        List.of("method", "10 steps", "100", "1,000", "exponent"),
        rows);
  }

  private static Figure figure(List<double[]> level, List<double[]> noisy) {
    return new Figure(
        "The rate in force by step",
        "Look at AdaGrad, which falls as one over the root of the step; RMSProp's first steps are"
            + " ten times too long, for its mean begins at 0 and is not corrected.",
        new Figure.Scale("step", true),
        new Figure.Scale("rate in force", true),
        List.of(panel("gradient 1", level), panel("normal gradients", noisy)));
  }

  private static Figure.Panel panel(String title, List<double[]> rates) {
    List<Figure.Curve> curves = new ArrayList<>();
    for (int i = 0; i < METHODS.size(); i++) {
      Method m = METHODS.get(i);
      curves.add(Trace.byStep(m.name(), Kind.LINE, m.colour(), rates.get(i), 60));
    }
    return new Figure.Panel(title, curves);
  }
}
