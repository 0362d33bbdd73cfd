package io.kudari.lab.experiment;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether it matters how many compute a step: by ranks and threads, by parts, by what is dealt. */
final class SplitInvariance implements Experiment {

  private static final int BATCH = 100;
  private static final int WORKERS = 8;
  private static final int STEPS = 50;
  private static final int[] PARTS = {2, 3, 4, 8};
  private static final double ROUNDING = 2e-6;

  /** Of mean errors. */
  private static final double APART = .01;

  private static final String RATE = "optimizer.learning-rate";
  private static final String WRONG_SUM =
      "a mean of the parts' means, a sum for a mean, or a part that is lost or counted twice";

  /** Where a trial is computed. */
  private record Place(int ranks, int threads) {

    String shown() {
      return ranks + " × " + threads;
    }
  }

  private static final List<Place> PLACES =
      List.of(new Place(1, 1), new Place(1, 2), new Place(2, 1), new Place(3, 1));

  /**
   * How far parts come from the whole.
   *
   * @param parts that the examples of each step are cut in
   * @param first distance by how far the first step goes
   * @param last of {@value #STEPS} steps
   */
  private record Distance(int parts, double first, double last) {}

  /**
   * Errors of the same seeds with one and with eight workers.
   *
   * @param equal how many seeds gave the same bits; NaN where one diverged
   */
  private record Dealt(double one, double eight, double equal) {

    double apart() {
      return Math.abs(one - eight);
    }
  }

  @Override
  public String name() {
    return "split-invariance";
  }

  @Override
  public String question() {
    return "Does it matter how many processes and threads compute a step?";
  }

  @Override
  public String setup() {
    return "784-64-10 on the digits, batches of 100, SGD with rate 0.1. 50 steps of 8 workers on 1"
        + " × 1, 1 × 2, 2 × 1 and 3 × 1 ranks and threads of the lab's own process, whatever"
        + " the master. 50 steps on the same 100 examples, sorted by class and cut in 1, 2,"
        + " 3, 4 and 8 parts: ‖difference‖ of the parameters by ‖way from the start values‖."
        + " Five epochs with 1 and with 8 workers, which are dealt other batches.";
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 15 : 20;
  }

  private static Trial descent(Trial trial, int workers) {
    return trial
        .with("optimizer.name", "sgd")
        .with(RATE, 0.1)
        .with("train.batch", BATCH)
        .with("train.workers", workers);
  }

  /** 8 workers on enough examples for every step to take others. */
  private static Trial placed() {
    return descent(Digits.perceptron(64), WORKERS)
        .with("data.train.examples", (STEPS + 10) * BATCH)
        .with("data.validation", 0)
        .with("train.steps", STEPS);
  }

  /** All examples in each step, so that workers decide only which of them are together. */
  private static Trial split(int parts, int steps) {
    return descent(Digits.perceptron(64), parts)
        .with("data.train.examples", BATCH)
        .with("data.validation", 0)
        .with("train.shards", "sorted-by-label")
        .with("train.epochs", steps)
        .with("train.steps", steps);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(3, 5);
    List<TrialResult> placed = new ArrayList<>();
    for (Place place : PLACES)
      placed.add(bench.trainOnRanks(placed().seeded(seeds.get(0)), place.ranks(), place.threads()));
    List<Distance> distances = distances(bench, seeds.get(0));
    Dealt dealt = dealt(bench, seeds);
    double results = results(placed);
    return new Findings(
        answer(results, largest(distances), dealt),
        List.of(placeTable(placed), distanceTable(distances), dealtTable(dealt)),
        List.of(figure(distances)),
        checks(results, distances, dealt));
  }

  private static boolean isDiverged(List<TrialResult> results) {
    return results.stream().anyMatch(TrialResult::isDiverged);
  }

  /** How many there are that differ; NaN where one diverged, which has no bits. */
  private static double results(List<TrialResult> placed) {
    if (isDiverged(placed)) return Double.NaN;
    return placed.stream().map(TrialResult::sha256).distinct().count();
  }

  private static String answer(double results, double largest, Dealt dealt) {
    boolean alike = results == 1 && largest <= ROUNDING && dealt.apart() <= APART;
    return String.format(
        Locale.ROOT,
        "%s: %d ways to place 8 workers give %s. Another number of workers goes, on the same"
            + " examples, %s of the way apart (rounding is below %s), and errs, where it is"
            + " dealt others, in %.1f%% in place of %.1f%%.",
        alike ? "No" : "Yes",
        PLACES.size(),
        results == 1
            ? "the same bits"
            : Double.isNaN(results) ? "none" : (long) results + " different results",
        Numbers.significant(largest, 2),
        Numbers.significant(ROUNDING, 2),
        100 * dealt.eight(),
        100 * dealt.one());
  }

