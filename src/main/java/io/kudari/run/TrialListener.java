package io.kudari.run;

import io.kudari.event.Event;
import io.kudari.math.Fingerprint;
import io.kudari.model.Figures;
import java.util.ArrayList;
import java.util.List;

/** Keeps of a trial's events what {@link TrialOutcome.Trained} tells. */
final class TrialListener implements RunListener {

  private final List<Event> events = new ArrayList<>();
  private long rounds;

  @Override
  public void on(Event event) {
    if (event instanceof Event.StepDone) rounds++;
    if (event instanceof Event.Scalar) events.add(event);
    if (event instanceof Event.EpochDone e)
      events.add(
          new Event.EpochDone(
              e.epoch(), e.step(), e.trainLoss(), brief(e.validation()), e.seconds()));
    if (event instanceof Event.Evaluated e)
      events.add(new Event.Evaluated(e.step(), e.epochs(), e.subset(), brief(e.figures())));
  }

  private static Figures brief(Figures figures) {
    return figures instanceof Figures.OfClasses c ? c.withoutClasses() : figures;
  }

  /** The trial that it has listened to, once that has ended. */
  TrialOutcome.Trained trained(Outcome outcome) {
    return new TrialOutcome.Trained(
        outcome.end(),
        outcome.validation(),
        Fingerprint.sha256(outcome.parameters()),
        rounds,
        events);
  }
}
