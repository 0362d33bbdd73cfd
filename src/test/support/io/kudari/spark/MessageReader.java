package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.DataException;
import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.math.Slice;
import io.kudari.spark.coordinator.EventBytes;
import io.kudari.spark.coordinator.StateParts;
import io.kudari.state.StateWriter;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/** The bodies of messages to the driver, behind their checksum, for whoever changes them. */
public final class MessageReader {

  private static final int PARAMETERS = 40;

  private MessageReader() {}

  /** One of each kind that carries objects. */
  public static Map<String, byte[]> valid() {
    Event[] events = {
      new Event.Started("all-reduce", "gradient-sharing", 2, 1, 4, 100, 60, 10, 20, 2, 10),
      new Event.StepDone(3, 0, 1, 12, 0.5, 0.1, new StepTimes(1, 2, 3, 4, 5)),
      new Event.Diverged(4, "the loss is NaN", "skipped")
    };
    StateWriter writer = new StateWriter(new Slice(0, PARAMETERS));
    writer.numbers("rates", 1, 2);
    writer.slices("slots", new float[2][PARAMETERS]);
    TrainState state =
        new TrainState(
            new Slice(0, PARAMETERS), 7, 1, 40, 0.5, 1, new float[PARAMETERS], writer.state());
    ByteBuffer head = StateParts.of(state).head();
    byte[] body = new byte[head.remaining() - 5];
    head.get(5, body);
    return Map.of("events", EventBytes.write("events", events), "head", body);
  }

  /** Reads them as the driver does, which hangs up on an IOException. */
  public static void read(Map<String, byte[]> messages) {
    try {
      Event[] events = EventBytes.read(ByteBuffer.wrap(messages.get("events")), Event[].class);
      assertTrue(events.length < 1000, "a few events");
      StateParts head = StateParts.receive(ByteBuffer.wrap(messages.get("head")), PARAMETERS);
      assertTrue(head.part().slice().to() <= PARAMETERS, "a part of the vector");
    } catch (IOException e) {
      throw new DataException("refused", e);
    }
  }
}
