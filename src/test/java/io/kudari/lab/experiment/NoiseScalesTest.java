package io.kudari.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Scope;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.math.RandomStream;
import io.kudari.optim.noise.GradientNoise;
import io.kudari.optim.noise.NoiseScale;
import io.kudari.train.NoiseMeter;
import java.util.ArrayList;
import java.util.List;
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

  /** An estimator: s and L are as in {@link io.kudari.optim.noise.GradientNoise}. */
  private interface Estimator {

    /** Returns variance and squared norm. */
    double[] of(double s, double l, int[] shards, int examples);
  }

  private static double[] right(double s, double l, int[] shards, int examples) {
    double variance = examples * (s - l) / (shards.length - 1);
    return new double[] {variance, l - variance / examples};
  }

  private static int[] shards(int workers, int batch) {
    int[] sizes = new int[workers];
    for (int i = 0; i < batch; i++) sizes[i % workers]++;
    return sizes;
  }

  private static TrialResult train(Trial trial, Estimator estimator, Scale scale) {
    int workers = Integer.parseInt(trial.settings().get("train.workers"));
    List<TrialResult.Measured> measured = new ArrayList<>();
    if (workers == 10_000) {
      tell(measured, 1, new double[] {DIMENSIONS * SPREAD, 1}, scale);
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
      tell(measured, step, draw(random, sizes, batch, estimator), scale);
    return new TrialResult("completed", 1500, 1500, "", List.of(), measured);
  }

  private static void tell(
      List<TrialResult.Measured> to, int step, double[] noise, Scale scale) {
    double reading = scale.after(new GradientNoise(noise[0], noise[1]));
    to.add(new TrialResult.Measured(NoiseMeter.TAG, step, reading));
    to.add(new TrialResult.Measured(NoiseMeter.VARIANCE, step, noise[0]));
    to.add(new TrialResult.Measured(NoiseMeter.SQUARED_NORM, step, noise[1]));
  }

  private static double[] draw(RandomStream random, int[] sizes, int batch, Estimator estimator) {
    double s = 0;
    double[] mean = new double[DIMENSIONS];
    for (int size : sizes) {
      double squares = 0;
      for (int d = 0; d < DIMENSIONS; d++) {
        double g = (d == 0 ? 1 : 0) + random.gaussian() * Math.sqrt(SPREAD / size);
        squares += g * g;
        mean[d] += size * g / batch;
      }
      s += size * squares / batch;
    }
    double l = 0;
    for (double m : mean) l += m * m;
    return estimator.of(s, l, sizes, batch);
  }

  private static List<String> missed(Estimator estimator) throws InterruptedException {
    return missed(estimator, NoiseScalesTest::scale);
  }

  private static List<String> missed(Estimator estimator, Supplier<Scale> scale)
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
    assertEquals(
        List.of("reading"), missed(NoiseScalesTest::right, NoiseScalesTest::meanOfRatios));
  }

  @Test
  void batchAndShardThatAreExchangedAreCaught() throws InterruptedException {
    List<String> missed =
        missed(
            (s, l, shards, n) -> {
              double b = (double) n / shards.length;
              double variance = (s - l) / (1.0 / n - 1 / b);
              return new double[] {variance, (b * l - n * s) / (b - n)};
            });
    assertTrue(missed.containsAll(List.of("errors", "variance")), missed.toString());
  }

  @Test
  void shardsThatTheFormulaForgetsAreCaught() throws InterruptedException {
    List<String> missed =
        missed(
            (s, l, shards, n) -> {
              double variance = shards.length * (s - l) / (shards.length - 1);
              return new double[] {variance, l - variance / n};
            });
    assertTrue(missed.containsAll(List.of("errors", "variance")), missed.toString());
  }

  @Test
  void aSquaredNormThatIsNotLetBelowZeroIsCaught() throws InterruptedException {
    List<String> missed =
        missed(
            (s, l, shards, n) -> {
              double[] right = right(s, l, shards, n);
              return new double[] {right[0], Math.max(0, right[1])};
            });
    assertTrue(missed.contains("errors"), missed.toString());
  }

  @Test
  void theSquaredNormOfTheMeanTakenForThatOfTheGradientIsCaught() throws InterruptedException {
    List<String> missed = missed((s, l, shards, n) -> new double[] {right(s, l, shards, n)[0], l});
    assertTrue(missed.containsAll(List.of("errors", "intervals")), missed.toString());
  }
}
