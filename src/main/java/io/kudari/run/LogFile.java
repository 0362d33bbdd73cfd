package io.kudari.run;

import io.kudari.event.Event;
import io.kudari.record.EventLog;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes {@code events.jsonl}. When it cannot, it says so once and training goes on. */
final class LogFile implements FolderListener {

  private final EventLog log;
  private final RunListener warned;
  private boolean fails;

  /**
   * To an open log.
   *
   * @param log closed with this
   */
  LogFile(EventLog log, RunListener warned) {
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
    } catch (IOException | RuntimeException e) {
      warn(RunFolder.EVENTS + ": cannot be closed: " + e.getMessage());
    }
  }

  private void warn(String line) {
    if (!fails) warned.warning(line);
    fails = true;
  }
}
