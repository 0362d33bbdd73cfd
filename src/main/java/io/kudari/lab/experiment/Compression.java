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
import io.kudari.math.Layout;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is lost where gradients are sent with loss, and how error feedback mends it (Seide et al.
 * 2014; Karimireddy et al. 2019; Lin et al. 2018; Vogels et al. 2019).
 */
final class Compression implements Experiment {

  private static final int WORKERS = 8;
  private static final int BATCH = 128;
  private static final int EPOCHS = 10;
  private static final double PARAMETERS = 50_890;
  private static final double DENSE_BYTES = 4 * PARAMETERS;
  private static final String EXCHANGE = "train.exchange";

  /** How much more often than dense what is sent with loss may err; of 0.1%, below. */
  private static final double ABOVE = .02;

  private static final double FEW_ABOVE = .035;
  private static final String NO_FEEDBACK = "no error feedback";
  private static final String ALL_SENT = "a code that is not used, so that all is sent";

  /** Kind of byte and length before what a worker sends. */
  private static final double HEADER = 5;

  /**
   * A way to send gradients.
   *
   * @param section of {@code train.exchange} but for its feedback
   * @param momentum whether rate and momentum are 0.1 and 0.9, else 0.5 without
   * @param bytes of a worker and step; NaN where none is checked
   */
  private record Way(String name, String section, boolean biased, boolean momentum, double bytes) {

    private String exchange(boolean feedback) {
      if (!biased) return "{ " + section + " }";
      return "{ " + section + ", error-feedback = " + feedback + " }";
    }
  }

  private static final Way DENSE = plain("dense", "name = dense", DENSE_BYTES);
  private static final Way FP16 = plain("fp16", "name = fp16", DENSE_BYTES / 2);
  // 102 buckets of at most 512 values have a norm each: none crosses the end of a segment.
  private static final Way QSGD =
      plain("qsgd, 4 bits", "name = qsgd, bits = 4", PARAMETERS / 2 + 4 * 102);
  private static final Way SIGN = biased("sign", "name = sign, scale = segment", 6378);
  private static final Way POWER = biased("power-sgd, rank 2", "name = power-sgd, rank = 2", 7672);
  private static final Way TOP = biased("top-k, 1%", "name = top-k, share = 0.01", 4072);
  private static final Way FEW = biased("top-k, 0.1%", "name = top-k, share = 0.001", 408);
  private static final Way RANDOM =
      biased("random-k, 1%", "name = random-k, share = 0.01", Double.NaN);
  private static final Way DENSE_MOMENTUM =
      new Way("dense, momentum", "name = dense", false, true, Double.NaN);
  private static final Way FEW_MOMENTUM =
      new Way("top-k, 0.1%, momentum", FEW.section(), true, true, Double.NaN);
  private static final Way DEEP =
      new Way(
          "deep gradient compression, 0.1%",
          "name = top-k, share = 0.001, momentum = 0.9, error-feedback = true",
          false,
          true,
          Double.NaN);

  private static final List<Way> QUICK = List.of(DENSE, SIGN, POWER, TOP, FEW, FEW_MOMENTUM, DEEP);
  private static final List<Way> ALL =
      List.of(DENSE, FP16, QSGD, SIGN, POWER, TOP, FEW, RANDOM, DENSE_MOMENTUM, FEW_MOMENTUM, DEEP);
  private static final List<Way> COUNTED = List.of(DENSE, FP16, QSGD, SIGN, POWER, TOP, FEW);

  /** What is trained. */
  private record Cell(Way way, boolean feedback) {

    String shown() {
      return way.biased() && !feedback ? "none" : way.biased() ? "yes" : "";
    }
  }

  private static Way plain(String name, String section, double bytes) {
    return new Way(name, section, false, false, bytes);
  }

  private static Way biased(String name, String section, double bytes) {
    return new Way(name, section, true, false, bytes);
  }

  @Override
  public String name() {
    return "compression";
  }

  @Override
  public String question() {
    return "How much of a gradient must be sent?";
  }

  @Override
  public String setup() {
    return "784-64-10 on the digits, 8 workers of 16 examples a step, SGD with rate 0.5, or"
        + " momentum 0.9 with rate 0.1, 10 epochs. Each worker's gradient is sent with loss,"
        + " with what was lost before added to it (error feedback) or not. Bytes are what"
        + " one of two ranks has sent over its sockets, in 20 steps of 8 and of 4 workers;"
        + " those of dense are 4 a parameter by definition, and fp16's are those less what it"
        + " saves of the values that are sent as sums."
        + " Share of errors on 2,000 validation digits, mean over the last three epochs and"
        + " seeds.";
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 45 : 200;
  }

