package io.kudari.spark.recovery;

import io.kudari.event.Event;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Hands events on, and before the first step another one, asked for then. Used by one thread. */
final class FirstStep implements Consumer<Event> {

  private final Consumer<Event> events;
  private Supplier<Event> beforeOrNull;

  FirstStep(Consumer<Event> events, Supplier<Event> before) {
    this.events = events;
    this.beforeOrNull = before;
  }

  @Override
  public void accept(Event event) {
    if (beforeOrNull != null && event instanceof Event.StepDone) {
      events.accept(beforeOrNull.get());
      beforeOrNull = null;
    }
    events.accept(event);
  }
}
