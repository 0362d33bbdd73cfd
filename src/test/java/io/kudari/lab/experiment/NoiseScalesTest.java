package io.kudari.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Scope;
import io.kudari.lab.Statistics;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.math.RandomStream;
import io.kudari.optim.noise.GradientNoise;
import io.kudari.optim.noise.NoiseScale;
import io.kudari.train.NoiseMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Gradients of a known distribution, in 40 dimensions: a true one of length 1, and noise of
 * variance 8 in each. What a wrong estimator tells of them must be caught.
 */
class NoiseScalesTest {

  private static final int DIMENSIONS = 40;
  private static final double SPREAD = 8;

  /** How a run makes noise scales of what its steps tell. */
  private interface Scale {

    /** The scale after one more measurement. */
    double after(GradientNoise noise);
  }

  private static Scale scale() {
    NoiseScale scale = new NoiseScale();
    return noise -> {
      scale.add(noise);
      return scale.reading().value();
    };
  }

  private static Scale meanOfRatios() {
    double[] sum = new double[2];
    return noise -> {
      sum[0] += noise.variance() / noise.squaredNorm();
      return sum[0] / ++sum[1];
    };
  }

  /**
   * What a step has: names are those of {@link GradientNoise}.
   *
   * @param norms ‖gᵢ‖²
   * @param l ‖g‖²
   * @param shards nᵢ
   * @param n their sum
   */
  private record Step(double[] norms, double l, int[] shards, int n) {

    double s() {
      double s = 0;
      for (int i = 0; i < norms.length; i++) s += shards[i] * norms[i] / n;
      return s;
    }
  }

  private static GradientNoise right(Step of) {
    double variance = of.n() * (of.s() - of.l()) / (of.shards().length - 1);
    return new GradientNoise(variance, of.l() - variance / of.n());
  }

  private static int[] shards(int workers, int batch) {
    int[] sizes = new int[workers];
    for (int i = 0; i < batch; i++) sizes[i % workers]++;
    return sizes;
  }

  private static TrialResult train(
      Trial trial, Function<Step, GradientNoise> estimator, Scale scale) {
    int workers = Integer.parseInt(trial.settings().get("train.workers"));
    List<TrialResult.Measured> measured = new ArrayList<>();
    if (workers == 10_000) {
      tell(measured, 1, new GradientNoise(DIMENSIONS * SPREAD, 1), scale);
      return new TrialResult("completed", 1, 1, "", List.of(), measured);
    }
    String factor = trial.settings().getOrDefault("schedule.batch.factors", "");
    int batch =
        factor.isEmpty()
            ? Integer.parseInt(trial.settings().get("train.batch"))
            : (int) Math.round(10_000 * Double.parseDouble(factor.replaceAll("[\\[\\]]", "")));
    int[] sizes = shards(workers, batch);
    RandomStream random = new RandomStream(trial.seed(), RandomStream.Purpose.TEST, batch, workers);
    for (int step = 1; step <= 1500; step++)
      tell(measured, step, estimator.apply(draw(random, sizes, batch)), scale);
    return new TrialResult("completed", 1500, 1500, "", List.of(), measured);
  }

  private static void tell(
      List<TrialResult.Measured> to, int step, GradientNoise noise, Scale scale) {
    to.add(new TrialResult.Measured(NoiseMeter.TAG, step, scale.after(noise)));
    to.add(new TrialResult.Measured(NoiseMeter.VARIANCE, step, noise.variance()));
    to.add(new TrialResult.Measured(NoiseMeter.SQUARED_NORM, step, noise.squaredNorm()));
  }

  private static Step draw(RandomStream random, int[] sizes, int batch) {
    double[] norms = new double[sizes.length];
    double[] mean = new double[DIMENSIONS];
    for (int i = 0; i < sizes.length; i++)
      for (int d = 0; d < DIMENSIONS; d++) {
        double g = (d == 0 ? 1 : 0) + random.gaussian() * Math.sqrt(SPREAD / sizes[i]);
        norms[i] += g * g;
        mean[d] += sizes[i] * g / batch;
      }
    double l = 0;
    for (double m : mean) l += m * m;
    return new Step(norms, l, sizes, batch);
  }

  private static List<String> missed(Function<Step, GradientNoise> estimator)
      throws InterruptedException {
    return missed(estimator, NoiseScalesTest::scale);
  }

  private static List<String> missed(Function<Step, GradientNoise> estimator, Supplier<Scale> scale)
      throws InterruptedException {
    Bench bench = trials -> trials.stream().map(t -> train(t, estimator, scale.get())).toList();
    return new NoiseScales()
        .measure(new Scope(true, 0, 7), bench).missed().stream().map(Check::id).toList();
  }

  @Test
  void theRightEstimatorHoldsAllChecks() throws InterruptedException {
    assertEquals(List.of(), missed(NoiseScalesTest::right), "seed 7");
  }

  @Test
  void aMeanOfRatiosIsCaught() throws InterruptedException {
    assertEquals(List.of("reading"), missed(NoiseScalesTest::right, NoiseScalesTest::meanOfRatios));
  }

  @Test
  void batchAndShardThatAreExchangedAreCaught() throws InterruptedException {
    List<String> missed =
        missed(
            of -> {
              double n = of.n();
              double b = n / of.shards().length;
              double variance = (of.s() - of.l()) / (1 / n - 1 / b);
              return new GradientNoise(variance, (b * of.l() - n * of.s()) / (b - n));
            });
    assertTrue(missed.containsAll(List.of("errors", "variance")), missed.toString());
  }

  @Test
  void theFormulaOfEqualShardsForUnequalOnesIsCaught() throws InterruptedException {
    List<String> missed =
        missed(
            of -> {
              double n = of.n();
              double b = n / of.shards().length;
              double s = Statistics.mean(of.norms());
              double variance = (s - of.l()) / (1 / b - 1 / n);
              return new GradientNoise(variance, (n * of.l() - b * s) / (n - b));
            });
    assertTrue(missed.containsAll(List.of("errors", "variance")), missed.toString());
  }

  @Test
  void shardsThatTheFormulaForgetsAreCaught() throws InterruptedException {
    List<String> missed =
        missed(
            of -> {
              int shards = of.shards().length;
              double variance = shards * (of.s() - of.l()) / (shards - 1);
              return new GradientNoise(variance, of.l() - variance / of.n());
            });
    assertTrue(missed.containsAll(List.of("errors", "variance")), missed.toString());
  }

  @Test
  void aSquaredNormThatIsNotLetBelowZeroIsCaught() throws InterruptedException {
    List<String> missed =
        missed(
            of -> {
              GradientNoise right = right(of);
              return new GradientNoise(right.variance(), Math.max(0, right.squaredNorm()));
            });
    assertTrue(missed.contains("errors"), missed.toString());
  }

  @Test
  void theSquaredNormOfTheMeanTakenForThatOfTheGradientIsCaught() throws InterruptedException {
    List<String> missed = missed(of -> new GradientNoise(right(of).variance(), of.l()));
    assertTrue(missed.containsAll(List.of("errors", "intervals")), missed.toString());
  }
}
