package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.run.Outcome;
import io.kudari.run.Training;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkException;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models of runs as stages of Spark ML. */
@Timeout(120)
class TransformTest {

  private static final String EXPERIMENT =
      """
      data { train { format = digits, examples = 600, seed = 1 }, validation = 0.1 }
      model.layers = [ { type = dense, units = 16, activation = relu }, { type = dense } ]
      train { epochs = 8, batch = 40, workers = 2, strategy = serial }
      """;

  private static final String TABLE =
      """
      data { train { format = csv, file = "%s", label = y, task = regression }, validation = 0.1 }
      model.layers = [ { type = dense, units = 8, activation = tanh }, { type = dense } ]
      optimizer { name = adam, learning-rate = 0.05 }
      train { epochs = 80, batch = 20, workers = 2, strategy = serial }
      """;

  @TempDir private static Path dir;
  private static SparkSession spark;
  private static Outcome trained;
  private static KudariClassificationModel model;
  private static KudariRegressionModel regression;
  private static Dataset<Row> digits;

  @BeforeAll
  static void train() throws Exception {
    Path run = dir.resolve("digits");
    trained = Training.of(experiment(EXPERIMENT)).folder(run.toString()).run();
    StringBuilder rows = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 200; i++)
      rows.append("%d,%d,%d\n".formatted(i % 17, i % 5, 3 * (i % 17) - 7 * (i % 5)));
    Path csv = Files.writeString(dir.resolve("table.csv"), rows);
    Path table = dir.resolve("table");
    var unused = Training.of(experiment(TABLE.formatted(csv))).folder(table.toString()).run();
    spark = Frames.session();
    digits = Frames.digits(spark, 500, 2).repartition(3).cache();
    model = KudariClassificationModel.fromFolder(run.toString());
    regression = KudariRegressionModel.fromFolder(table.toString());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Experiment experiment(String text) {
    return Experiment.parse("test", text, List.of(), new Configuration());
  }

  @Test
  void everyRowGetsWhatTheModelSaysOfItAloneAndKeepsItsPlace() {
    Dataset<Row> rows = digits.withColumn("more", functions.lit("x"));
    List<Row> before = rows.collectAsList();
    List<Row> after = model.transform(rows).collectAsList();
    assertEquals(before.size(), after.size());
    int right = 0;
    for (int i = 0; i < before.size(); i++) {
      for (int c = 0; c < rows.columns().length; c++)
        assertEquals(before.get(i).get(c), after.get(i).get(c));
      Vector features = before.get(i).getAs("features");
      Vector probability = after.get(i).getAs("probability");
      Vector raw = after.get(i).getAs("rawPrediction");
      assertArrayEquals(model.predictProbability(features).toArray(), probability.toArray(), 1e-6);
      assertArrayEquals(model.predictRaw(features).toArray(), raw.toArray(), 1e-4);
      double prediction = after.get(i).getAs("prediction");
      assertEquals(probability.argmax(), prediction);
      if (prediction == after.get(i).<Double>getAs("label")) right++;
    }
    assertTrue(right > 350, right + " of 500 are right");
  }

  /** Bits may depend on a row's place, not on what is beside it. */
  @Test
  void batchesOfAnySizeGiveTheSameButForRounding() {
    List<Row> usual = model.transform(digits).select("probability").collectAsList();
    for (int size : new int[] {1, 7, 64, 65536}) {
      List<Row> other =
          model
              .copy(ParamMap.empty())
              .setInferBatchSize(size)
              .transform(digits)
              .select("probability")
              .collectAsList();
      for (int i = 0; i < usual.size(); i++)
        assertArrayEquals(
            usual.get(i).<Vector>getAs(0).toArray(), other.get(i).<Vector>getAs(0).toArray(), 1e-6);
    }
  }

