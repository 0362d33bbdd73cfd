package io.kudari.run;

import io.kudari.event.Event;
import io.kudari.record.TensorBoardLog;
import java.io.IOException;

/** Writes an event file for TensorBoard. When it cannot, it says so once and training goes on. */
final class TensorBoardFile implements FolderListener {

  static final String KEY = "train.tensorboard";

  private final TensorBoardLog log;
  private final RunListener warned;
  private boolean fails;

  /**
   * To an open log.
   *
   * @param log closed with this
   */
  TensorBoardFile(TensorBoardLog log, RunListener warned) {
    this.log = log;
    this.warned = warned;
  }

  @Override
  public void on(Event event) {
    if (fails) return;
    try {
      log.accept(event);
    } catch (RuntimeException e) {
      warn("cannot be written: " + e.getMessage() + "; training goes on without");
    }
  }

  @Override
  public void close() {
    try {
      log.close();
    } catch (IOException | RuntimeException e) {
      warn("cannot be closed: " + e.getMessage());
    }
  }

  private void warn(String what) {
    if (!fails) warned.warning(KEY + ": the event file " + what);
    fails = true;
  }
}
