package io.kudari.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;

/** Compares states to the last bit. */
public final class SameState {

  private SameState() {}

  /** Both have the same names, scopes and bits. */
  public static void assertSame(State expected, State actual) {
    assertEquals(expected.numbers().keySet(), actual.numbers().keySet());
    expected
        .numbers()
        .forEach(
            (name, values) ->
                assertArrayEquals(bits(values), bits(actual.numbers().get(name)), name));
    assertEquals(expected.tensors().keySet(), actual.tensors().keySet());
    expected
        .tensors()
        .forEach(
            (name, tensor) -> {
              assertEquals(tensor.scope(), actual.tensors().get(name).scope(), name);
              assertArrayEquals(bits(tensor.data()), bits(actual.tensors().get(name).data()), name);
            });
  }

  private static long[] bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToRawIntBits(values[i]);
    return bits;
  }
}
