package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.SplitSequence;
import java.io.Serializable;
import java.util.function.Consumer;

/** What becomes of one part of a set in a task. Used by one thread, once. */
interface Part extends SplitSequence.Sinks<ExampleSink>, AutoCloseable {

  /** All of the part was read: so many bytes of file systems. */
  void whole(long read);

  /** It cannot be read: whoever gets what was made of it is to hear the reason. */
  void refuse(DataException e);

  @Override
  default void close() {}

  /** Begins a part. */
  interface Begin<T> extends Serializable {

    /**
     * A new one.
     *
     * @param source its name, for errors
     * @param to takes what is made of it
     */
    Part of(String source, Consumer<T> to);
  }
}
