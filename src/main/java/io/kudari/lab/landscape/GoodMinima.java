package io.kudari.lab.landscape;

import io.kudari.data.Examples;
import io.kudari.data.digits.DigitsSource;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.DigitNetwork;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.OwnTraining;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.model.ModelSpec;
import io.kudari.optim.OptimizerSpec;
import io.kudari.run.Models;
import io.kudari.train.Subset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Whether the minima that different starts lead to are as good as each other. */
public final class GoodMinima implements Computed {

  private static final int EXAMPLES = 10_000;
  private static final int TESTED = 2000;
  private static final int BATCH = 64;
  private static final int EPOCHS = 10;
  private static final int STARTS = 8;
  private static final int PARTS = 8;

  private static final Claim MANY =
      new Claim("000", 19, 21, "Descent ends in a minimum that depends on the start.");
  private static final Claim ALIKE =
      new Claim("004", 46, 50, "The minima that networks end in are about as good as each other.");

  /** Of Kudari's momentum. */
  public GoodMinima() {}

  /**
   * Where a start led to.
   *
   * @param error of the test examples
   * @param loss of the training examples
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record End(float[] start, float[] at, double error, double loss) {}

  /**
   * All ends.
   *
   * @param lines losses from the first end to each other one, by eighths of the way
   */
  private record Ends(List<End> all, List<double[]> lines) {

    double spread() {
      double[] errors = errors();
      return Arrays.stream(errors).max().orElseThrow() - Arrays.stream(errors).min().orElseThrow();
    }

    double[] errors() {
      return all.stream().mapToDouble(End::error).toArray();
    }

    double gone() {
      return Statistics.mean(all, e -> Statistics.distance(e.start(), e.at()));
    }

    /** The least distance of two ends. */
    double nearest() {
      double nearest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < all.size(); i++)
        for (int j = 0; j < i; j++)
          nearest = Math.min(nearest, Statistics.distance(all.get(i).at(), all.get(j).at()));
      return nearest;
    }

    /** The least loss half-way. */
    double between() {
      return lines.stream().mapToDouble(l -> l[PARTS / 2]).min().orElseThrow();
    }

