package io.kudari.run;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.Survey;
import io.kudari.data.Task;
import io.kudari.train.DataPlan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Generated examples of many trials, made once on the driver and sent to each process once. Only
 * small sets are, the last few that were asked for; whatever else trials read or make themselves.
 * Not thread-safe.
 */
final class SharedExamples {

  /** Most bytes of a set that is sent. */
  private static final long MOST = 32L << 20;

  private static final int SETS = 4;

  private final JavaSparkContext spark;

  /** The last ones; Spark drops what no trial refers to any more. */
  private final Map<Key, Sent> sets = new LinkedHashMap<>();

  SharedExamples(JavaSparkContext spark) {
    this.spark = spark;
  }

  private record Key(ExampleSource source, Schema schema) {}

  /**
   * A set on its way to trials.
   *
   * @param examples all of the source in that schema: bytes, for the serialisers of the application
   *     may not know our classes
   */
  record Sent(ExampleSource source, Schema schema, Broadcast<byte[]> examples)
      implements Serializable {}

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
    if ((long) found.examples() * found.shape().size() > MOST) return;
    Key key = new Key(source, found.schema());
    Sent set = sets.remove(key);
    if (set == null) {
      int[] every = IntStream.range(0, found.examples()).toArray();
      Examples all = source.load(spark.hadoopConfiguration(), found.schema(), every);
      set = new Sent(source, found.schema(), spark.broadcast(bytes(all)));
    }
    sets.put(key, set);
    if (sets.size() > SETS) sets.remove(sets.keySet().iterator().next());
    to.add(set);
  }

  private static byte[] bytes(Examples examples) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(examples);
    }
    return bytes.toByteArray();
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
      if (wanted.length == 0 || !schema.equals(set.schema()))
        return set.source().load(hadoop, schema, wanted);
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(set.examples().value()))) {
        return ((Examples) in.readObject()).rows(wanted);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Task task() {
      return set.source().task();
    }
  }
}
