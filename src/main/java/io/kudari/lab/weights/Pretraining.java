package io.kudari.lab.weights;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trained;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.lab.Verdict;
import io.kudari.lab.network.Networks;
import io.kudari.lab.network.Probe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A deep network of sigmoids, its layers trained one after the other or all at once. */
public final class Pretraining implements Experiment {

  private static final int EXAMPLES = 1000;
  private static final int LAYERS = 5;
  private static final int FEW = 3;
  private static final int STAGE = 300;
  private static final int JOINT = 3000;
  private static final int LAST = 20;
  private static final String IGNORED = "the start is ignored: the joint run begins at 2.4";

  private static final Claim GOOD =
      new Claim("002", 50, "Layers that were trained one after the other are a good start.");

  /**
   * A seed.
   *
   * @param moved the greatest change of a frozen parameter
   * @param start loss of the training examples before the joint run
   * @param end behind it
   * @param stages step losses of all stages, one behind the other
   * @param joint of the joint run
   * @param deep of as many steps all at once
   * @param shallow likewise, of three layers
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Run(
      double moved,
      double start,
      double end,
      double[] stages,
      double[] joint,
      double[] deep,
      double[] shallow) {}

  /** The experiment. */
  public Pretraining() {}

  @Override
  public String name() {
    return "pretraining";
  }

  @Override
  public Section section() {
    return Section.INITIAL_WEIGHTS;
  }

  @Override
  public String question() {
    return "What does it help to train a deep network layer by layer first?";
  }

  @Override
  public String setup() {
    return "1,000 digits, up to five hidden layers of 100 sigmoids, deviation 1/√n, momentum 0.9 at"
        + " 0.1, batches of 50. Each layer is trained for 300 updates with new outputs, those"
        + " before it frozen; then all of it for 3,000. Beside it all five at once, and three,"
        + " for as many updates together. 3 seeds, quick 1.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(GOOD);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 25 : 60;
  }

  private static Trial trial(int layers, int steps, long seed) {
    return Networks.tested(EXAMPLES, Networks.hidden("sigmoid"), layers)
        .with("model.initializer", "lecun-normal")
        .with("optimizer.name", "momentum")
        .with("optimizer.learning-rate", .1)
        .with("train.batch", 50)
        .with("train.steps", steps)
        .with("train.epochs", (JOINT + LAYERS * STAGE) / (EXAMPLES / 50))
        .with("train.meters", "[step-loss]")
        .seeded(seed);
  }

