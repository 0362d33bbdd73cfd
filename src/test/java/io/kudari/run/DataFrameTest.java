package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.data.Examples;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.IdxWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows of a data frame train as the same examples from files do, whatever partitions they are in.
 */
@Slow
@Timeout(300)
class DataFrameTest {

  private static final int COUNT = 300;

  private static final String EXPERIMENT =
      """
      data { train { %s }, validation = 0.2, normalize { method = scale, per = all } }
      model.layers = [{ type = dense, units = 12, activation = relu }, { type = dense, units = auto }]
      train { epochs = 2, batch = 40, workers = 4 }
      """;

  private static final String TABLE = "format = table, label = label, features = [pixels]";

  private static final Examples DIGITS = new DigitsSource(COUNT, 5).make(0, COUNT);

  private static SparkSession session;
  private static float[] expected;

  @TempDir static Path dir;

  /** A session as users have them: Java's serialiser, and nothing of ours. */
  @BeforeAll
  static void begin() throws Exception {
    session =
        SparkSession.builder()
            .master("local[4]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "3")
            .config("spark.sql.warehouse.dir", dir.resolve("warehouse").toString())
            .getOrCreate();
    expected = expected();
  }

  @AfterAll
  static void end() {
    session.stop();
  }

  private static float[] expected() throws Exception {
    String images = dir.resolve("images").toString();
    String labels = dir.resolve("labels").toString();
    IdxWriter.write(new Configuration(), DIGITS, images, labels);
    String source = "format = idx, images = \"%s\", labels = \"%s\"".formatted(images, labels);
    return Training.of(experiment(source, "train.strategy=serial")).run().parameters();
  }

  private static Experiment experiment(String source, String... sets) {
    return Experiment.parse(
        "test", EXPERIMENT.formatted(source), List.of(sets), new Configuration());
  }

  private static double[] pixels(int example) {
    int size = DIGITS.shape().size();
    return IntStream.range(0, size)
        .mapToDouble(j -> DIGITS.bytes()[example * size + j] & 0xff)
        .toArray();
  }

  /** Vectors, every second one sparse, with labels as text, and a column that is not used. */
  private static Dataset<Row> vectors(List<Integer> examples) {
    StructType columns =
        new StructType()
            .add("pixels", SQLDataTypes.VectorType())
            .add("label", DataTypes.StringType)
            .add("noise", DataTypes.TimestampType);
    List<Row> rows = new ArrayList<>();
    for (int i : examples) {
      Vector dense = Vectors.dense(pixels(i));
      Vector vector = i % 2 == 0 ? dense : dense.toSparse();
      rows.add(RowFactory.create(vector, String.valueOf(DIGITS.labels()[i]), null));
    }
    return session.createDataFrame(rows, columns);
  }

  private static List<Integer> shuffled(long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, COUNT).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order;
  }

  private static float[] trained(Dataset<Row> frame, String strategy, int ranks) throws Exception {
    Experiment one = experiment(TABLE, "train.strategy=" + strategy, "train.ranks=" + ranks);
    return Training.of(one).data(frame).run().parameters();
  }

  private static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  @Test
  void framesOfAnyPartitionsTrainToTheParametersOfFilesByEveryStrategy() throws Exception {
    for (int partitions : new int[] {1, 3, 17}) {
      Dataset<Row> frame = vectors(shuffled(partitions)).repartition(partitions);
      assertArrayEquals(expected, trained(frame, "serial", 0), "serial of " + partitions);
      int ranks = partitions == 1 ? 1 : partitions == 3 ? 2 : 4;
      for (String strategy : List.of("driver", "all-reduce"))
        assertArrayEquals(
            expected, trained(frame, strategy, ranks), strategy + " of " + partitions);
    }
  }

  @Test
  void unionsShufflesAndCachesAreTheSameExamples() throws Exception {
    List<Integer> order = shuffled(9);
    Dataset<Row> all = vectors(order.subList(0, 100)).union(vectors(order.subList(100, COUNT)));
    assertArrayEquals(expected, trained(all, "all-reduce", 2));
    assertArrayEquals(expected, trained(all.orderBy("label"), "driver", 2));
    Dataset<Row> cached = all.cache();
    try {
      assertArrayEquals(expected, trained(cached, "serial", 0));
      assertEquals(1, context().getPersistentRDDs().size(), "the user's own stays");
    } finally {
      cached.unpersist(true);
    }
  }

  @Test
  void arraysAndColumnsOfAnyNumbersAreTheSameExamples() throws Exception {
    Dataset<Row> arrays =
        vectors(shuffled(3))
            .withColumn(
                "pixels",
                org.apache.spark.ml.functions.vector_to_array(functions.col("pixels"), "float64"));
    assertArrayEquals(expected, trained(arrays, "serial", 0));
    Dataset<Row> shorts = arrays.withColumn("pixels", functions.col("pixels").cast("array<short>"));
    assertArrayEquals(expected, trained(shorts, "driver", 2));
    int size = DIGITS.shape().size();
    Dataset<Row> columns =
        shorts.select(
            IntStream.rangeClosed(0, size)
                .mapToObj(
                    j ->
                        j == size
                            ? functions.col("label").cast("int")
                            : functions.col("pixels").getItem(j).as("p." + j))
                .toArray(org.apache.spark.sql.Column[]::new));
    Experiment all = experiment("format = table, label = label", "train.strategy=serial");
    assertArrayEquals(expected, Training.of(all).data(columns).run().parameters());
  }

  @Test
  void nothingStaysInTheSession() throws Exception {
    JavaSparkContext context = context();
    context.setJobGroup("mine", "my own", false);
    float[] found = trained(vectors(shuffled(2)), "all-reduce", 2);
    assertArrayEquals(expected, found);
    assertEquals("mine", context.getLocalProperty("spark.jobGroup.id"));
    assertEquals("my own", context.getLocalProperty("spark.job.description"));
    assertEquals(0, context.getPersistentRDDs().size());
    assertEquals("3", session.conf().get("spark.sql.shuffle.partitions"));
    context.clearJobGroup();
    assertNull(context.getLocalProperty("spark.jobGroup.id"));
  }
}
