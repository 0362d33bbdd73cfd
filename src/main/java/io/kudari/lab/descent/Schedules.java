package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.optim.Optimizer;
import io.kudari.optim.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a falling learning rate does where the gradient is noisy. */
public class Schedules implements Computed {

  private static final int STEPS = 2000;
  private static final int DROP = 1000;

  /** Steps at the end of a stretch over which a mean is taken. */
  private static final int SETTLED = 400;

  private static final String[] NAMES = {"0.1", "0.1, from 1,000 on 0.01", "1 / (t + 1)"};

  /** Of Kudari's SGD. */
  public Schedules() {}

  /**
   * The rate of a step.
   *
   * @param schedule 0 constant, 1 dropped, 2 falling
   */
  double rate(int schedule, int step) {
    return schedule == 2 ? 1.0 / (step + 1) : schedule == 1 && step >= DROP ? .01 : .1;
  }

  @Override
  public String name() {
    return "schedule";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "Why let the learning rate fall?";
  }

  @Override
  public String setup() {
    return "½x² with normal noise of deviation 1 in the gradient: 2,000 steps of SGD from 1 by"
        + " 20,000 walkers (quick: 5,000) at rate 0.1, at 0.1 and from step 1,000 on 0.01, and at"
        + " 1 / (t + 1). Means of x² over the walkers and the last 400 steps.";
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 3 : 10;
  }

  /** The mean of x² over walkers after each step, by schedule. */
  private double[][] squares(int walkers, long seed) {
    double[][] squares = new double[NAMES.length][STEPS];
    float[][] at = new float[NAMES.length][walkers];
    List<Optimizer> optimizers = new ArrayList<>();
    for (float[] x : at) {
      Arrays.fill(x, 1);
      optimizers.add(Method.of("sgd", .1).spec().open(Layout.flat(walkers), 1));
    }
    float[] noise = new float[walkers];
    float[] gradient = new float[walkers];
    for (int t = 0; t < STEPS; t++) {
      RandomStream random = new RandomStream(seed, Purpose.NOISE, 9, t);
      for (int k = 0; k < walkers; k++) noise[k] = (float) random.gaussian();
      for (int s = 0; s < NAMES.length; s++) {
        for (int k = 0; k < walkers; k++) gradient[k] = at[s][k] + noise[k];
        optimizers.get(s).step(at[s], gradient, Step.of(t, rate(s, t)));
        double sum = 0;
        for (float x : at[s]) sum += (double) x * x;
        squares[s][t] = sum / walkers;
      }
    }
    return squares;
  }

  @Override
  public Findings measure(Scope scope) {
    double[][] squares = squares(scope.quick() ? 5_000 : 20_000, scope.firstSeed());
    double constant = settled(squares[0]);
    double dropped = settled(squares[1]);
    double falling =
        IntStream.range(STEPS - SETTLED, STEPS)
            .mapToDouble(t -> (t + 1) * squares[2][t])
            .average()
            .orElse(Double.NaN);
    double theory = .1 / (2 - .1);
    double less = .01 / (2 - .01);
    String ignored = "a schedule that is ignored: 0.053";
    List<Check> checks =
        List.of(
            Check.near("constant", "E x² at 0.1: η / (2 − η)", constant, theory, .04 * theory, "–"),
            Check.near("dropped", "E x² after the drop", dropped, less, .04 * less, ignored),
            Check.within("falling", "t · E x² at 1 / (t + 1)", falling, .95, 1.07, ignored));
    return new Findings(
        String.format(
            Locale.ROOT,
            "Because a constant one leaves noise: E x² stays at %.4f = η / (2 − η); a tenth of the"
                + " rate leaves %.5f, and 1 / (t + 1) leaves 1 / t, ever less.",
            constant,
            dropped),
        List.of(
            new Table(
                "E x² over the last 400 steps",
                List.of("rate", "E x²", "by theory"),
                List.of(
                    List.of(NAMES[0], constant, theory),
                    List.of(NAMES[1], dropped, less),
                    List.of(NAMES[2], settled(squares[2]), 1 / (STEPS - SETTLED / 2.0))))),
        List.of(figure(squares)),
        checks);
  }

  private static double settled(double[] squares) {
    return Arrays.stream(squares, STEPS - SETTLED, STEPS).average().orElse(Double.NaN);
  }

  private static Figure figure(double[][] squares) {
    List<Figure.Curve> curves = new ArrayList<>();
    for (int s = 0; s < NAMES.length; s++)
      curves.add(Trace.byStep(NAMES[s], Kind.LINE, s, squares[s], 70));
    double[] theory = IntStream.rangeClosed(1, STEPS).mapToDouble(t -> 1.0 / t).toArray();
    curves.add(Trace.byStep("1 / t", Kind.THEORY, 2, theory, 30));
    return new Figure(
        "E x² by step",
        "Look where the lines become level: a constant rate leaves noise, a tenth of it a tenth of"
            + " the noise; 1 / (t + 1) follows the dashed 1 / t.",
        new Figure.Scale("step", true),
        new Figure.Scale("E x²", true),
        List.of(new Figure.Panel("", curves)));
  }
}
