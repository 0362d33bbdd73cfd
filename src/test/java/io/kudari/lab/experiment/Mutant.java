package io.kudari.lab.experiment;

import io.kudari.lab.Bench;
import io.kudari.lab.Experiment;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Trained;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.run.Subject;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An experiment whose trials are trained wrongly, as a mistake in the product would.
 *
 * @param of the right one
 * @param mistake what it is, in a word
 * @param change of each trial
 * @param start of the values that a trial is told to begin with
 * @param caughtBy the checks that must miss their range
 */
record Mutant(
    Experiment of,
    String mistake,
    UnaryOperator<Trial> change,
    UnaryOperator<float[]> start,
    List<String> caughtBy)
    implements OfAnother {

  /** One whose trials begin where they should. */
  Mutant(Experiment of, String mistake, UnaryOperator<Trial> change, List<String> caughtBy) {
    this(of, mistake, change, UnaryOperator.identity(), caughtBy);
  }

  @Override
  public String name() {
    return of.name() + "-" + mistake;
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    return of.measure(
        scope,
        new Bench() {
          @Override
          public List<TrialResult> train(List<Trial> trials) throws InterruptedException {
            return bench.train(trials.stream().map(change).toList());
          }

          @Override
          public TrialResult trainOnRanks(Trial trial, int ranks, int threads)
              throws InterruptedException {
            return bench.trainOnRanks(change.apply(trial), ranks, threads);
          }

          @Override
          public Trained trainHere(Trial trial, float... told) throws InterruptedException {
            return bench.trainHere(change.apply(trial), start.apply(told));
          }

          @Override
          public Subject subject(Trial trial) {
            return bench.subject(change.apply(trial));
          }
        });
  }
}
