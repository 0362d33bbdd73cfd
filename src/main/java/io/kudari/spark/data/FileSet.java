package io.kudari.spark.data;

import io.kudari.data.ExampleSource;
import io.kudari.data.Schema;
import io.kudari.data.SplitSequence;
import io.kudari.spark.cluster.Parcel;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Files, or what is generated: tasks read the splits one after another, each once, wherever there
 * is a free core.
 *
 * @param source whose splits they are
 * @param splits that together hold its examples
 */
record FileSet(JavaSparkContext spark, ExampleSource source, List<ExampleSource> splits)
    implements TaskSet {

  /** Tasks that read, for each core there is. */
  private static final int TASKS = 3;

  /** The numbers of the splits. */
  private JavaRDD<Integer> numbers() {
    int tasks = Math.min(splits.size(), TASKS * Math.max(1, spark.defaultParallelism()));
    return spark.parallelize(IntStream.range(0, splits.size()).boxed().toList(), tasks);
  }

  @Override
  public JavaRDD<byte[]> describe(Schema schema, long seed) {
    // A task takes what it needs of them, but no context of Spark's.
    List<ExampleSource> all = splits;
    String name = source.name();
    var hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    return numbers()
        .mapPartitions(
            numbers -> {
              byte[] report =
                  Report.of(
                      name,
                      schema,
                      findings -> {
                        while (numbers.hasNext()) {
                          ExampleSource split = all.get(numbers.next());
                          findings.describe(
                              split.name(), seed, into -> split.read(hadoop.value(), into));
                        }
                      });
              return List.of(report).iterator();
            });
  }

  @Override
  public JavaPairRDD<Integer, byte[]> deal(
      Broadcast<? extends Parcel<? extends Splits.Dealt>> dealt, boolean test) {
    List<ExampleSource> all = splits;
    return numbers()
        .flatMapToPair(
            number -> {
              Splits.Dealt to = dealt.value().content();
              ExampleSource split = all.get(number);
              return new SplitStream<>(
                  new SplitSequence(split, List.of(split)),
                  to.hadoop(),
                  (source, pieces) -> new DealtPart(to, test, pieces));
            });
  }

  @Override
  public JavaRDD<byte[]> pass(Broadcast<Parcel<Pass>> pass, boolean whole) {
    List<ExampleSource> all = splits;
    ExampleSource of = source;
    var hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    Part.Begin<byte[]> begin = (name, to) -> new PassedPart(pass.value().content(), to);
    if (whole)
      return spark
          .parallelize(List.of(0), 1)
          .mapPartitions(
              one -> new SplitStream<>(new SplitSequence(of, all), hadoop.value(), begin));
    return numbers()
        .flatMap(
            number -> {
              ExampleSource split = all.get(number);
              return new SplitStream<>(
                  new SplitSequence(split, List.of(split)), hadoop.value(), begin);
            });
  }
}
