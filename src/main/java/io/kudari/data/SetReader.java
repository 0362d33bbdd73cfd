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

  /**
   * What a look at all rows of a table finds of its columns, also of those that cannot be features;
   * null where they have no names, or none was found.
   */
  default FoundTable columns(TableSource source) throws IOException {
    FoundTable found = columnsOnce(source, Schema.UNKNOWN);
    if (found == null || found.mixed().isEmpty()) return found;
    return columnsOnce(source, Schema.ofCategories(found.mixed()));
  }

  /** As the other, where columns of numbers and texts are told apart by the schema alone. */
  FoundTable columnsOnce(TableSource source, Schema schema) throws IOException;

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

  /** All examples of a set that was surveyed, for all workers. */
  default Shards all(ExampleSource source, Survey found, Deal deal) throws IOException {
    return deal(source, found.description(), deal, 0, deal.division().workers());
  }
}
