package io.kudari.lab.descent;

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
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What the methods learn of features that are seldom there. */
public final class SparseFeatures implements Computed {

  private static final int FEATURES = 20;
  private static final int FREQUENT = 10;
  private static final int EXAMPLES = 2000;
  private static final int BATCH = 10;
  private static final double OFTEN = 0.5;
  private static final double SELDOM = 0.01;
  private static final int REPEATS = 20;
  private static final float PROBE = 1e-4f;

  private static final List<Method> METHODS =
      List.of(
          Method.of("sgd", 0.1),
          Method.of("sgd", 1),
          Method.of("adagrad", 0.3),
          Method.of("adam", 0.03),
          Method.of("rmsprop", 0.03));

  private static final Claim GREATER =
      new Claim("001", 64, "AdaGrad gives what is seldom seen a greater rate.");
  private static final Claim ADAPTIVE =
      new Claim("002", 43, "Methods with a rate for each parameter learn what is seldom seen.");

  private final Stepper.Source source;

  /** Of Kudari's optimizers. */
  public SparseFeatures() {
    this(Stepper.Source.KUDARI);
  }

  SparseFeatures(Stepper.Source source) {
    this.source = source;
  }

  /** Examples and what is right. */
  private record Problem(double[] right, double[][] inputs, boolean[] labels) {

    static Problem draw(long seed, int number) {
      RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 8, number);
      double[] right = new double[FEATURES];
      for (int k = 0; k < FEATURES; k++) right[k] = random.below(2) == 0 ? -1 : 1;
      double[][] inputs = new double[EXAMPLES][FEATURES];
      boolean[] labels = new boolean[EXAMPLES];
      for (int i = 0; i < EXAMPLES; i++) {
        double logit = 0;
        for (int k = 0; k < FEATURES; k++) {
          if (random.uniformDouble() >= (k < FREQUENT ? OFTEN : SELDOM)) continue;
          inputs[i][k] = random.gaussian();
          logit += inputs[i][k] * right[k];
        }
        labels[i] = random.uniformDouble() < sigmoid(logit);
      }
      return new Problem(right, inputs, labels);
    }

