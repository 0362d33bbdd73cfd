package io.kudari.spark.data;

import io.kudari.data.ExampleSink;
import io.kudari.data.SplitSequence;
import java.io.Serializable;

/**
 * What tasks make of the examples of a set, each part of the set by itself: it travels to them, and
 * must not depend on what other parts hold.
 */
public interface Pass extends Serializable {

  /**
   * Begins a part.
   *
   * @param to takes what is made of it, in the order of the examples
   * @throws io.kudari.data.DataException when it cannot be done
   */
  Work begin(Output to);

  /** What is made of a part. */
  interface Output {

    /**
     * Takes a piece.
     *
     * @param examples that it is made of, at least 1
     */
    void put(int examples, byte[] content);

    /** Takes a line for the user. */
    void note(String line);
  }

  /** Makes it, on one thread. */
  interface Work extends SplitSequence.Sinks<ExampleSink>, AutoCloseable {

    @Override
    void close();
  }
}
