package io.kudari.data;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
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

  /** What messages call it. */
  String name();

  /**
   * Reads and checks all examples, or those that the sink wants, and gives them to it.
   *
   * @param into says with which schema
   * @throws DataException when the content breaks the format's rules or does not fit the schema;
   *     names the file and the rule
   */
  void read(Configuration hadoop, ExampleSink into) throws IOException;

  /**
   * Sources that together hold the examples of this one, in its order, and can be read side by
   * side. They do not depend on who asks: on the source alone.
   */
  default List<ExampleSource> splits(Configuration hadoop) throws IOException {
    return List.of(this);
  }

  /**
   * As {@link #splits}, where those turn out to be none, because a value goes over their border:
   * such as whole files.
   */
  default List<ExampleSource> uncut(Configuration hadoop) throws IOException {
    return List.of(this);
  }

  /**
   * Reads and checks everything, keeps nothing: if this returns, {@link #load} with the
   * description's schema will find what is described.
   *
   * @param schema of the training set, or {@link Schema#UNKNOWN} for a training set, which finds it
   * @throws DataException as {@link #read}, and when it holds no examples
   */
  default Description describe(Configuration hadoop, Schema schema) throws IOException {
    return survey(hadoop, schema, 0).description();
  }

  /** Describes a training set: finds its schema. */
  default Description describe(Configuration hadoop) throws IOException {
    return describe(hadoop, Schema.UNKNOWN);
  }

  /**
   * Describes, and finds in the same reading what dividing the set needs.
   *
   * @param seed of the order of examples
   * @throws DataException as {@link #describe}
   */
  default Survey survey(Configuration hadoop, Schema schema, long seed) throws IOException {
    return new SourceReader(hadoop).survey(this, schema, seed, false);
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
  default Examples load(Configuration hadoop, Schema schema, int[] wanted) throws IOException {
    return load(hadoop, schema, wanted, Offsets.NONE);
  }

  /**
   * Loads some of the examples, less the offsets of a training set.
   *
   * @param offsets that its survey found; only tables have some, but a table's model may be applied
   *     to what is none
   * @throws IllegalArgumentException when the offsets do not fit the features
   */
  default Examples load(Configuration hadoop, Schema schema, int[] wanted, Offsets offsets)
      throws IOException {
    Loader loader = new Loader(name(), schema, wanted, offsets);
    read(hadoop, loader);
    return loader.examples();
  }

  /** What a generated set holds. */
  record Generated(int examples, Schema schema) {

    /** As far as it is known before it is made: without a fingerprint. */
    public Description description() {
      return new Description(examples, schema, true, "", List.of());
    }
  }

  /**
   * What it holds where the examples follow from this object alone, so that equal ones give the
   * same for ever; nothing where they are read.
   */
  default Optional<Generated> generated() {
    return Optional.empty();
  }

  /** Whether it says of each example whether it is for validation, of which none is drawn then. */
  default boolean saysValidation() {
    return false;
  }

  /** What to say when another reading finds other examples. */
  default DataException changed() {
    return new DataException(
        name() + ": has changed since it was described: it has other examples");
  }

  /** What is to be predicted of the examples. */
  default Task task() {
    return Task.CLASSIFICATION;
  }
}