  private static Trial trial(Cell cell) {
    Way way = cell.way();
    Trial trial = Digits.perceptron(64);
    // Deep gradient compression has its momentum before the code.
    if (way.momentum() && !way.equals(DEEP)) trial = Digits.momentum(trial, 0.1);
    else
      trial =
          trial
              .with("optimizer.name", "sgd")
              .with("optimizer.learning-rate", way.momentum() ? 0.1 : 0.5);
    return trial
        .with("train.batch", BATCH)
        .with("train.workers", WORKERS)
        .with("train.epochs", EPOCHS)
        .with(EXCHANGE, way.exchange(cell.feedback()));
  }

  /** Long enough for the meter to tell once, within an epoch. */
  private static Trial counting(Way way, int workers) {
    return trial(new Cell(way, true))
        .with("data.train.examples", 30 * BATCH)
        .with("data.validation", 0)
        .with("train.workers", workers)
        .with("train.epochs", 1)
        .with("train.steps", 25)
        .with("train.meters", "[sent-bytes]")
        .with("train.link", "sockets");
  }

  private static double sent(Bench bench, Way way, int workers) throws InterruptedException {
    double[] sent = bench.trainOnRanks(counting(way, workers), 2, 1).values("sent-bytes");
    return sent.length > 0 ? sent[0] : Double.NaN;
  }

  /**
   * Bytes of a worker's gradient in a step. Of codes a rank sends those of its workers, so twice as
   * many workers send twice as many. {@code dense} and {@code fp16} send sums: the first rank those
   * of the second's slice, and in 32 bits the parameters of its own, which their difference leaves
   * out.
   */
  private static Map<Way, Double> counted(Bench bench) throws InterruptedException {
    Map<Way, Double> bytes = new LinkedHashMap<>();
    for (Way way : List.of(QSGD, SIGN, POWER, TOP, FEW)) {
      double more = sent(bench, way, WORKERS) - sent(bench, way, WORKERS / 2);
      bytes.put(way, more / (WORKERS / 4) - HEADER);
    }
    bytes.put(DENSE, DENSE_BYTES);
    double saved = sent(bench, DENSE, WORKERS) - sent(bench, FP16, WORKERS);
    // The cut is within the first segment, so the others do not move it.
    double ofSlice = Layout.flat((int) PARAMETERS).shard(1, 2).size();
    bytes.put(FP16, DENSE_BYTES - saved * PARAMETERS / ofSlice);
    return bytes;
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    Codes.Properties properties = new Codes().properties();
    Map<Way, Double> bytes = counted(bench);
    Map<Cell, double[]> errors = errors(bench, scope);
    boolean top = error(errors, TOP, true) - error(errors, DENSE, true) <= ABOVE;
    boolean few = error(errors, FEW, true) - error(errors, DENSE, true) <= FEW_ABOVE;
    String answer =
        String.format(
            Locale.ROOT,
            "%s: the largest 1%% of each"
                + " worker's values errs in %.1f%% of digits against %.1f%% for all of them, 0.1%%"
                + " in %.1f%%. Without error feedback it is %.0f%% and %.0f%%.",
            !top
                ? "More than a hundredth, even if what was not sent is sent later"
                : "A hundredth" + (few ? " and less" : "") + ", if what was not sent is sent later",
            100 * error(errors, TOP, true),
            100 * error(errors, DENSE, true),
            100 * error(errors, FEW, true),
            100 * error(errors, TOP, false),
            100 * error(errors, FEW, false));
    List<Check> checks = new ArrayList<>(errorChecks(errors));
    checks.addAll(byteChecks(bytes));
    checks.addAll(properties.checks());
    return new Findings(
        answer,
        List.of(table(errors, bytes), properties.table()),
        List.of(figure(errors, bytes), properties.figure()),
        checks);
  }

