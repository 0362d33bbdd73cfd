package io.kudari.lab.network;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.lab.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How the learning rate decides what a network learns in 300 steps. */
public final class RatesOfDigits implements Experiment {

  private static final int STEPS = 300;
  private static final int LAST = 20;
  private static final double[] RATES = {1e-4, .001, .01, .1, .3, 1, 3};
  private static final String[] METHODS = {"sgd", "momentum"};

  /** What a diverged trial is drawn at, and more than it: a loss that nobody calls learned. */
  private static final double LOST = 10;

  private static final Claim SIZE =
      new Claim("000", 36, 42, "A small rate takes long, one that is too large does not arrive.");

  /** The experiment. */
  public RatesOfDigits() {}

  @Override
  public String name() {
    return "rate-digits";
  }

  @Override
  public Section section() {
    return Section.EVERYTHING_TOGETHER;
  }

  @Override
  public String question() {
    return "How much does the learning rate decide on a network?";
  }

  @Override
  public String setup() {
    return "784-100-100-10 with rectifiers on 10,000 digits, batches of 128, 300 steps of SGD and"
        + " of momentum 0.9 at rates from 0.0001 to 3; mean loss of the last 20 steps; 3 seeds,"
        + " quick 2.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(SIZE);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 12 : 18;
  }

  private static Trial trial(String method, double rate, long seed) {
    return Networks.perceptron(10_000, 100, 100)
        .with("train.steps", STEPS)
        .with("optimizer.name", method)
        .with("optimizer.learning-rate", rate)
        .seeded(seed);
  }

  /** The loss at the end; a diverged one counts as lost. */
  private static double end(TrialResult result) {
    if (result.isDiverged()) return LOST;
    return Math.min(LOST, Networks.end(Networks.losses(result, STEPS), LAST));
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 3);
    List<Trial> trials = new ArrayList<>();
    for (String method : METHODS)
      for (double rate : RATES) for (long seed : seeds) trials.add(trial(method, rate, seed));
    List<TrialResult> results = bench.train(trials);
    // By method, seed and rate.
    double[][][] seeded = new double[METHODS.length][seeds.size()][RATES.length];
    for (int i = 0; i < results.size(); i++) {
      int at = i / seeds.size();
      seeded[at / RATES.length][i % seeds.size()][at % RATES.length] = end(results.get(i));
    }
    double[][] ends =
        Arrays.stream(seeded).map(m -> Networks.mean(List.of(m))).toArray(double[][]::new);
    return new Findings(
        String.format(
            Locale.ROOT,
            "Nearly all: SGD ends at %.2f with 0.01, %.2f with 0.3 and %.2f with 1. Momentum at"
                + " 0.01 is like SGD at 0.1 (%.2f and %.2f).",
            ends[0][2],
            ends[0][4],
            ends[0][5],
            ends[1][2],
            ends[0][3]),
        List.of(table(ends)),
        List.of(figure(seeded)),
        checks(ends),
        List.of(verdict(ends[0])));
  }

  private static Verdict verdict(double[] sgd) {
    double best = Arrays.stream(sgd).min().orElse(Double.NaN);
    return sgd[0] > 2 * best && sgd[RATES.length - 1] > 2 * best
        ? SIZE.holds()
        : SIZE.doesNotHold(
            String.format(
                Locale.ROOT,
                "SGD ends at %.2f with 0.0001, at %.2f with 3, and at %.2f at best",
                sgd[0],
                sgd[RATES.length - 1],
                best));
  }

  private static List<Check> checks(double[][] ends) {
    double[] sgd = ends[0];
    double[] momentum = ends[1];
    String rate = "a rate of another size, or sums for means";
    String damped = "the gradient weighted by 1 − μ: 0.29";
    return List.of(
        Check.atLeast("sgd-0.0001", "loss, SGD 0.0001", sgd[0], 2.2, rate),
        Check.within("sgd-0.01", "loss, SGD 0.01", sgd[2], 1.0, 1.4, rate),
        Check.within("sgd-0.1", "loss, SGD 0.1", sgd[3], .22, .37, rate),
        Check.atMost("sgd-0.3", "loss, SGD 0.3", sgd[4], .23, rate),
        Check.atLeast("sgd-1", "loss, SGD 1", sgd[5], .4, rate),
        Check.atLeast("sgd-3", "loss, SGD 3", sgd[6], 2, rate),
        Check.near("ten", "momentum 0.01 / SGD 0.1", momentum[2] / sgd[3], 1, .1, damped),
        Check.atMost("momentum-0.1", "loss, momentum 0.1", momentum[3], .12, damped),
        Check.atLeast("momentum-1", "loss, momentum 1", momentum[5], 2, damped));
  }

  private static Table table(double[][] ends) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < RATES.length; i++) rows.add(List.of(RATES[i], ends[0][i], ends[1][i]));
    return new Table(
        "Mean loss of steps 281 to 300; 10 for what diverged",
        List.of("rate", "SGD", "momentum 0.9"),
        rows);
  }

  private static Figure figure(double[][][] seeded) {
    String[] names = {"SGD", "momentum 0.9"};
    List<Curve> curves = new ArrayList<>();
    for (int m = 0; m < METHODS.length; m++) {
      for (double[] seed : seeded[m]) curves.add(Curve.of("a seed", Kind.SEED, m, RATES, seed));
      double[] median = Networks.median(List.of(seeded[m]));
      curves.add(Curve.of(names[m], Kind.MIDDLE, m, RATES, median));
    }
    double[] guessing = new double[RATES.length];
    Arrays.fill(guessing, Math.log(10));
    curves.add(Curve.of("guessing", Kind.THEORY, 7, RATES, guessing));
    return new Figure(
        "Loss after 300 steps by rate",
        "Medians over seeds, and each seed thin. Look how momentum's curve is SGD's, a factor of"
            + " ten to the left. Dashed: what guessing costs; 10 stands for diverged.",
        new Figure.Scale("rate", true),
        new Figure.Scale("loss", true),
        List.of(new Figure.Panel("", curves)));
  }
}
