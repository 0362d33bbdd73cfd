package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stages among Spark's own. */
@Slow
@Timeout(300)
class PipelineTest {

  @TempDir private static Path dir;
  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void start() {
    spark = Frames.session();
    rows = Frames.clouds(spark, 180).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static KudariClassifier classifier() {
    return new KudariClassifier()
        .setHiddenLayers(8)
        .setEpochs(6)
        .setBatchSize(20)
        .setLearningRate(0.02)
        .setRanks(1);
  }

  private static double accuracy(Dataset<Row> predicted) {
    return new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predicted);
  }

  @Test
  void aPipelineOfSparksStagesAndOursTellsNamesAndIsSavedAndLoaded() throws Exception {
    Dataset<Row> raw = rows.select("id", "x", "y", "name");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("name").setOutputCol("label"),
                  new VectorAssembler()
                      .setInputCols(new String[] {"x", "y"})
                      .setOutputCol("assembled"),
                  new StandardScaler().setInputCol("assembled").setOutputCol("features"),
                  classifier(),
                  new IndexToString().setInputCol("prediction").setOutputCol("says")
                });
    PipelineModel model = pipeline.fit(raw);
    Dataset<Row> said = model.transform(raw);
    double right = said.filter("says = name").count() / (double) raw.count();
    assertTrue(right > 0.85, "right " + right);
    KudariClassificationModel ours = (KudariClassificationModel) model.stages()[3];
    assertEquals(List.of("blue", "green", "red"), ours.classNames());
    String path = dir.resolve("pipeline").toString();
    model.save(path);
    assertEquals(
        said.select("id", "says", "probability").collectAsList(),
        PipelineModel.load(path)
            .transform(raw)
            .select("id", "says", "probability")
            .collectAsList());
  }

  @Test
  void crossValidationOfTwoAtOnceFindsWhatOneAfterTheOtherDoes() throws Exception {
    KudariClassifier estimator = classifier().setEpochs(2).setRanks(2).setWorkers(2);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(estimator.learningRate(), new double[] {1e-6, 0.05}).build();
    CrossValidator search =
        new CrossValidator()
            .setEstimator(estimator)
            .setEvaluator(new MulticlassClassificationEvaluator())
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setSeed(1);
    CrossValidatorModel one = search.setParallelism(1).fit(rows);
    CrossValidatorModel two = search.setParallelism(2).fit(rows);
    assertArrayEquals(one.avgMetrics(), two.avgMetrics());
    assertTrue(two.avgMetrics()[0] != two.avgMetrics()[1], List.of(grid).toString());
    assertTrue(accuracy(two.transform(rows)) > 0.7);
    String path = dir.resolve("cross").toString();
    two.save(path);
    CrossValidatorModel loaded = CrossValidatorModel.load(path);
    assertEquals(
        two.transform(rows).select("probability").collectAsList(),
        loaded.transform(rows).select("probability").collectAsList());
    String unfitted = dir.resolve("search").toString();
    search.save(unfitted);
    CrossValidator again = CrossValidator.load(unfitted);
    assertEquals(estimator.uid(), again.getEstimator().uid());
    assertEquals(2, again.getEstimatorParamMaps().length);
  }

  @Test
  void aSplitChoosesTheBetterRegression() throws Exception {
    KudariRegressor estimator =
        new KudariRegressor()
            .setLabelCol("z")
            .setHiddenLayers(8)
            .setEpochs(10)
            .setBatchSize(20)
            .setRanks(1);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(estimator.learningRate(), new double[] {1e-7, 0.02}).build();
    TrainValidationSplitModel model =
        new TrainValidationSplit()
            .setEstimator(estimator)
            .setEvaluator(new RegressionEvaluator().setLabelCol("z").setMetricName("r2"))
            .setEstimatorParamMaps(grid)
            .setParallelism(2)
            .setSeed(3)
            .fit(rows);
    assertTrue(model.validationMetrics()[1] > model.validationMetrics()[0]);
    assertTrue(model.validationMetrics()[1] > 0.8, "R² is " + model.validationMetrics()[1]);
  }

  @Test
  void oneAgainstTheRestWorksAndIsSavedAndLoaded() throws Exception {
    OneVsRestModel model = new OneVsRest().setClassifier(classifier()).fit(rows);
    Dataset<Row> said = model.transform(rows);
    assertTrue(accuracy(said) > 0.85, "accuracy " + accuracy(said));
    String path = dir.resolve("one").toString();
    model.save(path);
    assertEquals(
        said.select("prediction").collectAsList(),
        OneVsRestModel.load(path).transform(rows).select("prediction").collectAsList());
  }

  @Test
  void oneAgainstTheRestGivesItsWeightsToOurs() {
    Dataset<Row> weighted =
        rows.withColumn("one", functions.lit(1))
            .withColumn("w", functions.expr("1 + 9 * (id % 2)"));
    OneVsRest without = new OneVsRest().setClassifier(classifier().setEpochs(2));
    String expected = sha256(without.fit(weighted));
    assertEquals(
        expected, sha256(without.copy(ParamMap.empty()).setWeightCol("one").fit(weighted)));
    assertNotEquals(
        expected, sha256(without.copy(ParamMap.empty()).setWeightCol("w").fit(weighted)));
  }

  private static String sha256(OneVsRestModel model) {
    return ((KudariClassificationModel) model.models()[0]).summary().parametersSha256();
  }

  @Test
  void rawPredictionsGiveTheAreaUnderTheCurve() {
    Dataset<Row> two = rows.filter("label < 2");
    KudariClassificationModel model = classifier().fit(two);
    assertEquals(2, model.numClasses());
    assertTrue(new BinaryClassificationEvaluator().evaluate(model.transform(two)) > 0.95);
  }

  @Test
  void aStreamIsTransformed() throws Exception {
    KudariClassificationModel model = classifier().fit(rows);
    String path = dir.resolve("stream").toString();
    rows.select("id", "features").repartition(3).write().parquet(path);
    Dataset<Row> stream =
        spark.readStream().schema(rows.select("id", "features").schema()).parquet(path);
    StreamingQuery query =
        model
            .transform(stream)
            .writeStream()
            .format("memory")
            .queryName("predicted")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination(120_000);
    query.stop();
    assertEquals(
        model.transform(rows).select("id", "prediction").orderBy("id").collectAsList(),
        spark.table("predicted").select("id", "prediction").orderBy("id").collectAsList());
  }

  @Test
  void threeModelsInAChainReadEveryRowOnce() {
    KudariClassificationModel model = classifier().fit(rows);
    var read = spark.sparkContext().longAccumulator("read");
    Dataset<Row> counted =
        rows.filter(
            (org.apache.spark.api.java.function.FilterFunction<Row>)
                row -> {
                  read.add(1);
                  return true;
                });
    Dataset<Row> frame = counted;
    for (String name : List.of("a", "b", "c"))
      frame =
          model
              .copy(ParamMap.empty())
              .setRawPredictionCol("")
              .setProbabilityCol("")
              .setPredictionCol(name)
              .transform(frame);
    assertEquals(180, frame.collectAsList().size());
    assertEquals(180, read.value());
    assertEquals(0, frame.filter(functions.expr("a <> b OR b <> c")).count());
  }
}
