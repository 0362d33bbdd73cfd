package io.kudari.lab;

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
}
