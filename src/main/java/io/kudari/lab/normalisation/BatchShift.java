package io.kudari.lab.normalisation;

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
import io.kudari.lab.Trial;
import io.kudari.lab.network.Networks;
import io.kudari.lab.network.Probe;
import io.kudari.lab.normalisation.Behind.Moments;
import io.kudari.run.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** How what a deep layer is given shifts while the layers before it learn. */
public class BatchShift implements Experiment {

  private static final int STEPS = 100;
  private static final int EVERY = 10;
  private static final int LAYER = 4;
  private static final int SHOWN = 10;
  private static final String RUNNING = "running statistics in training: the mean is not β";

  private static final Claim HOLDS =
      new Claim(
          "000",
          152,
          159,
          "While layers learn, what those behind them are given shifts; batch normalisation holds"
              + " it.");

  /**
   * A training.
   *
   * @param course moments of each unit every ten steps, from 0
   * @param off the greatest distance to β and |γ|; 0 without batch normalisation
   */
  private record Run(List<Moments> course, double off) {

    /** Root mean square over units and times of the mean's change, in deviations at the start. */
    double ofMean() {
      return drift(Moments::means);
    }

    double ofDeviation() {
      return drift(Moments::deviations);
    }

    private double drift(Function<Moments, double[]> of) {
      double[] from = of.apply(course.get(0));
      double[] scale = course.get(0).deviations();
      double sum = 0;
      int count = 0;
      for (Moments m : course.subList(1, course.size()))
        for (int u = 0; u < from.length; u++, count++) {
          double off = (of.apply(m)[u] - from[u]) / scale[u];
          sum += off * off;
        }
      return Math.sqrt(sum / count);
    }
  }

  /** The experiment. */
  public BatchShift() {}

  /** The parameters with the statistics that are normalised by: the batch's own. */
  float[] normalising(Behind behind, float[] parameters) {
    return behind.normalisedByBatch(parameters);
  }

  @Override
  public String name() {
    return "bn-shift";
  }

  @Override
  public Section section() {
    return Section.NORMALISATION;
  }

  @Override
  public String question() {
    return "How much does what a deep layer is given shift while it learns?";
  }

  @Override
  public String setup() {
    return "784-5×100-10 with rectifiers on 1,000 digits, He's start values, SGD at 0.1, batches of"
        + " 100, 100 updates, without and with batch normalisation before the activations; mean"
        + " and deviation over all digits of what each activation of layer 4 is given, every ten"
        + " updates; 3 seeds, quick 2.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(HOLDS);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 20 : 30;
  }

  static Trial trial(boolean normalised, double rate, long seed) {
    String place = normalised ? "before" : "none";
    return Networks.tested(
            1000, "{ type = dense, units = 100, activation = relu, batch-norm = " + place + " }", 5)
        .with("optimizer.learning-rate", rate)
        .seeded(seed);
  }

  private Run run(boolean normalised, long seed, Bench bench) throws InterruptedException {
    Trial trial = trial(normalised, .1, seed);
    Subject subject = bench.subject(trial);
    Behind behind = new Behind(subject);
    Probe probe = new Probe(subject);
    int at = behind.activation(LAYER);
    List<Moments> course = new ArrayList<>();
    double off = 0;
    for (int step = 0; step <= STEPS; step += EVERY) {
      float[] now =
          step == 0
              ? probe.network().initial(seed)
              : bench.parameters(trial.with("train.steps", step));
      Moments moments = behind.moments(at, normalising(behind, now));
      course.add(moments);
      if (normalised)
        off =
            Math.max(
                off, off(moments, part(probe, now, at, "scale"), part(probe, now, at, "shift")));
    }
    return new Run(course, off);
  }

  private static float[] part(Probe probe, float[] parameters, int at, String name) {
    return probe.part(parameters, (at - 1) + "." + name);
  }

