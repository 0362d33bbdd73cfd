package io.kudari.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.math.Slice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateTest {

  /** Three loops, of which the last has no slice; each hosts workers. */
  private static final List<Slice> SLICES =
      List.of(new Slice(0, 2), new Slice(2, 5), new Slice(5, 5));

  @Test
  void partsJoinToAWholeFromWhichAnyLoopReadsItsOwn() {
    StateReader whole = new StateReader(joined(), new Slice(1, 4));
    StateReader reader = whole.within("thing");
    assertArrayEquals(new double[] {0.1, Double.NaN}, reader.numbers("numbers", 2));
    assertArrayEquals(new float[][] {{1, 2, 3}, {11, 12, 13}}, reader.slices("slots"));
    assertArrayEquals(new float[] {7, 8}, reader.replicated("all"));
    for (int v = 0; v < 3; v++)
      assertArrayEquals(new float[][] {{v, v}}, reader.ofWorker("kept", v));
    assertArrayEquals(new float[0][], reader.ofWorker("kept", 3));
    whole.done();
  }

  @Test
  void wholeVectorsAreReadByAllAndNamesEndWhereTheyEnd() {
    StateReader reader = new StateReader(joined(), new Slice(0, 0)).within("thing");
    assertArrayEquals(new float[][] {{0, 1, 2, 3, 4}, {10, 11, 12, 13, 14}}, reader.whole("slots"));
    assertEquals(0, reader.whole("slot").length);
    assertEquals(3, joined().without("thin").numbers().size() + 2);
    assertEquals(true, joined().without("thing").isEmpty());
  }

  @Test
  void whatIsMissingOrLeftOverIsNamed() {
    StateReader reader = new StateReader(joined(), new Slice(0, 5)).within("thing");
    var missing = assertThrows(IllegalArgumentException.class, () -> reader.numbers("other"));
    assertEquals("the state has no thing/other", missing.getMessage());
    var count = assertThrows(IllegalArgumentException.class, () -> reader.numbers("numbers", 3));
    assertEquals("the state has 2 numbers thing/numbers, not 3", count.getMessage());
    var left = assertThrows(IllegalArgumentException.class, reader::done);
    assertEquals("the state has thing/all, which this plan does not keep", left.getMessage());
  }

  @Test
  void partsOfDifferentThingsDoNotJoin() {
    List<State> parts = parts();
    parts.set(1, parts.get(1).without("thing/slots"));
    var e = assertThrows(IllegalArgumentException.class, () -> State.join(SLICES, parts));
    assertEquals("a part of the state has no thing/slots/0000", e.getMessage());
  }

  @Test
  void aWriterRefusesSlicesOfAnotherLength() {
    StateWriter writer = new StateWriter(new Slice(0, 3));
    assertThrows(
        IllegalArgumentException.class, () -> writer.slices("slots", new float[][] {{1, 2}}));
  }

  private static State joined() {
    State joined = State.join(SLICES, parts());
    assertEquals(3, joined.hosted());
    return joined;
  }

  private static List<State> parts() {
    List<State> parts = new ArrayList<>();
    for (int p = 0; p < SLICES.size(); p++) {
      StateWriter writer = new StateWriter(SLICES.get(p));
      int worker = p;
      writer.save(
          new Stateful() {
            @Override
            public String name() {
              return "thing";
            }

            @Override
            public void save(StateWriter to) {
              Slice own = SLICES.get(worker);
              to.numbers("numbers", 0.1, Double.NaN);
              to.slices("slots", new float[][] {values(own, 0), values(own, 10)});
              to.replicated("all", new float[] {7, 8});
              to.hosts(1, 3);
              to.ofWorker("kept", worker, new float[][] {{worker, worker}});
            }

            @Override
            public void restore(StateReader from) {
              throw new UnsupportedOperationException();
            }
          });
      parts.add(writer.state());
    }
    return parts;
  }

  private static float[] values(Slice own, int base) {
    float[] values = new float[own.size()];
    for (int i = 0; i < values.length; i++) values[i] = base + own.from() + i;
    return values;
  }
}
