package io.kudari.run;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.ExampleSource.Generated;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.Task;
import io.kudari.model.Shape;
import io.kudari.spark.cluster.Removals;
import io.kudari.train.DataPlan;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Generated examples of many trials: what a second trial asks for is made once, on the driver, and
 * sent to each process once. Large sets, and whatever is read from files, are left to the trials.
 * Not thread-safe.
 */
final class SharedExamples implements AutoCloseable {

  /** Most bytes of a set that is sent, and of all of them. */
  private static final long MOST = 32L << 20;

  private static final long MOST_OF_ALL = 8 * MOST;

  private final JavaSparkContext spark;
  private final Set<Key> asked = new HashSet<>();
  private final Map<Key, Sent> sets = new HashMap<>();
  private long bytes;

  SharedExamples(JavaSparkContext spark) {
    this.spark = spark;
  }

  private record Key(ExampleSource source, Schema schema) {}

  /**
   * A set on its way to trials.
   *
   * @param count of examples, all that the source has
   * @param examples pixels, then labels of 4 bytes: the serialisers of the application may not know
   *     our classes
   */
  record Sent(
      ExampleSource source, Schema schema, Shape shape, int count, Broadcast<byte[]> examples)
      implements Serializable {

    /** Gives them on in their order. */
    void read(ExampleSink into) {
      byte[] all = examples.value();
      int size = shape.size();
      ByteBuffer labels = ByteBuffer.wrap(all, count * size, count * Integer.BYTES).slice();
      into.begin(shape, true, schema.classes(), 0);
      ClassNames classes = into.numbering(schema.names());
      byte[] pixels = new byte[size];
      for (int i = 0; i < count && !into.finished(); i++) {
        System.arraycopy(all, i * size, pixels, 0, size);
        into.add(pixels, labels.getInt(i * Integer.BYTES));
      }
      into.end(classes);
    }
  }

  /** The sets that one trial needs. */
  record Sets(List<Sent> sent) implements Serializable {

    /** The trial's sources, whose examples come from here where they are. */
    DataPlan.Sources of(DataPlan.Sources sources) {
      ExampleSource test = sources.testOrNull();
      return new DataPlan.Sources(
          of(sources.train()),
          test == null ? null : of(test),
          sources.validation(),
          sources.rules());
    }

    private ExampleSource of(ExampleSource source) {
      return sent.stream()
          .filter(set -> set.source().equals(source))
          .findFirst()
          .map(set -> (ExampleSource) new Received(set))
          .orElse(source);
    }
  }

  /** The sets of a trial. */
  Sets of(DataPlan.Sources sources) {
    List<Sent> sent = new ArrayList<>();
    ExampleSource test = sources.testOrNull();
    try {
      Optional<Generated> train = sources.train().generated();
      if (train.isEmpty()) return new Sets(List.of());
      Schema schema = train.get().schema();
      add(sent, new Key(sources.train(), schema), train.get());
      Optional<Generated> tested = Optional.ofNullable(test).flatMap(ExampleSource::generated);
      if (tested.isPresent()) add(sent, new Key(test, schema), tested.get());
    } catch (DataException | IOException e) {
      // The trial meets the same, and tells it as its outcome.
      return new Sets(List.of());
    }
    return new Sets(sent);
  }

  private void add(List<Sent> to, Key key, Generated set) throws IOException {
    if (asked.add(key)) return;
    long size = (long) set.examples() * (set.schema().shape().size() + Integer.BYTES);
    if (!sets.containsKey(key) && size <= MOST && bytes + size <= MOST_OF_ALL) {
      int[] every = IntStream.range(0, set.examples()).toArray();
      Examples all = key.source().load(spark.hadoopConfiguration(), key.schema(), every);
      if (all.bytes() == null || all.labels() == null) return;
      sets.put(key, send(key, all));
      bytes += size;
    }
    if (sets.containsKey(key)) to.add(sets.get(key));
  }

  private Sent send(Key key, Examples all) {
    ByteBuffer examples = ByteBuffer.allocate(all.bytes().length + all.count() * Integer.BYTES);
    examples.put(all.bytes());
    for (int label : all.labels()) examples.putInt(label);
    Broadcast<byte[]> sent = spark.broadcast(examples.array());
    return new Sent(key.source(), key.schema(), all.shape(), all.count(), sent);
  }

  /** Has Spark remove them everywhere: no trial must want them any more. */
  @Override
  public void close() {
    try (Removals removals = new Removals()) {
      sets.values().forEach(set -> removals.add(set.examples()));
    }
    sets.clear();
  }

  /** A source in a trial, whose examples were sent. */
  private record Received(Sent set) implements ExampleSource {

    @Override
    public String name() {
      return set.source().name();
    }

    @Override
    public void read(Configuration hadoop, ExampleSink into) throws IOException {
      boolean sent = !into.schema().isKnown() || into.schema().equals(set.schema());
      if (sent) set.read(into);
      else set.source().read(hadoop, into);
    }

    @Override
    public Task task() {
      return set.source().task();
    }
  }
}
