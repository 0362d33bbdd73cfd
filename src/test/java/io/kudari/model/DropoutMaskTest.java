package io.kudari.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DropoutMaskTest {

  private static final MiniBatch.Draw DRAW = new MiniBatch.Draw(1, 2, 3);

  @Test
  void theShareOfDroppedUnitsIsTheRateAndTheMeanStaysOne() {
    for (double rate : new double[] {0.1, 0.5, 0.8}) {
      float[] mask = mask(100_000, DRAW, 0, rate);
      int dropped = 0;
      double sum = 0;
      for (float m : mask) {
        if (m == 0) dropped++;
        else assertEquals((float) (1 / (1 - rate)), m);
        sum += m;
      }
      double deviation = 5 * Math.sqrt(rate * (1 - rate) / mask.length);
      assertEquals(rate, (double) dropped / mask.length, deviation);
      assertEquals(1, sum / mask.length, deviation / (1 - rate));
    }
  }

  @Test
  void rateZeroKeepsEverything() {
    for (float m : mask(1000, DRAW, 0, 0)) assertEquals(1, m);
  }

  @Test
  void everyPartOfTheNameMatters() {
    float[] mask = mask(64, DRAW, 4, 0.5);
    assertArrayEquals(mask, mask(64, new MiniBatch.Draw(1, 2, 3), 4, 0.5));
    assertFalse(Arrays.equals(mask, mask(64, DRAW, 5, 0.5)));
    assertFalse(Arrays.equals(mask, mask(64, new MiniBatch.Draw(9, 2, 3), 4, 0.5)));
    assertFalse(Arrays.equals(mask, mask(64, new MiniBatch.Draw(1, 9, 3), 4, 0.5)));
    assertFalse(Arrays.equals(mask, mask(64, new MiniBatch.Draw(1, 2, 9), 4, 0.5)));
  }

  @Test
  void aShorterMaskIsAPrefixOfALongerOne() {
    float[] longer = mask(100, DRAW, 0, 0.3);
    assertArrayEquals(Arrays.copyOf(longer, 37), mask(37, DRAW, 0, 0.3));
  }

  @Test
  void nothingBehindTheLengthIsTouched() {
    float[] mask = {7, 7, 7};
    DropoutMask.fill(mask, 2, DRAW, 0, 0.5);
    assertTrue(mask[0] != 7 && mask[1] != 7);
    assertEquals(7, mask[2]);
  }

  private static float[] mask(int length, MiniBatch.Draw draw, int layer, double rate) {
    float[] mask = new float[length];
    DropoutMask.fill(mask, length, draw, layer, rate);
    return mask;
  }
}