  private static Dealt dealt(Bench bench, List<Long> seeds) throws InterruptedException {
    List<Trial> trials = new ArrayList<>();
    for (int workers : new int[] {1, WORKERS})
      for (long seed : seeds)
        trials.add(descent(Digits.perceptron(64), workers).with("train.epochs", 5).seeded(seed));
    List<TrialResult> results = bench.train(trials);
    List<TrialResult> one = results.subList(0, seeds.size());
    List<TrialResult> eight = results.subList(seeds.size(), results.size());
    double equal = isDiverged(results) ? Double.NaN : 0;
    for (int s = 0; s < one.size(); s++)
      if (one.get(s).sha256().equals(eight.get(s).sha256())) equal++;
    return new Dealt(error(one), error(eight), equal);
  }

  private static double error(List<TrialResult> results) {
    return Statistics.mean(results.stream().mapToDouble(Digits::error).toArray());
  }

  private static List<Distance> distances(Bench bench, long seed) throws InterruptedException {
    // A rate of 0 is refused; this one changes no weight of single precision.
    float[] start = bench.parameters(split(1, 1).with(RATE, 1e-30).seeded(seed));
    float[] first = bench.parameters(split(1, 1).seeded(seed));
    float[] last = bench.parameters(split(1, STEPS).seeded(seed));
    List<Distance> distances = new ArrayList<>();
    for (int parts : PARTS)
      distances.add(
          new Distance(
              parts,
              apart(bench.parameters(split(parts, 1).seeded(seed)), first) / apart(first, start),
              apart(bench.parameters(split(parts, STEPS).seeded(seed)), last)
                  / apart(last, start)));
    return distances;
  }

  /** NaN where one diverged. */
  private static double apart(float[] a, float[] b) {
    if (a.length == 0 || a.length != b.length) return Double.NaN;
    return Statistics.distance(a, b);
  }

  private static double largest(List<Distance> distances) {
    return distances.stream().mapToDouble(d -> Math.max(d.first(), d.last())).max().orElseThrow();
  }

  private static Table placeTable(List<TrialResult> placed) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < PLACES.size(); i++)
      rows.add(List.of(PLACES.get(i).shown(), brief(placed.get(i).sha256())));
    return new Table(
        "The first digits of SHA-256 of the parameters after 50 steps",
        List.of("ranks × threads", "SHA-256"),
        rows);
  }

  private static String brief(String sha256) {
    return sha256.isEmpty() ? "diverged" : sha256.substring(0, 16);
  }

  private static Table distanceTable(List<Distance> distances) {
    List<List<Object>> rows = new ArrayList<>();
    for (Distance d : distances) rows.add(List.of(d.parts(), d.first(), d.last()));
    return new Table(
        "Distance from the parameters of one part, by the way from the start values",
        List.of("parts", "after 1 step", "after 50 steps"),
        rows);
  }

  private static Table dealtTable(Dealt dealt) {
    return new Table(
        "Share of errors where workers are dealt other batches, mean over seeds",
        List.of("workers", "errors"),
        List.of(List.of(1, dealt.one()), List.of(WORKERS, dealt.eight())));
  }

  private static Figure figure(List<Distance> distances) {
    List<Curve> curves = new ArrayList<>();
    List<Point> first = distances.stream().map(d -> new Point(d.parts(), d.first())).toList();
    List<Point> last = distances.stream().map(d -> new Point(d.parts(), d.last())).toList();
    curves.add(new Curve("after 1 step", Kind.MIDDLE, 0, first));
    curves.add(new Curve("after 50 steps", Kind.MIDDLE, 1, last));
    curves.add(
        new Curve(
            "limit of rounding",
            Kind.THEORY,
            2,
            List.of(new Point(PARTS[0], ROUNDING), new Point(WORKERS, ROUNDING))));
    return new Figure(
        "How far parts come from the whole",
        "Distance of the parameters from those of one part, by the way that was gone. Look how"
            + " small it is: single precision has 6e-8. A mean of three parts' means would stand at"
            + " 2e-3. The examples of each step are the same everywhere.",
        new Figure.Scale("parts", true),
        new Figure.Scale("relative distance", true),
        List.of(new Figure.Panel("", curves)));
  }

  private static List<Check> checks(double results, List<Distance> distances, Dealt dealt) {
    double first = distances.stream().mapToDouble(Distance::first).max().orElseThrow();
    double last = distances.stream().mapToDouble(Distance::last).max().orElseThrow();
    return List.of(
        Check.within(
            "places",
            "different results of four ways to place 8 workers",
            results,
            1,
            1,
            "sums in the order of ranks, or randomness that threads share"),
        Check.atMost(
            "first-step",
            "largest distance of parts from the whole after 1 step",
            first,
            ROUNDING,
            WRONG_SUM),
        Check.atMost(
            "steps",
            "largest distance of parts from the whole after 50 steps",
            last,
            ROUNDING,
            WRONG_SUM),
        Check.atMost(
            "dealt",
            "difference of mean errors of 1 and 8 workers",
            dealt.apart(),
            APART,
            "gradients that are summed in place of their mean"),
        Check.within(
            "other-batches",
            "seeds for which 1 and 8 workers give the same bits",
            dealt.equal(),
            0,
            0,
            "workers that are not used"));
  }
}
