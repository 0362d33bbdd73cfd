package io.kudari.lab.network;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Seven optimizers on a network, at their usual rates. */
public final class OptimizerRace implements Experiment {

  private static final int STEPS = 2000;
  private static final double LOW = 0.3;

  /** Steps of what is trained only for the verdicts. */
  private static final int SHORT = 500;

  private static final Claim LAST_KEY =
      new Claim("001", 141, "The update stands behind the loop over the parameters.");
  private static final Claim SLOWEST = new Claim("001", 170, "SGD learns slowest.");

  /** An optimizer at its usual rate. */
  private record Method(String name, String shown, int colour, double rate) {}

  private static final List<Method> METHODS =
      List.of(
          new Method("sgd", "SGD", 0, .01),
          new Method("momentum", "momentum", 1, .01),
          new Method("nesterov", "Nesterov", 2, .01),
          new Method("adagrad", "AdaGrad", 3, .01),
          new Method("rmsprop", "RMSProp", 4, .001),
          new Method("adadelta", "AdaDelta", 5, 1),
          new Method("adam", "Adam", 6, .001));

  /** All seeds of a method: the loss of each step. */
  private record Runs(Method method, List<double[]> losses) {

    double mean() {
      return losses.stream()
          .mapToDouble(l -> Arrays.stream(l).average().orElse(Double.NaN))
          .average()
          .orElse(Double.NaN);
    }

    double below() {
      return losses.stream().mapToDouble(l -> Networks.below(l, LOW)).average().orElse(Double.NaN);
    }
  }

  /** The experiment. */
  public OptimizerRace() {}

  @Override
  public String name() {
    return "optimizers";
  }

  @Override
  public Section section() {
    return Section.EVERYTHING_TOGETHER;
  }

  @Override
  public String question() {
    return "Which optimizer learns a network fastest?";
  }

  @Override
  public String setup() {
    return "784-100-100-100-100-10 with rectifiers on 10,000 digits, He's start values, batches of"
        + " 128, 2,000 steps: SGD, momentum, Nesterov and AdaGrad at 0.01, RMSProp and Adam"
        + " at 0.001, AdaDelta at 1; 3 seeds, quick 2. A loss is reached when the"
        + " mean of 30 steps is below it.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(LAST_KEY, SLOWEST);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 35 : 50;
  }

  private static Trial trial(Method method) {
    return Networks.perceptron(10_000, 100, 100, 100, 100)
        .with("train.steps", STEPS)
        .with("optimizer.name", method.name())
        .with("optimizer.learning-rate", method.rate());
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Trial> trials = METHODS.stream().map(OptimizerRace::trial).toList();
    List<List<double[]>> losses = Networks.losses(bench, trials, scope.seeds(2, 3), STEPS);
    List<Runs> all = new ArrayList<>();
    for (int i = 0; i < METHODS.size(); i++) all.add(new Runs(METHODS.get(i), losses.get(i)));
    Runs best = all.get(0);
    double second = 0;
    for (Runs r : all) {
      if (r.mean() < best.mean()) best = r;
      if (r.method() != METHODS.get(0)) second = Math.max(second, r.mean());
    }
    double ratio = all.get(0).mean() / second;
    return new Findings(
        String.format(
            Locale.ROOT,
            "At their usual rates %s (mean loss %.3f), then all adaptive ones and momentum; SGD is"
                + " %.1f times behind the last of them. This compares rates as much as methods: a"
                + " greater one makes SGD as fast as momentum.",
            best.method().shown(),
            best.mean(),
            ratio),
        List.of(table(all)),
        List.of(figure(all)),
        checks(all, ratio),
        verdicts(all, others(bench, scope.firstSeed())));
  }

  /** Losses of Adam where only the last parameter learns, and of SGD at ten times its rate. */
  private static List<double[]> others(Bench bench, long seed) throws InterruptedException {
    Trial last =
        trial(METHODS.get(6))
            .with("train.frozen", "[\"0.*\", \"2.*\", \"4.*\", \"6.*\", \"8.weight\"]");
    Trial fast = trial(METHODS.get(0)).with("optimizer.learning-rate", .1);
    List<Trial> trials = List.of(last.with("train.steps", SHORT), fast.with("train.steps", SHORT));
    return Networks.losses(bench, trials, List.of(seed), SHORT).stream()
        .map(seeds -> seeds.get(0))
        .toList();
  }

  private static List<Verdict> verdicts(List<Runs> all, List<double[]> others) {
    double last = Networks.end(others.get(0), 100);
    double adam = Networks.end(Arrays.copyOf(all.get(6).losses().get(0), SHORT), 100);
    return List.of(
        last > 2 * adam
            ? LAST_KEY.doesNotHold(
                String.format(
                    Locale.ROOT,
                    "then only the last one learns, and Adam's loss is %.2f after 500 steps, where"
                        + " it is %.3f with the update in the loop",
                    last,
                    adam))
            : LAST_KEY.holds(),
        slowest(all, Networks.below(others.get(1), LOW)));
  }

  private static Verdict slowest(List<Runs> all, double fast) {
    Runs sgd = all.get(0);
    for (Runs r : all)
      if (r.mean() > sgd.mean()) return SLOWEST.doesNotHold(r.method().shown() + " is slower");
    double momentum = all.get(1).below();
    return fast < 2 * momentum
        ? SLOWEST.holdsIf(
            String.format(
                Locale.ROOT,
                "rates are the usual ones: at 0.1 in the place of 0.01 SGD reaches a loss of 0.3"
                    + " after %.0f steps in the place of %.0f, momentum after %.0f",
                fast,
                sgd.below(),
                momentum))
        : SLOWEST.holds();
  }

  private static List<Check> checks(List<Runs> all, double ratio) {
    String last = "only the last segment learns: 2.3; moments that are not corrected: 0.039";
    String rate = "a rate of another size, or sums for means";
    return List.of(
        Check.atLeast("sgd", "mean loss of SGD / that of the worst other", ratio, 3, rate),
        Check.within("adam", "mean loss of Adam", all.get(6).mean(), .055, .085, last),
        Check.within("steps-sgd", "steps to 0.3, SGD", all.get(0).below(), 850, 1200, rate),
        Check.within(
            "steps-momentum", "steps to 0.3, momentum", all.get(1).below(), 160, 225, rate),
        Check.within("steps-adam", "steps to 0.3, Adam", all.get(6).below(), 105, 140, last));
  }

  private static Table table(List<Runs> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Runs r : all)
      rows.add(
          List.of(
              r.method().shown(),
              r.method().rate(),
              r.mean(),
              r.below(),
              r.losses().stream()
                  .mapToDouble(l -> Networks.end(l, 100))
                  .average()
                  .orElse(Double.NaN)));
    return new Table(
        "Means over seeds",
        List.of("optimizer", "rate", "mean loss", "steps to 0.3", "loss of the last 100"),
        rows);
  }

  private static Figure figure(List<Runs> all) {
    List<Curve> curves = new ArrayList<>();
    for (Runs r : all)
      curves.addAll(Networks.curves(r.method().shown(), r.method().colour(), r.losses()));
    return new Figure(
        "Smoothed loss by step",
        "Medians over seeds, and each seed thin. Look at the start, where Adam and RMSProp fall at"
            + " once, and at SGD, which needs five times the steps of momentum.",
        new Figure.Scale("step", true),
        new Figure.Scale("loss", true),
        List.of(new Figure.Panel("", curves)));
  }
}
