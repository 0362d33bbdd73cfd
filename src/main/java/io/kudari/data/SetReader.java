package io.kudari.data;

import java.io.IOException;

/** Reads whole sets: to find out what they hold, and to give some of their examples to workers. */
public interface SetReader {

  /**
   * As {@link ExampleSource#survey}.
   *
   * @param keeps whether to keep the examples, too, where that takes no other reading
   */
  Survey survey(ExampleSource source, Schema schema, long seed, boolean keeps) throws IOException;

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