    double loss() {
      return Statistics.mean(all.stream().mapToDouble(End::loss).toArray());
    }
  }

  @Override
  public String name() {
    return "good-minima";
  }

  @Override
  public Section section() {
    return Section.LANDSCAPE;
  }

  @Override
  public String question() {
    return "Are the minima that different starts lead to as good as each other?";
  }

  @Override
  public String setup() {
    return "784-64-10 on 10,000 digits, momentum 0.9 at 0.05, batches of 64, 10 epochs, from 8"
        + " starts: errors on 2,000 digits of another seed, distances of the parameters, and"
        + " the training loss along straight lines from the first end to the others.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(MANY, ALIKE);
  }

  @Override
  public int seconds(boolean quick) {
    return 15;
  }

  @Override
  public Findings measure(Scope scope) {
    Ends ends = ends(scope.firstSeed());
    double ratio = ends.nearest() / ends.gone();
    boolean apart = ratio >= 1.3;
    return new Findings(
        String.format(
            Locale.ROOT,
            "Nearly: eight starts end with %.1f%% to %.1f%% errors, though the nearest two ends are"
                + " %.1f apart, farther than from start to end (%.1f), and half-way between them"
                + " the loss is %.2f or more, against %.3f at the ends.",
            100 * Arrays.stream(ends.errors()).min().orElseThrow(),
            100 * Arrays.stream(ends.errors()).max().orElseThrow(),
            ends.nearest(),
            ends.gone(),
            ends.between(),
            ends.loss()),
        List.of(table(ends), lines(ends)),
        List.of(errors(ends), figure(ends)),
        checks(ends, ratio),
        List.of(
            apart ? MANY.holds() : MANY.doesNotHold("two starts led to one place"),
            ends.spread() <= .02
                ? ALIKE.holds()
                : ALIKE.doesNotHold(
                    String.format(Locale.ROOT, "errors differ by %.1f%%", 100 * ends.spread()))));
  }

  private Ends ends(long first) {
    Examples digits = new DigitsSource(EXAMPLES, 1).make(0, EXAMPLES);
    Examples test = new DigitsSource(TESTED, 2).make(0, TESTED);
    ModelSpec model = Models.of(DigitNetwork.perceptron(64));
    List<End> all = new ArrayList<>();
    List<double[]> lines = new ArrayList<>();
    for (int s = 0; s < STARTS; s++) {
      var momentum = new OptimizerSpec("momentum", Map.of("learning-rate", .05, "momentum", .9));
      try (OwnTraining training = OwnTraining.of(model, digits, test, momentum, BATCH, first + s)) {
        float[] start = training.parameters().clone();
        training.descend(EPOCHS * ((EXAMPLES + BATCH - 1) / BATCH));
        End end =
            new End(
                start,
                training.parameters().clone(),
                1 - training.evaluate(Subset.TEST).accuracy(),
                training.evaluate(Subset.TRAIN).meanLoss());
        if (s > 0) lines.add(line(training, all.get(0).at(), end.at()));
        all.add(end);
      }
    }
    return new Ends(all, lines);
  }

  private static double[] line(OwnTraining training, float[] from, float[] to) {
    return IntStream.rangeClosed(0, PARTS)
        .mapToDouble(
            part -> {
              float share = (float) part / PARTS;
              float[] at = new float[from.length];
              for (int i = 0; i < at.length; i++) at[i] = from[i] + share * (to[i] - from[i]);
              return training.evaluate(Subset.TRAIN, at).meanLoss();
            })
        .toArray();
  }

  private static List<Check> checks(Ends ends, double ratio) {
    String same = "one start under eight names: distance 0";
    return List.of(
        Check.atMost(
            "errors",
            "greatest less least share of errors on the test examples",
            ends.spread(),
            .02,
            "starts that do not learn"),
        Check.atLeast(
            "distance", "least distance of two ends by that from start to end", ratio, 1.3, same),
        Check.atLeast(
            "between",
            "least loss half-way by the loss at the ends",
            ends.between() / ends.loss(),
            5,
            same));
  }

  private static Table table(Ends ends) {
    List<List<Object>> rows = new ArrayList<>();
    End first = ends.all().get(0);
    for (int s = 0; s < STARTS; s++) {
      End e = ends.all().get(s);
      rows.add(
          List.of(
              s + 1,
              e.error(),
              e.loss(),
              Statistics.distance(e.start(), e.at()),
              Statistics.distance(first.at(), e.at())));
    }
    return new Table(
        "Where eight starts lead to",
        List.of("start", "test errors", "training loss", "from its start", "from the first end"),
        rows);
  }

  private static Table lines(Ends ends) {
    List<List<Object>> rows = new ArrayList<>();
    for (int part = 0; part <= PARTS; part++) {
      List<Object> row = new ArrayList<>();
      row.add((double) part / PARTS);
      for (double[] line : ends.lines()) row.add(line[part]);
      rows.add(row);
    }
    List<String> columns = new ArrayList<>();
    columns.add("way");
    for (int s = 2; s <= STARTS; s++) columns.add("to end " + s);
    return new Table("Training loss on the way from the first end", columns, rows);
  }

  private static Figure errors(Ends ends) {
    List<String> names = IntStream.rangeClosed(1, STARTS).mapToObj(s -> "start " + s).toList();
    double[] places = IntStream.range(0, STARTS).asDoubleStream().toArray();
    return new Figure(
        "Test errors by start",
        "Look how little the bars differ: which minimum it is hardly matters.",
        new Figure.Scale("share of errors", false),
        Figure.Scale.of(names),
        List.of(
            new Figure.Panel("", List.of(Curve.of("errors", Kind.BAR, 0, ends.errors(), places)))));
  }

  private static Figure figure(Ends ends) {
    double[] way = IntStream.rangeClosed(0, PARTS).mapToDouble(p -> (double) p / PARTS).toArray();
    List<Curve> curves = new ArrayList<>();
    for (double[] line : ends.lines()) curves.add(Curve.of("one end", Kind.SEED, 0, way, line));
    double[] middle =
        IntStream.rangeClosed(0, PARTS)
            .mapToDouble(
                p -> Statistics.median(ends.lines().stream().mapToDouble(l -> l[p]).toArray()))
            .toArray();
    curves.add(Curve.of("median", Kind.MIDDLE, 0, way, middle));
    return new Figure(
        "Training loss from the first end to the others",
        "Straight lines through the space of parameters; thick is their median. Look at the middle:"
            + " there is a hill between any two of them.",
        new Figure.Scale("way", false),
        new Figure.Scale("loss", false),
        List.of(new Figure.Panel("", curves)));
  }
}
