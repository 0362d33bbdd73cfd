package io.kudari.run;

import io.kudari.checkpoint.SavedModel;
import io.kudari.event.Event;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.util.function.Consumer;

/** What becomes of a training: its events, its states on the way, its model. */
interface Results extends Consumer<Event>, AutoCloseable {

  /** Where training states go; may be called on any thread. */
  void save(TrainState state);

  /**
   * The training has ended by itself, or because it was asked to.
   *
   * @param interrupted whether somebody waits for the end
   */
  void finished(SavedModel model, boolean interrupted) throws IOException, InterruptedException;

  /** The training has failed. */
  void failed(Throwable failure);

  @Override
  void close();

  /** Events are told, and nothing is kept. */
  static Results unrecorded(RunListener listener) {
    return new Results() {
      @Override
      public void accept(Event event) {
        if (event instanceof Event.Reading r) listener.reading(r);
        else listener.on(event);
      }

      @Override
      public void save(TrainState state) {}

      @Override
      public void finished(SavedModel model, boolean interrupted) {}

      @Override
      public void failed(Throwable failure) {}

      @Override
      public void close() {}
    };
  }
}
