package io.kudari.lab.generalisation;

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
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.lab.TrialResult.Evaluated;
import io.kudari.lab.TrialResult.Measured;
import io.kudari.lab.Verdict;
import io.kudari.lab.network.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Whether weights that are kept small, or units that are dropped, generalise better. */
public class WeightDecay implements Experiment {

  private static final int EXAMPLES = 300;
  private static final int HIDDEN = 6;
  private static final int STEPS = 3;

  /** Epochs between looks at the test. */
  private static final int LOOK = 10;

  private static final String BIASES = "decay on biases too";
  private static final String IGNORED = "decay is ignored, or on another scale";
  private static final String RESCALE = "what is kept of dropout is not rescaled: 0.9";

  private static final Claim SMALL = new Claim("001", 174, 178, "Smaller weights over-fit less.");

  /** What is trained. */
  private enum Plan {
    NONE("none", "sgd", 0, 0, 201),
    SOME("l2 0.03", "sgd", .03, 0, 201),
    MUCH("l2 0.1", "sgd", .1, 0, 201),
    FULL("momentum, none", "momentum", 0, 0, 61),
    DROPOUT("momentum, dropout 0.1", "momentum", 0, .1, 61);

    final String shown;
    final String optimizer;
    final double decay;
    final double dropout;
    final int epochs;

    Plan(String shown, String optimizer, double decay, double dropout, int epochs) {
      this.shown = shown;
      this.optimizer = optimizer;
      this.decay = decay;
      this.dropout = dropout;
      this.epochs = epochs;
    }
  }

  /** All seeds of a plan. */
  private record Case(Plan plan, List<TrialResult> results) {

    double mean(ToDoubleFunction<TrialResult> of) {
      return Statistics.mean(results.stream().mapToDouble(of).toArray());
    }

    double training() {
      return mean(r -> 1 - r.error("train").orElse(Double.NaN));
    }

    double test() {
      return mean(r -> 1 - r.error("test").orElse(Double.NaN));
    }

    double gap() {
      return training() - test();
    }

    double loss() {
      return mean(r -> r.loss("test").orElse(Double.NaN));
    }

    double norm() {
      return mean(WeightDecay::norm);
    }
  }

  /** The experiment. */
  public WeightDecay() {}

  /** What Kudari's decay and dropout do where the right answer is known. */
  Identities identities() {
    return new Identities();
  }

  @Override
  public String name() {
    return "weight-decay";
  }

  @Override
  public Section section() {
    return Section.GENERALISATION;
  }

  @Override
  public String question() {
    return "Does it help to keep weights small, or to drop units?";
  }

  @Override
  public String setup() {
    return "784-6×100-10 with rectifiers on 300 digits, He's start values, batches of 100: SGD at"
        + " 0.01 for 201 epochs without and with l2 of 0.03 and 0.1; momentum 0.9 at 0.01 for 61"
        + " epochs without and with dropout of 0.1; 2,000 digits test; 5 seeds, quick 3. A step"
        + " of gradient 0, and 1,000 masks of a linear layer.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(SMALL);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 25 : 60;
  }

  private static Trial trial(Plan plan, long seed) {
    String dropout = plan.dropout > 0 ? ", { type = dropout, rate = " + plan.dropout + " }" : "";
    return Networks.tested(EXAMPLES, Networks.hidden("relu") + dropout, HIDDEN)
        .with("optimizer.name", plan.optimizer)
        .with("optimizer.learning-rate", .01)
        .with("optimizer.l2", plan.decay)
        .with("train.epochs", plan.epochs)
        .with("train.evaluate.every", LOOK * STEPS)
        .with("train.evaluate.test", true)
        .with("train.evaluate.train", true)
        .with("train.meters", "[layer-norms]")
        .seeded(seed);
  }

  /** The norm of all weights together, when it was last told. */
  private static double norm(TrialResult result) {
    TreeMap<String, Double> last = new TreeMap<>();
    for (Measured m : result.measured())
      if (m.tag().startsWith("parameter-norm/") && m.tag().endsWith(".weight"))
        last.put(m.tag(), m.value());
    return Math.sqrt(last.values().stream().mapToDouble(n -> n * n).sum());
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(3, 5);
    List<Trial> trials = new ArrayList<>();
    for (Plan plan : Plan.values()) for (long seed : seeds) trials.add(trial(plan, seed));
    List<TrialResult> results = bench.train(trials);
    List<Case> all = new ArrayList<>();
    for (Plan plan : Plan.values()) {
      int at = plan.ordinal() * seeds.size();
      all.add(new Case(plan, results.subList(at, at + seeds.size())));
    }
    Identities identities = identities();
    Case none = all.get(0);
    return new Findings(
        String.format(
            Locale.ROOT,
            "Little: %.1f%% of the test are right without decay, %.1f%% with 0.03, and %.1f%% with"
                + " 0.1, which is too much. Dropout leaves %.2f of the test loss and as many"
                + " errors.",
            100 * none.test(),
            100 * all.get(1).test(),
            100 * all.get(2).test(),
            all.get(4).loss() / all.get(3).loss()),
        List.of(table(all), courses(all), identities.table()),
        List.of(figure(all)),
        checks(all, identities),
        List.of(verdict(all)));
  }