  private static String frozen(int layers) {
    return IntStream.range(0, layers)
        .mapToObj(l -> "\"" + 2 * l + ".*\"")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static Run run(long seed, Bench bench, TrialResult deep, TrialResult shallow)
      throws InterruptedException {
    float[] hidden = {};
    double moved = 0;
    double[] stages = new double[LAYERS * STAGE];
    for (int layers = 1; layers <= LAYERS; layers++) {
      Trial trial = trial(layers, STAGE, seed).with("train.frozen", frozen(layers - 1));
      Probe probe = new Probe(bench.subject(trial));
      float[] start = probe.network().initial(seed);
      System.arraycopy(hidden, 0, start, 0, hidden.length);
      Trained trained = bench.trainHere(trial, start);
      float[] end = trained.parameters();
      for (int i = 0; i < hidden.length; i++)
        moved = Math.max(moved, Math.abs((double) hidden[i] - end[i]));
      double[] losses = Networks.losses(trained.result(), STAGE);
      System.arraycopy(losses, 0, stages, (layers - 1) * STAGE, STAGE);
      if (layers == LAYERS) return joint(seed, bench, end, moved, stages, deep, shallow);
      hidden = Arrays.copyOf(end, probe.segment(2 * layers + ".weight").offset());
    }
    throw new IllegalStateException("there are layers");
  }

  private static Run joint(
      long seed,
      Bench bench,
      float[] start,
      double moved,
      double[] stages,
      TrialResult deep,
      TrialResult shallow)
      throws InterruptedException {
    Trial trial = trial(LAYERS, JOINT, seed);
    Probe probe = new Probe(bench.subject(trial));
    Trained trained = bench.trainHere(trial, start);
    return new Run(
        moved,
        // The first step's examples, before its update: what it really began with.
        Networks.losses(trained.result(), JOINT)[0],
        probe.evaluate(trained.parameters()).meanLoss(),
        stages,
        Networks.losses(trained.result(), JOINT),
        Networks.losses(deep, JOINT + LAYERS * STAGE),
        Networks.losses(shallow, JOINT + FEW * STAGE));
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(1, 3);
    List<Trial> atOnce = new ArrayList<>();
    for (long seed : seeds) {
      atOnce.add(trial(LAYERS, JOINT + LAYERS * STAGE, seed));
      atOnce.add(trial(FEW, JOINT + FEW * STAGE, seed));
    }
    List<TrialResult> results = bench.train(atOnce);
    List<Run> all = new ArrayList<>();
    for (int s = 0; s < seeds.size(); s++)
      all.add(run(seeds.get(s), bench, results.get(2 * s), results.get(2 * s + 1)));
    double deep = Statistics.mean(all, r -> Networks.end(r.deep(), LAST));
    double shallow = Statistics.mean(all, r -> Networks.end(r.shallow(), LAST));
    return new Findings(
        String.format(
            Locale.ROOT,
            "Without it five layers of sigmoids learn nothing: all at once the loss ends at %.3f,"
                + " where guessing is 2.303; with it the joint training begins at %.2f and ends at"
                + " %.4f. Three layers need none of it: %.4f.",
            deep,
            Statistics.mean(all, Run::start),
            Statistics.mean(all, Run::end),
            shallow),
        List.of(table(all), curves(all.get(0))),
        List.of(figure(all.get(0))),
        checks(all, deep, shallow),
        List.of(verdict(all, deep, shallow)));
  }

  private static Verdict verdict(List<Run> all, double deep, double shallow) {
    if (Statistics.mean(all, Run::end) > .5 * deep)
      return GOOD.doesNotHold("all at once the loss ends as low");
    return shallow < .01
        ? GOOD.holdsIf(
            String.format(
                Locale.ROOT,
                "the network is deep: of three layers all at once arrive as well (%.4f)",
                shallow))
        : GOOD.holds();
  }

  private static List<Check> checks(List<Run> all, double deep, double shallow) {
    double moved = all.stream().mapToDouble(Run::moved).max().orElse(Double.NaN);
    return List.of(
        Check.near(
            "frozen", "greatest change of what is frozen", moved, 0, 0, "frozen layers learn"),
        Check.atMost(
            "start", "loss as the joint run begins", Statistics.mean(all, Run::start), .5, IGNORED),
        Check.atMost("end", "loss at its end", Statistics.mean(all, Run::end), .01, IGNORED),
        Check.atLeast("at-once", "loss of five layers at once", deep, 2.2, "other start values"),
        Check.atMost("three", "loss of three layers at once", shallow, .01, "a smaller rate"));
  }

  private static Table table(List<Run> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Run r : all)
      rows.add(
          List.of(
              "no. " + (rows.size() + 1),
              r.start(),
              r.end(),
              Networks.end(r.deep(), LAST),
              Networks.end(r.shallow(), LAST)));
    return new Table(
        "Losses of each seed; at once: mean of the last 20 steps",
        List.of("seed", "joint run begins", "ends", "five at once", "three at once"),
        rows);
  }

  /** The mean of so many updates up to each, from the first on. */
  private static List<Point> points(double[] losses, int from) {
    List<Point> points = new ArrayList<>();
    for (int end = 50; end <= losses.length; end += 50)
      points.add(new Point(from + end, Statistics.mean(Arrays.copyOfRange(losses, end - 50, end))));
    return points;
  }

  private static List<Curve> courses(Run r) {
    return List.of(
        new Curve("layer by layer", Kind.LINE, 2, points(r.stages(), 0)),
        new Curve("then all of it", Kind.LINE, 1, points(r.joint(), LAYERS * STAGE)),
        new Curve("five at once", Kind.LINE, 0, points(r.deep(), 0)),
        new Curve("three at once", Kind.LINE, 3, points(r.shallow(), 0)));
  }

  private static Table curves(Run run) {
    List<List<Object>> rows = new ArrayList<>();
    for (Curve c : courses(run))
      for (Point p : c.points()) rows.add(List.of(c.name(), p.x(), p.y()));
    return new Table(
        "Mean loss of 50 updates, first seed", List.of("what is trained", "update", "loss"), rows);
  }

  private static Figure figure(Run run) {
    List<Curve> curves = new ArrayList<>(courses(run));
    double[] guess = {StrictMath.log(10), StrictMath.log(10)};
    double[] ends = {50, JOINT + LAYERS * STAGE};
    curves.add(Curve.of("guessing: ln 10", Kind.THEORY, 7, ends, guess));
    return new Figure(
        "Loss by update",
        "The first seed, means of 50 updates. Look at the steps where a layer and new outputs are"
            + " added, at the joint training behind update 1,500, and at five layers at once,"
            + " which stay at what guessing costs, dashed.",
        new Figure.Scale("update", false),
        new Figure.Scale("loss", true),
        List.of(new Figure.Panel("", curves)));
  }
}
