package io.kudari.lab.descent;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.lab.Verdict;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.optim.Optimizer;
import io.kudari.optim.Step;
import io.kudari.optim.schedule.Schedule;
import io.kudari.optim.schedule.ScheduleSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What a falling learning rate does where the gradient is noisy. */
public class Schedules implements Experiment {

  private static final int STEPS = 2000;
  private static final int DROP = 1000;

  /** Steps at the end of a stretch over which a mean is taken. */
  private static final int SETTLED = 400;

  private static final double RATE = 0.1;
  private static final String[] NAMES = {"0.1", "0.1, from 1,000 on 0.01", "1 / (t + 1)"};
  private static final List<ScheduleSpec> SPECS =
      List.of(
          ScheduleSpec.CONSTANT,
          ScheduleSpec.parse(
              Map.of("kind", "piecewise", "at-steps", List.of(DROP), "factors", List.of(.1))),
          ScheduleSpec.parse(
              Map.of("kind", "inverse-time", "value", 1.0, "decay", 1.0, "steps", 1.0)));

  /** On digits: what a schedule is called, and the setting. */
  private static final Map<String, String> DIGITS =
      new TreeMap<>(
          Map.of(
              "constant", "{ kind = constant }",
              "cosine", "{ kind = cosine }",
              "step", "{ kind = step, factor = 0.1, every-epochs = 5 }"));

  private static final Claim FALLS =
      new Claim("001", 18, 20, "A learning rate that falls with time ends lower.");

  /** Of Kudari's SGD. */
  public Schedules() {}

  /** The rate by step. */
  Schedule schedule(ScheduleSpec spec) {
    return spec.resolve(RATE, STEPS, STEPS);
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
        + " 1 / (t + 1). Means of x² over the walkers and the last 400 steps. And unless quick"
        + " 784-64-10 on 10,000 digits, SGD from 0.5, batches of 64, 10 epochs, 3 seeds, at a"
        + " constant rate, along a cosine to 0, and at a tenth from the fifth epoch on.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(FALLS);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 3 : 30;
  }

  /** The mean of x² over walkers after each step, by schedule. */
  private double[][] squares(int walkers, long seed) {
    double[][] squares = new double[NAMES.length][STEPS];
    float[][] at = new float[NAMES.length][walkers];
    List<Optimizer> optimizers = new ArrayList<>();
    for (float[] x : at) {
      Arrays.fill(x, 1);
      optimizers.add(Method.of("sgd", RATE).spec().open(Layout.flat(walkers), 1));
    }
    List<Schedule> rates = SPECS.stream().map(this::schedule).toList();
    float[] noise = new float[walkers];
    float[] gradient = new float[walkers];
    for (int t = 0; t < STEPS; t++) {
      RandomStream random = new RandomStream(seed, Purpose.NOISE, 9, t);
      for (int k = 0; k < walkers; k++) noise[k] = (float) random.gaussian();
      for (int s = 0; s < NAMES.length; s++) {
        for (int k = 0; k < walkers; k++) gradient[k] = at[s][k] + noise[k];
        optimizers.get(s).step(at[s], gradient, Step.of(t, rates.get(s).at(t)));
        double sum = 0;
        for (float x : at[s]) sum += (double) x * x;
        squares[s][t] = sum / walkers;
      }
    }
    return squares;
  }

