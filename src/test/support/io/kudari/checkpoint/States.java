package io.kudari.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.math.Slice;
import io.kudari.state.SameState;
import io.kudari.state.StateWriter;
import io.kudari.train.TrainState;
import java.util.Map;
import java.util.TreeMap;

/** Training states to save. */
final class States {

  private States() {}

  /** A checkpoint that is different for every step. */
  static Checkpoint at(long step) {
    int size = 37;
    StateWriter writer = new StateWriter(new Slice(0, size));
    writer.numbers("rates", 0.1 + step, Double.NaN, Double.MIN_VALUE);
    writer.numbers("nothing");
    writer.within("algorithm").numbers("local", -0.0);
    writer.slices("slots", new float[][] {values(size, step, 1), values(size, step, 2)});
    if (step % 2 == 0) writer.ofWorker("kept", 3, new float[][] {values(5, step, 3)});
    TrainState state =
        new TrainState(
            new Slice(0, size),
            step,
            (int) (step / 10),
            (int) (step % 10) * 16,
            step / 3.0,
            0.25,
            values(size, step, 0),
            writer.state());
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
    assertEquals(a.epoch(), b.epoch());
    assertEquals(a.position(), b.position());
    assertEquals(
        Double.doubleToRawLongBits(a.epochLoss()), Double.doubleToRawLongBits(b.epochLoss()));
    assertEquals(a.rateFactor(), b.rateFactor());
    assertArrayEquals(bits(a.parameters()), bits(b.parameters()));
    SameState.assertSame(a.state(), b.state());
    assertEquals(expected.origin(), actual.origin());
    assertEquals(expected.eventBytes(), actual.eventBytes());
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToRawIntBits(values[i]);
    return bits;
  }
}
