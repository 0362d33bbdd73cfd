package io.kudari.lab.weights;

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
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trained;
import io.kudari.lab.Trial;
import io.kudari.lab.Verdict;
import io.kudari.lab.network.Networks;
import io.kudari.lab.network.Probe;
import io.kudari.run.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a network learns whose weights all begin alike. */
public final class ZeroStart implements Experiment {

  private static final int EXAMPLES = 300;
  private static final int STEPS = 300;
  private static final List<String> FUNCTIONS = List.of("tanh", "relu", "sigmoid");
  private static final List<String> SEGMENTS =
      List.of("0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias");
  private static final String RANDOM = "a random start under the name of zero: units differ by 0.3";

  private static final Claim VANISHES =
      new Claim("001", 232, 236, "From zero weights no gradient vanishes.");

  /** How weights start. */
  private enum Start {
    ZERO("0"),
    CONSTANT("0.01"),
    RANDOM("random");

    final String shown;

    Start(String shown) {
      this.shown = shown;
    }

    String setting(String function) {
      return switch (this) {
        case ZERO -> "zero";
        case CONSTANT -> "{ kind = constant, value = 0.01 }";
        case RANDOM -> function.equals("relu") ? "he-normal" : "lecun-normal";
      };
    }
  }

  /**
   * A training.
   *
   * @param gradients the greatest size of each segment's at the start
   * @param loss at the end, of the training examples
   * @param apart the greatest difference of a unit's weights to those of its layer's first, then
   * @param least hidden output, then
   * @param most likewise
   * @param entropy of the classes' shares: the loss of guessing by them
   * @param course the loss of each step
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Run(
      double[] gradients,
      double loss,
      double apart,
      double least,
      double most,
      double entropy,
      double[] course) {

    double hidden() {
      return Math.max(Math.max(gradients[0], gradients[1]), Math.max(gradients[2], gradients[3]));
    }

    /** Of the last weights to their biases. */
    double last() {
      return gradients[4] / gradients[5];
    }
  }

  /** An activation and a start: a run for each seed. */
  private record Case(String function, Start start, List<Run> runs) {

    double mean(ToDoubleFunction<Run> of) {
      return Statistics.mean(runs.stream().mapToDouble(of).toArray());
    }

    double worst(ToDoubleFunction<Run> of) {
      return runs.stream().mapToDouble(of).max().orElse(Double.NaN);
    }
  }

  /** The experiment. */
  public ZeroStart() {}

  @Override
  public String name() {
    return "zero";
  }

  @Override
  public Section section() {
    return Section.INITIAL_WEIGHTS;
  }

  @Override
  public String question() {
    return "What does a network learn whose weights all begin at zero?";
  }

  @Override
  public String setup() {
    return "784-100-100-10 with tanh, rectifiers and sigmoids on 300 digits drawn at random, whose"
        + " classes are not equally many; 300 steps of SGD at 0.1 on all of them; weights begin"
        + " at 0, at 0.01, and at random, of deviation 1/√n, or √(2/n) for the rectifier;"
        + " 3 seeds, quick 1. Gradients before the first step; units compared after the last.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(VANISHES);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 4 : 10;
  }

  private static Trial trial(String function, Start start) {
    return Networks.tested(EXAMPLES * 2, Networks.hidden(function), 2)
        .with("data.validation", .5)
        .with("data.stratify", false)
        .with("model.initializer", start.setting(function))
        .with("optimizer.learning-rate", .1)
        .with("train.batch", EXAMPLES)
        .with("train.steps", STEPS)
        .with("train.meters", "[step-loss]");
  }

  private static Run run(Trial trial, Bench bench) throws InterruptedException {
    Subject subject = bench.subject(trial);
    Probe probe = new Probe(subject);
    float[] gradient = probe.gradient(subject.network().initial(trial.seed()));
    double[] gradients =
        SEGMENTS.stream().mapToDouble(s -> largest(probe.part(gradient, s))).toArray();
    Trained trained = bench.trainHere(trial);
    float[] end = trained.parameters();
    double apart = 0;
    for (String weights : List.of("0.weight", "2.weight"))
      apart = Math.max(apart, apart(probe.part(end, weights)));
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int layers : new int[] {2, 4})
      for (float y : probe.behind(layers, end)) {
        least = Math.min(least, y);
        most = Math.max(most, y);
      }
    return new Run(
        gradients,
        probe.evaluate(end).meanLoss(),
        apart,
        least,
        most,
        entropy(subject.examples().labels),
        Networks.losses(trained.result(), STEPS));
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float v : values) largest = Math.max(largest, Math.abs(v));
    return largest;
  }

  private static double apart(float[] weights) {
    int inputs = weights.length / Chain.UNITS;
    double apart = 0;
    for (int i = inputs; i < weights.length; i++)
      apart = Math.max(apart, Math.abs((double) weights[i] - weights[i % inputs]));
    return apart;
  }

  private static double entropy(int[] labels) {
    int[] counts = new int[10];
    for (int label : labels) counts[label]++;
    double entropy = 0;
    for (int count : counts) {
      double share = count / (double) labels.length;
      if (count > 0) entropy -= share * StrictMath.log(share);
    }
    return entropy;
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    Map<String, Case> all = new LinkedHashMap<>();
    for (String function : FUNCTIONS)
      for (Start start : Start.values()) {
        List<Run> runs = new ArrayList<>();
        for (long seed : scope.seeds(1, 3))
          runs.add(run(trial(function, start).seeded(seed), bench));
        all.put(function + start, new Case(function, start, runs));
      }
    Case zero = all.get("tanh" + Start.ZERO);
    return new Findings(
        String.format(
            Locale.ROOT,
            "How often each class comes, and no more: hidden gradients are %s, the loss ends at"
                + " %.4f, the entropy of the classes is %.4f. From 0.01 all units of a layer"
                + " stay alike; from random weights the rectifier's loss ends at %.3f.",
            hidden(all) == 0 ? "exactly 0" : "not 0",
            zero.mean(Run::loss),
            zero.mean(Run::entropy),
            all.get("relu" + Start.RANDOM).mean(Run::loss)),
        List.of(table(all), curves(all)),
        List.of(figure(all)),
        checks(all),
        List.of(verdict(all)));
  }

  private static double hidden(Map<String, Case> all) {
    return all.values().stream()
        .filter(c -> c.start() == Start.ZERO)
        .mapToDouble(c -> c.worst(Run::hidden))
        .max()
        .orElse(Double.NaN);
  }

  private static Verdict verdict(Map<String, Case> all) {
    return hidden(all) == 0
        ? VANISHES.doesNotHold("the gradients of both hidden layers are exactly 0")
        : VANISHES.holds();
  }

  private static List<Check> checks(Map<String, Case> all) {
    List<Check> checks = new ArrayList<>();
    checks.add(Check.near("hidden", "greatest hidden gradient from 0", hidden(all), 0, 0, RANDOM));
    for (String function : FUNCTIONS) {
      Case zero = all.get(function + Start.ZERO);
      double last = function.equals("sigmoid") ? .5 : 0;
      checks.add(
          Check.near(
              "last-" + function,
              "gradient of the last weights from 0 / that of their biases, " + function,
              zero.worst(Run::last),
              last,
              last == 0 ? 0 : 1e-5,
              RANDOM));
      checks.add(
          Check.near(
              "loss-" + function,
              "loss from 0 − entropy of the classes, " + function,
              zero.mean(r -> r.loss() - r.entropy()),
              0,
              .002,
              RANDOM));
      for (Start start : new Start[] {Start.ZERO, Start.CONSTANT})
        checks.add(
            Check.atMost(
                "apart-" + function + "-" + start.shown,
                "difference of units of a layer, " + function + ", start " + start.shown,
                all.get(function + start).worst(Run::apart),
                1e-6,
                RANDOM));
    }
    Case sigmoid = all.get("sigmoid" + Start.ZERO);
    checks.add(
        Check.atMost(
            "half",
            "distance of sigmoid outputs to 0.5, start 0",
            sigmoid.worst(r -> Math.max(r.most() - .5, .5 - r.least())),
            .005,
            RANDOM));
    for (String function : List.of("tanh", "relu"))
      checks.add(
          Check.atMost(
              "random-" + function,
              "loss from random weights, " + function,
              all.get(function + Start.RANDOM).mean(Run::loss),
              .2,
              "a rate of another size, or all weights alike"));
    return checks;
  }

  private static Table table(Map<String, Case> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Case c : all.values()) {
      List<Object> row = new ArrayList<>(List.of(c.function(), c.start().shown));
      for (int s = 0; s < SEGMENTS.size(); s++) {
        int segment = s;
        row.add(c.worst(r -> r.gradients()[segment]));
      }
      row.add(c.mean(Run::loss));
      row.add(c.worst(Run::apart));
      rows.add(row);
    }
    List<String> columns = new ArrayList<>(List.of("activation", "start"));
    for (int layer = 1; layer <= 3; layer++) {
      columns.add("weights " + layer);
      columns.add("biases " + layer);
    }
    columns.addAll(List.of("loss at the end", "units apart"));
    return new Table("Greatest gradients at the start, and what 300 steps made", columns, rows);
  }

  private static Table curves(Map<String, Case> all) {
    List<String> columns = new ArrayList<>(List.of("step"));
    for (Case c : all.values()) columns.add(c.function() + ", " + c.start().shown);
    List<List<Object>> rows = new ArrayList<>();
    for (int step = 1; step <= STEPS; step = next(step)) {
      List<Object> row = new ArrayList<>(List.of(step));
      for (Case c : all.values()) row.add(c.runs().get(0).course()[step - 1]);
      rows.add(row);
    }
    return new Table("Loss by step, first seed", columns, rows);
  }

  private static int next(int step) {
    return step + (step < 10 ? 1 : 10);
  }

  private static Figure figure(Map<String, Case> all) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (String function : FUNCTIONS) {
      List<Curve> curves = new ArrayList<>();
      for (Start start : Start.values()) {
        double[] course = all.get(function + start).runs().get(0).course();
        List<Figure.Point> points = new ArrayList<>();
        for (int step = 1; step <= STEPS; step = next(step))
          points.add(new Figure.Point(step, course[step - 1]));
        curves.add(new Curve("start " + start.shown, Kind.LINE, start.ordinal(), points));
      }
      double entropy = all.get(function + Start.ZERO).runs().get(0).entropy();
      double[] both = {entropy, entropy};
      curves.add(Curve.of("entropy of the classes", Kind.THEORY, 7, new double[] {1, STEPS}, both));
      panels.add(new Figure.Panel(function, curves));
    }
    return new Figure(
        "Loss by step",
        "The first seed. Look at start 0, which falls to the entropy of the classes, dashed, and"
            + " stays; and at random weights, which learn the digits.",
        new Figure.Scale("step", false),
        new Figure.Scale("loss", false),
        panels);
  }
}
