package io.kudari.run;

import io.kudari.event.Event;
import java.util.List;
import java.util.function.Consumer;

/**
 * Passes events on, and tells when training begins what was done before.
 *
 * @param before what to tell then
 */
record Beginning(Consumer<Event> to, List<Event> before) implements Consumer<Event> {

  @Override
  public void accept(Event event) {
    to.accept(event);
    if (event instanceof Event.Started) before.forEach(to);
  }
}
