package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Data frames of tests, and a session for them. */
final class Frames {

  static final StructType LABELLED =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("label", DataTypes.DoubleType)
          .add("features", SQLDataTypes.VectorType());

  /** The type of images as Spark's data source has them. */
  static final StructType IMAGE =
      StructType.fromDDL(
          "origin string, height int, width int, nChannels int, mode int, data binary");

  private Frames() {}

  /** As in a notebook: every setting is Spark's own, but for the screen and the address. */
  static SparkSession session(String... settings) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("test")
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2");
    for (int i = 0; i < settings.length; i += 2) builder.config(settings[i], settings[i + 1]);
    SparkSession session = builder.getOrCreate();
    session.sparkContext().setLogLevel("OFF");
    return session;
  }

  /** Three clouds of points in the plane, and a number that depends on where they are. */
  static Dataset<Row> clouds(SparkSession spark, int rows) {
    StructType schema = LABELLED.add("x", DataTypes.DoubleType).add("y", DataTypes.DoubleType);
    schema = schema.add("z", DataTypes.DoubleType).add("name", DataTypes.StringType);
    Random random = new Random(1);
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int k = i % 3;
      double x = 3 * Math.cos(2.1 * k) + random.nextGaussian();
      double y = 3 * Math.sin(2.1 * k) + random.nextGaussian();
      String name = List.of("red", "green", "blue").get(k);
      all.add(RowFactory.create(i, (double) k, Vectors.dense(x, y), x, y, 2 * x - y + 1, name));
    }
    return spark.createDataFrame(all, schema);
  }

  /**
   * Three kinds of pictures, 5 high and 6 wide, as images and as bytes of three channels, with a
   * number that depends on the kind.
   */
  static Dataset<Row> pictures(SparkSession spark, int rows) {
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("label", DataTypes.DoubleType)
            .add("z", DataTypes.DoubleType)
            .add("image", IMAGE)
            .add("bytes", DataTypes.BinaryType);
    Random random = new Random(2);
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int k = i % 3;
      byte[] planes = new byte[3 * 5 * 6];
      for (int j = 0; j < planes.length; j++)
        planes[j] = (byte) (random.nextInt(100) + (j / 30 == k ? 150 : 0));
      Row image = RowFactory.create("", 5, 6, 3, 16, interleaved(planes));
      all.add(RowFactory.create(i, (double) k, 2.0 * k - 1, image, planes));
    }
    return spark.createDataFrame(all, schema);
  }

  /** Blue, green and red of each pixel, of planes of red, green and blue. */
  private static byte[] interleaved(byte[] planes) {
    int size = planes.length / 3;
    byte[] pixels = new byte[planes.length];
    for (int i = 0; i < size; i++)
      for (int c = 0; c < 3; c++) pixels[3 * i + 2 - c] = planes[c * size + i];
    return pixels;
  }

  /** The built-in digits: 784 values within 0..255, ten classes. */
  static Dataset<Row> digits(SparkSession spark, int examples, long seed) {
    DigitsSource source = new DigitsSource(examples, seed);
    Examples all;
    try {
      Configuration hadoop = new Configuration();
      Schema schema = source.describe(hadoop).schema();
      all = source.load(hadoop, schema, IntStream.range(0, examples).toArray());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    int size = all.shape().size();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      double[] features = new double[size];
      for (int j = 0; j < size; j++) features[j] = all.bytes()[i * size + j] & 0xff;
      rows.add(RowFactory.create(i, (double) all.labels()[i], Vectors.dense(features)));
    }
    return spark.createDataFrame(rows, LABELLED);
  }

  /** Asserts what a training has told of rows that are no examples. */
  static void assertLeftOut(int missing, int invalid, KudariClassificationModel model) {
    List<String> told = model.summary().warnings();
    assertTrue(told.contains(leavesOut(missing) + "missing values"), "" + told);
    assertTrue(
        told.contains(leavesOut(invalid) + "infinities or cells that cannot be read"), "" + told);
  }

  private static String leavesOut(int rows) {
    return "the data frame: leaves out " + (rows == 1 ? "1 row with " : rows + " rows with ");
  }
}
