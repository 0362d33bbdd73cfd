package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

  @Property(tries = 200)
  void partsAreAscendingDisjointAndComplete(
      @ForAll @IntRange(max = 300) int examples,
      @ForAll @DoubleRange(max = 0.99) double fraction,
      @ForAll long seed) {
    Split split = Split.of(examples, fraction, seed);
    assertAscending(split.training());
    assertAscending(split.validation());
    int[] all =
        IntStream.concat(Arrays.stream(split.training()), Arrays.stream(split.validation()))
            .sorted()
            .toArray();
    assertArrayEquals(IntStream.range(0, examples).toArray(), all);
    assertTrue(examples == 0 || split.training().length > 0);
    assertTrue(Math.abs(split.validation().length - examples * fraction) <= 1);
  }

  private static void assertAscending(int[] ids) {
    for (int i = 1; i < ids.length; i++) assertTrue(ids[i - 1] < ids[i]);
  }

  @Test
  void seedDecidesWhoIsHeldOut() {
    assertArrayEquals(Split.of(100, 0.2, 1).validation(), Split.of(100, 0.2, 1).validation());
    assertFalse(
        Arrays.equals(Split.of(100, 0.2, 1).validation(), Split.of(100, 0.2, 2).validation()));
  }

  @Test
  void aFractionOfNothingHoldsOutNothingAndASmallOneAtLeastOne() {
    assertEquals(0, Split.of(100, 0, 1).validation().length);
    assertEquals(20, Split.of(100, 0.2, 1).validation().length);
    assertEquals(1, Split.of(100, 0.001, 1).validation().length);
    assertEquals(0, Split.of(1, 0.9, 1).validation().length);
    assertEquals(0, Split.of(0, 0.5, 1).validation().length);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyClassGivesItsShareAndKeepsOneForTraining(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int classes = 1 + random.nextInt(9);
    double fraction = random.nextDouble();
    int[] labels =
        IntStream.range(0, classes + random.nextInt(400))
            .map(i -> i < classes ? i : (int) Math.sqrt(random.nextInt(classes * classes)))
            .toArray();
    Split split = Split.stratified(labels, classes, fraction, seed);
    assertAscending(split.training());
    assertAscending(split.validation());
    assertEquals(
        labels.length,
        IntStream.concat(IntStream.of(split.training()), IntStream.of(split.validation()))
            .distinct()
            .count());
    for (int c = 0; c < classes; c++) {
      int label = c;
      long all = IntStream.of(labels).filter(l -> l == label).count();
      long held = IntStream.of(split.validation()).filter(i -> labels[i] == label).count();
      String what = "seed " + seed + ", " + held + " of " + all + ", share " + fraction;
      assertTrue(held < all && Math.abs(held - all * fraction) <= 1, what);
    }
    int wanted = (int) Math.round(labels.length * fraction);
    assertTrue(Math.abs(split.validation().length - wanted) <= classes);
    assertArrayEquals(
        split.validation(), Split.stratified(labels, classes, fraction, seed).validation());
  }

  @Test
  void aStratifiedSplitHoldsOutAsManyAsTheOtherWhereEveryClassHasEnough() {
    int[] labels = IntStream.range(0, 1000).map(i -> i % 7).toArray();
    Split one = Split.stratified(labels, 7, 0.1, 1);
    assertEquals(100, one.validation().length);
    assertFalse(Arrays.equals(one.validation(), Split.stratified(labels, 7, 0.1, 2).validation()));
    assertEquals(0, Split.stratified(labels, 7, 0, 1).validation().length);
    assertEquals(1, Split.stratified(labels, 7, 1e-9, 1).validation().length);
    assertEquals(0, Split.stratified(new int[] {0, 1, 2}, 3, 0.5, 1).validation().length);
  }

  @Test
  void fractionsOutsideTheRangeAreRefused() {
    for (double fraction : new double[] {-0.1, 1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> Split.of(10, fraction, 1));
    }
  }
}
