package io.kudari.lab.batches;

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
import io.kudari.lab.Verdict;
import io.kudari.model.ModelSpec;
import io.kudari.optim.OptimizerSpec;
import io.kudari.run.Models;
import io.kudari.train.Subset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What examples are worth that say what others have said. */
public class Redundancy implements Computed {

  private static final int EXAMPLES = 500;
  private static final int TIMES = 10;
  private static final int BATCH = 32;
  private static final int[] LOOKS = {1, 5, 10, 20, 50, 100, 150, 200, 300, 400, 500};
  private static final int[] JUDGED = {50, 150, 500};
  private static final double SAME = 2e-6;

  private static final Claim FEW =
      new Claim("002", 33, "Where examples are alike, a few of them tell the gradient of all.");

  /** Of Kudari's SGD. */
  public Redundancy() {}

  /** The mean gradient of all examples. */
  float[] whole(OwnTraining training, int examples) {
    return training.mean(0, examples);
  }

  /**
   * Losses of the 500 examples.
   *
   * @param once trained on each once
   * @param often trained on each ten times
   * @param apart relative difference of the gradients of both sets, at the start values
   */
  private record Both(double[] once, double[] often, double apart) {

    double ratio(int updates) {
      int at = Arrays.binarySearch(LOOKS, updates);
      return often[at] / once[at];
    }
  }

  @Override
  public String name() {
    return "redundancy";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public String question() {
    return "What are examples worth that say what others have said?";
  }

  @Override
  public String setup() {
    return "784-64-10 on 500 digits, and on each of them ten times, SGD at 0.1 in batches of 32;"
        + " the loss of the 500 by updates, a mean over seeds: 3, quick 2.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(FEW);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 3 : 4;
  }

  @Override
  public Findings measure(Scope scope) {
    List<Long> seeds = scope.seeds(2, 3);
    double[] once = new double[LOOKS.length];
    double[] often = new double[LOOKS.length];
    double apart = 0;
    Examples digits = new DigitsSource(EXAMPLES, 1).make(0, EXAMPLES);
    ModelSpec model = Models.of(DigitNetwork.perceptron(64));
    var sgd = new OptimizerSpec("sgd", Map.of("learning-rate", .1));
    for (long seed : seeds)
      try (OwnTraining few = OwnTraining.of(model, digits, digits, sgd, BATCH, seed);
          OwnTraining many = OwnTraining.of(model, repeated(digits), digits, sgd, BATCH, seed)) {
        float[] gradient = whole(few, EXAMPLES);
        apart =
            Math.max(apart, Statistics.relativeDistance(whole(many, TIMES * EXAMPLES), gradient));
        add(once, losses(few), seeds.size());
        add(often, losses(many), seeds.size());
      }
    Both both = new Both(once, often, apart);
    return new Findings(
        answer(both), List.of(table(both)), List.of(figure(both)), checks(both), verdicts(both));
  }

  private static Examples repeated(Examples of) {
    byte[] pixels = new byte[TIMES * of.bytes().length];
    int[] labels = new int[TIMES * of.count()];
    for (int t = 0; t < TIMES; t++) {
      System.arraycopy(of.bytes(), 0, pixels, t * of.bytes().length, of.bytes().length);
      System.arraycopy(of.labels(), 0, labels, t * of.count(), of.count());
    }
    return new Examples(of.shape(), pixels, null, labels, null, TIMES * of.count());
  }

  private static double[] losses(OwnTraining training) {
    double[] losses = new double[LOOKS.length];
    int done = 0;
    for (int i = 0; i < LOOKS.length; i++) {
      training.descend(LOOKS[i] - done);
      done = LOOKS[i];
      losses[i] = training.evaluate(Subset.TEST).meanLoss();
    }
    return losses;
  }

  private static void add(double[] mean, double[] more, int count) {
    for (int i = 0; i < mean.length; i++) mean[i] += more[i] / count;
  }

  private static double passes(int updates, int examples) {
    return (double) updates * BATCH / examples;
  }

  private static String answer(Both both) {
    int last = LOOKS.length - 1;
    return String.format(
        Locale.ROOT,
        "Nothing for the gradient: after %d updates the loss is %.3f with each example once and"
            + " %.3f with each ten times, which are %.1f passes in the place of %.0f.",
        LOOKS[last],
        both.once()[last],
        both.often()[last],
        passes(LOOKS[last], TIMES * EXAMPLES),
        passes(LOOKS[last], EXAMPLES));
  }

  private static List<Check> checks(Both both) {
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.atMost(
            "gradients",
            "relative difference of the gradients of both sets",
            both.apart(),
            SAME,
            "a sum for a mean: 9"));
    for (int updates : JUDGED)
      checks.add(
          Check.within(
              "ratio-" + updates,
              "loss with each ten times by loss with each once, after " + updates + " updates",
              both.ratio(updates),
              .9,
              1.15,
              "epochs that are counted in the place of updates"));
    return checks;
  }

  private static List<Verdict> verdicts(Both both) {
    boolean alike =
        both.apart() <= SAME
            && Arrays.stream(JUDGED).mapToDouble(both::ratio).allMatch(r -> r < 1.15 && r > .9);
    return List.of(alike ? FEW.holds() : FEW.doesNotHold("the larger set leads elsewhere"));
  }

  private static Table table(Both both) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < LOOKS.length; i++)
      rows.add(
          List.of(
              LOOKS[i],
              LOOKS[i] * BATCH,
              passes(LOOKS[i], EXAMPLES),
              both.once()[i],
              passes(LOOKS[i], TIMES * EXAMPLES),
              both.often()[i]));
    return new Table(
        "Loss of the 500 digits, means over seeds",
        List.of("updates", "examples read", "passes", "loss, once", "passes", "loss, ten times"),
        rows);
  }

  private static Figure figure(Both both) {
    double[] updates = Arrays.stream(LOOKS).asDoubleStream().toArray();
    double[] few = Arrays.stream(LOOKS).mapToDouble(u -> passes(u, EXAMPLES)).toArray();
    double[] many = Arrays.stream(LOOKS).mapToDouble(u -> passes(u, TIMES * EXAMPLES)).toArray();
    return new Figure(
        "Loss by updates and by passes",
        "The same losses: by update, and so by examples read, both sets are one line; by passes"
            + " the larger one is a tenth as long.",
        new Figure.Scale("updates, and passes", true),
        new Figure.Scale("loss", true),
        List.of(
            new Figure.Panel(
                "by update",
                List.of(
                    Curve.of("each once", Kind.MIDDLE, 0, updates, both.once()),
                    Curve.of("each ten times", Kind.MIDDLE, 1, updates, both.often()))),
            new Figure.Panel(
                "by pass",
                List.of(
                    Curve.of("each once", Kind.MIDDLE, 0, few, both.once()),
                    Curve.of("each ten times", Kind.MIDDLE, 1, many, both.often())))));
  }
}
