package io.kudari.optim.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against a model whose examples' gradients are drawn with known mean and covariance. */
class NoiseScaleTest {

  private static final long SEED = 20261128;
  private static final int DRAWS = 2000;

  /** Mean and standard deviation of each element of one example's gradient. */
  private static final double[] MEAN =
      IntStream.range(0, 25).mapToDouble(i -> 0.4 + i % 3).toArray();

  private static final double[] DEVIATION =
      IntStream.range(0, 25).mapToDouble(i -> 1 + i % 5).toArray();

  private static final double VARIANCE = sumOfSquares(DEVIATION);
  private static final double SQUARED_NORM = sumOfSquares(MEAN);

  static Stream<int[]> shards() {
    return Stream.of(
        equal(2, 16),
        equal(4, 8),
        equal(16, 2),
        new int[] {4, 8, 20, 32},
        new int[] {1, 7, 24},
        new int[] {1, 1, 1, 61});
  }

  @ParameterizedTest
  @MethodSource("shards")
  void bothPartsAreUnbiasedForShardsOfAnySizes(int[] shards) {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 0, 0);
    double variance = 0;
    double squaredNorm = 0;
    for (int d = 0; d < DRAWS; d++) {
      GradientNoise noise = draw(random, shards, 1);
      variance += noise.variance() / DRAWS;
      squaredNorm += noise.squaredNorm() / DRAWS;
    }
    assertEquals(VARIANCE, variance, 0.03 * VARIANCE, () -> "variance, seed " + SEED);
    assertEquals(SQUARED_NORM, squaredNorm, 0.03 * SQUARED_NORM, () -> "norm, seed " + SEED);
  }

  /** (mean 1/nᵢ − 1/N) / (K/N − 1/N) times the variance: the test above misses by far. */
  @Test
  void theFormulaOfEqualShardsIsFarOffForUnequalOnes() {
    assertEquals(1, ofEqualShards(8, 8, 8, 8), 0.03, () -> "seed " + SEED);
    assertEquals(2.1, ofEqualShards(4, 8, 20, 32), 0.1, () -> "seed " + SEED);
    assertEquals(5.82, ofEqualShards(1, 7, 24), 0.3, () -> "seed " + SEED);
  }

  /** The variance by that formula, relative: it has means over shards that are not weighted. */
  private static double ofEqualShards(int... shards) {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 5, 0);
    double mean = Arrays.stream(shards).average().orElseThrow();
    Norms norms = (sum, examples) -> new ShardNorms(mean * sum / ((double) examples * examples), 1);
    double variance = 0;
    for (int d = 0; d < DRAWS; d++) variance += draw(random, shards, 1, norms).variance() / DRAWS;
    return variance / VARIANCE;
  }

  /** What a shard's squared norm of its sum is taken for. */
  private interface Norms {

    ShardNorms of(double squaredNorm, int examples);
  }

  @Test
  void theIntervalCoversTheTruthAsOftenAsItSays() {
    int[] shards = {1, 7, 24};
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 1, 0);
    int covered = 0;
    for (int window = 0; window < 200; window++) {
      NoiseScale scale = new NoiseScale();
      for (int t = 0; t < 30; t++) scale.add(draw(random, shards, 1));
      NoiseScale.Reading reading = scale.reading();
      double truth = VARIANCE / SQUARED_NORM;
      if (reading.low() <= truth && truth <= reading.high()) covered++;
    }
    int found = covered;
    // 90% of 200 are 180 ± 4.2.
    assertTrue(found >= 163 && found <= 197, () -> found + " of 200, seed " + SEED);
  }

  @Test
  void theLongAverageIsTheRatioOfMeans() {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 2, 0);
    NoiseScale scale = new NoiseScale();
    for (int t = 0; t < 3000; t++) scale.add(draw(random, equal(4, 8), 1));
    NoiseScale.Reading reading = scale.reading();
    double truth = VARIANCE / SQUARED_NORM;
    assertTrue(reading.isDetermined());
    assertEquals(truth, reading.value(), 0.15 * truth);
    assertTrue(reading.high() - reading.low() < 0.3 * truth, reading::toString);
    assertEquals(32 / (32 + reading.value()), reading.redundantShare(32), 1e-12);
  }

  @Test
  void aGradientThatDrownsInNoiseGivesALowerBoundAndNoEstimate() {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 3, 0);
    NoiseScale scale = new NoiseScale();
    for (int t = 0; t < 200; t++) scale.add(draw(random, equal(4, 8), 0));
    NoiseScale.Reading reading = scale.reading();
    assertFalse(reading.isDetermined(), reading::toString);
    assertTrue(reading.isBounded(), reading::toString);
    assertEquals(Double.POSITIVE_INFINITY, reading.high());
    // Far above the batch, or the gradient would show.
    assertTrue(reading.low() > 32, reading::toString);
    assertTrue(Double.isNaN(reading.redundantShare(32)));
  }

  @Test
  void withoutMeasurementsOrWithFewNothingIsKnown() {
    NoiseScale scale = new NoiseScale();
    assertEquals(NoiseScale.Reading.UNDETERMINED, scale.reading());
    scale.add(new GradientNoise(30, 2));
    scale.add(new GradientNoise(31, 2));
    assertEquals(NoiseScale.Reading.UNDETERMINED, scale.reading());
    assertFalse(scale.reading().isBounded());
  }

  @Test
  void theFirstMeasurementIsTheAverageAndLaterOnesWeighAsPublished() {
    NoiseScale scale = new NoiseScale();
    scale.add(new GradientNoise(30, 2));
    assertEquals(new GradientNoise(30, 2), scale.mean());
    scale.add(new GradientNoise(10, 4));
    // β₁ = 1/11, β₂ = 2/12: weights 10/11 · 1/6 and 5/6.
    double first = 10 / 66.0;
    double second = 5 / 6.0;
    double expected = (first * 30 + second * 10) / (first + second);
    assertEquals(expected, scale.mean().variance(), 1e-12);
  }

  @Test
  void whatIsNotFiniteIsLeftOut() {
    NoiseScale scale = new NoiseScale();
    scale.add(new GradientNoise(30, 2));
    scale.add(new GradientNoise(Double.NaN, 2));
    scale.add(new GradientNoise(1, Double.NEGATIVE_INFINITY));
    assertEquals(new GradientNoise(30, 2), scale.mean());
  }

  @Test
  void aRestoredScaleGoesOnWithTheSameBits() {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 4, 0);
    NoiseScale a = new NoiseScale();
    for (int t = 0; t < 25; t++) a.add(draw(random, equal(2, 16), 1));
    NoiseScale b = new NoiseScale();
    b.restore(a.state());
    for (int t = 0; t < 25; t++) {
      GradientNoise noise = draw(random, equal(2, 16), 1);
      a.add(noise);
      b.add(noise);
      assertEquals(a.reading(), b.reading());
    }
    assertArrayEquals(a.state(), b.state());
    assertThrows(IllegalArgumentException.class, () -> b.restore(new double[3]));
  }

  @Test
  void oneShardTellsNothing() {
    assertThrows(IllegalArgumentException.class, () -> GradientNoise.of(ShardNorms.of(4, 8), 8, 1));
  }

  /** The quantiles of every table. */
  @Test
  void studentsQuantilesAreThoseOfTheTables() {
    double[][] table = {{2, 2.920}, {3, 2.353}, {5, 2.015}, {10, 1.812}, {30, 1.697}, {120, 1.658}};
    for (double[] row : table) assertEquals(row[1], RatioInterval.t95(row[0]), 0.013 * row[1]);
    assertEquals(1.812, RatioInterval.t95(10), 1e-3);
    assertEquals(1.697, RatioInterval.t95(30), 1e-3);
  }

  /** What one step would measure. */
  private static GradientNoise draw(RandomStream random, int[] shards, double signal) {
    return draw(random, shards, signal, ShardNorms::of);
  }

  private static GradientNoise draw(
      RandomStream random, int[] shards, double signal, Norms ofShard) {
    double[] sum = new double[MEAN.length];
    ShardNorms norms = ShardNorms.NONE;
    for (int examples : shards) {
      double[] own = new double[MEAN.length];
      for (int e = 0; e < examples; e++) {
        for (int i = 0; i < own.length; i++)
          own[i] += signal * MEAN[i] + DEVIATION[i] * random.gaussian();
      }
      norms = norms.plus(ofShard.of(sumOfSquares(own), examples));
      for (int i = 0; i < own.length; i++) sum[i] += own[i];
    }
    int all = Arrays.stream(shards).sum();
    return GradientNoise.of(norms, all, sumOfSquares(sum) / ((double) all * all));
  }

  private static int[] equal(int shards, int examples) {
    return IntStream.generate(() -> examples).limit(shards).toArray();
  }

  private static double sumOfSquares(double[] values) {
    return Arrays.stream(values).map(v -> v * v).sum();
  }
}
