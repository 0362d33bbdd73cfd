package io.kudari.data;

import java.io.IOException;
import java.util.Optional;

/** Reads whole sets: to find out what they hold, and to give some of their examples to workers. */
public interface SetReader {

  /**
   * As {@link ExampleSource#survey}.
   *
   * @param keeps whether to keep the examples, too, where that takes no other reading
   */
  default Survey survey(ExampleSource source, Schema schema, long seed, boolean keeps)
      throws IOException {
    Survey found = surveyOnce(source, schema, seed, keeps);
    Optional<Schema> again = found.again();
    return again.isEmpty()
        ? found
        : surveyOnce(source, again.get(), seed, keeps).after(found.read());
  }

  /** The same that tells somebody how far it is. */
  default SetReader watched(ReadProgress.Watch watch) {
    return this;
  }

  /** As {@link #survey}, but for {@link Survey#again}. */
  Survey surveyOnce(ExampleSource source, Schema schema, long seed, boolean keeps)
      throws IOException;

  /**
   * Loads the examples of neighbouring workers.
   *
   * @param of what the survey found
   * @param first worker
   * @param last worker after the last
   * @throws DataException as {@link ExampleSource#read}; and when the set is not the one that was
   *     divided
   */
  Shards deal(ExampleSource source, Description of, Deal deal, int first, int last)
      throws IOException;
}
