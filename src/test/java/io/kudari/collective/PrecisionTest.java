package io.kudari.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.RandomStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 16 bits against all numbers that they can say. */
class PrecisionTest {

  private static final long SEED = 20261128;

  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void everyNumberOf16BitsStaysWhatItIs(Precision precision) {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = precision.value((short) bits);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(precision.round(value)));
        assertTrue(Float.isNaN(precision.value(precision.bits(value))));
        continue;
      }
      assertEquals(value, precision.round(value));
      assertEquals((short) bits, precision.bits(value));
    }
  }

  /** Known numbers of IEEE 754's half precision. */
  @Test
  void halfPrecisionHasTheBitsOfTheStandard() {
    assertEquals(1f, Precision.FP16.value((short) 0x3c00));
    assertEquals(-2f, Precision.FP16.value((short) 0xc000));
    assertEquals(65504f, Precision.FP16.value((short) 0x7bff));
    assertEquals(0x1p-24f, Precision.FP16.value((short) 1));
    assertEquals(0x1p-14f, Precision.FP16.value((short) 0x400));
    assertEquals(Float.NEGATIVE_INFINITY, Precision.FP16.value((short) 0xfc00));
    assertEquals(65504f, Precision.FP16.round(Math.nextDown(65520f)));
    assertEquals(Float.POSITIVE_INFINITY, Precision.FP16.round(65520f));
    assertEquals(Float.NEGATIVE_INFINITY, Precision.BF16.round(-Float.MAX_VALUE));
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void everyFloatBecomesTheNearestAndOfTwoTheEvenOne(Precision precision) {
    float[] all = new float[0x7c00];
    int count = 0;
    for (int bits = 0; bits < all.length; bits++) {
      float value = precision.value((short) bits);
      if (Float.isFinite(value)) all[count++] = value;
    }
    RandomStream random = new RandomStream(SEED, RandomStream.Purpose.TEST, 0, 0);
    for (int trial = 0; trial < 200_000; trial++) {
      int low = random.below(count - 1);
      float below = all[low];
      float above = all[low + 1];
      float middle = (float) ((below + (double) above) / 2);
      float x =
          switch (trial % 4) {
            case 0 -> middle;
            case 1 -> Math.nextUp(middle);
            case 2 -> Math.nextDown(middle);
            default -> below + (above - below) * random.uniform();
          };
      float even = low % 2 == 0 ? below : above;
      float nearest = x == middle ? even : x < middle ? below : above;
      assertEquals(nearest, precision.round(x), x + ", seed " + SEED);
      assertEquals(-nearest, precision.round(-x), -x + ", seed " + SEED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadFromTheBuffersPosition(Precision precision) {
    float[] values = {9, 0, -0f, 1.5f, -3, 0x1p-20f, Float.POSITIVE_INFINITY, 7};
    ByteBuffer message = ByteBuffer.allocate(64).position(5);
    precision.put(values, 1, 6, message);
    assertEquals(5, message.position());
    float[] read = new float[7];
    precision.get(message, read, 6);
    assertArrayEquals(Arrays.copyOfRange(values, 1, 7), Arrays.copyOf(read, 6));
    for (int i = 5 + 6 * precision.bytes(); i < 64; i++) assertEquals(0, message.get(i));
  }
}
