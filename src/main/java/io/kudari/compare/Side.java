package io.kudari.compare;

import io.kudari.event.Event;
import io.kudari.model.Figures;
import io.kudari.run.Outcome;
import io.kudari.run.RunListener;
import java.util.Optional;

/**
 * What is seen of one of the trainings that are compared.
 *
 * @param validation figures of the validation examples, if there are any
 * @param test likewise of the test examples
 * @param epochs that were trained
 * @param examples that were trained, each as often as it was
 * @param steps of every worker
 * @param seconds of all epochs, evaluation at their ends included; not what comes before the first
 *     and after the last
 * @param examplesPerSecond of the steps alone, as in {@code summary.json}
 */
public record Side(
    Optional<Figures> validation,
    Optional<Figures> test,
    int epochs,
    long examples,
    long steps,
    double seconds,
    double examplesPerSecond) {

  /** Adds up the steps and epochs of a training. */
  static final class Clock implements RunListener {

    private long examples;
    private long nanos;
    private double seconds;

    @Override
    public void on(Event event) {
      if (event instanceof Event.EpochDone epoch) seconds += epoch.seconds();
      if (!(event instanceof Event.StepDone step)) return;
      examples += step.examples();
      nanos += step.times().total();
    }

    Side of(Outcome outcome) {
      return new Side(
          outcome.validation(),
          outcome.test(),
          outcome.end().epochs(),
          examples,
          outcome.end().steps(),
          seconds,
          examples / (nanos / 1e9));
    }
  }
}
