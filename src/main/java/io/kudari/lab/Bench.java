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

  /**
   * Trains one by {@code all-reduce} on ranks, alone.
   *
   * @param threads of each rank
   * @throws UnsupportedOperationException where there are no ranks
   */
  default TrialResult trainOnRanks(Trial trial, int ranks, int threads)
      throws InterruptedException {
    throw new UnsupportedOperationException("this bench has no ranks");
  }

  /**
   * Trains a short one on the calling thread. Its parameters are not kept.
   *
   * @throws UnsupportedOperationException where nothing is trained
   */
  default float[] parameters(Trial trial) throws InterruptedException {
    throw new UnsupportedOperationException("this bench gives no parameters");
  }
}
