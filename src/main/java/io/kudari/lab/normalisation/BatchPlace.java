package io.kudari.lab.normalisation;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.run.Subject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Batch normalisation before or behind the activation. */
public final class BatchPlace implements Experiment {

  private static final int LAYER = 4;

  /** Of which start before and behind part most: deviation 0.158. */
  private static final int PART = 3;

  /** So many of sixteen differences are averaged: a single one may end on a spike of its loss. */
  private static final int FEW = 3;

  /** Of the least differences. Swapped it is below −.15. */
  private static final double LEAST = -.1;

  private static final String SWAPPED = "before and behind are swapped";

  private static final Claim EITHER =
      new Claim(
          "001", 360, 384, "Batch normalisation may stand before the activation or behind it.");

  /** The experiment. */
  public BatchPlace() {}

  @Override
  public String name() {
    return "bn-place";
  }

  @Override
  public Section section() {
    return Section.NORMALISATION;
  }

  @Override
  public String question() {
    return "Should batch normalisation stand before the activation or behind it?";
  }

  @Override
  public String setup() {
    return StartGrid.SETUP
        + " Batch normalisation before and behind the activations: trainings of batch-norm; 3"
        + " seeds, quick 2. And mean and deviation of what the activation of layer 4 and the dense"
        + " layer behind it are given at the start, from deviation 1.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(EITHER);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 40 : 60;
  }

  /** The greatest |mean| and |deviation − 1| of any unit, of the activation and the next layer. */
  private static double[] off(String place, long seed, Bench bench) {
    Trial trial = StartGrid.trial(place, 0, seed);
    Subject subject = bench.subject(trial);
    Behind behind = new Behind(subject);
    float[] start = behind.normalisedByBatch(subject.network().initial(seed));
    return new double[] {
      off(behind.moments(behind.activation(LAYER), start)),
      off(behind.moments(behind.next(LAYER), start))
    };
  }

  private static double off(Behind.Moments moments) {
    double off = 0;
    for (int u = 0; u < moments.means().length; u++) {
      off = Math.max(off, Math.abs(moments.means()[u]));
      off = Math.max(off, Math.abs(moments.deviations()[u] - 1));
    }
    return off;
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<StartGrid> both = StartGrid.train(List.of("before", "after"), scope, bench);
    StartGrid before = both.get(0);
    StartGrid after = both.get(1);
    double[] costs =
        IntStream.range(0, StartGrid.STARTS)
            .mapToDouble(i -> after.mean(i) - before.mean(i))
            .sorted()
            .toArray();
    double least = Arrays.stream(costs, 0, FEW).average().orElse(Double.NaN);
    double part = after.mean(PART) - before.mean(PART);
    double[] first = off("before", scope.firstSeed(), bench);
    double[] second = off("after", scope.firstSeed(), bench);
    return new Findings(
        String.format(
            Locale.ROOT,
            "Behind it where start values are large: from deviation 0.158, %.0f%% of the training"
                + " digits are right against %.0f%%. Nowhere does it cost more than %.1f%%.",
            100 * after.mean(PART),
            100 * before.mean(PART),
            100 * Math.max(0, -costs[0])),
        List.of(StartGrid.summary(both), table(first, second)),
        List.of(StartGrid.figure(both)),
        checks(least, part, first, second),
        List.of(
            part > .05
                ? EITHER.holdsIf(
                    String.format(
                        Locale.ROOT,
                        "start values are not large: from 0.158 it is %.2f behind and %.2f before",
                        after.mean(PART),
                        before.mean(PART)))
                : EITHER.holds()));
  }

  private static List<Check> checks(double least, double part, double[] first, double[] second) {
    return List.of(
        Check.atMost(
            "before",
            "before: distance of the activation's inputs to mean 0, deviation 1",
            first[0],
            1e-4,
            SWAPPED),
        Check.atMost(
            "after", "behind: the same of the next layer's inputs", second[1], 1e-4, SWAPPED),
        Check.atLeast(
            "least", "mean of the three least accuracies behind − before", least, LEAST, SWAPPED),
        Check.atLeast("part", "accuracy behind − before from 0.158", part, .08, SWAPPED));
  }

  private static Table table(double[] first, double[] second) {
    return new Table(
        "Greatest distance of a unit to mean 0 and deviation 1",
        List.of("batch normalisation", "inputs of the activation", "inputs of the next layer"),
        List.of(
            List.of("before the activation", first[0], first[1]),
            List.of("behind the activation", second[0], second[1])));
  }
}
