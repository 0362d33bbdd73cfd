package io.kudari.lab;

import java.util.List;
import java.util.stream.LongStream;

/**
 * How much is asked of an experiment.
 *
 * @param quick fewer and shorter trials, of the same checks
 * @param seeds how many each trial is repeated with; 0 leaves it to the experiment
 * @param firstSeed the others follow it
 */
public record Scope(boolean quick, int seeds, long firstSeed) {

  /** Checks that there are seeds. */
  public Scope {
    if (seeds < 0) throw new IllegalArgumentException("seeds must not be below 0, but is " + seeds);
  }

  /**
   * The seeds of an experiment.
   *
   * @param whenQuick how many it has by itself
   * @param whenFull as well
   */
  public List<Long> seeds(int whenQuick, int whenFull) {
    int count = seeds > 0 ? seeds : quick ? whenQuick : whenFull;
    return LongStream.range(firstSeed, firstSeed + count).boxed().toList();
  }
}
