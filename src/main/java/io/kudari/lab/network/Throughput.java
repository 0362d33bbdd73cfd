package io.kudari.lab.network;

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
import io.kudari.lab.Timed;
import io.kudari.run.StepTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How many examples a second larger batches compute. Its numbers are times. */
public final class Throughput implements Experiment {

  private static final int[] BATCHES = {2, 128, 1024};
  private static final int[] THREADS = {1, 2};
  private static final int EXAMPLES = 10_000;
  private static final long STEPS = 10_000_000;

  private static final Claim FASTER =
      new Claim("004", 89, "Larger batches make better use of the machine.");

  /** The experiment. */
  public Throughput() {}

  /**
   * What was timed.
   *
   * @param rate examples a second, the median of the rounds
   * @param crowded whether there are more threads than cores
   */
  private record Cell(int batch, int threads, double rate, boolean crowded) {}

  @Override
  public String name() {
    return "throughput";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public boolean isTimed() {
    return true;
  }

  @Override
  public String question() {
    return "How many examples a second does a batch compute?";
  }

  @Override
  public String setup() {
    return "784-64-10 on the digits, SGD, by one rank of one and of two threads, batches of 2, 128"
        + " and 1,024. Of each a training is timed once it is warm, one after the other; the"
        + " median of three rounds, quick one.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(FASTER);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 20 : 50;
  }

  private static Timed timed(int batch, int threads, double seconds) {
    return new Timed(
        Networks.perceptron(EXAMPLES, 64)
            .with("data.validation", 0)
            .with("optimizer.name", "sgd")
            .with("optimizer.learning-rate", .01)
            .with("train.batch", batch)
            .with("train.workers", threads)
            .with("train.steps", STEPS)
            .with("train.meters", "[]"),
        1,
        threads,
        seconds);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    int rounds = scope.quick() ? 1 : 3;
    List<Timed> asked = new ArrayList<>();
    for (int threads : THREADS) {
      // The first compiles, and does not count.
      asked.add(timed(BATCHES[1], threads, 1));
      for (int batch : BATCHES)
        for (int r = 0; r < rounds; r++) asked.add(timed(batch, threads, scope.quick() ? 1 : 2));
    }
    List<StepTiming> timings = bench.time(asked);
    List<Cell> cells = new ArrayList<>();
    int at = 0;
    for (int threads : THREADS) {
      at++;
      for (int batch : BATCHES) {
        List<StepTiming> own = timings.subList(at, at += rounds);
        double[] rates = own.stream().mapToDouble(t -> batch / t.seconds()).toArray();
        cells.add(new Cell(batch, threads, Statistics.median(rates), own.get(0).isCrowded()));
      }
    }
    double large = ratio(cells, 2);
    return new Findings(
        String.format(
            Locale.ROOT,
            "%,.0f in batches of 2, %,.0f in batches of 128 and %,.0f in batches of 1,024, %.1f"
                + " times as many, on one thread; two threads compute %.2f times as many of the"
                + " largest.",
            cells.get(0).rate(),
            cells.get(1).rate(),
            cells.get(2).rate(),
            large,
            threads(cells, 2)),
        List.of(table(cells)),
        List.of(figure(cells)),
        checks(cells),
        List.of(
            large >= 4
                ? FASTER.holds()
                : FASTER.doesNotHold("the largest are hardly faster than the smallest")));
  }

  /** By the smallest batch, on one thread. */
  private static double ratio(List<Cell> cells, int batch) {
    return cells.get(batch).rate() / cells.get(0).rate();
  }

  /** Two threads by one. */
  private static double threads(List<Cell> cells, int batch) {
    return cells.get(BATCHES.length + batch).rate() / cells.get(batch).rate();
  }

  private static List<Check> checks(List<Cell> cells) {
    String overhead = "work of a step that does not depend on the batch, or examples one by one";
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.atLeast(
            "large",
            "examples a second in batches of 1,024 by batches of 2",
            ratio(cells, 2),
            4,
            overhead));
    checks.add(
        Check.atLeast(
            "middle",
            "examples a second in batches of 128 by batches of 2",
            ratio(cells, 1),
            2.5,
            overhead));
    Cell two = cells.get(BATCHES.length + 2);
    // What takes turns on one core is not faster; and who else computes here is not known.
    if (!two.crowded())
      checks.add(
          Check.within(
                  "threads",
                  "two threads by one, batches of 1,024, on cores that nobody else has",
                  threads(cells, 2),
                  1.1,
                  2.2,
                  "threads that wait for each other")
              .unjudged());
    return checks;
  }

  private static Table table(List<Cell> cells) {
    List<List<Object>> rows = new ArrayList<>();
    for (Cell c : cells)
      rows.add(
          List.of(
              c.batch(), c.threads(), c.rate(), c.batch() / c.rate(), c.crowded() ? "no" : "yes"));
    return new Table(
        "What was timed",
        List.of("batch", "threads", "examples a second", "seconds of a step", "a core a thread"),
        rows);
  }

  private static Figure figure(List<Cell> cells) {
    List<Curve> curves = new ArrayList<>();
    for (int threads : THREADS) {
      List<Point> points =
          cells.stream()
              .filter(c -> c.threads() == threads)
              .map(c -> new Point(c.batch(), c.rate()))
              .toList();
      String name = threads == 1 ? "one thread" : threads + " threads";
      curves.add(new Curve(name, Kind.MIDDLE, curves.size(), points));
    }
    return new Figure(
        "Examples a second by batch",
        "Look at the left end: what a step costs beside its examples is shared by two of them"
            + " only.",
        new Figure.Scale("batch", true),
        new Figure.Scale("examples a second", true),
        List.of(new Figure.Panel("", curves)));
  }
}
