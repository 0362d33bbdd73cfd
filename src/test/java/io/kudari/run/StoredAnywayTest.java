package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.data.Examples;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.IdxWriter;
import io.kudari.spark.SparkStart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same examples give the same parameters, however they are stored and whoever trains. */
@Slow
@Timeout(300)
class StoredAnywayTest {

  private static final int COUNT = 300;

  private static final String EXPERIMENT =
      """
      data { train { %s }, validation = 0.2, normalize { method = scale, per = all } }
      model.layers = [{ type = dense, units = 12, activation = relu }, { type = dense, units = auto }]
      train { epochs = 2, batch = 40, workers = 4 }
      """;

  @TempDir Path dir;

  private final Examples digits = new DigitsSource(COUNT, 5).make(0, COUNT);

  private static Experiment experiment(String source, String... sets) {
    return Experiment.parse(
        "test", EXPERIMENT.formatted(source), List.of(sets), new Configuration());
  }

  private String idx() throws Exception {
    Path folder = Files.createTempDirectory(dir, "idx");
    Path images = folder.resolve("images");
    Path labels = folder.resolve("labels");
    IdxWriter.write(new Configuration(), digits, images.toString(), labels.toString());
    return "format = idx, images = \"%s\", labels = \"%s\"".formatted(images, labels);
  }

  private List<Integer> shuffled(long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, COUNT).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order;
  }

  private int pixel(int example, int j) {
    return digits.bytes()[example * digits.shape().size() + j] & 0xff;
  }

  private String csv(long seed) throws Exception {
    StringBuilder text = new StringBuilder("label");
    int size = digits.shape().size();
    for (int j = 0; j < size; j++) text.append(",p").append(j);
    for (int i : shuffled(seed)) {
      text.append('\n').append(digits.labels()[i]);
      for (int j = 0; j < size; j++) text.append(',').append(pixel(i, j));
    }
    Path file = Files.writeString(dir.resolve("rows" + seed + ".csv"), text);
    return "format = csv, file = \"%s\", label = label".formatted(file);
  }

  /** As Spark writes a table of so many partitions. */
  private String parquet(JavaSparkContext spark, int partitions) {
    int size = digits.shape().size();
    StructType columns = new StructType().add("label", DataTypes.StringType);
    for (int j = 0; j < size; j++) columns = columns.add("p" + j, DataTypes.ShortType);
    List<org.apache.spark.sql.Row> rows = new ArrayList<>();
    for (int i : shuffled(partitions)) {
      Object[] cells = new Object[size + 1];
      cells[0] = String.valueOf(digits.labels()[i]);
      for (int j = 0; j < size; j++) cells[j + 1] = (short) pixel(i, j);
      rows.add(RowFactory.create(cells));
    }
    Path path = dir.resolve("table" + partitions);
    SparkSession.builder()
        .sparkContext(spark.sc())
        .getOrCreate()
        .createDataFrame(rows, columns)
        .repartition(partitions)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(path.toString());
    return "format = parquet, path = \"%s\", label = label".formatted(path);
  }

  private static float[] serial(String source) throws Exception {
    return Training.of(experiment(source, "train.strategy=serial")).run().parameters();
  }

  @Test
  void imagesATextAndTablesInAnyOrderTrainToTheSameParametersByEveryStrategy() throws Exception {
    float[] expected = serial(idx());
    for (long seed = 1; seed <= 2; seed++) assertArrayEquals(expected, serial(csv(seed)));
    try (JavaSparkContext spark = SparkStart.start("test", "local[4]", Map.of())) {
      for (int partitions : new int[] {1, 3, 17}) {
        String table = parquet(spark, partitions);
        assertArrayEquals(expected, serial(table), partitions + " partitions");
        if (partitions == 1) continue;
        int ranks = partitions == 3 ? 1 : 4;
        for (String strategy : List.of("driver", "all-reduce")) {
          Experiment one = experiment(table, "train.strategy=" + strategy, "train.ranks=" + ranks);
          float[] found = Training.of(one).on(spark).run().parameters();
          assertArrayEquals(expected, found, strategy + ", ranks: " + ranks);
        }
      }
      Experiment three = experiment(idx(), "train.strategy=all-reduce", "train.ranks=3");
      assertArrayEquals(expected, Training.of(three).on(spark).run().parameters());
      assertEquals(0, spark.sc().getPersistentRDDs().size());
    }
  }
}
