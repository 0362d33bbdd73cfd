package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the largest stable rate is where losses are added up, and where they are averaged. */
public class SumOrMean implements Computed {

  private static final int[] SIZES = {10, 100, 1000};
  private static final int VARIABLES = 5;

  private static final Claim SUM =
      new Claim("000", 49, "The error of all examples is the sum of theirs.");
  private static final Claim MEAN =
      new Claim("004", 58, "The error of all examples is the mean of theirs.");

  /** Of Kudari's SGD. */
  public SumOrMean() {}

  /** By what a mean divides the sum. */
  double divisor(int examples) {
    return examples;
  }

  @Override
  public String name() {
    return "sum-or-mean";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public String question() {
    return "Is the error a sum over examples, or their mean?";
  }

  @Override
  public String setup() {
    return "Least squares of 5 variables and 10, 100 and 1,000 examples: the largest rate at which"
        + " 2,000 steps of SGD from (1, 1 …) do not lead away from 0, with summed and with"
        + " mean gradients.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(SUM, MEAN);
  }

  @Override
  public int seconds(boolean quick) {
    return 2;
  }

  @Override
  public Findings measure(Scope scope) {
    double[] sizes = new double[SIZES.length];
    double[] sums = new double[SIZES.length];
    double[] means = new double[SIZES.length];
    List<Check> checks = new ArrayList<>();
    List<List<Object>> rows = new ArrayList<>();
    double farthest = 0;
    for (int i = 0; i < SIZES.length; i++) {
      LeastSquares problem = LeastSquares.draw(scope.firstSeed(), 50 + i, VARIABLES, SIZES[i]);
      sizes[i] = SIZES[i];
      sums[i] = problem.largestStableRate(1);
      means[i] = problem.largestStableRate(divisor(SIZES[i]));
      double share = means[i] / sums[i] / SIZES[i];
      farthest = Math.max(farthest, Math.abs(share - 1));
      rows.add(List.of(SIZES[i], sums[i], means[i], means[i] / sums[i]));
      checks.add(
          Check.within(
              "ratio-" + SIZES[i],
              "limit of the mean / limit of the sum / N, N = " + SIZES[i],
              share,
              .98,
              1.02,
              "a sum for a mean"));
    }
    boolean both = farthest < .02;
    return new Findings(
        String.format(
            Locale.ROOT,
            "Either, but rates differ by the number of examples: with 1,000 the largest stable one"
                + " is %.4f for the sum and %.2f for the mean.",
            sums[2],
            means[2]),
        List.of(new Table("Largest stable rates", List.of("N", "sum", "mean", "ratio"), rows)),
        List.of(
            new Figure(
                "Largest stable rate by the number of examples",
                "Look at the mean, which does not care how many there are.",
                new Figure.Scale("examples", true),
                new Figure.Scale("rate", true),
                List.of(
                    new Figure.Panel(
                        "",
                        List.of(
                            Curve.of("sum", Kind.MIDDLE, 1, sizes, sums),
                            Curve.of("mean", Kind.MIDDLE, 0, sizes, means)))))),
        checks,
        verdicts(both));
  }

  private static List<Verdict> verdicts(boolean both) {
    return List.of(
        both ? SUM.holdsIf("the rate is divided by the number of examples") : SUM.holds(),
        both ? MEAN.holdsIf("the rate is not one that was tuned for the sum") : MEAN.holds());
  }
}
