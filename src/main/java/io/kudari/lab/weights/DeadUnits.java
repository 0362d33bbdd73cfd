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
import io.kudari.math.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** When rectifiers die: units that are 0 for every example, and stay so. */
public final class DeadUnits implements Experiment {

  private static final int EXAMPLES = 2000;
  private static final int EPOCHS = 5;
  private static final double[] RATES = {.1, .3, .5, 1, 2};
  private static final float LOW = -3;
  private static final String SLOPE = "a derivative of 1 at or below 0: dead units move";

  private static final Claim DEAD =
      new Claim("001", 221, 230, "A rectifier that is 0 for every input learns no more.");

  /**
   * A rectifier's training.
   *
   * @param shares dead after each epoch, from 0
   * @param moved whether a unit that was dead after an epoch had other weights or biases at the end
   * @param error of the test
   */
  private record Run(double[] shares, boolean moved, double error) {

    double share() {
      return shares[EPOCHS];
    }

    boolean falls() {
      return IntStream.range(0, EPOCHS).anyMatch(e -> shares[e + 1] < shares[e]);
    }
  }

  /**
   * A rate.
   *
   * @param runs of the rectifier, one a seed
   * @param leaky test errors of leaky ones
   */
  private record Case(double rate, List<Run> runs, double[] leaky) {

    double share() {
      return Statistics.mean(runs.stream().mapToDouble(Run::share).toArray());
    }

    double share(int epoch) {
      return Statistics.mean(runs.stream().mapToDouble(r -> r.shares()[epoch]).toArray());
    }

    double error() {
      return Statistics.mean(runs.stream().mapToDouble(Run::error).toArray());
    }
  }

  /**
   * Biases that begin at −3.
   *
   * @param share of units that are dead at the start
   * @param moved the greatest change of a weight or bias of theirs
   * @param error of the test
   */
  private record Low(double share, double moved, double error) {}

  /** The experiment. */
  public DeadUnits() {}

  @Override
  public String name() {
    return "dead";
  }

  @Override
  public Section section() {
    return Section.INITIAL_WEIGHTS;
  }

  @Override
  public String question() {
    return "When do rectifiers die?";
  }

  @Override
  public String setup() {
    return "784-100-10 on 2,000 digits, SGD at 0.1 to 2, batches of 100, 5 epochs: which of the 100"
        + " rectifiers are 0 for every training example; the same with leaky ones; and at 0.1"
        + " from biases of −3. 3 seeds, quick 2.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(DEAD);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 20 : 30;
  }

  private static Trial trial(String activation, double rate, long seed) {
    return Networks.tested(EXAMPLES, Networks.hidden(activation), 1)
        .with("optimizer.learning-rate", rate)
        .with("train.epochs", EPOCHS)
        .seeded(seed);
  }

  private static boolean[] dead(Probe probe, float[] parameters) {
    boolean[] dead = new boolean[Chain.UNITS];
    Arrays.fill(dead, true);
    float[] outputs = probe.behind(2, parameters);
    for (int i = 0; i < outputs.length; i++) dead[i % Chain.UNITS] &= outputs[i] <= 0;
    return dead;
  }

  private static double share(boolean[] dead) {
    int count = 0;
    for (boolean d : dead) if (d) count++;
    return count / (double) dead.length;
  }

  /** The greatest change of the weights and the bias of a hidden unit. */
  private static double moved(Probe probe, int unit, float[] from, float[] to) {
    Segment weights = probe.segment("0.weight");
    int inputs = weights.size() / Chain.UNITS;
    int bias = probe.segment("0.bias").offset() + unit;
    double moved = Math.abs((double) from[bias] - to[bias]);
    for (int i = unit * inputs; i < (unit + 1) * inputs; i++)
      moved = Math.max(moved, Math.abs((double) from[i] - to[i]));
    return moved;
  }

  private static Run run(double rate, long seed, Bench bench) throws InterruptedException {
    Trial trial = trial("relu", rate, seed);
    Probe probe = new Probe(bench.subject(trial));
    List<float[]> after = new ArrayList<>(List.of(probe.network().initial(seed)));
    Trained last = null;
    for (int epochs = 1; epochs <= EPOCHS; epochs++) {
      last = bench.trainHere(trial.with("train.epochs", epochs));
      after.add(last.parameters());
    }
    boolean moved = false;
    double[] shares = new double[EPOCHS + 1];
    for (int e = 0; e <= EPOCHS; e++) {
      boolean[] dead = dead(probe, after.get(e));
      shares[e] = share(dead);
      for (int u = 0; u < dead.length; u++)
        moved |= dead[u] && moved(probe, u, after.get(e), after.get(EPOCHS)) > 0;
    }
    return new Run(shares, moved, last.result().error("test").orElse(Double.NaN));
  }