  private static Trial trial(String schedule, long seed) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("data.train.format", "digits");
    settings.put("data.train.examples", "10000");
    settings.put("data.train.seed", "1");
    settings.put("data.validation", "0");
    settings.put(
        "model.layers",
        "[ { type = dense, units = 64, activation = relu }, { type = dense, units = auto } ]");
    settings.put("optimizer.name", "sgd");
    settings.put("optimizer.learning-rate", "0.5");
    settings.put("schedule.learning-rate", schedule);
    settings.put("train.batch", "64");
    settings.put("train.epochs", "10");
    settings.put("train.evaluate.train", "true");
    settings.put("train.meters", "[]");
    settings.put("train.noise-scale", "off");
    settings.put("train.workers", "1");
    return Trial.of(settings).seeded(seed);
  }

  /** The training loss at the end by schedule, a median over seeds; nothing when quick. */
  private static Map<String, Double> digits(Scope scope, Bench bench) throws InterruptedException {
    if (scope.quick()) return Map.of();
    List<Long> seeds = scope.seeds(1, 3);
    List<Trial> trials = new ArrayList<>();
    for (String schedule : DIGITS.values())
      for (long seed : seeds) trials.add(trial(schedule, seed));
    Iterator<TrialResult> results = bench.train(trials).iterator();
    Map<String, Double> losses = new TreeMap<>();
    for (String name : DIGITS.keySet()) {
      double[] ends =
          seeds.stream()
              .mapToDouble(seed -> results.next().loss("train").orElse(Double.NaN))
              .toArray();
      losses.put(name, Statistics.median(ends));
    }
    return losses;
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    double[][] squares = squares(scope.quick() ? 5_000 : 20_000, scope.firstSeed());
    Map<String, Double> digits = digits(scope, bench);
    double constant = settled(squares[0]);
    double dropped = settled(squares[1]);
    List<Table> tables = new ArrayList<>(List.of(table(squares)));
    if (!digits.isEmpty()) tables.add(table(digits));
    return new Findings(
        String.format(
            Locale.ROOT,
            "Because a constant one leaves noise: E x² stays at %.4f = η / (2 − η); a tenth of the"
                + " rate leaves %.5f, and 1 / (t + 1) leaves 1 / t, ever less.",
            constant,
            dropped),
        tables,
        List.of(figure(squares)),
        checks(squares),
        List.of(verdict(constant, dropped, digits)));
  }

  private static Verdict verdict(double constant, double dropped, Map<String, Double> digits) {
    if (!(dropped < constant / 2))
      return FALLS.doesNotHold(
          String.format(Locale.ROOT, "E x² is %.4f, at a constant rate %.4f", dropped, constant));
    return !digits.isEmpty() && digits.get("constant") < digits.get("cosine")
        ? FALLS.holdsIf(
            String.format(
                Locale.ROOT,
                "noise is what holds it up: on digits, where it is not, ten epochs at a constant"
                    + " rate end at a training loss of %.3f, along a cosine at %.3f",
                digits.get("constant"),
                digits.get("cosine")))
        : FALLS.holds();
  }

  private static double left(double rate) {
    return rate / (2 - rate);
  }

  private static double falling(double[] squares) {
    return IntStream.range(STEPS - SETTLED, STEPS)
        .mapToDouble(t -> (t + 1) * squares[t])
        .average()
        .orElse(Double.NaN);
  }

  private static List<Check> checks(double[][] squares) {
    double theory = left(RATE);
    double less = left(.1 * RATE);
    String ignored = "a schedule that is ignored: 0.053";
    return List.of(
        Check.near(
            "constant", "E x² at 0.1: η / (2 − η)", settled(squares[0]), theory, .04 * theory, "–"),
        Check.near(
            "dropped", "E x² after the drop", settled(squares[1]), less, .04 * less, ignored),
        Check.within(
            "falling", "t · E x² at 1 / (t + 1)", falling(squares[2]), .95, 1.07, ignored));
  }

  private static Table table(double[][] squares) {
    double last = 1 / (STEPS - SETTLED / 2.0);
    return new Table(
        "E x² over the last 400 steps",
        List.of("rate", "E x²", "by theory"),
        List.of(
            List.of(NAMES[0], settled(squares[0]), left(RATE)),
            List.of(NAMES[1], settled(squares[1]), left(.1 * RATE)),
            List.of(NAMES[2], settled(squares[2]), last)));
  }

  private static Table table(Map<String, Double> digits) {
    List<List<Object>> rows = new ArrayList<>();
    digits.forEach((name, loss) -> rows.add(List.of(name, loss)));
    return new Table(
        "Digits: training loss after ten epochs", List.of("rate from 0.5", "loss"), rows);
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