  private static Verdict verdict(List<Case> all) {
    Case none = all.get(0);
    Case some = all.get(1);
    Case much = all.get(2);
    if (some.gap() >= none.gap()) return SMALL.doesNotHold("the gap stays as it is");
    return much.test() < none.test()
        ? SMALL.holdsIf(
            String.format(
                Locale.ROOT,
                "they are not too small: a decay of 0.1 leaves a gap of %.2f, but %.0f%% right"
                    + " where %.0f%% were",
                much.gap(),
                100 * much.test(),
                100 * none.test()))
        : SMALL.holds();
  }

  private static List<Check> checks(List<Case> all, Identities identities) {
    Case none = all.get(0);
    Case some = all.get(1);
    Case much = all.get(2);
    Case full = all.get(3);
    Case dropped = all.get(4);
    String rate = "a rate of another size, or sums for means";
    List<Check> checks = new ArrayList<>();
    checks.add(Check.atLeast("gap", "gap of accuracies without decay", none.gap(), .2, rate));
    checks.add(
        Check.atMost(
            "gap-some", "gap with 0.03 − without", some.gap() - none.gap(), -.003, IGNORED));
    checks.add(
        Check.atLeast(
            "test-some",
            "test accuracy with 0.03 − without",
            some.test() - none.test(),
            .001,
            IGNORED));
    checks.add(Check.atMost("gap-much", "gap with 0.1", much.gap(), .2, IGNORED));
    checks.add(
        Check.atMost(
            "test-much",
            "test accuracy with 0.1 − without",
            much.test() - none.test(),
            0,
            IGNORED));
    checks.add(
        Check.atMost(
            "norm", "norm of weights, 0.1 / none", much.norm() / none.norm(), .65, IGNORED));
    checks.add(
        Check.atMost(
            "dropout", "test loss, dropout / none", dropped.loss() / full.loss(), .97, RESCALE));
    checks.add(
        Check.within(
            "dropout-accuracy",
            "test accuracy, dropout − none",
            dropped.test() - full.test(),
            -.03,
            .03,
            RESCALE));
    checks.addAll(identities.checks(BIASES, RESCALE));
    return checks;
  }

  private static Table table(List<Case> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Case c : all)
      rows.add(List.of(c.plan().shown, c.training(), c.test(), c.gap(), c.loss(), c.norm()));
    return new Table(
        "Means over seeds at the end",
        List.of("", "training accuracy", "test accuracy", "gap", "test loss", "norm of weights"),
        rows);
  }

  /** Test accuracies by epoch. */
  private static double[] course(TrialResult result, int looks) {
    double[] course = new double[looks];
    for (Evaluated e : result.of("test"))
      if (e.step() % (LOOK * STEPS) == 0)
        course[(int) e.step() / (LOOK * STEPS) - 1] = 1 - e.error();
    return course;
  }

  private static double[] medians(Case c, int looks) {
    List<double[]> courses = c.results().stream().map(r -> course(r, looks)).toList();
    return IntStream.range(0, looks)
        .mapToDouble(i -> Statistics.median(courses.stream().mapToDouble(x -> x[i]).toArray()))
        .toArray();
  }

  private static Table courses(List<Case> all) {
    List<String> columns = new ArrayList<>(List.of("", "epoch", "median"));
    for (int s = 1; s <= all.get(0).results().size(); s++) columns.add("no. " + s);
    List<List<Object>> rows = new ArrayList<>();
    for (Case c : all) {
      int looks = c.plan().epochs / LOOK;
      double[] medians = medians(c, looks);
      for (int i = 0; i < looks; i++) {
        List<Object> row = new ArrayList<>(List.of(c.plan().shown, (i + 1) * LOOK, medians[i]));
        for (TrialResult r : c.results()) row.add(course(r, looks)[i]);
        rows.add(row);
      }
    }
    return new Table("Test accuracy by epoch", columns, rows);
  }

  private static Figure figure(List<Case> all) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (List<Case> panel : List.of(all.subList(0, 3), all.subList(3, 5))) {
      List<Curve> curves = new ArrayList<>();
      for (Case c : panel) {
        int looks = c.plan().epochs / LOOK;
        int colour = c.plan().ordinal();
        double[] epochs = IntStream.rangeClosed(1, looks).mapToDouble(i -> i * LOOK).toArray();
        for (TrialResult r : c.results())
          curves.add(Curve.of(c.plan().shown, Kind.SEED, colour, epochs, course(r, looks)));
        curves.add(Curve.of(c.plan().shown, Kind.LINE, colour, epochs, medians(c, looks)));
      }
      panels.add(new Figure.Panel(panel.size() == 3 ? "SGD" : "momentum", curves));
    }
    return new Figure(
        "Test accuracy by epoch",
        "Thin a seed, thick the median. Look at a decay of 0.1, which under-fits, and at 0.03,"
            + " which gains a little at the end.",
        new Figure.Scale("epoch", false),
        new Figure.Scale("accuracy", false),
        panels);
  }
}
