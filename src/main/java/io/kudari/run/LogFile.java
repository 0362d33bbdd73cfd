package io.kudari.run;

import io.kudari.event.Event;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Writes events to a log. When it cannot, it says so once and training goes on. */
final class LogFile<L extends Consumer<Event> & AutoCloseable> implements FolderListener {

  private final String name;
  private final L log;
  private final RunListener warned;
  private boolean fails;

  /**
   * To an open log.
   *
   * @param name what a warning begins with
   * @param log closed with this
   */
  LogFile(String name, L log, RunListener warned) {
    this.name = name;
    this.log = log;
    this.warned = warned;
  }

  @Override
  public void on(Event event) {
    try {
      log.accept(event);
    } catch (UncheckedIOException e) {
      warn(e.getMessage() + "; training goes on");
    }
  }

  @Override
  public void close() {
    try {
      log.close();
    } catch (Exception e) {
      warn("cannot be closed: " + e.getMessage());
    }
  }

  private void warn(String what) {
    if (!fails) warned.warning(name + ": " + what);
    fails = true;
  }
}
