package io.kudari.lab;

import io.kudari.run.StepTiming;
import io.kudari.run.Subject;
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
   * Trains a short one on the calling thread. Nothing of it is kept.
   *
   * @param start values that it begins with, in the order of its layout; none are drawn as its
   *     settings say
   * @throws UnsupportedOperationException where nothing is trained
   */
  default Trained trainHere(Trial trial, float... start) throws InterruptedException {
    throw new UnsupportedOperationException("this bench trains nothing here");
  }

  /** The parameters of a short one, of {@link #trainHere}; none when it diverged. */
  default float[] parameters(Trial trial) throws InterruptedException {
    return trainHere(trial).parameters();
  }

  /**
   * What a trial trains, without training it.
   *
   * @throws UnsupportedOperationException where nothing is trained
   */
  default Subject subject(Trial trial) {
    throw new UnsupportedOperationException("this bench trains nothing");
  }

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