  @Test
  void transformSchemaIsTheSchemaOfTransformWithAllThatIsKnownOfColumns() {
    MetadataBuilder known = new MetadataBuilder().putString("unit", "m");
    Dataset<Row> rows =
        digits.withColumn("a.b", functions.lit(1).as("a.b", known.build()), known.build());
    StructType told = model.transformSchema(rows.schema());
    assertEquals(told.json(), model.transform(rows).schema().json());
    assertEquals("m", told.apply("a.b").metadata().getString("unit"));
    NominalAttribute classes =
        (NominalAttribute) Attribute.fromStructField(told.apply("prediction"));
    assertArrayEquals(
        new String[] {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, classes.values().get());
    StructType of = regression.setFeaturesCols("a", "b").transformSchema(table().schema());
    assertEquals(of.json(), regression.transform(table()).schema().json());
  }

  @Test
  void columnsThatAreNotNamedAreNotMade() {
    KudariClassificationModel few = model.copy(ParamMap.empty()).setRawPredictionCol("");
    assertEquals(
        List.of("id", "label", "features", "probability", "prediction"),
        Arrays.asList(few.transform(digits).columns()));
    few.setProbabilityCol("").setPredictionCol("");
    assertEquals(Arrays.asList(digits.columns()), Arrays.asList(few.transform(digits).columns()));
  }

  @Test
  void thresholdsDecideAsSparkSays() {
    double[] thresholds = new double[10];
    Arrays.fill(thresholds, 1);
    thresholds[3] = 1e-9;
    KudariClassificationModel three = model.copy(ParamMap.empty()).setThresholds(thresholds);
    long threes = three.transform(digits).filter("prediction = 3").count();
    assertTrue(threes > 450, threes + " of 500");
    Vector first = digits.first().getAs("features");
    assertEquals(3, three.predict(first));
  }

  private static Dataset<Row> table() {
    StructType schema =
        new StructType()
            .add("a", DataTypes.IntegerType)
            .add("b", DataTypes.DoubleType)
            .add("y", DataTypes.DoubleType);
    return spark.createDataFrame(
        java.util.stream.IntStream.range(0, 40)
            .mapToObj(
                i -> RowFactory.create(i % 17, (double) (i % 5), 3.0 * (i % 17) - 7 * (i % 5)))
            .toList(),
        schema);
  }

  @Test
  void columnsOfNumbersAreFeaturesInTheirOrder() {
    regression.setFeaturesCols("a", "b");
    for (Row row : regression.transform(table()).collectAsList()) {
      assertEquals(row.<Double>getAs("y"), row.<Double>getAs("prediction"), 6);
      double alone = regression.predict(Vectors.dense(row.getInt(0), row.getDouble(1)));
      assertEquals(alone, row.<Double>getAs("prediction"), 1e-4);
    }
  }

  @Test
  void vectorsArraysAndBytesOfTheSameValuesGiveTheSame() {
    List<Row> rows = digits.limit(20).collectAsList();
    StructType schema =
        new StructType()
            .add("sparse", SQLDataTypes.VectorType())
            .add("array", DataTypes.createArrayType(DataTypes.FloatType))
            .add("bytes", DataTypes.BinaryType);
    List<Row> others =
        rows.stream()
            .map(row -> row.<Vector>getAs("features"))
            .map(
                v -> {
                  Float[] floats = new Float[v.size()];
                  byte[] bytes = new byte[v.size()];
                  for (int i = 0; i < v.size(); i++) {
                    floats[i] = (float) v.apply(i);
                    bytes[i] = (byte) v.apply(i);
                  }
                  return RowFactory.create(v.toSparse(), floats, bytes);
                })
            .toList();
    Dataset<Row> frame = spark.createDataFrame(others, schema).coalesce(1);
    Dataset<Row> vectors = spark.createDataFrame(rows, Frames.LABELLED).coalesce(1);
    List<Row> expected = model.transform(vectors).select("probability").collectAsList();
    for (String column : schema.fieldNames()) {
      KudariClassificationModel same = model.copy(ParamMap.empty()).setFeaturesCol(column);
      assertEquals(expected, same.transform(frame).select("probability").collectAsList(), column);
    }
  }

  /** Spark leaves out what nobody asks for, and joins what follows each other. */
  @Test
  void columnsLeftOutBetweenTwoModelsLeaveTheOthersWhatTheyAre() {
    KudariClassificationModel second =
        model
            .copy(ParamMap.empty())
            .setRawPredictionCol("")
            .setProbabilityCol("")
            .setPredictionCol("again");
    List<Row> expected = model.transform(digits).select("prediction", "id").collectAsList();
    Dataset<Row> few = model.transform(digits).select("prediction", "features", "id");
    for (Dataset<Row> frame : List.of(few, few.withColumn("more", functions.lit(null)))) {
      Dataset<Row> both = second.transform(frame);
      assertEquals(expected, both.select("prediction", "id").collectAsList());
      assertEquals(expected, both.select("again", "id").collectAsList());
      assertEquals(0, both.filter("again <> prediction").count());
    }
  }

  @Test
  void columnsOfEveryTypeAreLeftAlone() {
    Dataset<Row> rows =
        digits
            .limit(40)
            .coalesce(1)
            .selectExpr(
                "features",
                "if(id % 3 = 0, null, id) as gaps",
                "concat('row ', id) as text",
                "cast(string(id) as binary) as bytes",
                "array(id, null) as numbers",
                "map('id', id) as names",
                "named_struct('a', struct(id), 'b', 'x') as inside",
                "cast(id as decimal(30, 3)) as money",
                "timestamp_seconds(id) as time",
                "features as `a.b`");
    Dataset<Row> same = model.transform(rows).drop("rawPrediction", "probability", "prediction");
    assertEquals(rows.collectAsList(), same.collectAsList());
  }

  /** Spark reads Parquet by columns, where what is nested is not one block of bytes. */
  @Test
  void columnsOfParquetAreLeftAlone() {
    Dataset<Row> rows =
        digits
            .limit(40)
            .coalesce(1)
            .selectExpr(
                "id",
                "features",
                "if(id % 3 = 0, null, concat('row ', id)) as text",
                "array(id, null, 7) as numbers",
                "if(id % 2 = 0, null, array(named_struct('a', id, 'b', 'x'))) as structures",
                "map('id', id, 'none', null) as names",
                "named_struct('a', struct(if(id % 5 = 0, null, id)), 'b', 'x') as inside",
                "if(id % 3 = 1, null, id) as number",
                "if(id % 3 = 2, null, id > 5) as flag",
                "cast(id as decimal(30, 3)) as money");
    String path = dir.resolve("parquet").toString();
    rows.write().parquet(path);
    KudariClassificationModel small = model.copy(ParamMap.empty()).setInferBatchSize(7);
    List<Row> probabilities = small.transform(rows).select("probability").collectAsList();
    Dataset<Row> cached = spark.read().parquet(path).cache();
    for (Dataset<Row> read : List.of(spark.read().parquet(path), cached)) {
      Dataset<Row> made = small.transform(read);
      Dataset<Row> same = made.drop("rawPrediction", "probability", "prediction");
      assertEquals(rows.collectAsList(), same.collectAsList());
      assertEquals(probabilities, made.select("probability").collectAsList());
    }
    cached.unpersist();
  }

  @Test
  void vectorsThatAreNoExamplesEndTheJobOrAreLeftOut() {
    Vector right = Vectors.dense(3, 1);
    Vector[] all = {
      right,
      Vectors.dense(Double.NaN, 1),
      Vectors.dense(3, 1e39),
      null,
      Vectors.sparse(2, new int[] {0, 1}, new double[] {3, 1}),
      right
    };
    StructType type = new StructType().add("features", SQLDataTypes.VectorType());
    List<Row> rows = Arrays.stream(all).map(v -> RowFactory.create(v)).toList();
    KudariRegressionModel stage =
        regression.copy(ParamMap.empty()).setFeaturesCols().setFeaturesCol("features");
    String[] lines = {
      "",
      "column features[0]: found NaN, a feature must be a finite number",
      "column features[1]: found 1.0E39, a feature must be a finite number",
      "column features: found null, a feature must have a value",
    };
    for (int bad = 1; bad < lines.length; bad++) {
      Dataset<Row> frame = spark.createDataFrame(List.of(rows.get(0), rows.get(bad)), type);
      String said =
          assertThrows(SparkException.class, () -> stage.transform(frame).collectAsList())
              .getMessage();
      assertTrue(said.contains(lines[bad]), said);
    }
    Dataset<Row> wide =
        spark.createDataFrame(List.of(RowFactory.create(Vectors.dense(1, 2, 3))), type);
    stage.setHandleInvalid("skip");
    String said =
        assertThrows(SparkException.class, () -> stage.transform(wide).collectAsList())
            .getMessage();
    assertTrue(said.contains("a row has 3 features, but the model was trained with 2"), said);
    List<Row> left = stage.transform(spark.createDataFrame(rows, type).coalesce(1)).collectAsList();
    assertEquals(3, left.size());
    for (Row row : left) assertEquals(stage.predict(right), row.<Double>getAs("prediction"), 1e-4);
  }

  @Test
  void booleansOfAnArrayAreZerosAndOnes() {
    KudariRegressionModel one =
        regression.copy(ParamMap.empty()).setFeaturesCols().setFeaturesCol("f");
    Dataset<Row> flags = spark.sql("select array(true, false) as f");
    Dataset<Row> numbers = spark.sql("select array(1, 0) as f");
    assertEquals(
        one.transform(numbers).select("prediction").collectAsList(),
        one.transform(flags).select("prediction").collectAsList());
  }

  @Test
  void emptyFramesAndEmptyPartitionsAreTransformed() {
    assertEquals(0, model.transform(digits.limit(0)).count());
    Dataset<Row> one = digits.limit(1).repartition(5);
    assertEquals(1, model.transform(one).collectAsList().size());
  }

  @Test
  void wrongColumnsAreRefusedInOneLine() {
    Dataset<Row> text = digits.withColumn("features", functions.lit("x"));
    assertLine(
        "Column features must be of type a vector, an array of numbers, binary or an image but was"
            + " actually of type string.",
        () -> model.transform(text));
    assertLine(
        "Column features does not exist. Available: id, label",
        () -> model.transform(digits.drop("features")));
    assertLine(
        "Column prediction already exists.",
        () -> model.transform(model.transform(digits).drop("rawPrediction", "probability")));
    KudariClassificationModel columns = model.copy(ParamMap.empty()).setFeaturesCols("id", "c");
    assertLine(
        "Column c must be of type numeric, boolean, a vector or an array of numbers but was"
            + " actually of type string.",
        () -> columns.transform(digits.withColumn("c", functions.lit("x"))));
  }

  private static void assertLine(String expected, org.junit.jupiter.api.function.Executable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void rowsThatAreNoExamplesEndTheJobOrAreLeftOut() {
    List<Row> rows =
        List.of(
            RowFactory.create(1, 2.0, 0.0),
            RowFactory.create(1, Double.NaN, 0.0),
            RowFactory.create(null, 1.0, 0.0),
            RowFactory.create(3, 1.0, 0.0));
    Dataset<Row> frame = spark.createDataFrame(rows, table().schema()).coalesce(1);
    KudariRegressionModel strict = regression.copy(ParamMap.empty()).setFeaturesCols("a", "b");
    SparkException refused =
        assertThrows(SparkException.class, () -> strict.transform(frame).collectAsList());
    assertTrue(
        refused
            .getMessage()
            .contains(
                "column b: found NaN, a feature must be a finite number; handleInvalid = skip"
                    + " leaves such rows out"),
        refused.toString());
    strict.setHandleInvalid("skip");
    assertEquals(
        List.of(1, 3),
        strict.transform(frame).collectAsList().stream().map(r -> r.getInt(0)).toList());
    strict.setFeaturesCols("a", "b", "y");
    SparkException wide =
        assertThrows(SparkException.class, () -> strict.transform(frame).collectAsList());
    assertTrue(
        wide.getMessage().contains("a row has 3 features, but the model was trained with 2"),
        wide.toString());
    assertThrows(IllegalArgumentException.class, () -> model.predict(Vectors.dense(1, 2)));
  }

  @Test
  void aSavedStageIsTheSameAndItsModelOneOfKudari() throws Exception {
    Path path = dir.resolve("saved");
    model
        .copy(ParamMap.empty())
        .setPredictionCol("says")
        .setInferBatchSize(100)
        .save(path.toString());
    KudariClassificationModel loaded = KudariClassificationModel.load(path.toString());
    assertEquals(model.uid(), loaded.uid());
    assertEquals("says", loaded.getPredictionCol());
    assertEquals(100, loaded.getInferBatchSize());
    assertEquals(
        model.setInferBatchSize(100).transform(digits).select("probability").collectAsList(),
        loaded.transform(digits).select("probability").collectAsList());
    model.setInferBatchSize(256);
    assertArrayEquals(
        Files.readAllBytes(dir.resolve("digits/model/parameters.f32")),
        Files.readAllBytes(path.resolve("model/parameters.f32")));
    KudariClassificationModel again = KudariClassificationModel.fromFolder(path.toString());
    assertEquals(model.predict(first()), again.predict(first()));

    Path damaged = path.resolve("model/parameters.f32");
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[5] ^= 1;
    Files.write(damaged, bytes);
    Files.deleteIfExists(path.resolve("model/.parameters.f32.crc"));
    DataException refused =
        assertThrows(DataException.class, () -> KudariClassificationModel.load(path.toString()));
    assertTrue(refused.getMessage().contains("is damaged: its SHA-256 is"), refused.getMessage());
  }

  private static Vector first() {
    return digits.first().getAs("features");
  }

  @Test
  void aModelOfTheOtherKindIsRefused() {
    assertThrows(
        DataException.class,
        () -> KudariRegressionModel.fromFolder(dir.resolve("digits").toString()));
    assertThrows(
        DataException.class,
        () -> KudariClassificationModel.fromFolder(dir.resolve("table").toString()));
  }

  private static Path trainedOn(String name, String rows, String data) throws Exception {
    Path csv = Files.writeString(dir.resolve(name + ".csv"), rows);
    Path run = dir.resolve(name);
    String text = data + "\n" + TABLE.formatted(csv).replace("epochs = 80", "epochs = 1");
    var unused = Training.of(experiment(text)).folder(run.toString()).run();
    return run;
  }

  @Test
  void aModelOfGapsThatAStageDoesNotFillIsRefused() throws Exception {
    String rows = "a,b,y\n" + "1,2,3\n4,,6\n7,8,10\n-9,1,2\n".repeat(10);
    String skipped = "data.train.missing-values = [\"-9\", NA], data.missing = skip";
    Path zero = trainedOn("zero", rows, "data.missing = zero");
    Path skip = trainedOn("skip", rows, skipped);
    for (Path run : List.of(zero, skip)) {
      var e =
          assertThrows(DataException.class, () -> KudariRegressionModel.fromFolder(run.toString()));
      assertTrue(
          e.getMessage().endsWith("which a stage does not: use kudari predict"), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
    Path usual = trainedOn("usual", rows, "data.missing = skip");
    assertEquals(2, KudariRegressionModel.fromFolder(usual.toString()).numFeatures());
  }

  @Test
  void whatWasABooleanInTrainingMustBeOneInAStage() throws Exception {
    String rows = "a,wild,y\n" + "1,yes,3\n4,no,6\n7,yes,10\n".repeat(10);
    Path run = trainedOn("wild", rows, "");
    KudariRegressionModel stage =
        KudariRegressionModel.fromFolder(run.toString()).setFeaturesCols("a", "wild");
    Dataset<Row> flags = spark.sql("select 4 as a, true as wild");
    Dataset<Row> numbers = spark.sql("select 4 as a, id as wild from range(1, 3, 1, 1)");
    assertEquals(
        stage.transform(flags).select("prediction").collectAsList(),
        stage.transform(numbers.limit(1)).select("prediction").collectAsList());
    SparkException refused =
        assertThrows(SparkException.class, () -> stage.transform(numbers).collectAsList());
    String line = "column wild: found 2.0, it was true or false in training: it must be 0 or 1";
    assertTrue(refused.getMessage().contains(line), refused.toString());
    assertThrows(IllegalArgumentException.class, () -> stage.predict(Vectors.dense(1, 2)));
    assertEquals(1, stage.setHandleInvalid("skip").transform(numbers).count());
  }

  @Test
  void aGapThatAnEstimatorRefusesIsToldInItsOwnWords() {
    Dataset<Row> rows =
        spark.sql("select id as a, if(id = 3, null, id) as b, id as label from range(0, 9, 1, 1)");
    KudariRegressor estimator = new KudariRegressor().setFeaturesCols("a", "b").setEpochs(1);
    var e = assertThrows(DataException.class, () -> estimator.setStrategy("serial").fit(rows));
    assertTrue(
        e.getMessage()
            .endsWith(
                "column b: found null, a missing value; handleInvalid = skip leaves such rows out"),
        e.getMessage());
  }

  @Test
  void aModelThatWasSerialisedPredictsTheSame() throws Exception {
    var bytes = new java.io.ByteArrayOutputStream();
    try (var out = new java.io.ObjectOutputStream(bytes)) {
      out.writeObject(model);
    }
    var in = new java.io.ObjectInputStream(new java.io.ByteArrayInputStream(bytes.toByteArray()));
    KudariClassificationModel read = (KudariClassificationModel) in.readObject();
    assertEquals(model.predictProbability(first()), read.predictProbability(first()));
  }

  @Test
  void whatARunFoundIsWhatItsStageSays() {
    assertEquals("completed", trained.status());
    assertEquals(784, model.numFeatures());
    assertEquals(10, model.numClasses());
  }
}
