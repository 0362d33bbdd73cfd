package io.kudari.run;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.Survey;
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

    /** Some of them, in the order of their indices. */
    Examples rows(int[] wanted) {
      byte[] all = examples.value();
      int size = shape.size();
      ByteBuffer classes = ByteBuffer.wrap(all, count * size, count * Integer.BYTES).slice();
      byte[] pixels = new byte[wanted.length * size];
      int[] labels = new int[wanted.length];
      for (int i = 0; i < wanted.length; i++) {
        System.arraycopy(all, wanted[i] * size, pixels, i * size, size);
        labels[i] = classes.getInt(wanted[i] * Integer.BYTES);
      }
      return new Examples(shape, pixels, null, labels, null, wanted.length);
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
    try {
      if (sources.train().isGenerated()) add(sent, sources.train(), sources.testOrNull());
    } catch (DataException | IOException e) {
      // The trial meets the same, and tells it as its outcome.
      return new Sets(List.of());
    }
    return new Sets(sent);
  }

  private void add(List<Sent> to, ExampleSource train, ExampleSource testOrNull)
      throws IOException {
    Description found = train.describe(spark.hadoopConfiguration());
    add(to, train, found);
    if (testOrNull != null && testOrNull.isGenerated())
      add(to, testOrNull, testOrNull.describe(spark.hadoopConfiguration(), found.schema()));
  }

  private void add(List<Sent> to, ExampleSource source, Description found) throws IOException {
    Key key = new Key(source, found.schema());
    if (asked.add(key)) return;
    long size = (long) found.examples() * (found.shape().size() + Integer.BYTES);
    if (!sets.containsKey(key) && size <= MOST && bytes + size <= MOST_OF_ALL) {
      int[] every = IntStream.range(0, found.examples()).toArray();
      Examples all = source.load(spark.hadoopConfiguration(), found.schema(), every);
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
    public Description describe(Configuration hadoop, Schema schema) throws IOException {
      return set.source().describe(hadoop, schema);
    }

    @Override
    public Survey survey(Configuration hadoop) throws IOException {
      return set.source().survey(hadoop);
    }

    @Override
    public Examples load(Configuration hadoop, Schema schema, int[] wanted) throws IOException {
      boolean sent = wanted.length > 0 && schema.equals(set.schema());
      return sent ? set.rows(wanted) : set.source().load(hadoop, schema, wanted);
    }

    @Override
    public Task task() {
      return set.source().task();
    }
  }
}
