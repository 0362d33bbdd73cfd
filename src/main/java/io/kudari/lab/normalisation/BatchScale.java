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
import io.kudari.lab.Trained;
import io.kudari.lab.Trial;
import io.kudari.lab.network.Networks;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.run.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What scale and shift of batch normalisation are good for. */
public final class BatchScale implements Experiment {

  private static final int EPOCHS = 20;
  private static final int STEPS = 10;
  private static final int BINS = 24;
  private static final String FROZEN = "γ and β do not learn: deviation 0, ratio 1";

  private static final Claim NEEDED =
      new Claim(
          "000", 160, 167, "Scale and shift give back what normalising takes from the network.");

  /**
   * A training.
   *
   * @param first γ and β at the start, one behind the other
   * @param gamma at the end, of all layers
   * @param beta likewise
   * @param loss of the training examples at the end
   * @param error of the test
   * @param course mean loss of each epoch's steps
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Run(
      float[][] first, float[] gamma, float[] beta, double loss, double error, double[] course) {

    double spread() {
      double mean = 0;
      for (float g : gamma) mean += g / gamma.length;
      double sum = 0;
      for (float g : gamma) sum += (g - mean) * (g - mean);
      return Math.sqrt(sum / gamma.length);
    }

    /** The greatest distance of γ to 1 and of β to 0. */
    static double off(float[] gamma, float[] beta) {
      double off = 0;
      for (float g : gamma) off = Math.max(off, Math.abs(g - 1.0));
      for (float b : beta) off = Math.max(off, Math.abs((double) b));
      return off;
    }
  }

  /** The experiment. */
  public BatchScale() {}

  @Override
  public String name() {
    return "bn-scale";
  }

  @Override
  public Section section() {
    return Section.NORMALISATION;
  }

  @Override
  public String question() {
    return "What are scale and shift of batch normalisation good for?";
  }

  @Override
  public String setup() {
    return "784-5×100-10 with batch normalisation before the rectifiers on 1,000 digits, He's start"
        + " values, SGD at 0.1, batches of 100, 20 epochs; γ and β learned, or frozen at 1 and 0;"
        + " accuracy on 2,000 other digits; 3 seeds, quick 2.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(NEEDED);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 8 : 10;
  }

  private static Trial trial(boolean learned, long seed) {
    Trial trial =
        BatchShift.trial(true, .1, seed)
            .with("train.epochs", EPOCHS)
            .with("train.evaluate.train", true)
            .with("train.meters", "[step-loss]");
    return learned ? trial : trial.with("train.frozen", "[\"*.scale\", \"*.shift\"]");
  }

  private static float[] parts(Subject subject, float[] parameters, String name) {
    List<Segment> all =
        subject.network().layout().segments().stream()
            .filter(s -> s.name().endsWith("." + name) && s.role() != Role.STATISTIC)
            .toList();
    float[] parts = new float[all.stream().mapToInt(Segment::size).sum()];
    int at = 0;
    for (Segment s : all) {
      System.arraycopy(parameters, s.offset(), parts, at, s.size());
      at += s.size();
    }
    return parts;
  }

  private static Run run(Trial trial, Bench bench) throws InterruptedException {
    Subject subject = bench.subject(trial);
    float[] start = subject.network().initial(trial.seed());
    Trained trained = bench.trainHere(trial);
    double[] losses = Networks.losses(trained.result(), EPOCHS * STEPS);
    double[] course =
        IntStream.range(0, EPOCHS)
            .mapToDouble(
                e ->
                    IntStream.range(0, STEPS).mapToDouble(i -> losses[e * STEPS + i]).sum() / STEPS)
            .toArray();
    return new Run(
        new float[][] {parts(subject, start, "scale"), parts(subject, start, "shift")},
        parts(subject, trained.parameters(), "scale"),
        parts(subject, trained.parameters(), "shift"),
        trained.result().loss("train").orElse(Double.NaN),
        trained.result().error("test").orElse(Double.NaN),
        course);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Run> learned = new ArrayList<>();
    List<Run> frozen = new ArrayList<>();
    for (long seed : scope.seeds(2, 3)) {
      learned.add(run(trial(true, seed), bench));
      frozen.add(run(trial(false, seed), bench));
    }
    double ratio = Statistics.mean(learned, Run::loss) / Statistics.mean(frozen, Run::loss);
    double apart = Statistics.mean(frozen, Run::error) - Statistics.mean(learned, Run::error);
    return new Findings(
        String.format(
            Locale.ROOT,
            "They save loss, not errors: learned, the training loss ends at %.4f, frozen at 1 and 0"
                + " at %.4f; %.1f%% and %.1f%% of other digits are right. γ spreads by %.3f about"
                + " 1.",
            Statistics.mean(learned, Run::loss),
            Statistics.mean(frozen, Run::loss),
            100 - 100 * Statistics.mean(learned, Run::error),
            100 - 100 * Statistics.mean(frozen, Run::error),
            Statistics.mean(learned, Run::spread)),
        List.of(table(learned, frozen), courses(learned, frozen), histograms(learned.get(0))),
        List.of(losses(learned, frozen), spread(learned.get(0))),
        checks(learned, frozen, ratio, apart),
        List.of(
            ratio < .9 && Math.abs(apart) <= .02
                ? NEEDED.holdsIf(
                    String.format(
                        Locale.ROOT,
                        "the loss is meant: %.2f of it is left; accuracy is that of frozen ones",
                        ratio))
                : ratio < .9 ? NEEDED.holds() : NEEDED.doesNotHold("frozen ones learn as well")));
  }

  private static double most(List<Run> runs, ToDoubleFunction<Run> of) {
    return runs.stream().mapToDouble(of).max().orElse(Double.NaN);
  }

  private static List<Check> checks(
      List<Run> learned, List<Run> frozen, double ratio, double apart) {
    return List.of(
        Check.near(
            "start",
            "greatest distance to γ = 1, β = 0 at the start",
            most(learned, r -> Run.off(r.first()[0], r.first()[1])),
            0,
            0,
            "other start values"),
        Check.near(
            "frozen",
            "the same of frozen ones at the end",
            most(frozen, r -> Run.off(r.gamma(), r.beta())),
            0,
            0,
            "frozen segments learn"),
        Check.within(
            "spread", "deviation of γ", Statistics.mean(learned, Run::spread), .015, .05, FROZEN),
        Check.atMost("loss", "training loss, learned / frozen", ratio, .9, FROZEN),
        Check.within("accuracy", "accuracy, learned − frozen", apart, -.02, .02, "no validation"));
  }

  private static Table table(List<Run> learned, List<Run> frozen) {
    List<List<Object>> rows = new ArrayList<>();
    for (int s = 0; s < learned.size(); s++) {
      Run a = learned.get(s);
      Run b = frozen.get(s);
      rows.add(
          List.of("no. " + (s + 1), a.spread(), a.loss(), b.loss(), 1 - a.error(), 1 - b.error()));
    }
    return new Table(
        "At the end",
        List.of(
            "seed",
            "deviation of γ",
            "training loss, learned",
            "frozen",
            "accuracy, learned",
            "frozen"),
        rows);
  }

  private static double median(List<Run> runs, int epoch) {
    return Statistics.median(runs.stream().mapToDouble(r -> r.course()[epoch]).toArray());
  }

  private static Table courses(List<Run> learned, List<Run> frozen) {
    List<String> columns = new ArrayList<>(List.of("epoch", "learned, median", "frozen, median"));
    for (int s = 1; s <= learned.size(); s++)
      columns.addAll(List.of("learned, no. " + s, "frozen, no. " + s));
    List<List<Object>> rows = new ArrayList<>();
    for (int e = 0; e < EPOCHS; e++) {
      List<Object> row = new ArrayList<>(List.of(e + 1, median(learned, e), median(frozen, e)));
      for (int s = 0; s < learned.size(); s++) {
        row.add(learned.get(s).course()[e]);
        row.add(frozen.get(s).course()[e]);
      }
      rows.add(row);
    }
    return new Table("Mean loss of each epoch's steps", columns, rows);
  }

  private static Figure losses(List<Run> learned, List<Run> frozen) {
    List<Curve> curves = new ArrayList<>();
    for (List<Run> runs : List.of(learned, frozen)) {
      String name = runs == learned ? "learned" : "frozen at 1 and 0";
      int colour = runs == learned ? 0 : 1;
      double[] epochs = IntStream.rangeClosed(1, EPOCHS).asDoubleStream().toArray();
      for (Run r : runs) curves.add(Curve.of(name, Kind.SEED, colour, epochs, r.course()));
      double[] medians = IntStream.range(0, EPOCHS).mapToDouble(e -> median(runs, e)).toArray();
      curves.add(Curve.of(name, Kind.MIDDLE, colour, epochs, medians));
    }
    return new Figure(
        "Training loss by epoch",
        "Means of each epoch's steps; thin a seed, thick the median. Look at the end, where learned"
            + " scales lie below frozen ones.",
        new Figure.Scale("epoch", false),
        new Figure.Scale("loss", true),
        List.of(new Figure.Panel("", curves)));
  }

  /** Shares of values in bins of 0.01 about a centre. */
  private static double[] shares(float[] values, double centre) {
    double[] shares = new double[BINS];
    for (float v : values) {
      int bin = (int) Math.floor((v - centre) / .01) + BINS / 2;
      if (bin >= 0 && bin < BINS) shares[bin] += 1.0 / values.length;
    }
    return shares;
  }

  private static double middle(int bin) {
    return (bin - BINS / 2 + .5) * .01;
  }

  private static Table histograms(Run run) {
    double[] gamma = shares(run.gamma(), 1);
    double[] beta = shares(run.beta(), 0);
    List<List<Object>> rows = new ArrayList<>();
    for (int b = 0; b < BINS; b++) rows.add(List.of(middle(b), gamma[b], beta[b]));
    return new Table(
        "Shares in bins of 0.01, first seed", List.of("middle of the bin", "γ − 1", "β"), rows);
  }

  private static Figure spread(Run run) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (int which = 0; which < 2; which++) {
      double[] shares = which == 0 ? shares(run.gamma(), 1) : shares(run.beta(), 0);
      List<Point> points = new ArrayList<>();
      for (int b = 0; b < BINS; b++) points.add(new Point(middle(b), shares[b]));
      String name = which == 0 ? "γ − 1" : "β";
      panels.add(new Figure.Panel(name, List.of(new Curve(name, Kind.BAR, which, points))));
    }
    return new Figure(
        "γ and β after 20 epochs",
        "Shares of the 500 units of the first seed, in bins of 0.01. All began at 0 here; a step of"
            + " learning moves them by hundredths only.",
        new Figure.Scale("distance to the start", false),
        new Figure.Scale("share", false),
        panels);
  }
}
