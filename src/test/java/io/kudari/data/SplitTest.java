package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

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

  @Test
  void fractionsOutsideTheRangeAreRefused() {
    for (double fraction : new double[] {-0.1, 1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> Split.of(10, fraction, 1));
    }
  }
}