  private static Map<Cell, double[]> errors(Bench bench, Scope scope) throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 5);
    List<Cell> cells = new ArrayList<>();
    for (Way way : scope.quick() ? QUICK : ALL) {
      cells.add(new Cell(way, true));
      if (way.biased() && !way.momentum()) cells.add(new Cell(way, false));
    }
    List<Trial> trials = new ArrayList<>();
    for (Cell cell : cells) for (long seed : seeds) trials.add(trial(cell).seeded(seed));
    List<TrialResult> results = bench.train(trials);
    Map<Cell, double[]> errors = new LinkedHashMap<>();
    for (int c = 0; c < cells.size(); c++)
      errors.put(
          cells.get(c),
          results.subList(c * seeds.size(), (c + 1) * seeds.size()).stream()
              .mapToDouble(Digits::lateError)
              .toArray());
    return errors;
  }

  private static double error(Map<Cell, double[]> errors, Way way, boolean feedback) {
    return Statistics.mean(errors.get(new Cell(way, feedback)));
  }

  private static Table table(Map<Cell, double[]> errors, Map<Way, Double> bytes) {
    List<List<Object>> rows = new ArrayList<>();
    errors.forEach(
        (cell, found) ->
            rows.add(
                List.of(
                    cell.way().name(),
                    cell.shown(),
                    Statistics.mean(found),
                    shown(cell.way(), bytes))));
    return new Table(
        "Share of errors, and bytes of a worker's gradient in a step",
        List.of("exchange", "error feedback", "errors", "bytes"),
        rows);
  }

  private static Object shown(Way way, Map<Way, Double> bytes) {
    if (way.equals(DENSE)) return Numbers.exact(DENSE_BYTES) + " by definition";
    return bytes.containsKey(way) ? bytes.get(way) : "";
  }

  private static Figure figure(Map<Cell, double[]> errors, Map<Way, Double> bytes) {
    List<Curve> curves = new ArrayList<>();
    for (boolean feedback : new boolean[] {true, false}) {
      List<Point> points = new ArrayList<>();
      for (Way way : List.of(FEW, TOP, SIGN, POWER))
        points.add(new Point(bytes.get(way), error(errors, way, feedback)));
      curves.add(
          new Curve(feedback ? "error feedback" : "none", Kind.MIDDLE, feedback ? 0 : 1, points));
    }
    double dense = error(errors, DENSE, true);
    curves.add(
        new Curve(
            "dense",
            Kind.THEORY,
            2,
            List.of(new Point(bytes.get(FEW), dense), new Point(DENSE_BYTES, dense))));
    return new Figure(
        "Errors by the bytes of a worker's gradient",
        "From left to right: top-k of 0.1%, of 1%, sign, PowerSGD of rank 2; dashed all values."
            + " Look how near the dashed line a fiftieth of the bytes is with error feedback, and"
            + " without. Mean over seeds; examples and steps are the same everywhere.",
        new Figure.Scale("bytes a worker and step", true),
        new Figure.Scale("share of errors", true),
        List.of(new Figure.Panel("", curves)));
  }

  private static List<Check> errorChecks(Map<Cell, double[]> errors) {
    double dense = error(errors, DENSE, true);
    List<Check> checks = new ArrayList<>();
    for (Way way : List.of(SIGN, POWER, TOP, FEW)) {
      String id = way.equals(FEW) ? "top-few" : way.section().split("[ ,]+")[2];
      double with = error(errors, way, true);
      checks.add(
          Check.atMost(
              id,
              "errors above dense, " + way.name() + " with feedback",
              with - dense,
              way.equals(FEW) ? FEW_ABOVE : ABOVE,
              NO_FEEDBACK));
      checks.add(
          Check.atLeast(
              id + "-alone",
              "errors without feedback to those with it, " + way.name(),
              error(errors, way, false) / with,
              1.25,
              "feedback that cannot be switched off"));
    }
    checks.add(
        Check.atMost(
            "momentum",
            "errors of deep gradient compression to those of momentum after top-k, 0.1%",
            error(errors, DEEP, true) / error(errors, FEW_MOMENTUM, true),
            .97,
            "momentum after the code"));
    checks.add(
        Check.atMost(
            "momentum-errors",
            "errors of deep gradient compression",
            error(errors, DEEP, true),
            .08,
            "rates far too large"));
    return checks;
  }

  private static List<Check> byteChecks(Map<Way, Double> bytes) {
    List<Check> checks = new ArrayList<>();
    for (Way way : COUNTED) {
      if (way.equals(DENSE)) continue;
      String id = way.equals(FEW) ? "top-few" : way.section().split("[ ,]+")[2];
      double found = bytes.get(way);
      // Its headers are not counted apart.
      double headers = way.equals(FP16) ? .005 : .001;
      checks.add(
          Check.within(
              "bytes-" + id,
              "bytes of a worker's gradient, " + way.name(),
              found,
              (1 - headers) * way.bytes(),
              (1 + headers) * way.bytes() + 1,
              ALL_SENT));
    }
    return checks;
  }
}
