package io.kudari.spark.coordinator;

import io.kudari.event.Event;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.train.Requests;
import io.kudari.train.TrainState;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A rank's end of what it and whoever drives the run tell each other: events and parts of snapshots
 * go out without waiting, what is asked for comes back. Thread-safe.
 */
public interface Line extends Consumer<Event>, Requests {

  /** Sends a part of a snapshot, whose arrays must not be written any more. */
  void snapshot(TrainState part);

  /**
   * The same from whoever sends events: those of the steps before are there before the state, after
   * which nobody would tell them again.
   */
  void snapshotAfterEvents(TrainState part);

  /** Says whom to tell, once or twice, that the attempt is over. */
  void whenBroken(Consumer<RuntimeException> listener);

  /**
   * Waits until everything that was sent has arrived.
   *
   * @param patience longest wait for snapshots to arrive
   * @throws RankLostException when it does not get there
   */
  void flush(Duration patience);

  /** Whether the other end owes an answer for so long. */
  boolean isSilentFor(Duration time);
}
