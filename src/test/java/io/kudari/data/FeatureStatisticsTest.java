package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.model.Shape;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FeatureStatisticsTest {

  private static final int FEATURES = 6;

  private static Examples random(int count, double offset, long seed) {
    RandomStream random = new RandomStream(seed, Purpose.TEST, 0, 0);
    float[] values = new float[count * FEATURES];
    for (int i = 0; i < values.length; i++) values[i] = (float) (offset + random.gaussian());
    return new Examples(new Shape(2, 3, 1), null, values, new int[count], null, count);
  }

  private static Examples part(Examples of, int from, int to) {
    float[] values = Arrays.copyOfRange(of.floats(), from * FEATURES, to * FEATURES);
    return new Examples(of.shape(), null, values, new int[to - from], null, to - from);
  }

  /** Two passes over the values of features from, from+1 .. to-1 taken as one. */
  private static double[] reference(Examples of, int from, int to) {
    double sum = 0;
    double squares = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    int n = of.count() * (to - from);
    for (int i = 0; i < of.count(); i++) {
      for (int j = from; j < to; j++) sum += of.floats()[i * FEATURES + j];
    }
    for (int i = 0; i < of.count(); i++) {
      for (int j = from; j < to; j++) {
        double x = of.floats()[i * FEATURES + j];
        squares += (x - sum / n) * (x - sum / n);
        min = Math.min(min, x);
        max = Math.max(max, x);
      }
    }
    return new double[] {sum / n, squares, min, max};
  }

  private static void assertMatches(Examples expected, FeatureStatistics actual, int groups) {
    int width = FEATURES / groups;
    assertEquals((long) expected.count() * width, actual.count());
    for (int g = 0; g < groups; g++) {
      double[] reference = reference(expected, g * width, (g + 1) * width);
      assertEquals(reference[0], actual.mean()[g], 1e-12 * (1 + Math.abs(reference[0])));
      assertEquals(reference[1], actual.deviation()[g], 1e-8 * (1 + reference[1]));
      assertEquals(reference[2], actual.min()[g]);
      assertEquals(reference[3], actual.max()[g]);
    }
  }

  @Property(tries = 60)
  void mergedPartsMatchTheTwoPassReferenceForAnyCut(
      @ForAll @IntRange(min = 1, max = 60) int count,
      @ForAll @IntRange(max = 60) int first,
      @ForAll @IntRange(max = 60) int second,
      @ForAll long seed) {
    Examples all = random(count, 3, seed);
    int a = Math.min(Math.min(first, second), count);
    int b = Math.min(Math.max(first, second), count);
    FeatureStatistics merged =
        FeatureStatistics.of(part(all, 0, a))
            .merge(FeatureStatistics.of(part(all, a, b)))
            .merge(FeatureStatistics.of(part(all, b, count)));
    assertMatches(all, merged, FEATURES);
    assertMatches(all, merged.pooled(2), 2);
    assertMatches(all, merged.pooled(1), 1);
  }

  @Test
  void mergingWithNothingOnEitherSideChangesNoBit() {
    FeatureStatistics some = FeatureStatistics.of(random(31, 100, 4));
    assertSame(some, some.merge(FeatureStatistics.empty(FEATURES)));
    assertSame(some, FeatureStatistics.empty(FEATURES).merge(some));
  }

  private static void assertSame(FeatureStatistics expected, FeatureStatistics actual) {
    assertEquals(expected.count(), actual.count());
    assertArrayEquals(expected.mean(), actual.mean());
    assertArrayEquals(expected.deviation(), actual.deviation());
    assertArrayEquals(expected.min(), actual.min());
    assertArrayEquals(expected.max(), actual.max());
  }

  @Test
  void aLargeMeanDoesNotDrownASmallDeviation() {
    // Around a million a float resolves 1/16; Σx² − (Σx)²/n would lose digits in such sums.
    Examples far = random(5000, 1_000_000, 9);
    FeatureStatistics statistics =
        FeatureStatistics.of(part(far, 0, 1700)).merge(FeatureStatistics.of(part(far, 1700, 5000)));
    assertMatches(far, statistics, FEATURES);
  }

  @Test
  void bytesCountAsUnsigned() {
    byte[] pixels = {0, (byte) 255, (byte) 128, (byte) 127};
    FeatureStatistics statistics =
        FeatureStatistics.of(new Examples(Shape.flat(2), pixels, null, new int[2], null, 2));
    assertArrayEquals(new double[] {64, 191}, statistics.mean());
    assertArrayEquals(new double[] {8192, 8192}, statistics.deviation());
    assertArrayEquals(new double[] {0, 127}, statistics.min());
    assertArrayEquals(new double[] {128, 255}, statistics.max());
  }

  @Test
  void aConstantFeatureHasExactlyNoDeviation() {
    float[] values = new float[100 * FEATURES];
    Arrays.fill(values, 0.1f);
    Examples constant = new Examples(Shape.flat(FEATURES), null, values, new int[100], null, 100);
    FeatureStatistics statistics =
        FeatureStatistics.of(part(constant, 0, 33))
            .merge(FeatureStatistics.of(part(constant, 33, 100)));
    assertArrayEquals(new double[FEATURES], statistics.deviation());
    assertEquals(0.1f, statistics.mean()[0]);
  }

  @Test
  void unequalFeatureCountsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> FeatureStatistics.empty(3).merge(FeatureStatistics.empty(4)));
    assertThrows(IllegalArgumentException.class, () -> FeatureStatistics.empty(3).pooled(2));
  }
}