    /** The mean gradient of the cross-entropy over a batch. */
    void gradient(float[] w, int from, float[] into) {
      double[] sum = new double[FEATURES];
      for (int i = from; i < from + BATCH; i++) {
        double logit = 0;
        for (int k = 0; k < FEATURES; k++) logit += w[k] * inputs[i][k];
        double error = sigmoid(logit) - (labels[i] ? 1 : 0);
        for (int k = 0; k < FEATURES; k++) sum[k] += error * inputs[i][k];
      }
      for (int k = 0; k < FEATURES; k++) into[k] = (float) (sum[k] / BATCH);
    }
  }

  /**
   * What was learnt.
   *
   * @param frequent mean of w · w* over features that are often there
   * @param rare the same over the others
   * @param rates mean rate in force after the pass of the latter by that of the former
   */
  private record Learnt(double frequent, double rare, double rates) {}

  private static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  @Override
  public String name() {
    return "sparse";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "Who learns what is seldom seen?";
  }

  @Override
  public String setup() {
    return "Logistic regression on 20 normal features, of which ten are there with probability 0.5"
        + " and ten with 0.01; right weights ±1, 2,000 examples, one pass in batches of 10; 20"
        + " times. Learnt is the mean of w · w*.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(GREATER, ADAPTIVE);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private Learnt learn(Method method, Problem problem) {
    float[] w = new float[FEATURES];
    float[] gradient = new float[FEATURES];
    Stepper stepper = source.open(method.spec(), FEATURES, 1);
    for (int i = 0; i < EXAMPLES / BATCH; i++) {
      problem.gradient(w, i * BATCH, gradient);
      stepper.step(w, gradient, i);
    }
    double[] learnt = new double[FEATURES];
    for (int k = 0; k < FEATURES; k++) learnt[k] = w[k] * problem.right()[k];
    // A gradient that is alike for all shows the rates in force, and is too small to change them.
    Arrays.fill(gradient, PROBE);
    float[] moved = new float[FEATURES];
    stepper.step(moved, gradient, EXAMPLES / BATCH);
    double[] rates = new double[FEATURES];
    for (int k = 0; k < FEATURES; k++) rates[k] = -moved[k] / PROBE;
    return new Learnt(
        mean(learnt, 0, FREQUENT),
        mean(learnt, FREQUENT, FEATURES),
        mean(rates, FREQUENT, FEATURES) / mean(rates, 0, FREQUENT));
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).average().orElse(Double.NaN);
  }

  @Override
  public Findings measure(Scope scope) {
    List<Problem> problems =
        IntStream.range(0, REPEATS).mapToObj(i -> Problem.draw(scope.firstSeed(), i)).toList();
    List<List<Learnt>> all =
        METHODS.stream().map(m -> problems.stream().map(p -> learn(m, p)).toList()).toList();
    List<Learnt> means = all.stream().map(SparseFeatures::mean).toList();
    double[] ratios = means.stream().mapToDouble(l -> l.rare() / l.frequent()).toArray();
    List<Check> checks = new ArrayList<>();
    String one = "one h for all parameters: 0.15";
    checks.add(Check.atMost("sgd-slow", "rare / frequent, SGD 0.1", ratios[0], .1, "steps / √h"));
    checks.add(Check.atMost("sgd-fast", "the same, SGD 1", ratios[1], .3, "steps / √h"));
    double[] least = {.28, .32, .24};
    for (int i = 2; i < METHODS.size(); i++)
      checks.add(
          Check.atLeast(
              METHODS.get(i).spec().name(),
              "the same, " + METHODS.get(i).shown(),
              ratios[i],
              least[i - 2],
              one));
    checks.add(
        Check.within(
            "rates",
            "AdaGrad's rate for rare / that for frequent features",
            means.get(2).rates(),
            3,
            11,
            "one h for all parameters: 1"));
    return new Findings(
        String.format(
            Locale.ROOT,
            "The adaptive ones: of what they learn of frequent features AdaGrad, Adam and RMSProp"
                + " learn %.0f%%, %.0f%% and %.0f%% of rare ones; SGD %.0f%% at rate 0.1, and"
                + " %.0f%% at 1.",
            100 * ratios[2],
            100 * ratios[3],
            100 * ratios[4],
            100 * ratios[0],
            100 * ratios[1]),
        List.of(table(means)),
        List.of(figure(all, means)),
        checks,
        verdicts(means.get(2).rates(), ratios));
  }

  private static List<Verdict> verdicts(double rates, double[] ratios) {
    double sgd = Math.max(ratios[0], ratios[1]);
    double least = Math.min(ratios[2], Math.min(ratios[3], ratios[4]));
    return List.of(
        rates > 1.5
            ? GREATER.holds()
            : GREATER.doesNotHold(
                String.format(Locale.ROOT, "it is %.2f of that for frequent features", rates)),
        least > sgd
            ? ADAPTIVE.holds()
            : ADAPTIVE.doesNotHold(
                String.format(
                    Locale.ROOT,
                    "of what is learnt of frequent features one learns %.2f of rare ones, SGD %.2f",
                    least,
                    sgd)));
  }

  private static Learnt mean(List<Learnt> all) {
    return new Learnt(
        all.stream().mapToDouble(Learnt::frequent).average().orElse(Double.NaN),
        all.stream().mapToDouble(Learnt::rare).average().orElse(Double.NaN),
        all.stream().mapToDouble(Learnt::rates).average().orElse(Double.NaN));
  }

  private static Table table(List<Learnt> means) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < METHODS.size(); i++) {
      Learnt l = means.get(i);
      rows.add(List.of(METHODS.get(i).shown(), l.frequent(), l.rare(), l.rare() / l.frequent()));
    }
    return new Table(
        "Learnt share of w* after one pass",
        List.of("method", "frequent features", "rare ones", "rare / frequent"),
        rows);
  }

  private static Figure figure(List<List<Learnt>> all, List<Learnt> means) {
    List<String> names =
        METHODS.stream().map(m -> m.is("sgd") ? m.name() + " " + m.rate() : m.name()).toList();
    return new Figure(
        "What is learnt of w*",
        "Mean of w · w* over features; bars over 20 times, points each. Left what is often there,"
            + " right what is seldom: SGD hardly learns it.",
        new Figure.Scale("learnt share", false),
        Figure.Scale.of(names),
        List.of(
            new Figure.Panel(
                "there in half of the examples",
                curves("frequent", 0, all, means, Learnt::frequent)),
            new Figure.Panel(
                "there in one of a hundred", curves("rare", 1, all, means, Learnt::rare))));
  }

  /** Means as bars, and a point for each of the problems. */
  private static List<Curve> curves(
      String name,
      int colour,
      List<List<Learnt>> all,
      List<Learnt> means,
      ToDoubleFunction<Learnt> of) {
    List<Point> bars = new ArrayList<>();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < means.size(); i++) {
      bars.add(new Point(of.applyAsDouble(means.get(i)), i));
      for (Learnt one : all.get(i)) points.add(new Point(of.applyAsDouble(one), i));
    }
    return List.of(
        new Curve(name, Kind.BAR, colour, bars), new Curve("each time", Kind.DOTS, 7, points));
  }
}