  private static Low low(String activation, long seed, Bench bench) throws InterruptedException {
    Trial trial = trial(activation, .1, seed);
    Probe probe = new Probe(bench.subject(trial));
    float[] start = probe.network().initial(seed);
    Segment bias = probe.segment("0.bias");
    Arrays.fill(start, bias.offset(), bias.end(), LOW);
    Trained trained = bench.trainHere(trial, start);
    boolean[] dead = dead(probe, start);
    double moved = 0;
    for (int u = 0; u < dead.length; u++)
      if (dead[u]) moved = Math.max(moved, moved(probe, u, start, trained.parameters()));
    double error = trained.result().error("test").orElse(Double.NaN);
    return new Low(share(dead), moved, error);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 3);
    List<Case> all = new ArrayList<>();
    for (double rate : RATES) {
      List<TrialResult> leaky =
          bench.train(seeds.stream().map(s -> trial("leaky-relu", rate, s)).toList());
      List<Run> runs = new ArrayList<>();
      for (long seed : seeds) runs.add(run(rate, seed, bench));
      double[] errors =
          leaky.stream().mapToDouble(r -> r.error("test").orElse(Double.NaN)).toArray();
      all.add(new Case(rate, runs, errors));
    }
    Low rectifier = low("relu", seeds.get(0), bench);
    Low leaky = low("leaky-relu", seeds.get(0), bench);
    return new Findings(
        String.format(
            Locale.ROOT,
            "Where steps are too long: up to 0.5 none is dead after five epochs, at 1 %.0f%% are"
                + " and at 2 %.0f%%. A dead one never comes back: its weights keep their bits."
                + " From biases of −3 %.0f%% are dead and %.0f%% of digits are wrong; leaky ones go"
                + " on.",
            100 * all.get(3).share(),
            100 * all.get(4).share(),
            100 * rectifier.share(),
            100 * rectifier.error()),
        List.of(table(all), table(rectifier, leaky)),
        List.of(bars(all), errors(all)),
        checks(all, rectifier, leaky),
        List.of(verdict(all, rectifier, leaky)));
  }

  private static boolean moved(List<Case> all) {
    return all.stream().flatMap(c -> c.runs().stream()).anyMatch(Run::moved);
  }

  private static Verdict verdict(List<Case> all, Low rectifier, Low leaky) {
    if (moved(all) || rectifier.moved() > 0) return DEAD.doesNotHold("dead units moved");
    return leaky.moved() > 0
        ? DEAD.holdsIf("the derivative below 0 is 0: leaky rectifiers go on")
        : DEAD.holds();
  }

  private static List<Check> checks(List<Case> all, Low rectifier, Low leaky) {
    String rate = "a rate of another size, or sums for means";
    double few = Math.max(all.get(0).share(), Math.max(all.get(1).share(), all.get(2).share()));
    double falls = all.stream().flatMap(c -> c.runs().stream()).filter(Run::falls).count();
    return List.of(
        Check.atMost("dead-0.5", "greatest share dead up to rate 0.5", few, .02, rate),
        Check.within("dead-1", "share dead, rate 1", all.get(3).share(), .15, .75, rate),
        Check.atLeast("dead-2", "share dead, rate 2", all.get(4).share(), .8, rate),
        Check.near("falls", "trainings whose share falls at an epoch", falls, 0, 0, SLOPE),
        Check.near("stay", "dead units that move (1 for any)", moved(all) ? 1 : 0, 0, 0, SLOPE),
        Check.atLeast("low", "share dead from biases of −3", rectifier.share(), .97, rate),
        Check.near("low-stay", "greatest change of their weights", rectifier.moved(), 0, 0, SLOPE),
        Check.near("low-error", "test error from biases of −3", rectifier.error(), .9, .01, SLOPE),
        Check.atLeast(
            "leaky",
            "greatest change of a leaky one's weights, from biases of −3",
            leaky.moved(),
            2e-4,
            "rectifiers in the place of leaky ones: they stay"));
  }

  private static Table table(List<Case> all) {
    List<String> columns = new ArrayList<>(List.of("rate", "seed"));
    for (int e = 0; e <= EPOCHS; e++) columns.add("after " + e);
    columns.addAll(List.of("test error", "leaky: test error"));
    List<List<Object>> rows = new ArrayList<>();
    for (Case c : all)
      for (int s = 0; s < c.runs().size(); s++) {
        Run run = c.runs().get(s);
        List<Object> row = new ArrayList<>(List.of(c.rate(), "no. " + (s + 1)));
        for (double share : run.shares()) row.add(share);
        row.add(run.error());
        row.add(c.leaky()[s]);
        rows.add(row);
      }
    for (Case c : all) {
      List<Object> row = new ArrayList<>(List.of(c.rate(), "mean"));
      for (int e = 0; e <= EPOCHS; e++) row.add(c.share(e));
      row.add(c.error());
      row.add(Statistics.mean(c.leaky()));
      rows.add(row);
    }
    return new Table("Share of dead rectifiers after each epoch", columns, rows);
  }

  private static Table table(Low rectifier, Low leaky) {
    return new Table(
        "From biases of −3, rate 0.1",
        List.of("", "0 or less for every example", "greatest change", "test error"),
        List.of(
            List.of("rectifier", rectifier.share(), rectifier.moved(), rectifier.error()),
            List.of("leaky", leaky.share(), leaky.moved(), leaky.error())));
  }

  private static Figure bars(List<Case> all) {
    List<Curve> bars = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      List<Point> points = new ArrayList<>();
      for (int e = 0; e <= EPOCHS; e++) points.add(new Point(all.get(i).share(e), i));
      bars.add(new Curve("rate " + all.get(i).rate(), Kind.GROWING, i, points));
    }
    return new Figure(
        "Share of dead rectifiers",
        "Means over seeds after five epochs; in time, a frame an epoch. Look at rate 2, where"
            + " nearly all die in the first epoch, and that no bar ever shrinks.",
        new Figure.Scale("share of units that are 0 for every example", false),
        Figure.Scale.of(all.stream().map(c -> "rate " + c.rate()).toList()),
        List.of(new Figure.Panel("", bars)));
  }

  private static Figure errors(List<Case> all) {
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      List<Point> points =
          all.get(i).runs().stream().map(r -> new Point(r.share(), r.error())).toList();
      curves.add(new Curve("rate " + all.get(i).rate(), Kind.DOTS, i, points));
    }
    return new Figure(
        "Test error by share of dead rectifiers",
        "One mark a seed, after five epochs. A half that is dead costs little; where all are, only"
            + " guessing is left.",
        new Figure.Scale("share of dead units", false),
        new Figure.Scale("test error", false),
        List.of(new Figure.Panel("", curves)));
  }
}
