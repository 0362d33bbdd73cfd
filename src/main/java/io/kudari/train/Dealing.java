package io.kudari.train;

import io.kudari.data.ClassWeights;
import io.kudari.data.ReadProgress;
import io.kudari.data.Shards;
import io.kudari.event.Event;
import java.io.IOException;
import java.util.Optional;

/** Where workers get their examples from. */
public interface Dealing {

  /**
   * The training and validation examples of neighbouring workers.
   *
   * @param first worker
   * @param last worker after the last
   * @throws io.kudari.data.DataException when they cannot be read, or are not those that were
   *     described
   */
  Shards deal(int first, int last) throws IOException;

  /** The same that tells somebody how far the reading is. */
  default Dealing watched(ReadProgress.Watch watch) {
    return this;
  }

  /** How far a reading is, as an event. */
  static Event.Reading told(ReadProgress p) {
    return new Event.Reading(p.dealing(), p.done(), p.of(), p.examples(), p.bytes(), p.seconds());
  }

  /** What the training examples of each class weigh. */
  ClassWeights classWeights();

  /** Likewise the test examples, if there are any. */
  Optional<Shards> dealTest(int first, int last) throws IOException;
}
