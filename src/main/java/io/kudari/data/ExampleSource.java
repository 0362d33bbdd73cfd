package io.kudari.data;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/**
 * Where examples come from: files of some format, or a generator. A small serialisable description;
 * reading is done by whoever needs the examples, on the driver or on an executor. Examples have
 * indices from 0, in the source's own order, the same at every reading.
 */
public interface ExampleSource extends java.io.Serializable {

  /**
   * Reads and checks everything, keeps nothing: if this returns, {@link #load} will find what is
   * described.
   *
   * @throws DataException when the content breaks the format's rules; names the file and the rule
   */
  Description describe(Configuration hadoop) throws IOException;

  /**
   * Loads some of the examples.
   *
   * @param wanted indices in ascending order, each once, within the description's count
   * @return the examples, in the order of {@code wanted}
   * @throws DataException as in {@link #describe}, for what has to be read; and when the examples
   *     take 2^31 bytes or more
   */
  Examples load(Configuration hadoop, int[] wanted) throws IOException;

  /** What is to be predicted of the examples. */
  default Task task() {
    return Task.CLASSIFICATION;
  }

  /**
   * The same source, read with the classes (and where the format leaves it open, the number of
   * features) of a training set rather than with what it happens to hold itself: for test sets and
   * prediction.
   */
  default ExampleSource like(Description training) {
    return this;
  }
}
