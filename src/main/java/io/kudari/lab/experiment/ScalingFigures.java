package io.kudari.lab.experiment;

import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Table;
import io.kudari.lab.experiment.Scaling.Cell;
import io.kudari.lab.experiment.StepModel.Measured;
import io.kudari.report.Numbers;
import io.kudari.run.StepTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * Tables and figures of what {@link Scaling} timed.
 *
 * @param threads of a rank
 * @param hidden units of the main network
 */
record ScalingFigures(
    List<Integer> ranks,
    List<Integer> batches,
    int threads,
    int hidden,
    Map<Cell, StepTiming> timed) {

  private static final int MOST_RANKS = 1024;
  private static final int GREY = 5;

  /** Examples a step of all ranks together, for a batch that was asked for. */
  private enum Series {
    STRONG("strong: all ranks share the batch") {
      @Override
      int batch(int asked, int ranks) {
        return asked;
      }
    },
    WEAK("weak: each rank has the batch") {
      @Override
      int batch(int asked, int ranks) {
        return asked * ranks;
      }
    };

    final String shown;

    Series(String shown) {
      this.shown = shown;
    }

    abstract int batch(int asked, int ranks);
  }

  /** A rank of that many timed threads with a batch, or null. */
  private StepTiming at(int batch, int ofRanks, int ofThreads) {
    return timed.get(new Cell(hidden, batch, ofRanks, ofThreads));
  }

  /** Size of the main network. */
  int parameters() {
    return at(batches.get(batches.size() - 1), 1, threads).parameters();
  }

  /** What the model is fitted to: all with the ranks' own number of threads. */
  List<Measured> measured() {
    List<Measured> all = new ArrayList<>();
    timed.forEach(
        (cell, timing) -> {
          if (cell.threads() == threads)
            all.add(new Measured(cell.batch(), timing, cell.hidden() == hidden));
        });
    return all;
  }

  /** Whether so many ranks have more threads than there are cores. */
  boolean isCrowded(int ofRanks) {
    return timed.values().stream()
        .anyMatch(t -> t.ranks() == ofRanks && t.threads() == threads && t.isCrowded());
  }

  private static double rate(int batch, StepTiming timing) {
    return batch / timing.seconds();
  }

  /** Throughput by that of one rank with what one rank has, and by the number of ranks. */
  private double efficiency(Series series, int asked, int r) {
    double one = rate(asked, at(asked, 1, threads));
    int batch = series.batch(asked, r);
    return rate(batch, at(batch, r, threads)) / (r * one);
  }

  /** What strong scaling came to, or one rank where no more have cores. */
  String answer() {
    int batch = batches.get(batches.size() - 1);
    int most =
        ranks.stream()
            .filter(r -> !isCrowded(r) && at(batch, r, threads) != null)
            .mapToInt(r -> r)
            .max()
            .orElse(1);
    StepTiming one = at(batch, 1, threads);
    String on = "On " + one.cores() + (one.cores() == 1 ? " core " : " cores ");
    String ofBatch = " a batch of " + Numbers.exact(batch);
    if (most == 1)
      return on
          + "one rank takes"
          + ofBatch
          + " at "
          + Numbers.significant(rate(batch, one), 3)
          + " examples a second; no more ranks with cores of their own were timed.";
    double efficiency = efficiency(Series.STRONG, batch, most);
    return on
        + most
        + " ranks take"
        + ofBatch
        + " "
        + Numbers.significant(efficiency * most, 3)
        + " times as fast as one.";
  }

  Table table() {
    List<List<Object>> rows = new ArrayList<>();
    timed.forEach(
        (cell, t) -> {
          double each = t.seconds() / t.times().total();
          rows.add(
              List.of(
                  "784-" + cell.hidden() + "-10",
                  cell.batch(),
                  t.ranks(),
                  t.threads(),
                  t.isCrowded() ? "more than cores" : "",
                  rate(cell.batch(), t),
                  1e3 * t.seconds(),
                  1e3 * t.times().compute() * each,
                  1e3 * t.times().waiting() * each,
                  1e3 * t.times().exchange() * each,
                  1e3 * t.times().update() * each,
                  1e3 * t.times().input() * each,
                  t.sentBytes()));
        });
    return new Table(
        "Steps, in milliseconds",
        List.of(
            "network",
            "batch",
            "ranks",
            "threads",
            "",
            "examples a second",
            "step",
            "compute",
            "wait",
            "exchange",
            "update",
            "input",
            "bytes a rank sends"),
        rows);
  }

  List<Figure> figures(StepModel model, boolean withThreads) {
    return List.of(throughput(model, withThreads), efficiencies(model), split());
  }

  private Figure throughput(StepModel model, boolean withThreads) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (Series series : Series.values())
      panels.add(
          panel(
              series,
              series.shown,
              (asked, r) -> rate(series.batch(asked, r), at(series.batch(asked, r), r, threads)),
              (asked, r) -> series.batch(asked, r) / foretold(model, series, asked, r),
              true));
    if (withThreads) panels.add(new Figure.Panel("threads of one rank", ofThreads()));
    return new Figure(
        "Throughput against ranks",
        "Examples a second. A batch that scales rises with slope 1. Dashed: the model fixed + γ b +"
            + " 2 (R − 1) α + bytes β, fitted to the points, up to 1,024 ranks of such cores."
            + " Grey: more ranks or threads than cores, which take turns; that is no scaling, and"
            + " the model has not seen it.",
        new Figure.Scale("ranks (threads)", true),
        new Figure.Scale("examples a second", true),
        panels);
  }

  private Figure efficiencies(StepModel model) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (Series series : Series.values())
      panels.add(
          panel(
              series,
              series.shown,
              (asked, r) -> efficiency(series, asked, r),
              (asked, r) ->
                  series.batch(asked, r)
                      / foretold(model, series, asked, r)
                      / (r * asked / foretold(model, series, asked, 1)),
              false));
    return new Figure(
        "Efficiency against one rank",
        "Throughput by that of as many ranks as one alone would be. 1 is perfect; cores of one"
            + " machine share memory and cache, and stay below. Dashed: the model.",
        new Figure.Scale("ranks", true),
        new Figure.Scale("efficiency", false),
        panels);
  }

  private double foretold(StepModel model, Series series, int asked, int r) {
    return model.seconds(series.batch(asked, r), r, parameters());
  }

  private Figure.Panel panel(
      Series series,
      String title,
      ToDoubleBiFunction<Integer, Integer> measured,
      ToDoubleBiFunction<Integer, Integer> model,
      boolean crowdedToo) {
    List<Curve> curves = new ArrayList<>();
    for (int b = 0; b < batches.size(); b++) {
      int asked = batches.get(b);
      String name = "batch " + Numbers.exact(asked);
      List<Point> own = new ArrayList<>();
      List<Point> crowded = new ArrayList<>();
      List<Point> theory = new ArrayList<>();
      for (int r : ranks) {
        if (at(series.batch(asked, r), r, threads) == null) continue;
        (isCrowded(r) ? crowded : own).add(new Point(r, measured.applyAsDouble(asked, r)));
      }
      for (int r = 1; r <= Math.min(MOST_RANKS, series.batch(asked, MOST_RANKS)); r *= 2)
        theory.add(new Point(r, model.applyAsDouble(asked, r)));
      curves.add(new Curve(name + ", model", Kind.THEORY, b % GREY, theory));
      curves.add(new Curve(name, Kind.MIDDLE, b % GREY, own));
      if (crowdedToo && !crowded.isEmpty())
        curves.add(new Curve("more ranks than cores", Kind.MIDDLE, GREY, crowded));
    }
    return new Figure.Panel(title, curves);
  }

  private List<Curve> ofThreads() {
    List<Curve> curves = new ArrayList<>();
    for (int b = 0; b < batches.size(); b++) {
      int batch = batches.get(b);
      List<Point> own = new ArrayList<>();
      List<Point> crowded = new ArrayList<>();
      for (int t : ranks) {
        StepTiming timing = at(batch, 1, t);
        if (timing == null) continue;
        (timing.isCrowded() ? crowded : own).add(new Point(t, rate(batch, timing)));
      }
      curves.add(new Curve("batch " + Numbers.exact(batch), Kind.MIDDLE, b % GREY, own));
      if (!crowded.isEmpty())
        curves.add(new Curve("more ranks than cores", Kind.MIDDLE, GREY, crowded));
    }
    return curves;
  }

  private Figure split() {
    List<Figure.Panel> panels = new ArrayList<>();
    for (int batch : batches) {
      List<Curve> curves = new ArrayList<>();
      part(curves, batch, "compute", 0, t -> t.times().compute());
      part(curves, batch, "exchange", 3, t -> t.times().exchange());
      part(curves, batch, "wait", 4, t -> t.times().waiting());
      part(curves, batch, "update", 2, t -> t.times().update());
      part(curves, batch, "input", GREY, t -> t.times().input());
      panels.add(new Figure.Panel("batch " + Numbers.exact(batch) + ", strong", curves));
    }
    return new Figure(
        "Where the time of a step goes",
        "Milliseconds of a step with the batch shared by the ranks. Compute is the useful part, and"
            + " falls with ranks; exchange and waiting come with them. Ranks pay while compute is"
            + " above the rest.",
        new Figure.Scale("ranks", true),
        new Figure.Scale("milliseconds", false),
        panels);
  }

  private void part(
      List<Curve> curves, int batch, String name, int colour, ToDoubleFunction<StepTiming> nanos) {
    List<Point> points = new ArrayList<>();
    for (int r : ranks) {
      StepTiming t = at(batch, r, threads);
      if (t != null && !t.isCrowded())
        points.add(new Point(r, nanos.applyAsDouble(t) / 1e6 / t.steps()));
    }
    curves.add(new Curve(name, Kind.MIDDLE, colour, points));
  }
}
