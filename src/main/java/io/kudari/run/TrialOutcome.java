package io.kudari.run;

import io.kudari.event.Event;
import io.kudari.model.Figures;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a trial ended with: some kilobytes, whatever the size of its model, and a line for each
 * epoch and evaluation.
 */
public sealed interface TrialOutcome extends Serializable {

  /**
   * It trained.
   *
   * @param end how it ended, and when; with figures of the test source if there is one
   * @param validation as {@link Outcome#validation}
   * @param sha256 of its parameters, the {@code parameters.sha256} of any run of the experiment
   * @param rounds how many steps it was told of: fewer than steps where workers average parameters
   * @param told its {@link Event.EpochDone}, {@link Event.Evaluated} and {@link Event.Scalar}, in
   *     order, without figures of single classes
   */
  record Trained(
      Event.Finished end,
      Optional<Figures> validation,
      String sha256,
      long rounds,
      List<Event> told)
      implements TrialOutcome {

    /** Copies the list. */
    public Trained {
      told = List.copyOf(told);
    }

    /** How it travels: an {@link Optional} cannot be serialised. */
    private record Travelling(
        Event.Finished end,
        Figures validationOrNull,
        String sha256,
        long rounds,
        ArrayList<Event> told)
        implements Serializable {

      private Object readResolve() {
        return new Trained(end, Optional.ofNullable(validationOrNull), sha256, rounds, told);
      }
    }

    private Object writeReplace() {
      return new Travelling(end, validation.orElse(null), sha256, rounds, new ArrayList<>(told));
    }

    /** As {@link Outcome#test}. */
    public Optional<Figures> test() {
      return Optional.ofNullable(end.test());
    }
  }

  /**
   * It did not.
   *
   * @param line what was wrong
   */
  record Failed(Reason reason, String line) implements TrialOutcome {}

  /** Why a trial failed. */
  enum Reason {
    /** Its loss was not finite. */
    DIVERGED,
    /** Its configuration, data or model cannot be trained, or need more memory than there is. */
    REFUSED,
    /** Its task was lost or failed more often than {@code spark.task.maxFailures} allows. */
    LOST,
    /** Anything else: a defect. */
    FAILED
  }
}
