package io.kudari.ml;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.math.Fingerprint;
import io.kudari.run.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.ForeachFunction;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training inside a user's session. */
@Slow
@Timeout(300)
class SessionTest {

  @TempDir private Path dir;
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = Frames.session();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static KudariClassifier classifier() {
    return new KudariClassifier().setHiddenLayers(6).setEpochs(3).setBatchSize(30);
  }

  private static String sha256(KudariClassifier estimator, Dataset<Row> rows) {
    return estimator.fit(rows).summary().parametersSha256();
  }

  /** By every way to train, and the command's own on a file of the same rows. */
  @Test
  void parametersAreTheSameBitsHoweverRowsLieAndWhoeverComputes() throws Exception {
    Dataset<Row> rows = Frames.clouds(spark, 150).drop("features").cache();
    KudariClassifier serial = classifier().setFeaturesCols("x", "y").setStrategy("serial");
    String expected = sha256(serial, rows);
    assertNotEquals(expected, sha256(serial.copy(none()).setSeed(2), rows));
    Dataset<Row> halves = rows.filter("id >= 70").union(rows.filter("id < 70"));
    List<Dataset<Row>> frames =
        List.of(rows.coalesce(1), rows.repartition(17), rows.orderBy(functions.rand(5)), halves);
    for (Dataset<Row> frame : frames) assertEquals(expected, sha256(serial, frame));
    KudariClassifier ranks = serial.copy(none()).setStrategy("all-reduce");
    for (int number : new int[] {0, 1, 2})
      assertEquals(
          expected, sha256(ranks.setRanks(number), rows.repartition(3)), number + " ranks");
    assertEquals(expected, sha256(serial.copy(none()).setStrategy("driver"), rows.repartition(3)));

    StringBuilder csv = new StringBuilder("x,y,label\n");
    for (Row row : rows.collectAsList())
      csv.append(row.<Double>getAs("x"))
          .append(',')
          .append(row.<Double>getAs("y"))
          .append(',')
          .append(row.<Double>getAs("label").intValue())
          .append('\n');
    Path file = Files.writeString(dir.resolve("rows.csv"), csv);
    String text =
        """
        data { train { format = csv, file = "%s", label = label }, validation = 0.1 }
        model.layers = [{ type = dense, units = 6, activation = relu }, { type = dense }]
        optimizer.name = adam
        train { epochs = 3, batch = 30, workers = 4, strategy = serial }
        """
            .formatted(file);
    Experiment command = Experiment.parse("test", text, List.of(), new Configuration());
    assertEquals(expected, Fingerprint.sha256(Training.of(command).run().parameters()));
  }

  @Test
  void weightsAndRowsHeldOutAreThoseThatColumnsSay() {
    Dataset<Row> rows =
        Frames.clouds(spark, 150)
            .withColumn("one", functions.lit(1))
            .withColumn("two", functions.expr("if(id % 3 = 0, 2.0, 0.5)"))
            .withColumn("held", functions.expr("id % 5 = 0"))
            .cache();
    KudariClassifier serial = classifier().setStrategy("serial");
    String expected = sha256(serial, rows);
    assertEquals(expected, sha256(serial.copy(none()).setWeightCol("one"), rows));
    String weighted = sha256(serial.copy(none()).setWeightCol("two"), rows);
    assertNotEquals(expected, weighted);
    KudariClassifier ranks = serial.copy(none()).setWeightCol("two").setStrategy("all-reduce");
    assertEquals(weighted, sha256(ranks.setRanks(2), rows.repartition(3)));
    KudariClassificationModel held =
        serial.copy(none()).setValidationIndicatorCol("held").fit(rows);
    assertEquals(rows.filter("held").count(), held.summary().validationExamples());
    assertEquals(
        sha256(serial.copy(none()).setValidationFraction(0), rows.filter("not held")),
        held.summary().parametersSha256());
    var wrong = serial.copy(none()).setWeightCol("held");
    String said = assertThrows(IllegalArgumentException.class, () -> wrong.fit(rows)).getMessage();
    assertEquals("Column held must be of type numeric but was actually of type boolean.", said);
  }

