package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellTextTest {

  private static final long SEED = 1990;

  @Test
  void aNumberHasTheBitsThatJavaReads() {
    Random random = new Random(SEED);
    for (int i = 0; i < 200_000; i++) {
      String text = decimal(random);
      double expected = Double.parseDouble(text);
      double found = CellText.number(text);
      String which = text + ", seed " + SEED;
      assertEquals(Float.parseFloat(text), (float) found, which);
      boolean halfway = (Double.doubleToRawLongBits(expected) & (1L << 29) - 1) == 1L << 28;
      boolean exact = !halfway && (expected == 0 || Math.abs(expected) >= Float.MIN_NORMAL);
      if (exact)
        assertEquals(
            Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(found), which);
    }
  }

  /** Of up to 18 digits, some before and some behind a point, if there is one. */
  private static String decimal(Random random) {
    int digits = 1 + random.nextInt(18);
    int point = random.nextInt(digits + 2);
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
    for (int i = 0; i < digits; i++) {
      if (i == point) text.append('.');
      text.append((char) ('0' + (random.nextInt(3) == 0 ? 0 : random.nextInt(10))));
    }
    if (point == digits) text.append('.');
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", ".", "-.", "1..2", "1.2.3", "--1", "1-", "12a", "1_0", "٣", "0x1"})
  void whatIsNoDecimalNumberIsNone(String text) {
    assertTrue(Double.isNaN(CellText.number(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-0", "-0.0", "0", "+1", ".5", "5.", "1e3", "1e-400", " 7", "0000000000000000001"})
  void numbersOfOtherLooksAreThose(String text) {
    assertEquals(Double.parseDouble(text), CellText.number(text));
  }
}
