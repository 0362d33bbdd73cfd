package io.kudari.lab.experiment;

import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Table;
import io.kudari.lab.experiment.StepsToTarget.Swept;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Steps to the target, which a larger batch saves, times the seconds of a step, which it costs: for
 * every batch and number of ranks how long the target takes, and what.
 *
 * @param swept steps to the target by batch, a method each
 * @param cores of a rank
 * @param most examples that a step may have: a quarter of the training set
 */
record TimeToTarget(List<Swept> swept, StepModel model, int parameters, int cores, double most) {

  private static final int MOST_RANKS = 1024;

  /** By what the least time is multiplied. */
  private static final double[] DEADLINES = {1.5, 3, 6, 12};

  /** Of the deadlines' lines. */
  private static final int[] COLOURS = {0, 1, 2, 7};

  /**
   * A way to the target.
   *
   * @param seconds to the target
   * @param coreSeconds what the ranks' cores give together
   */
  record Way(Swept of, double batch, int ranks, double steps, double seconds, double coreSeconds) {

    private String shown() {
      return "batch "
          + Numbers.exact(batch)
          + " on "
          + ranks
          + (ranks == 1 ? " rank" : " ranks")
          + " with "
          + of.method().shown;
    }
  }

  /** All ways of a method with so many ranks: none where the model foretells none. */
  private List<Way> ways(Swept of, int ranks) {
    List<Way> ways = new ArrayList<>();
    for (int i = 0; i < of.batch().length; i++) {
      double batch = of.batch()[i];
      if (batch < ranks * cores || Double.isInfinite(of.steps()[i])) continue;
      double seconds = of.steps()[i] * model.seconds(batch, ranks, parameters);
      if (Double.isNaN(seconds)) continue;
      double together = seconds * ranks * cores;
      ways.add(new Way(of, batch, ranks, of.steps()[i], seconds, together));
    }
    return ways;
  }

  /** Of at least one. */
  private static Way least(List<Way> ways, ToDoubleFunction<Way> what) {
    return ways.stream().min(Comparator.comparingDouble(what)).orElseThrow();
  }

  private List<Way> all(List<Swept> methods, List<Integer> ranks) {
    return methods.stream().flatMap(s -> ranks.stream().flatMap(r -> ways(s, r).stream())).toList();
  }

  /** What arrives first and what takes the least, with the ranks there were and with any. */
  String answer(List<Integer> ranks) {
    List<Way> timed = all(swept, ranks);
    if (timed.isEmpty())
      return "With ranks that have cores of their own no batch was seen to reach the target.";
    Way first = least(timed, Way::seconds);
    Way cheapest = least(timed, Way::coreSeconds);
    return "The target is reached first with "
        + first.shown()
        + " ("
        + number(first.seconds())
        + " s by the model), and with the fewest core-seconds with "
        + cheapest.shown()
        + " ("
        + number(cheapest.coreSeconds())
        + "). "
        + fastest();
  }

  private String fastest() {
    if (model.most() == 1)
      return "No more than one rank had cores of its own: there is nothing to fit an exchange to,"
          + " and no more are foretold.";
    Way fastest = least(all(swept, powers()), Way::seconds);
    return "With any number of such ranks the model foretells "
        + number(fastest.seconds())
        + " s with "
        + fastest.shown()
        + ".";
  }

  private static String number(double value) {
    return Numbers.significant(value, 2);
  }

  private static List<Integer> powers() {
    List<Integer> powers = new ArrayList<>();
    for (int r = 1; r <= MOST_RANKS; r *= 2) powers.add(r);
    return powers;
  }

  /**
   * The best batches of each number of ranks; seconds are always those of the model.
   *
   * @param ranks which the model has seen, with cores of their own
   */
  Table table(List<Integer> ranks) {
    List<List<Object>> rows = new ArrayList<>();
    for (Swept s : swept)
      for (int r : powers()) {
        List<Way> ways = ways(s, r);
        if (ways.isEmpty()) continue;
        Way first = least(ways, Way::seconds);
        rows.add(
            List.of(
                s.method().shown,
                r,
                ranks.contains(r) ? "yes" : "no",
                (long) first.batch(),
                first.steps(),
                first.seconds(),
                first.coreSeconds(),
                Math.rint(recommended(s, r))));
      }
    return new Table(
        "The batch that arrives first, by ranks",
        List.of(
            "optimizer",
            "ranks",
            "so many were timed",
            "batch",
            "steps",
            "seconds by the model",
            "core-seconds by the model",
            "batch by the noise scale"),
        rows);
  }

  private double recommended(Swept of, double ranks) {
    return model.recommended(of.noise().whole(), ranks, parameters, most);
  }

  /** The map: batches to the right, ranks upwards, lines of equal time; none without a way. */
  List<Figure> figures() {
    List<Way> any = all(swept, powers());
    return any.isEmpty() ? List.of() : List.of(figure(least(any, Way::seconds).seconds()));
  }

  private Figure figure(double least) {
    List<Figure.Panel> panels = new ArrayList<>();
    for (Swept s : swept) {
      List<Way> ways = all(List.of(s), powers());
      if (ways.isEmpty()) continue;
      List<Curve> curves = new ArrayList<>();
      for (int d = 0; d < DEADLINES.length; d++)
        curves.add(deadline(s, DEADLINES[d] * least, COLOURS[d]));
      curves.add(noise(s));
      curves.add(dot("first", least(ways, Way::seconds), 3));
      curves.add(dot("fewest core-seconds", least(ways, Way::coreSeconds), 4));
      panels.add(new Figure.Panel(s.method().shown, curves));
    }
    return new Figure(
        "How many ranks reach the target in time, by the batch",
        "Each line is a time: where it is, so many ranks with that batch arrive just then; above it"
            + " sooner. At the left of a line's lowest point steps are too many, at the right"
            + " examples are: the lowest point is the batch that needs the fewest ranks. Dashed:"
            + " the batch that the noise scale recommends for that many ranks, √(noise scale ·"
            + " fixed seconds of a step · examples a second). Steps are measured, seconds of a step"
            + " those of the model.",
        new Figure.Scale("batch", true),
        new Figure.Scale("ranks", true),
        panels);
  }

  private static Curve dot(String name, Way way, int colour) {
    return new Curve(name, Kind.MIDDLE, colour, List.of(new Point(way.batch(), way.ranks())));
  }

  /** The fewest ranks, as a real number, that arrive in time; none where no number does. */
  private Curve deadline(Swept of, double seconds, int colour) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < of.batch().length; i++) {
      double batch = of.batch()[i];
      double steps = of.steps()[i];
      for (double r = 1; r <= Math.min(batch / cores, MOST_RANKS); r *= 1.01)
        if (steps * model.seconds(batch, r, parameters) <= seconds) {
          points.add(new Point(batch, r));
          break;
        }
    }
    return new Curve("within " + number(seconds) + " s", Kind.MIDDLE, colour, points);
  }

  private Curve noise(Swept of) {
    List<Point> points =
        powers().stream()
            .map(r -> new Point(recommended(of, r), r))
            .filter(p -> p.x() < most)
            .toList();
    return new Curve("recommended by the noise scale", Kind.THEORY, 5, points);
  }
}
