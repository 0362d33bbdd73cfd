package io.kudari.lab;

import io.kudari.run.SparkSettings;
import io.kudari.run.Subject;
import io.kudari.run.TrialRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.UnaryOperator;

/** A bench whose trainings leave their start values: networks and examples are those of trials. */
public class Idle implements Bench {

  private static final TrialResult NOTHING =
      new TrialResult("completed", 0, 0, "", List.of(), List.of());

  private final UnaryOperator<Trial> change;

  /** Of trials as they are. */
  public Idle() {
    this(trial -> trial);
  }

  /**
   * Of trials with a mistake.
   *
   * @param change of each
   */
  public Idle(UnaryOperator<Trial> change) {
    this.change = change;
  }

  @Override
  public List<TrialResult> train(List<Trial> trials) {
    return trials.stream().map(t -> NOTHING).toList();
  }

  @Override
  public Trained trainHere(Trial trial, float... start) {
    float[] left = start.length > 0 ? start : subject(trial).network().initial(trial.seed());
    return new Trained(NOTHING, left.clone());
  }

  @Override
  public Subject subject(Trial trial) {
    try (TrialRunner runner = new TrialRunner(SparkSettings.DEFAULT, () -> false)) {
      return runner.subject("a trial", change.apply(trial).configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ids of the checks that miss their range, of an experiment on this bench. */
  public List<String> missed(Experiment experiment) throws InterruptedException {
    Findings found = experiment.measure(new Scope(true, 1, 1), this);
    return found.missed().stream().map(Check::id).toList();
  }
}
