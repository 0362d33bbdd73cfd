package io.kudari.lab;

import io.kudari.event.Event;
import io.kudari.model.Figures;
import io.kudari.run.TrialOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a trial gave.
 *
 * @param ended {@code completed}, {@code target reached}, {@code stopped early} or {@code diverged}
 * @param steps taken; of one that diverged, 0
 * @param rounds steps after which workers exchanged something
 * @param sha256 of its parameters; empty when it diverged
 * @param evaluated in order
 * @param measured by meters, in order
 */
public record TrialResult(
    String ended,
    long steps,
    long rounds,
    String sha256,
    List<Evaluated> evaluated,
    List<Measured> measured) {

  public static final String DIVERGED = "diverged";
  public static final String TARGET = "target reached";

  /** Copies the lists. */
  public TrialResult {
    evaluated = List.copyOf(evaluated);
    measured = List.copyOf(measured);
  }

  /**
   * An evaluation.
   *
   * @param subset {@code train}, {@code validation} or {@code test}
   * @param step how many steps had been taken
   * @param epochs how many epochs had been done
   * @param loss mean of an example's; NaN where it is not finite
   * @param error share of examples that are classified wrongly
   */
  public record Evaluated(String subset, long step, int epochs, double loss, double error) {

    /** What is read back is equal: JSON has no infinity. */
    public Evaluated {
      loss = finite(loss);
      error = finite(error);
    }
  }

  /**
   * A value that a meter told.
   *
   * @param tag what it is of
   * @param step how many steps had been taken
   * @param value NaN where it is not finite
   */
  public record Measured(String tag, long step, double value) {

    /** As {@link Evaluated}. */
    public Measured {
      value = finite(value);
    }
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : Double.NaN;
  }

  /** What came back. A failure is taken for a divergence. */
  static TrialResult of(TrialOutcome outcome) {
    if (!(outcome instanceof TrialOutcome.Trained trained))
      return new TrialResult(DIVERGED, 0, 0, "", List.of(), List.of());
    List<Evaluated> evaluated = new ArrayList<>();
    List<Measured> measured = new ArrayList<>();
    for (Event event : trained.told()) {
      if (event instanceof Event.EpochDone e && e.validation() != null)
        evaluated.add(figures("validation", e.step(), e.epoch() + 1, e.validation()));
      if (event instanceof Event.Evaluated e)
        evaluated.add(figures(e.subset(), e.step(), e.epochs(), e.figures()));
      if (event instanceof Event.Scalar s) measured.add(new Measured(s.tag(), s.step(), s.value()));
    }
    Event.Finished end = trained.end();
    trained.test().ifPresent(t -> evaluated.add(figures("test", end.steps(), end.epochs(), t)));
    return new TrialResult(
        end.why(), end.steps(), trained.rounds(), trained.sha256(), evaluated, measured);
  }

  private static Evaluated figures(String subset, long step, int epochs, Figures found) {
    return new Evaluated(subset, step, epochs, found.loss(), 1 - found.score());
  }

  /** Whether its loss was not finite. */
  public boolean isDiverged() {
    return ended.equals(DIVERGED);
  }

  /** The steps to its target, or infinitely many. */
  public double stepsToTarget() {
    return ended.equals(TARGET) ? steps : Double.POSITIVE_INFINITY;
  }

  /** The evaluations of one set of examples, in order. */
  public List<Evaluated> of(String subset) {
    return evaluated.stream().filter(e -> e.subset().equals(subset)).toList();
  }

  /** What a meter told, in order; a number that was not determined is NaN. */
  public double[] values(String tag) {
    return measured.stream()
        .filter(m -> m.tag().equals(tag))
        .mapToDouble(Measured::value)
        .toArray();
  }

  /** The last evaluation's share of errors; empty when there was none, as where it diverged. */
  public OptionalDouble error(String subset) {
    return of(subset).stream().mapToDouble(Evaluated::error).reduce((a, b) -> b);
  }

  /** The last evaluation's loss, likewise. */
  public OptionalDouble loss(String subset) {
    return of(subset).stream().mapToDouble(Evaluated::loss).reduce((a, b) -> b);
  }
}
