package io.kudari.setting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [0, 1)           | 0   | true
          [0, 1)           | 1   | false
          (0, 1]           | 0   | false
          (0, 1]           | 1   | true
          [0, inf)         | 1e308 | true
          [0, inf)         | Infinity | false
          [0, inf)         | NaN | false
          whole [1, 9]     | 9   | true
          whole [1, 9]     | 2.5 | false
          whole [1, 9]     | 10  | false
          (1e-4, 1)        | 1e-4 | false
          """)
  void anIntervalHoldsWhatIsWithinItsEnds(String interval, double value, boolean holds) {
    Setting<?> setting = Setting.of("x", null, interval, "");
    if (holds) assertEquals(value, setting.check(value));
    else {
      var e = assertThrows(SettingException.class, () -> setting.check(value));
      assertEquals("x must be within " + interval + ", not " + value, e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1          | must be within 2..5, not 1.0
          6          | must be within 2..5, not 6.0
          2.5        | must be a whole number, not 2.5
          1e300      | must be within 2..5, not 1.0E300
          NaN        | must be a whole number, not NaN
          -Infinity  | must be within 2..5, not -Infinity
          """)
  void aWholeNumberOutOfItsRangeIsRefusedWithTheRule(double value, String rule) {
    Range.Whole range = new Range.Whole(2, 5);
    var e = assertThrows(IllegalArgumentException.class, () -> range.read(value));
    assertEquals(rule, e.getMessage());
    assertEquals(5, range.read(5.0));
    assertEquals(2, range.read(2));
  }

  @Test
  void aWholeNumberBeyondAnIntIsToldTheUpperEnd() {
    Range.Whole range = new Range.Whole(1, Integer.MAX_VALUE);
    var above = assertThrows(IllegalArgumentException.class, () -> range.read(1e300));
    assertEquals("must be within 1..2147483647, not 1.0E300", above.getMessage());
    var below = assertThrows(IllegalArgumentException.class, () -> range.read(0));
    assertEquals("must be at least 1, not 0", below.getMessage());
  }

  @Test
  void sixtyFourBitsAreKeptAsFarAsADoubleCanTell() {
    Range.Wide range = new Range.Wide();
    assertEquals((1L << 60) + 1, range.read((1L << 60) + 1));
    assertThrows(IllegalArgumentException.class, () -> range.read(1e19));
    assertThrows(IllegalArgumentException.class, () -> range.read(0.5));
  }

  /** What is declared must itself be allowed. */
  @Test
  void aDefaultOutOfItsRangeIsRefusedWhereItIsDeclared() {
    assertThrows(IllegalArgumentException.class, () -> Setting.of("x", 2.0, "[0, 1)", ""));
    assertThrows(IllegalArgumentException.class, () -> Setting.whole("x", 9, 0, 1, ""));
    assertThrows(IllegalArgumentException.class, () -> Setting.number("x", 1.0, "[0, 1)", ""));
  }

  @Test
  void theNearestNameIsTheFirstOfThoseWithTheFewestEdits() {
    List<String> known = List.of("epochs", "batch", "patch");
    assertEquals(Optional.of("epochs"), Nearest.to("epoch", known));
    assertEquals(Optional.of("batch"), Nearest.to("catch", known));
    assertEquals(Optional.empty(), Nearest.to("x", List.of()));
    assertEquals(" (did you mean epochs?)", Nearest.hint("epoch", known));
    assertEquals(" (known: batch, epochs, patch)", Nearest.hint("xyzzyx", known));
    assertEquals("", Nearest.hint("x", List.of()));
  }
}
