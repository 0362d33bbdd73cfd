package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.model.MiniBatch;
import io.kudari.model.Scaling;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSinkTest {

  private static final Schema SCHEMA =
      new Schema(Shape.flat(2), 3, 0, List.of(), List.of(), List.of());

  private static final Scaling SCALING = new Scaling(new float[] {1, 2}, new float[] {3, 4});

  /** Hands out batches of two, and writes down what they hold. */
  private static final class Written implements BatchSink.Computing {

    private final List<String> batches = new ArrayList<>();

    @Override
    public MiniBatch empty(boolean ofBytes) {
      return MiniBatch.labelled(Shape.flat(2), 2);
    }

    @Override
    public void full(MiniBatch batch) {
      float[] features = Arrays.copyOf(batch.features(), 2 * batch.count());
      int[] labels = Arrays.copyOf(batch.labels, batch.count());
      batches.add(Arrays.toString(features) + Arrays.toString(labels));
    }
  }

  private final Written written = new Written();
  private final List<String> notes = new ArrayList<>();

  private BatchSink sink(boolean labels, Offsets offsets) {
    Normalizer normalizer =
        new Normalizer(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, SCALING, offsets);
    return new BatchSink("set", SCHEMA, normalizer, labels, notes::add, written);
  }

  @Test
  void batchesFollowTheSourceAndTheLastIsShort() {
    BatchSink sink = sink(true, Offsets.NONE);
    sink.begin(Shape.flat(2), false, 3, 0);
    for (int i = 0; i < 3; i++) sink.add(new double[] {i, 2}, i);
    assertEquals(1, written.batches.size(), "one of two waits for more");
    sink.finish();
    assertEquals(List.of("[-3.0, 0.0, 0.0, 0.0][0, 1]", "[3.0, 0.0][2]"), written.batches);
  }

  @Test
  void offsetsAreTakenFromNumbersAsDoublesAndFromBytes() {
    BatchSink sink = sink(false, new Offsets(new double[] {1e9, 0}));
    sink.begin(Shape.flat(2), false, 3, 0);
    sink.add(new double[] {1e9 + 2, 3});
    sink.finish();
    assertEquals(List.of("[3.0, 4.0][0]"), written.batches);
    BatchSink ofBytes = sink(false, new Offsets(new double[] {100, 0}));
    ofBytes.begin(Shape.flat(2), true, 3, 0);
    ofBytes.add(new byte[] {(byte) 202, 3});
    ofBytes.finish();
    assertEquals("[303.0, 4.0][0]", written.batches.get(1));
  }

  @Test
  void bytesBecomeTheSameFeaturesAsNumbers() {
    for (boolean bytes : new boolean[] {true, false}) {
      BatchSink sink = sink(false, Offsets.NONE);
      sink.begin(Shape.flat(2), bytes, 3, 0);
      if (bytes) sink.add(new byte[] {7, (byte) 255}, 1);
      else sink.add(new double[] {7, 255}, 1);
      sink.finish();
    }
    assertEquals("[18.0, 1012.0][0]", written.batches.get(0), "labels that are not needed");
    assertEquals(written.batches.get(0), written.batches.get(1));
  }

  @Test
  void notesAreToldOnceAndOnlyOfASetThatFits() {
    BatchSink wrong = sink(false, Offsets.NONE);
    wrong.note("of the wrong");
    assertThrows(DataException.class, () -> wrong.begin(Shape.flat(3), false, 3, 0));
    assertEquals(List.of(), notes);
    BatchSink sink = sink(false, Offsets.NONE);
    sink.note("one");
    sink.note("one");
    sink.begin(Shape.flat(2), false, 3, 0);
    sink.note("one");
    sink.note("two");
    assertArrayEquals(new String[] {"one", "two"}, notes.toArray());
  }

  @Test
  void aSetWithoutExamplesIsAnError() {
    BatchSink sink = sink(false, Offsets.NONE);
    sink.begin(Shape.flat(2), false, 3, 0);
    assertEquals(
        "set: holds no examples", assertThrows(DataException.class, sink::finish).getMessage());
  }
}
