package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.math.Fingerprint;
import io.kudari.run.Training;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkException;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Columns of images and of bytes as features. */
@Slow
@Timeout(300)
class PicturesTest {

  private static final String COMMAND =
      """
      data { train { format = parquet, path = "%s", %s }, normalize.method = scale }
      model.layers = %s
      optimizer.name = adam
      train { epochs = 2, batch = 20, workers = 4, strategy = serial }
      """;

  private static final String DENSE =
      "[{ type = dense, units = 6, activation = relu }, { type = dense }]";

  private static final String CONVOLUTION =
      "[{ type = convolution, filters = 3, kernel = 2, activation = relu }, { type = dense }]";

  @TempDir private static Path dir;
  private static SparkSession spark;
  private static Dataset<Row> rows;
  private static String file;

  @BeforeAll
  static void start() {
    spark = Frames.session();
    file = dir.resolve("pictures").toString();
    Frames.pictures(spark, 60).coalesce(1).write().parquet(file);
    rows = spark.read().parquet(file).repartition(3).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** What the command trains of the file. */
  private static String command(String source, String layers) throws Exception {
    String text = COMMAND.formatted(file, source, layers);
    Experiment experiment = Experiment.parse("test", text, List.of(), new Configuration());
    return Fingerprint.sha256(Training.of(experiment).run().parameters());
  }

  private static KudariClassifier of(String column) {
    return new KudariClassifier()
        .setFeaturesCol(column)
        .setHiddenLayers(6)
        .setEpochs(2)
        .setBatchSize(20)
        .setStrategy("serial");
  }

  private static String sha256(KudariClassifier estimator, Dataset<Row> frame) {
    return estimator.fit(frame).summary().parametersSha256();
  }

  private static ParamMap none() {
    return ParamMap.empty();
  }

  @Test
  void imagesAndBytesTrainToTheParametersThatTheCommandFinds() throws Exception {
    String expected = command("features = [image], label = label", DENSE);
    assertEquals(expected, sha256(of("image"), rows));
    assertEquals(expected, sha256(of("bytes"), rows));
    assertEquals(expected, sha256(of("bytes").setInputShape(3, 5, 6), rows));
    KudariClassifier ranks = of("image").setStrategy("all-reduce").setRanks(2);
    assertEquals(expected, sha256(ranks, rows));
    assertEquals(expected, command("features = [bytes], shape = flat, label = label", DENSE));
    assertNotEquals(expected, sha256(of("image").setNormalization("none"), rows));
    assertEquals(
        command("features = [image], grey = true, width = 3, height = 2, label = label", DENSE),
        sha256(of("image").setInputShape(1, 2, 3), rows));
    String convolution = command("features = [image], label = label", CONVOLUTION);
    for (KudariClassifier one : List.of(of("image"), of("bytes").setInputShape(3, 5, 6))) {
      one.clear(one.hiddenLayers());
      assertEquals(convolution, sha256(one.setConfig("model.layers = " + CONVOLUTION), rows));
    }
  }

  @Test
  void aRegressionOfPicturesIsThatOfTheCommand() throws Exception {
    KudariRegressor regressor =
        new KudariRegressor()
            .setFeaturesCol("image")
            .setLabelCol("z")
            .setHiddenLayers(6)
            .setEpochs(2)
            .setBatchSize(20)
            .setStrategy("serial");
    KudariRegressionModel model = regressor.fit(rows);
    assertEquals(
        command("features = [image], label = z, task = regression", DENSE),
        model.summary().parametersSha256());
    KudariRegressionModel ofBytes = model.copy(none()).setFeaturesCol("bytes");
    assertEquals(predictions(model, rows), predictions(ofBytes, rows));
  }

  private static List<Row> predictions(org.apache.spark.ml.Transformer model, Dataset<Row> frame) {
    return model.transform(frame).select("id", "prediction").orderBy("id").collectAsList();
  }

  @Test
  void modelsTakeImagesBytesStreamsAndSingleVectorsOfTheSamePixels() throws Exception {
    KudariClassificationModel model = of("image").setEpochs(20).fit(rows);
    List<Row> expected = predictions(model, rows);
    int right = 0;
    for (Row row : model.transform(rows).collectAsList()) {
      double prediction = row.<Double>getAs("prediction");
      assertEquals(model.predict(planes(row)), prediction);
      if (prediction == row.<Double>getAs("label")) right++;
    }
    assertTrue(right > 50, right + " of 60 are right");
    assertEquals(expected, predictions(model.copy(none()).setFeaturesCol("bytes"), rows));
    String saved = dir.resolve("saved").toString();
    model.save(saved);
    assertEquals(expected, predictions(KudariClassificationModel.load(saved), rows));

    Dataset<Row> stream = spark.readStream().schema(rows.schema()).parquet(file);
    StreamingQuery query =
        model
            .transform(stream)
            .writeStream()
            .format("memory")
            .queryName("seen")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination(120_000);
    query.stop();
    assertEquals(
        expected, spark.table("seen").select("id", "prediction").orderBy("id").collectAsList());
  }

  private static Vector planes(Row row) {
    byte[] bytes = row.getAs("bytes");
    double[] values = new double[bytes.length];
    for (int i = 0; i < values.length; i++) values[i] = bytes[i] & 0xff;
    return Vectors.dense(values);
  }

  /** Grey becomes three equal channels, opacity is passed over; a shape scales both. */
  @Test
  void imagesOfOtherChannelsAndSizesAreReadAsInTraining() {
    byte[] grey = {10, 20, 30, 40};
    byte[] white = new byte[16];
    byte[] colour = new byte[12];
    Arrays.fill(white, (byte) 77);
    Arrays.fill(colour, (byte) 77);
    byte[] three = new byte[12];
    for (int i = 0; i < 12; i++) three[i] = grey[i / 3];
    Dataset<Row> all =
        images(
            RowFactory.create("", 2, 2, 1, 0, grey),
            RowFactory.create("", 2, 2, 3, 16, three),
            RowFactory.create("", 2, 2, 4, 24, white),
            RowFactory.create("", 2, 2, 3, 16, colour));
    KudariClassificationModel small = of("image").setInputShape(3, 2, 2).fit(rows);
    List<Row> said =
        small.transform(all.coalesce(1)).select("probability").orderBy("id").collectAsList();
    assertEquals(said.get(0), said.get(1));
    assertEquals(said.get(2), said.get(3));
    assertNotEquals(said.get(0), said.get(2));
    assertEquals(60, small.transform(rows).count());

    KudariClassificationModel exact = of("image").fit(rows);
    String size =
        assertThrows(SparkException.class, () -> exact.transform(all).collectAsList()).getMessage();
    assertTrue(
        size.contains(
            "column image: found an image of shape 3x2x2, the model takes 3x5x6; inputShape scales"
                + " images"),
        size);
    exact.setInputShape(1, 5, 6);
    assertEquals(
        "inputShape is 1x5x6, but the model was trained with 3x5x6",
        assertThrows(IllegalArgumentException.class, () -> exact.transform(all)).getMessage());
  }

  private static Dataset<Row> images(Row... images) {
    List<Row> all =
        java.util.stream.IntStream.range(0, images.length)
            .mapToObj(i -> RowFactory.create(100 + i, 0.0, 0.0, images[i], new byte[0]))
            .toList();
    return spark.createDataFrame(all, Frames.pictures(spark, 0).schema());
  }

  @Test
  void shapesThatCannotBeAreRefusedBeforeATraining() {
    assertEquals(
        "inputShape is 1x1x2000000, but a length is at most 999999",
        refused("bytes", 1, 1, 2000000));
    String images = ", but images are scaled to sides of at most 16384 and 67108864 pixels";
    assertEquals("inputShape is 1x20000x1" + images, refused("image", 1, 20000, 1));
    assertEquals("inputShape is 3x16384x16384" + images, refused("image", 3, 16384, 16384));
    KudariClassificationModel flat = of("bytes").fit(rows);
    flat.setFeaturesCol("image");
    assertEquals(
        "the model was trained with 90 features of no image, which has 1 or 3 channels",
        assertThrows(IllegalArgumentException.class, () -> flat.transformSchema(rows.schema()))
            .getMessage());
    KudariClassifier wrong = of("bytes").setInputShape(3, 5, 7);
    assertEquals(
        "the data frame: column bytes: found 90 bytes, inputShape = 3x5x7 has 105; handleInvalid ="
            + " skip leaves such rows out",
        assertThrows(DataException.class, () -> wrong.fit(rows)).getMessage());
    Dataset<Row> sizes = rows.union(images(RowFactory.create("", 1, 1, 1, 0, new byte[1])));
    String said =
        assertThrows(DataException.class, () -> of("image").fit(sizes.coalesce(1))).getMessage();
    assertTrue(said.endsWith("; inputShape scales images"), said);
  }

  private static String refused(String column, int... shape) {
    KudariClassifier one = of(column).setInputShape(shape);
    return assertThrows(IllegalArgumentException.class, () -> one.fit(rows)).getMessage();
  }

  @Test
  void picturesThatCannotBeReadEndAFitOrAreLeftOutAndCounted() {
    Dataset<Row> broken =
        rows.union(images(RowFactory.create("", -1, -1, -1, -1, new byte[0])))
            .union(images((Row) null).withColumn("bytes", functions.lit(null).cast("binary")));
    for (String column : List.of("image", "bytes")) {
      KudariClassifier one = of(column).setInputShape(3, 5, 6);
      String refused = assertThrows(DataException.class, () -> one.fit(broken)).getMessage();
      assertTrue(refused.startsWith("the data frame: column " + column + ": found "), refused);
      assertEquals(1, refused.lines().count(), refused);
      assertTrue(refused.endsWith("; handleInvalid = skip leaves such rows out"), refused);
      Dataset<Row> gap =
          rows.withColumn(column, functions.expr("if(id = 7, null, " + column + ")"));
      String missing = assertThrows(DataException.class, () -> one.fit(gap)).getMessage();
      assertTrue(missing.endsWith("; handleInvalid = skip leaves such rows out"), missing);
      String expected = sha256(one, rows);
      KudariClassificationModel model = one.setHandleInvalid("skip").fit(broken);
      assertEquals(expected, model.summary().parametersSha256());
      Frames.assertLeftOut(1, 1, model);
      assertEquals(60, model.transform(broken).collectAsList().size());
    }
  }
}
