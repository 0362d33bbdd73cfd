package io.kudari.run;

import io.kudari.event.Event;
import java.util.List;

/** Several listeners as one, told in their order. */
record Listeners(List<RunListener> all) implements RunListener {

  @Override
  public void on(Event event) {
    all.forEach(listener -> listener.on(event));
  }

  @Override
  public void earlier(Event event) {
    all.forEach(listener -> listener.earlier(event));
  }

  @Override
  public void reading(Event.Reading progress) {
    all.forEach(listener -> listener.reading(progress));
  }

  @Override
  public void notice(String line) {
    all.forEach(listener -> listener.notice(line));
  }

  @Override
  public void warning(String line) {
    all.forEach(listener -> listener.warning(line));
  }
}
