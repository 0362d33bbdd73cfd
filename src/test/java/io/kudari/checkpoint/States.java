package io.kudari.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.math.Slice;
import io.kudari.train.EarlyStopping;
import io.kudari.train.TrainState;
import java.util.Map;
import java.util.TreeMap;

/** Training states to save. */
final class States {

  private States() {}

  /** A checkpoint that is different for every step. */
  static Checkpoint at(long step) {
    int size = 37;
    TrainState state =
        new TrainState(
            new Slice(0, size),
            step,
            (int) (step / 10),
            (int) (step % 10) * 16,
            step / 3.0,
            new EarlyStopping.Progress(Double.NEGATIVE_INFINITY, -1, 0),
            new double[] {0.1 + step, Double.NaN, Double.MIN_VALUE},
            new double[] {-0.0},
            new double[] {step, 0.75, Double.NaN},
            values(size, step, 0),
            new float[][] {values(size, step, 1), values(size, step, 2)},
            step % 2 == 0 ? values(size, step, 3) : new float[0]);
    return new Checkpoint(state, origin(), 1000 + step);
  }

  static Origin origin() {
    return new Origin(
        "train { epochs = 3 }\n",
        "abc",
        new TreeMap<>(Map.of("data.train", "12 examples")),
        new TreeMap<>(Map.of("kudari", "1", "java", "17")));
  }

  private static float[] values(int size, long step, int which) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++)
      values[i] = Float.intBitsToFloat((int) (i * 7919 + step * 31 + which));
    values[0] = Float.intBitsToFloat(0x7fc00001 + which);
    values[1] = -0f;
    return values;
  }

  /** The same to the last bit. */
  static void assertSame(Checkpoint expected, Checkpoint actual) {
    TrainState a = expected.state();
    TrainState b = actual.state();
    assertEquals(a.step(), b.step());
    assertArrayEquals(a.noise(), b.noise());
    assertEquals(a.epoch(), b.epoch());
    assertEquals(a.position(), b.position());
    assertEquals(
        Double.doubleToRawLongBits(a.epochLoss()), Double.doubleToRawLongBits(b.epochLoss()));
    assertEquals(a.progress(), b.progress());
    assertArrayEquals(a.rates(), b.rates());
    assertArrayEquals(a.localSteps(), b.localSteps());
    assertArrayEquals(bits(a.parameters()), bits(b.parameters()));
    assertEquals(a.slots().length, b.slots().length);
    for (int k = 0; k < a.slots().length; k++)
      assertArrayEquals(bits(a.slots()[k]), bits(b.slots()[k]));
    assertArrayEquals(bits(a.best()), bits(b.best()));
    assertEquals(expected.origin(), actual.origin());
    assertEquals(expected.eventBytes(), actual.eventBytes());
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToRawIntBits(values[i]);
    return bits;
  }
}