  @Test
  void examplesThatLieInFilesTrainToTheSameBits() {
    Dataset<Row> rows = Frames.clouds(spark, 150).cache();
    KudariClassifier serial = classifier().setStrategy("serial");
    assertEquals(sha256(serial, rows), sha256(serial.copy(none()).setDataMemory("0"), rows));
  }

  @Test
  void columnsOfNumbersBooleansVectorsAndArraysAreAsIfTheyWereAssembled() {
    String[] names = {"y", "flag", "features", "pair"};
    Dataset<Row> rows =
        new VectorAssembler()
            .setInputCols(new String[] {"y", "flag", "features", "x", "z"})
            .setOutputCol("all")
            .transform(Frames.clouds(spark, 150).withColumn("flag", functions.expr("id % 4 = 0")))
            .withColumn("pair", functions.expr("array(x, z)"))
            .cache();
    KudariClassifier serial = classifier().setStrategy("serial");
    KudariClassificationModel expected = serial.copy(none()).setFeaturesCol("all").fit(rows);
    KudariClassifier several = serial.copy(none()).setFeaturesCols(names);
    KudariClassificationModel model = several.fit(rows);
    assertEquals(expected.summary().parametersSha256(), model.summary().parametersSha256());
    KudariClassifier ranks = several.copy(none()).setStrategy("all-reduce").setRanks(2);
    assertEquals(expected.summary().parametersSha256(), sha256(ranks, rows.repartition(3)));
    assertEquals(
        expected.transform(rows).select("id", "probability").collectAsList(),
        model.transform(rows).select("id", "probability").collectAsList());

    Dataset<Row> broken =
        rows.withColumn("y", functions.expr("if(id = 7, null, y)"))
            .withColumn("pair", functions.expr("if(id = 8, null, array(x, if(id = 9, null, z)))"))
            .cache();
    String refused = assertThrows(DataException.class, () -> several.fit(broken)).getMessage();
    assertTrue(
        refused.contains("found null, a feature must have a value; handleInvalid = skip leaves"),
        refused);
    Dataset<Row> right = broken.filter("id < 7 or id > 9");
    TrainingSummary skipped = several.copy(none()).setHandleInvalid("skip").fit(broken).summary();
    assertEquals(sha256(several, right), skipped.parametersSha256());
    assertTrue(
        skipped.warnings().contains("the data frame: leaves out 3 rows with missing values"),
        skipped.warnings().toString());
    assertEquals(147, model.setHandleInvalid("skip").transform(broken).count());
  }

  @Test
  void thousandsOfColumnsBesideAnArrayAreFeaturesWhateverTheLabelIsCalled() {
    String[] names = new String[3001];
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < 3000; j++) {
      names[j] = "a column of some length, number " + j;
      columns.add(functions.expr("pmod(id * " + j + ", 7)").as(names[j]));
    }
    names[3000] = "pair";
    columns.add(functions.expr("array(id, 1)").as("pair"));
    columns.add(functions.expr("id % 2").as("featuresCols"));
    Dataset<Row> rows = spark.range(0, 40, 1, 2).select(columns.toArray(Column[]::new));
    KudariClassifier wide =
        classifier().setFeaturesCols(names).setLabelCol("featuresCols").setStrategy("serial");
    assertEquals(3002, wide.setEpochs(1).fit(rows).numFeatures());

