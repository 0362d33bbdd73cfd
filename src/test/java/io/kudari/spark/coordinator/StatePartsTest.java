package io.kudari.spark.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.math.Slice;
import io.kudari.state.State;
import io.kudari.state.Tensor;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatePartsTest {

  private static final int PARAMETERS = 4;

  /** As Java's serialisation reads it without a word. */
  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void aHeadWhoseMapsHoldSomethingElseIsRefused() {
    TreeMap numbers = new TreeMap();
    numbers.put("rates", "text");
    TreeMap<String, Tensor> tensors = new TreeMap<>();
    var e = assertThrows(IOException.class, () -> receive(new State(numbers, tensors, 0, 0)));
    assertEquals("the head of a part that lacks something", e.getMessage());
    TreeMap names = new TreeMap();
    names.put(1, new double[1]);
    assertThrows(IOException.class, () -> receive(new State(names, tensors, 0, 0)));
  }

  @Test
  void aHeadIsReadAsItWasSent() throws IOException {
    TreeMap<String, double[]> numbers = new TreeMap<>();
    numbers.put("rates", new double[] {2});
    TrainState read = receive(new State(numbers, new TreeMap<>(), 0, 0)).part();
    assertEquals(7, read.step());
    assertEquals(2, read.state().numbers().get("rates")[0]);
  }

  private static StateParts receive(State state) throws IOException {
    TrainState part =
        new TrainState(new Slice(0, PARAMETERS), 7, 1, 40, 0.5, 1, new float[PARAMETERS], state);
    ByteBuffer head = StateParts.of(part).head();
    head.position(head.position() + LineMessage.HEAD.room(0).position());
    return StateParts.receive(head, PARAMETERS);
  }
}
