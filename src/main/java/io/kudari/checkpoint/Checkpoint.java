package io.kudari.checkpoint;

import io.kudari.train.TrainState;

/**
 * What is saved of a run.
 *
 * @param state of the whole parameter vector
 * @param origin what it belongs to
 * @param eventBytes how much of the run's {@code events.jsonl} had reached the file system: the
 *     events up to the state's step are within it
 */
public record Checkpoint(TrainState state, Origin origin, long eventBytes) {

  public Checkpoint {
    if (state.slice().from() != 0 || state.parameters().length != state.slice().to())
      throw new IllegalArgumentException("a checkpoint needs the whole vector, not a slice");
  }
}
