package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.model.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MediansTest {

  private static final int COLUMNS = 6;

  /** Of each column other numbers, and gaps in all of them. */
  private static float value(int column, Random random) {
    if (random.nextInt(9) == 0) return Float.NaN;
    return switch (column) {
      case 0 -> random.nextInt(257) - 128;
      case 1 -> (float) random.nextGaussian();
      case 2 -> Float.intBitsToFloat(random.nextInt(1 << 23)) * (random.nextInt(2) * 2 - 1);
      case 3 -> Float.MAX_VALUE * (random.nextInt(5) - 2) / 2;
      case 4 -> 3 + Math.ulp(3f) * random.nextInt(5);
      default -> -0f;
    };
  }

  private static float[] random(int rows, long seed) {
    Random random = new Random(seed);
    float[] values = new float[rows * COLUMNS];
    for (int i = 0; i < values.length; i++) values[i] = value(i % COLUMNS, random);
    return values;
  }

  private static ExampleStore store(float[] values, int columns) {
    int rows = values.length / columns;
    return ExampleStore.of(
        new Examples(Shape.flat(columns), null, values, new int[rows], null, rows));
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  private static float[] medians(float[] values) {
    ExampleStore store = store(values, COLUMNS);
    return Medians.of(all(COLUMNS), digits -> digits.of(store, all(store.count())));
  }

  /** As it is defined: the middle of the sorted values, or the mean of the middle two. */
  private static float reference(float[] values, int columns, int column) {
    double[] sorted =
        IntStream.range(0, values.length / columns)
            .mapToDouble(i -> values[i * columns + column] + 0f)
            .filter(x -> !Double.isNaN(x))
            .sorted()
            .toArray();
    int n = sorted.length;
    return n == 0 ? Float.NaN : (float) ((sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
  }

  @Property(tries = 200)
  void aMedianIsTheMiddleOfTheSortedValuesToTheBit(
      @ForAll @IntRange(min = 0, max = 300) int rows, @ForAll long seed) {
    float[] values = random(rows, seed);
    float[] expected = new float[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) expected[c] = reference(values, COLUMNS, c);
    assertBits(expected, rows == 0 ? Medians.of(all(COLUMNS), DigitCount::none) : medians(values));
  }

  private static void assertBits(float[] expected, float[] actual) {
    for (int c = 0; c < expected.length; c++)
      assertEquals(
          Float.floatToIntBits(expected[c]),
          Float.floatToIntBits(actual[c]),
          "column " + c + ": " + expected[c] + ", found " + actual[c]);
    assertEquals(expected.length, actual.length);
  }

  @Property(tries = 100)
  void mediansDoNotDependOnTheOrderOfExamplesOrOnWhoHasThem(
      @ForAll @IntRange(min = 3, max = 200) int count, @ForAll long seed) {
    ExampleStore store = store(random(count, seed), COLUMNS);
    int[] rows = all(count);
    Random random = new Random(~seed);
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int row = rows[i];
      rows[i] = rows[j];
      rows[j] = row;
    }
    int cut = random.nextInt(count);
    int[] left = Arrays.copyOf(rows, cut);
    int[] right = Arrays.copyOfRange(rows, cut, count);
    Function<DigitCount, long[]> parts =
        digits -> DigitCount.add(digits.of(store, right), digits.of(store, left));
    assertBits(
        Medians.of(all(COLUMNS), digits -> digits.of(store, all(count))),
        Medians.of(all(COLUMNS), parts));
  }

  @Test
  void bitsAreInTheOrderOfFloatsAndZeroHasNoSign() {
    List<Float> ascending =
        List.of(
            Float.NEGATIVE_INFINITY,
            -Float.MAX_VALUE,
            -1.5f,
            -Float.MIN_NORMAL,
            -Float.MIN_VALUE,
            0f,
            Float.MIN_VALUE,
            Float.MIN_NORMAL,
            1f,
            Math.nextUp(1f),
            Float.MAX_VALUE,
            Float.POSITIVE_INFINITY);
    for (int i = 0; i < ascending.size(); i++) {
      float one = ascending.get(i);
      assertEquals(one, DigitCount.value(DigitCount.bits(one)));
      for (int j = 0; j < i; j++)
        assertTrue(
            Integer.compareUnsigned(DigitCount.bits(ascending.get(j)), DigitCount.bits(one)) < 0);
    }
    assertEquals(DigitCount.bits(0f), DigitCount.bits(-0f));
  }

  @Test
  void columnsOfAWideTableAreCountedSomeAtATimeAndOthersAreLeftOut() {
    int width = 2 * Medians.AT_ONCE + 70;
    float[] values = new float[4 * width];
    for (int i = 0; i < values.length; i++) values[i] = i % width + (i / width) * (i / width);
    ExampleStore store = store(values, width);
    int[] odd = IntStream.range(0, width).filter(c -> c % 2 == 1).toArray();
    int[] most = new int[1];
    float[] found =
        Medians.of(
            odd,
            digits -> {
              long[] counts = digits.of(store, all(4));
              most[0] = Math.max(most[0], counts.length);
              return counts;
            });
    float[] expected = new float[odd.length];
    for (int i = 0; i < odd.length; i++) expected[i] = odd[i] + 2.5f;
    assertArrayEquals(expected, found);
    assertEquals(Medians.AT_ONCE * 2 * 256, most[0]);
  }

  @Test
  void theMeanOfTheGreatestTwoIsFinite() {
    float[] found =
        medians(
            new float[] {
              1, 1, 1, Float.MAX_VALUE, 1, 1,
              1, 1, 1, Float.MAX_VALUE, 1, 1
            });
    assertEquals(Float.MAX_VALUE, found[3]);
  }
}
