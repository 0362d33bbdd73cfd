package io.kudari.run;

import io.kudari.checkpoint.SavedModel;
import io.kudari.event.Event;
import io.kudari.model.Figures;
import io.kudari.model.ModelSpec;
import java.util.Optional;
import java.util.TreeMap;

/** Listens for what an {@link Outcome} tells. */
final class Ending implements RunListener {

  private final TreeMap<Integer, Event.EpochDone> epochs = new TreeMap<>();
  private Event.Evaluated within;
  private Event.Finished finished;

  @Override
  public void on(Event event) {
    if (event instanceof Event.EpochDone e) {
      // Epochs that are done again replace those behind them.
      epochs.tailMap(e.epoch()).clear();
      epochs.put(e.epoch(), e);
    }
    if (event instanceof Event.Evaluated e && e.subset().equals("validation")) within = e;
    if (event instanceof Event.Finished f) finished = f;
  }

  /** Whether the training has ended by itself. */
  boolean isTold() {
    return finished != null;
  }

  Outcome outcome(SavedModel model, ModelSpec network) {
    int epoch = finished.restored() >= 0 ? finished.restored() : finished.epochs() - 1;
    Optional<Figures> validation =
        endsWithin()
            ? Optional.of(within.figures())
            : Optional.ofNullable(epochs.get(epoch)).map(Event.EpochDone::validation);
    return new Outcome(finished, validation, model, network);
  }

  /** Whether the parameters that are kept were evaluated within an epoch. */
  private boolean endsWithin() {
    return within != null && within.step() == finished.steps() && finished.restored() < 0;
  }
}
