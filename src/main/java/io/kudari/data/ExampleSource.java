package io.kudari.data;

import java.io.IOException;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * Where examples come from: files of some format, or a generator. A small serialisable description;
 * reading is done by whoever needs the examples, on the driver or on an executor. Examples have
 * indices from 0, in the source's own order, the same at every reading.
 *
 * <p>A source is read with a {@link Schema}: its classes have the training set's numbers, its
 * columns the training set's order, its examples the training set's shape.
 */
public interface ExampleSource extends java.io.Serializable {

  /**
   * Reads and checks everything, keeps nothing: if this returns, {@link #load} with the
   * description's schema will find what is described.
   *
   * @param schema of the training set, or {@link Schema#UNKNOWN} for a training set, which finds it
   * @throws DataException when the content breaks the format's rules or does not fit the schema;
   *     names the file and the rule
   */
  Description describe(Configuration hadoop, Schema schema) throws IOException;

  /** Describes a training set: finds its schema. */
  default Description describe(Configuration hadoop) throws IOException {
    return describe(hadoop, Schema.UNKNOWN);
  }

  /**
   * Describes, and finds in the same reading what only the driver asks for. The labels take 4 bytes
   * an example.
   *
   * @throws DataException as {@link #describe}
   */
  default Survey survey(Configuration hadoop) throws IOException {
    Description found = describe(hadoop);
    int[] all = IntStream.range(0, found.examples()).toArray();
    int[] labels = found.classes() > 0 ? load(hadoop, found.schema(), all).labels() : new int[0];
    return new Survey(found, labels, Rounding.EXACT);
  }

  /**
   * Loads some of the examples, their features rounded to floats as they are.
   *
   * @param schema of the training set, also for the training set itself; with {@link
   *     Schema#UNKNOWN} the source finds its own again
   * @param wanted indices in ascending order, each once, within the description's count
   * @return the examples, in the order of {@code wanted}
   * @throws DataException as in {@link #describe}, for what has to be read; and when the examples
   *     take 2^31 bytes or more
   */
  Examples load(Configuration hadoop, Schema schema, int[] wanted) throws IOException;

  /**
   * Loads some of the examples, less the offsets of a training set.
   *
   * @param offsets that its survey found; only tables have some, but a table's model may be applied
   *     to what is none
   * @throws IllegalArgumentException when the offsets do not fit the features
   */
  default Examples load(Configuration hadoop, Schema schema, int[] wanted, Offsets offsets)
      throws IOException {
    return load(hadoop, schema, wanted).less(offsets);
  }

  /**
   * Whether the examples follow from this object alone, so that equal ones give the same for ever,
   * and {@link #describe} costs nothing.
   */
  default boolean isGenerated() {
    return false;
  }

  /** What is to be predicted of the examples. */
  default Task task() {
    return Task.CLASSIFICATION;
  }
}