  private static double off(Moments moments, float[] gamma, float[] beta) {
    double off = 0;
    for (int u = 0; u < gamma.length; u++) {
      off = Math.max(off, Math.abs(moments.means()[u] - beta[u]));
      off = Math.max(off, Math.abs(moments.deviations()[u] - Math.abs(gamma[u])));
    }
    return off;
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Run> without = new ArrayList<>();
    List<Run> with = new ArrayList<>();
    for (long seed : scope.seeds(2, 3)) {
      without.add(run(false, seed, bench));
      with.add(run(true, seed, bench));
    }
    double off = with.stream().mapToDouble(Run::off).max().orElse(Double.NaN);
    double[] drift = {mean(without), deviation(without), mean(with), deviation(with)};
    return new Findings(
        String.format(
            Locale.ROOT,
            "By %.1f deviations of its start in 100 updates, and its spread by %.1f; with batch"
                + " normalisation by %.3f and %.3f, for there β and γ alone say where it lies.",
            drift[0],
            drift[1],
            drift[2],
            drift[3]),
        List.of(table(without, with), units(without.get(0), with.get(0))),
        List.of(figure(without.get(0), with.get(0))),
        checks(off, drift),
        List.of(
            drift[0] > .5 && drift[2] < .05
                ? HOLDS.holds()
                : HOLDS.doesNotHold(
                    String.format(Locale.ROOT, "it shifts by %.2f and %.2f", drift[0], drift[2]))));
  }

  private static double mean(List<Run> runs) {
    return Statistics.mean(runs.stream().mapToDouble(Run::ofMean).toArray());
  }

  private static double deviation(List<Run> runs) {
    return Statistics.mean(runs.stream().mapToDouble(Run::ofDeviation).toArray());
  }

  private static List<Check> checks(double off, double[] drift) {
    return List.of(
        Check.atMost("beta-gamma", "greatest |mean − β|, |deviation − |γ||", off, 1e-4, RUNNING),
        Check.atLeast("mean-without", "shift of the mean without", drift[0], .5, "no updates"),
        Check.atLeast("spread-without", "change of the spread", drift[1], .5, "no updates"),
        Check.atMost("mean-with", "shift of the mean with", drift[2], .05, RUNNING),
        Check.atMost("spread-with", "change of the spread", drift[3], .05, RUNNING));
  }

  private static Table table(List<Run> without, List<Run> with) {
    List<List<Object>> rows = new ArrayList<>();
    for (int s = 0; s < with.size(); s++) {
      Run a = without.get(s);
      Run b = with.get(s);
      rows.add(
          List.of(
              "no. " + (s + 1), a.ofMean(), a.ofDeviation(), b.ofMean(), b.ofDeviation(), b.off()));
    }
    return new Table(
        "Root mean square of changes, in deviations at the start",
        List.of(
            "seed", "mean, without", "spread, without", "mean, with", "spread, with", "off β, γ"),
        rows);
  }

  private static Table units(Run without, Run with) {
    List<List<Object>> rows = new ArrayList<>();
    for (int t = 0; t < without.course().size(); t++)
      for (int u = 0; u < SHOWN; u++)
        rows.add(
            List.of(
                t * EVERY,
                u + 1,
                without.course().get(t).means()[u],
                without.course().get(t).deviations()[u],
                with.course().get(t).means()[u],
                with.course().get(t).deviations()[u]));
    return new Table(
        "Ten units, first seed",
        List.of("update", "unit", "mean, without", "spread, without", "mean, with", "spread, with"),
        rows);
  }

  private static List<Curve> means(Run run) {
    List<Curve> curves = new ArrayList<>();
    for (int u = 0; u < SHOWN; u++) {
      List<Point> points = new ArrayList<>();
      for (int t = 0; t < run.course().size(); t++)
        points.add(new Point(t * EVERY, run.course().get(t).means()[u]));
      curves.add(new Curve("a unit", Kind.SEED, u % 7, points));
    }
    return curves;
  }

  private static Figure figure(Run without, Run with) {
    return new Figure(
        "Mean of what ten units of layer 4 are given, by update",
        "Means over 1,000 digits, first seed. Without batch normalisation they wander by more than"
            + " their spread; with it they stay at β, which hardly moves.",
        new Figure.Scale("update", false),
        new Figure.Scale("mean of the input", false),
        List.of(
            new Figure.Panel("without", means(without)),
            new Figure.Panel("with batch normalisation", means(with))));
  }
}