    Dataset<Row> joined = Frames.clouds(spark, 30).withColumnRenamed("label", "x, features");
    KudariClassifier two = classifier().setFeaturesCols("x", "features").setLabelCol("x, features");
    assertEquals(3, two.setStrategy("serial").setEpochs(1).fit(joined).numFeatures());
  }

  @Test
  void rowsWhoseColumnsHaveOtherSizesAreRefusedAlsoWhereTheSumIsTheSame() {
    Dataset<Row> rows =
        Frames.clouds(spark, 60)
            .withColumn("p", functions.expr("if(id = 50, array(x, y, z), array(x, y))"))
            .withColumn("q", functions.expr("if(id = 50, array(x, y), array(x, y, z))"))
            .coalesce(1)
            .cache();
    KudariClassifier serial =
        classifier().setFeaturesCols("p", "q").setStrategy("serial").setEpochs(1);
    String line = "column p: found 3 features, a row before has 2";
    for (String rule : List.of("error", "skip")) {
      serial.setHandleInvalid(rule);
      assertEquals(
          "the data frame: " + line,
          assertThrows(DataException.class, () -> serial.fit(rows)).getMessage());
    }
    KudariClassificationModel model = serial.fit(rows.filter("id <> 50"));
    String said =
        assertThrows(SparkException.class, () -> model.transform(rows).collectAsList())
            .getMessage();
    assertTrue(said.contains(line), said);
  }

  @Test
  void anEmptyArrayBesideOthersIsRefusedAlsoInTheFirstRow() {
    KudariClassifier serial =
        classifier().setFeaturesCols("x", "p").setStrategy("serial").setEpochs(1);
    Dataset<Row> clouds = Frames.clouds(spark, 60).coalesce(1);
    String line = "column p: found no values, there must be at least one feature";
    KudariClassificationModel model =
        serial.fit(clouds.withColumn("p", functions.expr("array(y, z)")));
    for (int id : List.of(0, 50)) {
      Dataset<Row> rows =
          clouds.withColumn(
              "p",
              functions.expr("if(id = " + id + ", array(), array(y, z))").cast("array<double>"));
      assertEquals(
          "the data frame: " + line,
          assertThrows(DataException.class, () -> serial.fit(rows)).getMessage());
      String said =
          assertThrows(SparkException.class, () -> model.transform(rows).collectAsList())
              .getMessage();
      assertTrue(said.contains(line), said);
    }
  }

  @Test
  void everyLineAboutARowThatMayBeLeftOutSaysHow() {
    Dataset<Row> rows =
        Frames.clouds(spark, 20)
            .withColumn("wild", functions.expr("if(id = 7, double('Infinity'), x)"))
            .withColumn("pair", functions.expr("array(wild, y)"))
            .withColumn("gap", functions.expr("if(id = 7, null, array(x, y))"))
            .cache();
    for (String[] names : new String[][] {{"wild"}, {"pair"}, {"gap"}, {"wild", "features"}}) {
      KudariClassifier one = classifier().setStrategy("serial");
      if (names.length > 1 || names[0].equals("wild")) one.setFeaturesCols(names);
      else one.setFeaturesCol(names[0]);
      String said = assertThrows(DataException.class, () -> one.fit(rows)).getMessage();
      assertTrue(said.startsWith("the data frame: column " + names[0]), said);
      assertTrue(said.endsWith("; handleInvalid = skip leaves such rows out"), said);
    }
  }

  @Test
  void rowsThatAreLeftOutAreCountedAndTheRestTrainsAsWithoutThem() throws Exception {
    String value =
        "case id when 7 then null when 8 then double('NaN') when 11 then double('Infinity') else x"
            + " end";
    Dataset<Row> rows =
        new VectorAssembler()
            .setInputCols(new String[] {"x", "y"})
            .setOutputCol("features")
            .setHandleInvalid("keep")
            .transform(
                Frames.clouds(spark, 150).drop("features").withColumn("x", functions.expr(value)))
            .withColumn("pair", functions.expr("array(x, y)"))
            .cache();
    Dataset<Row> right = rows.filter("id not in (7, 8, 11)");
    KudariClassifier serial = classifier().setStrategy("serial");
    List<KudariClassifier> kinds =
        List.of(
            serial.copy(none()),
            serial.copy(none()).setFeaturesCol("pair"),
            serial.copy(none()).setFeaturesCols("x", "y"));
    String expected = sha256(serial, right);
    for (KudariClassifier kind : kinds) {
      assertThrows(DataException.class, () -> kind.fit(rows));
      Path run = dir.resolve("run-" + kinds.indexOf(kind));
      KudariClassificationModel model =
          kind.setHandleInvalid("skip").setRunPath(run.toString()).fit(rows);
      assertEquals(expected, model.summary().parametersSha256());
      Frames.assertLeftOut(2, 1, model);
      String summary = Files.readString(run.resolve("summary.json"));
      assertTrue(summary.replace(" ", "").contains("\"data.invalidRows\":1"), summary);
      assertEquals(147, model.transform(rows).count());
    }
  }

  @Test
  void aRegressorPredictsInTheUnitsOfItsLabels() {
    Dataset<Row> rows =
        Frames.clouds(spark, 300).withColumn("price", functions.expr("50000 + 3000 * x - 900 * y"));
    KudariRegressor regressor =
        new KudariRegressor()
            .setFeaturesCols("x", "y")
            .setLabelCol("price")
            .setHiddenLayers()
            .setLearningRate(0.05)
            .setBatchSize(30)
            .setEpochs(40)
            .setStrategy("serial");
    KudariRegressionModel model = regressor.fit(rows);
    for (Row row : model.transform(rows).limit(20).collectAsList()) {
      double price = row.<Double>getAs("price");
      assertEquals(price, row.<Double>getAs("prediction"), 500);
      double alone = model.predict(Vectors.dense(row.<Double>getAs("x"), row.<Double>getAs("y")));
      assertEquals(price, alone, 500);
    }
  }

  @Test
  void severalTargetsArePredictedAsAVectorThatNamesThem() throws Exception {
    Dataset<Row> rows =
        Frames.clouds(spark, 300)
            .drop("label")
            .withColumn("price", functions.expr("50000 + 3000 * x - 900 * y"))
            .cache();
    KudariRegressor regressor =
        new KudariRegressor()
            .setLabelCols("price", "z")
            .setHiddenLayers()
            .setLearningRate(0.05)
            .setBatchSize(30)
            .setEpochs(40)
            .setStrategy("serial");
    KudariRegressionModel model = regressor.fit(rows);
    assertEquals(2, model.numTargets());
    Dataset<Row> said = model.transform(rows);
    assertEquals(model.transformSchema(rows.schema()).json(), said.schema().json());
    AttributeGroup names = AttributeGroup.fromStructField(said.schema().apply("prediction"));
    assertEquals("price", names.getAttr(0).name().get());
    assertEquals("z", names.getAttr(1).name().get());
    for (Row row : said.limit(20).collectAsList()) {
      Vector prediction = row.getAs("prediction");
      assertEquals(row.<Double>getAs("price"), prediction.apply(0), 500);
      assertEquals(row.<Double>getAs("z"), prediction.apply(1), 0.5);
      Vector alone = model.predictTargets(row.getAs("features"));
      assertEquals(prediction.apply(0), alone.apply(0), 1);
    }
    assertThrows(IllegalStateException.class, () -> model.predict(Vectors.dense(1, 2)));
    Dataset<Row> second =
        said.withColumn(
            "second", vector_to_array(functions.col("prediction"), "float64").getItem(1));
    RegressionEvaluator evaluator = new RegressionEvaluator().setLabelCol("z");
    assertTrue(evaluator.setPredictionCol("second").evaluate(second) < 0.5);
    String path = dir.resolve("two").toString();
    model.save(path);
    assertEquals(
        said.select("prediction").collectAsList(),
        KudariRegressionModel.load(path).transform(rows).select("prediction").collectAsList());
    KudariRegressor one = regressor.copy(none()).setLabelCols("z");
    assertEquals(
        regressor
            .copy(none())
            .setLabelCols()
            .setLabelCol("z")
            .fit(rows)
            .summary()
            .parametersSha256(),
        one.fit(rows).summary().parametersSha256());
    KudariRegressor twice = regressor.copy(none()).setLabelCols("z", "z");
    assertEquals(
        "Column z cannot be two labels",
        assertThrows(IllegalArgumentException.class, () -> twice.fit(rows)).getMessage());
  }

  private static org.apache.spark.ml.param.ParamMap none() {
    return org.apache.spark.ml.param.ParamMap.empty();
  }

  @Test
  void afterAFitTheSessionIsAsItWas() throws Exception {
    Dataset<Row> rows = Frames.clouds(spark, 150);
    rows.cache().count();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    context.setJobGroup("mine", "what I do", false);
    // What Spark itself begins with a first barrier stage stays with it.
    var unused = classifier().setRanks(2).fit(rows);
    Map<String, String> before = SessionState.of(spark);
    for (String strategy : List.of("all-reduce", "driver", "serial")) {
      int ranks = strategy.equals("serial") ? 1 : 2;
      var fitted = classifier().setStrategy(strategy).setRanks(ranks).fit(rows);
      assertEquals("completed", fitted.summary().status());
    }
    assertEquals(before, SessionState.of(spark));
    assertEquals(Set.of(), SessionState.threads());
    assertEquals(150, rows.count());
    context.clearJobGroup();
  }

  @Test
  void aSessionWithKryoAndTwoCoresATaskTrainsToTheSameBits() throws IOException {
    String expected = sha256(classifier().setStrategy("serial"), Frames.clouds(spark, 150));
    spark.stop();
    try (SparkSession kryo =
        Frames.session(
            "spark.serializer", "org.apache.spark.serializer.KryoSerializer",
            "spark.task.cpus", "2")) {
      Dataset<Row> rows = Frames.clouds(kryo, 150).repartition(5);
      KudariClassificationModel model = classifier().fit(rows);
      assertEquals(expected, model.summary().parametersSha256());
      assertEquals(150, model.transform(rows).collectAsList().size());
    } finally {
      spark = Frames.session();
    }
  }

  @Test
  void dynamicAllocationThatALocalMasterIgnoresAndAdaptiveQueriesChangeNothing() throws Exception {
    String expected = sha256(classifier().setStrategy("serial"), Frames.clouds(spark, 150));
    spark.stop();
    try (SparkSession dynamic =
        Frames.session(
            "spark.dynamicAllocation.enabled", "true",
            "spark.speculation", "true",
            "spark.sql.adaptive.enabled", "true")) {
      Dataset<Row> rows = Frames.clouds(dynamic, 150).repartition(5);
      for (int ranks : new int[] {0, 2})
        assertEquals(expected, sha256(classifier().setRanks(ranks), rows), ranks + " ranks");
      KudariClassifier driver = classifier().setStrategy("driver").setRanks(2);
      assertEquals(expected, sha256(driver, rows));
      KudariClassifier many = classifier().setRanks(3);
      String said = assertThrows(RuntimeException.class, () -> many.fit(rows)).getMessage();
      assertTrue(said.contains("Spark has room for 2 tasks"), said);
    } finally {
      spark = Frames.session();
    }
  }

  /** What holds slots until it is told. */
  private static volatile CountDownLatch held;

  private static volatile CountDownLatch letGo;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFitWaitsForSlotsThatAnotherJobHolds(int slots) throws Exception {
    held = new CountDownLatch(slots);
    letGo = new CountDownLatch(1);
    Dataset<Row> rows = Frames.clouds(spark, 150).cache();
    KudariClassifier ranks = classifier().setRanks(2);
    String expected = sha256(ranks, rows);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> other =
          threads.submit(
              () ->
                  spark
                      .range(0, slots, 1, slots)
                      .foreach(
                          (ForeachFunction<Long>)
                              one -> {
                                held.countDown();
                                assertTrue(letGo.await(120, TimeUnit.SECONDS));
                              }));
      assertTrue(held.await(60, TimeUnit.SECONDS));
      Future<KudariClassificationModel> fitting = threads.submit(() -> ranks.fit(rows));
      assertThrows(TimeoutException.class, () -> fitting.get(4, TimeUnit.SECONDS));
      letGo.countDown();
      TrainingSummary summary = fitting.get(120, TimeUnit.SECONDS).summary();
      assertEquals(expected, summary.parametersSha256());
      assertEquals(0, summary.recoveries());
      assertNull(other.get(60, TimeUnit.SECONDS));
    } finally {
      letGo.countDown();
      threads.shutdownNow();
    }
  }

  @Test
  void theSummaryTellsTheEpochsAndTheRunPathHasTheRun() throws Exception {
    Dataset<Row> rows = Frames.clouds(spark, 150).cache();
    Path run = dir.resolve("run");
    KudariClassificationModel model = classifier().setRunPath(run.toString()).fit(rows);
    TrainingSummary summary = model.summary();
    assertEquals(3, summary.history().size());
    assertEquals(3, summary.toDataFrame(spark).count());
    assertEquals(2, summary.bestEpoch());
    assertEquals(150, summary.trainExamples() + summary.validationExamples());
    assertTrue(summary.objectiveHistory()[2] < summary.objectiveHistory()[0]);
    assertTrue(summary.seconds() > 0 && summary.examplesPerSecond() > 0);
    assertEquals(0, summary.recoveries());
    assertTrue(Files.readString(run.resolve("summary.json")).contains(summary.parametersSha256()));
    assertTrue(Files.exists(run.resolve("report.html")));
    assertEquals(
        model.predict(rows.first().getAs("features")),
        KudariClassificationModel.fromFolder(run.toString())
            .predict(rows.first().getAs("features")));
    assertThrows(
        IllegalStateException.class,
        () -> KudariClassificationModel.fromFolder(run.toString()).summary());
    KudariClassifier warm =
        classifier().setInitialModelPath(run.toString()).setEpochs(1).setLearningRate(1e-9);
    assertTrue(warm.fit(rows).summary().objectiveHistory()[0] < summary.objectiveHistory()[1]);
  }

  @Test
  void labelsThatAreNoClassesAreRefusedInOneLine() {
    Dataset<Row> rows = Frames.clouds(spark, 60);
    for (String label : List.of("label + 0.5", "label - 1", "if(id = 7, null, label)", "0")) {
      Dataset<Row> wrong = rows.withColumn("label", functions.expr(label));
      RuntimeException refused =
          assertThrows(RuntimeException.class, () -> classifier().fit(wrong), label);
      assertTrue(refused instanceof DataException, refused.toString());
      assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
    }
    Dataset<Row> broken =
        rows.withColumn("x", functions.expr("if(id = 7, double('NaN'), x)")).cache();
    KudariClassifier columns = classifier().setFeaturesCols("x", "y");
    assertThrows(DataException.class, () -> columns.fit(broken));
    TrainingSummary kept = columns.setHandleInvalid("skip").fit(broken).summary();
    assertEquals(59, kept.trainExamples() + kept.validationExamples());
  }

  @Test
  void aLabelOfRowsThatAreLeftOutAloneIsNoClass() {
    String value = "case id when 7 then null when 8 then double('Infinity') else x end";
    Dataset<Row> rows =
        Frames.clouds(spark, 60)
            .withColumn("x", functions.expr(value))
            .withColumn("label", functions.expr("if(id in (7, 8), 9, label)"))
            .cache();
    KudariClassifier skip =
        classifier().setFeaturesCols("x", "y").setStrategy("serial").setHandleInvalid("skip");
    Dataset<Row> right = rows.filter("id not in (7, 8)");
    String expected = sha256(skip, right);
    assertEquals(expected, sha256(skip.copy(none()), rows));
    KudariClassifier ranks = skip.copy(none()).setStrategy("all-reduce").setRanks(2);
    assertEquals(expected, sha256(ranks, rows.repartition(3)));
    for (String label : List.of("label + 0.5", "-1", "if(id = 7, null, label)")) {
      Dataset<Row> wrong =
          rows.withColumn("label", functions.expr("if(id = 7, " + label + ", label)"));
      assertThrows(DataException.class, () -> skip.copy(none()).fit(wrong), label);
    }
  }

  @Test
  void classesAreThoseOfTheMetadataAlsoWhereTheLastHasNoRows() {
    Dataset<Row> rows = Frames.clouds(spark, 150);
    Dataset<Row> named = named(rows, "p", "q", "r", "s");
    KudariClassificationModel model = classifier().fit(named);
    assertEquals(4, model.numClasses());
    assertEquals(List.of("p", "q", "r", "s"), model.classNames());
    assertEquals(3, classifier().fit(rows).numClasses());
  }

  private static Dataset<Row> named(Dataset<Row> rows, String... classes) {
    NominalAttribute names = NominalAttribute.defaultAttr().withName("label").withValues(classes);
    return rows.withColumn("label", functions.col("label").as("label", names.toMetadata()));
  }

  @Test
  void theRunHasTheNamesOfTheMetadataAndTheBitsOfNone() throws Exception {
    Dataset<Row> rows = Frames.clouds(spark, 150);
    String expected = sha256(classifier(), rows);
    Path run = dir.resolve("run");
    Dataset<Row> named = named(rows, "red", "green", "blue");
    KudariClassifier recorded = classifier().setRunPath(run.toString());
    assertEquals(expected, sha256(recorded, named));
    String task = Files.readString(run.resolve("model/task.json")).replaceAll("\\s", "");
    assertTrue(task.contains("[\"red\",\"green\",\"blue\"]"), task);
    assertTrue(Files.readString(run.resolve("report.html")).contains("green"), "report.html");
    KudariClassificationModel ended = recorded.setResume(true).fit(named);
    assertEquals(List.of("red", "green", "blue"), ended.classNames());
    assertEquals(expected, ended.summary().parametersSha256());
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> classifier().fit(named(rows, "1", "1.0", "2")))
            .getMessage();
    assertEquals("class names must differ: 1, 1.0, 2", said);
  }

  @Test
  void labelsAndWeightsOfAnyNumbersAreThoseOfDoublesAlsoWhereNamesHaveDots() {
    Dataset<Row> rows =
        Frames.clouds(spark, 60).withColumn("weight", functions.expr("1.0d + id % 3")).cache();
    KudariClassifier plain = classifier().setWeightCol("weight").setStrategy("serial");
    String expected = sha256(plain, rows);
    KudariRegressor numbers = new KudariRegressor().setLabelCol("label").setHiddenLayers(4);
    numbers.setEpochs(1).setBatchSize(30).setWeightCol("weight").setStrategy("serial");
    String predicted = numbers.fit(rows).summary().parametersSha256();
    KudariClassifier dotted = plain.copy(none()).setLabelCol("a.label").setWeightCol("a.weight");
    KudariRegressor of = numbers.copy(none()).setLabelCol("a.label").setWeightCol("a.weight");
    for (String type : List.of("int", "bigint", "float", "decimal(9,2)", "double")) {
      Dataset<Row> other =
          rows.withColumn("a.label", functions.col("label").cast(type))
              .withColumn("a.weight", functions.col("weight").cast(type));
      assertEquals(expected, sha256(dotted, other), type);
      assertEquals(predicted, of.fit(other).summary().parametersSha256(), type);
    }
  }

  @Test
  void moreThanTenThousandClassesAreFineWhereTheMetadataTellsOfThem() {
    String[] classes = IntStream.range(0, 10_001).mapToObj(k -> "c" + k).toArray(String[]::new);
    KudariClassifier small = classifier().setHiddenLayers(2).setEpochs(1).setStrategy("serial");
    Dataset<Row> rows = Frames.clouds(spark, 30);
    assertEquals(10_001, small.fit(named(rows, classes)).numClasses());
    Dataset<Row> far = rows.withColumn("label", functions.expr("label * 5000.5"));
    String said =
        assertThrows(
                DataException.class,
                () -> small.fit(far.withColumn("label", functions.expr("int(label)"))))
            .getMessage();
    assertTrue(said.contains("10002 classes"), said);
  }

  private static String refused(KudariClassifier estimator, Dataset<Row> rows) {
    String said = assertThrows(RuntimeException.class, () -> estimator.fit(rows)).getMessage();
    assertEquals(1, said.lines().count(), said);
    return said;
  }

  @Test
  void framesOfNothingToLearnFromAreRefusedInOneLine() {
    Dataset<Row> rows = Frames.clouds(spark, 60).withColumn("held", functions.lit(true)).cache();
    for (String strategy : List.of("serial", "driver", "all-reduce")) {
      KudariClassifier of = classifier().setStrategy(strategy);
      assertEquals("the data frame: holds no examples", refused(of, rows.limit(0)));
      assertEquals("the data frame: holds no examples", refused(of, rows.filter("id > 99")));
      Dataset<Row> unlabelled = rows.withColumn("label", functions.expr("cast(null as double)"));
      assertEquals(
          "the data frame: column label: found null, a label must have a value",
          refused(of, unlabelled));
      assertEquals(
          "the data frame: validationIndicatorCol is true in all rows: none is left for training",
          refused(of.copy(none()).setValidationIndicatorCol("held"), rows));
      KudariClassifier stopping = of.copy(none()).setEarlyStoppingPatience(1);
      Dataset<Row> none = rows.withColumn("held", functions.lit(false));
      assertEquals(
          "validationIndicatorCol is true for none of 60 examples, but train.early-stopping needs"
              + " validation examples",
          refused(stopping.setValidationIndicatorCol("held"), none));
    }
  }
}
