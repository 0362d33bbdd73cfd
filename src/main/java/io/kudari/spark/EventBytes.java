package io.kudari.spark;

import io.kudari.train.Event;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Events as messages, by Java's serialisation, of which only our own records are let in. */
final class EventBytes {

  /** No message is longer: the confusion matrix of 1,000 classes fits. */
  static final int MOST = 16 << 20;

  private static final ObjectInputFilter ONLY_EVENTS =
      ObjectInputFilter.Config.createFilter(
          "maxdepth=10;maxrefs=10000;maxarray=67108864;io.kudari.train.*;io.kudari.model.*;java.lang.Enum;java.lang.Record;!*");

  private EventBytes() {}

  /** A message of several events, or of none. */
  static ByteBuffer write(List<Event> events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(events.toArray(Event[]::new));
    } catch (IOException e) {
      throw new IllegalStateException("events are serialisable: " + events, e);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /** What {@link #write} wrote. */
  static List<Event> read(ByteBuffer message) throws IOException, ClassNotFoundException {
    byte[] bytes = new byte[message.remaining()];
    message.get(bytes);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      in.setObjectInputFilter(ONLY_EVENTS);
      return List.of((Event[]) in.readObject());
    }
  }
}
