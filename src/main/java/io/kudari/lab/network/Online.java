package io.kudari.lab.network;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Whether the loss of examples that are seen for the first time is the loss of unseen ones. */
public final class Online implements Experiment {

  private static final int BATCH = 32;
  private static final int STREAM = 10_000;
  private static final int AGAIN = 1000;
  private static final int EPOCHS = 10;

  /** Steps whose examples are all of a batch, in one pass. */
  private static final int STEPS = STREAM / BATCH;

  /** After 9,504 examples: the middle of the last thousand. */
  private static final int LOOK = 297;

  /** The last 1,000 examples but for one batch, so that they are whole. */
  private static final int LAST = 31;

  private static final int EPOCH_STEPS = (AGAIN + BATCH - 1) / BATCH;

  private static final Claim GENERALISES =
      new Claim(
          "002", 27, "As long as no example comes again, descent is on the loss of unseen ones.");

  /** The experiment. */
  public Online() {}

  /**
   * What a seed gave.
   *
   * @param stream loss of each step's examples before its update, in one pass
   * @param streamTest loss of the test examples late in the pass
   * @param again losses of the same kind, means over each of ten passes
   * @param againTest loss of the test examples after each of them
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Course(double[] stream, double streamTest, double[] again, double[] againTest) {

    double ahead() {
      return Networks.end(stream, LAST) - streamTest;
    }

    double ratio(int epoch) {
      return againTest[epoch - 1] / again[epoch - 1];
    }
  }

  @Override
  public String name() {
    return "online";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public String question() {
    return "Is the loss of examples that are seen for the first time that of unseen ones?";
  }

  @Override
  public String setup() {
    return "784-64-10, SGD at 0.1, batches of 32: the loss of each step's examples before its"
        + " update, in one pass over 10,000 digits and in ten over 1,000; and the loss of 2,000"
        + " digits of another seed, after 9,504 examples and after each of the ten; 3 seeds,"
        + " quick 2.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(GENERALISES);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 5 : 6;
  }

  private static Trial trial(int examples, int epochs, String at) {
    return Networks.perceptron(examples, 64)
        .with("data.train.examples", examples)
        .with("data.validation", 0)
        .with("data.test.format", "digits")
        .with("data.test.examples", 2000)
        .with("data.test.seed", 2)
        .with("optimizer.name", "sgd")
        .with("optimizer.learning-rate", .1)
        .with("train.batch", BATCH)
        .with("train.last-batch", "keep")
        .with("train.epochs", epochs)
        .with("train.evaluate.test", true)
        .with("train.evaluate.at", at);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 3);
    List<Trial> trials = new ArrayList<>();
    String epochs =
        IntStream.rangeClosed(1, EPOCHS).mapToObj(e -> "" + e * EPOCH_STEPS).toList().toString();
    for (long seed : seeds) {
      trials.add(trial(STREAM, 1, "[" + LOOK + "]").seeded(seed));
      trials.add(trial(AGAIN, EPOCHS, epochs).seeded(seed));
    }
    Iterator<TrialResult> results = bench.train(trials).iterator();
    List<Course> all = new ArrayList<>();
    for (int s = 0; s < seeds.size(); s++) all.add(course(results.next(), results.next()));
    double ahead = mean(all, Course::ahead);
    double last = mean(all, c -> c.ratio(EPOCHS));
    return new Findings(
        String.format(
            Locale.ROOT,
            "Yes, while none comes again: the last thousand of 10,000 have a loss that is %+.3f"
                + " from that of unseen ones. In ten passes over 1,000 the second still tells it"
                + " (%.2f times), and in the tenth unseen ones have %.1f times the loss.",
            ahead,
            mean(all, c -> c.ratio(2)),
            last),
        List.of(table(all), stream(all)),
        List.of(figure(all)),
        checks(all, ahead),
        List.of(
            Math.abs(ahead) > .05
                ? GENERALISES.doesNotHold("their losses differ")
                : last > 1.3
                    ? GENERALISES.holdsIf("none comes again more than once or twice")
                    : GENERALISES.holds()));
  }

  private interface Number {

    double of(Course course);
  }

  private static double mean(List<Course> all, Number number) {
    return Statistics.mean(all.stream().mapToDouble(number::of).toArray());
  }

  private static Course course(TrialResult stream, TrialResult again) {
    double[] losses = Networks.losses(again, EPOCHS * EPOCH_STEPS);
    double[] means = new double[EPOCHS];
    double[] test = new double[EPOCHS];
    Arrays.fill(test, Double.NaN);
    for (int e = 0; e < EPOCHS; e++)
      means[e] = Networks.end(Arrays.copyOf(losses, (e + 1) * EPOCH_STEPS), EPOCH_STEPS);
    for (TrialResult.Evaluated e : again.of("test"))
      test[(int) (e.step() / EPOCH_STEPS) - 1] = e.loss();
    double late =
        stream.of("test").stream()
            .filter(e -> e.step() == LOOK)
            .mapToDouble(TrialResult.Evaluated::loss)
            .findFirst()
            .orElse(Double.NaN);
    return new Course(Networks.losses(stream, STEPS), late, means, test);
  }

  private static List<Check> checks(List<Course> all, double ahead) {
    String after = "the loss after the update: 0.12 lower";
    return List.of(
        Check.near(
            "ahead",
            "loss of the last thousand of a pass, before their updates, less the test loss",
            ahead,
            0,
            .05,
            after),
        Check.within(
            "second",
            "test loss by the loss before updates, second pass over 1,000",
            mean(all, c -> c.ratio(2)),
            .85,
            1.15,
            after),
        Check.atLeast(
            "tenth",
            "the same, tenth pass",
            mean(all, c -> c.ratio(EPOCHS)),
            1.3,
            "examples that are new in every pass"));
  }

  private static Table table(List<Course> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (int e = 1; e <= EPOCHS; e++) {
      int epoch = e;
      rows.add(
          List.of(
              e,
              mean(all, c -> c.again()[epoch - 1]),
              mean(all, c -> c.againTest()[epoch - 1]),
              mean(all, c -> c.ratio(epoch))));
    }
    return new Table(
        "Ten passes over 1,000, means over seeds",
        List.of("pass", "loss before updates", "test loss", "ratio"),
        rows);
  }

  private static Table stream(List<Course> all) {
    return new Table(
        "One pass over 10,000, means over seeds",
        List.of("loss before updates, the last thousand", "test loss after 9,504", "difference"),
        List.of(
            List.of(
                mean(all, c -> Networks.end(c.stream(), LAST)),
                mean(all, Course::streamTest),
                mean(all, Course::ahead))));
  }

  private static double[] thousands(List<Course> all) {
    return IntStream.range(0, STEPS / LAST)
        .mapToDouble(
            t -> mean(all, c -> Networks.end(Arrays.copyOf(c.stream(), (t + 1) * LAST), LAST)))
        .toArray();
  }

  private static Figure figure(List<Course> all) {
    double[] pass = IntStream.rangeClosed(1, EPOCHS).asDoubleStream().toArray();
    double[] again = new double[EPOCHS];
    double[] test = new double[EPOCHS];
    for (int e = 0; e < EPOCHS; e++) {
      int epoch = e;
      again[e] = mean(all, c -> c.again()[epoch]);
      test[e] = mean(all, c -> c.againTest()[epoch]);
    }
    double[] late = {(double) LOOK * BATCH / 1000};
    return new Figure(
        "Losses before updates, and of unseen examples",
        "Means over seeds, by thousands of examples. Left one pass, where the single mark, unseen"
            + " examples, lies on the line of seen ones; right ten passes over 1,000, where the"
            + " lines part once examples come again and again.",
        new Figure.Scale("thousands of examples", false),
        new Figure.Scale("loss", true),
        List.of(
            new Figure.Panel(
                "one pass over 10,000",
                List.of(
                    Curve.of("before updates", Kind.MIDDLE, 0, pass, thousands(all)),
                    Curve.of(
                        "unseen",
                        Kind.DOTS,
                        1,
                        late,
                        new double[] {mean(all, Course::streamTest)}))),
            new Figure.Panel(
                "ten passes over 1,000",
                List.of(
                    Curve.of("before updates", Kind.MIDDLE, 0, pass, again),
                    Curve.of("unseen", Kind.MIDDLE, 1, pass, test)))));
  }
}
