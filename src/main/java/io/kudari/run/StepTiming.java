package io.kudari.run;

import io.kudari.event.StepTimes;

/**
 * How long the steps of a training took, once it was warm.
 *
 * @param ranks of {@code all-reduce}
 * @param threads of a rank
 * @param cores that these ranks could have, as far as it is known: of executors on this machine not
 *     more than it has processors
 * @param parameters size of the flat vector
 * @param steps of the stretch whose steps took neither the longest nor the shortest
 * @param times of all these steps together
 * @param sentBytes that the first rank sent to others a step, as the meter {@code sent-bytes} says;
 *     0 where it was not asked for
 */
public record StepTiming(
    int ranks,
    int threads,
    int cores,
    int parameters,
    int steps,
    StepTimes times,
    double sentBytes) {

  private static final double SECOND = 1e9;

  /** Of a step. */
  public double seconds() {
    return times.total() / SECOND / steps;
  }

  /** Of a step: computing, updating, and assembling batches. */
  public double workSeconds() {
    return (times.compute() + times.update() + times.input()) / SECOND / steps;
  }

  /** Of a step: exchanging, and waiting for others. */
  public double exchangeSeconds() {
    return (times.exchange() + times.waiting()) / SECOND / steps;
  }

  /** Whether there are more threads than cores: what takes turns does not scale. */
  public boolean isCrowded() {
    return ranks * threads > cores;
  }
}
