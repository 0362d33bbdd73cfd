package io.kudari.lab.batches;

import io.kudari.data.digits.DigitsSource;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.DigitNetwork;
import io.kudari.lab.Findings;
import io.kudari.lab.OwnTraining;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Verdict;
import io.kudari.math.Slice;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.report.Numbers;
import io.kudari.run.Models;
import io.kudari.train.GradientSum;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whether a batch may be computed in parts. */
public class MicroBatches implements Computed {

  private static final int[] ENDS = {0, 100, 200, 256};
  private static final double ROUNDING = 2e-6;

  private static final Claim PARTS =
      new Claim("004", 89, "A batch may be computed in parts, one beside the other.");

  /** Of Kudari's sums. */
  public MicroBatches() {}

  /** What a batch's gradient is made of by those of its parts. */
  float[] combined(List<GradientSum> parts) {
    GradientSum all = parts.stream().map(MicroBatches::copy).reduce(GradientSum::add).orElseThrow();
    return scaled(all.values(), 1.0 / all.count());
  }

  /** The mean of the parts' means, which is another vector where they are not equally large. */
  static float[] meanOfMeans(List<GradientSum> parts) {
    float[] mean = new float[parts.get(0).values().length];
    for (GradientSum part : parts)
      for (int i = 0; i < mean.length; i++)
        mean[i] += part.values()[i] / part.count() / parts.size();
    return mean;
  }

  private static float[] undivided(List<GradientSum> parts) {
    return parts.stream().map(MicroBatches::copy).reduce(GradientSum::add).orElseThrow().values();
  }

  private static GradientSum copy(GradientSum sum) {
    return new GradientSum(
        sum.values().clone(), sum.loss(), sum.count(), sum.norms(), sum.diverged());
  }

  private static float[] scaled(float[] values, double factor) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < scaled.length; i++) scaled[i] = (float) (values[i] * factor);
    return scaled;
  }

  @Override
  public String name() {
    return "micro-batches";
  }

  @Override
  public Section section() {
    return Section.BATCHES_AND_NOISE;
  }

  @Override
  public String question() {
    return "May a batch be computed in parts?";
  }

  @Override
  public String setup() {
    return "The gradient of 784-64-10 at its start values on 256 digits, as a whole and as 100 +"
        + " 100 + 56: ‖difference‖ by ‖the whole‖.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(PARTS);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  @Override
  public Findings measure(Scope scope) {
    int count = ENDS[ENDS.length - 1];
    List<GradientSum> parts = new ArrayList<>();
    float[] whole;
    var digits = new DigitsSource(count, 1).make(0, count);
    var sgd = new OptimizerSpec("sgd", Map.of("learning-rate", .1));
    try (OwnTraining training =
        OwnTraining.of(
            Models.of(DigitNetwork.perceptron(64)),
            digits,
            digits,
            sgd,
            count,
            scope.firstSeed())) {
      whole = training.mean(0, count);
      for (int i = 1; i < ENDS.length; i++) parts.add(part(training, ENDS[i - 1], ENDS[i]));
    }
    double summed = Statistics.relativeDistance(combined(parts), whole);
    double means = Statistics.relativeDistance(meanOfMeans(parts), whole);
    double undivided = Statistics.relativeDistance(undivided(parts), whole);
    Check check =
        Check.atMost(
            "summed",
            "relative difference of summed parts to the whole",
            summed,
            ROUNDING,
            "a mean of means: 0.14; not divided: 255");
    Verdict verdict =
        summed <= ROUNDING
            ? PARTS.holdsIf(
                String.format(
                    Locale.ROOT,
                    "sums are added and divided once: a mean of means is off by %.0f%%",
                    100 * means))
            : PARTS.doesNotHold("the parts give another gradient");
    return new Findings(
        String.format(
            Locale.ROOT,
            "Yes, to rounding: the sum of three parts, divided once, is %s off. The mean of their"
                + " means is %.0f%% off, because the last part is smaller.",
            Numbers.significant(summed, 2),
            100 * means),
        List.of(
            new Table(
                "Three parts against the whole",
                List.of("how they are put together", "relative difference"),
                List.of(
                    List.of("sums added, divided once by 256", summed),
                    List.of("mean of the three means", means),
                    List.of("sums added, not divided", undivided)))),
        List.of(),
        List.of(check),
        List.of(verdict));
  }

  private static GradientSum part(OwnTraining training, int from, int to) {
    Workers.Sum sum = training.gradient(new StepRange(0, 0, from, to, false));
    float[] values = new float[training.parameters().length];
    sum.values().copy(new Slice(0, values.length), values);
    return new GradientSum(values, sum.loss(), sum.count(), ShardNorms.NONE, GradientSum.NONE);
  }
}
