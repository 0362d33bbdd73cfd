package io.kudari.lab;

import io.kudari.run.StepTiming;
import java.util.List;

/** Where trials are trained. */
@FunctionalInterface
public interface Bench {

  /**
   * Trains them all.
   *
   * @return a result for each, in the order of the trials, whatever the order in which they ended
   * @throws InterruptedException when the thread was interrupted
   */
  List<TrialResult> train(List<Trial> trials) throws InterruptedException;

  /**
   * Times steps, one after the other and nothing beside them. What they give is of this hour and
   * this machine, and not kept.
   *
   * @return a timing for each, in order
   * @throws UnsupportedOperationException where there is nothing to be timed on
   */
  default List<StepTiming> time(List<Timed> asked) throws InterruptedException {
    throw new UnsupportedOperationException("this bench times nothing");
  }
}
