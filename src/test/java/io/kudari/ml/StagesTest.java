package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What Spark ML expects of every stage, asked of all four. */
@Slow
@Timeout(300)
class StagesTest {

  @TempDir private static Path dir;
  private static SparkSession spark;
  private static Dataset<Row> rows;
  private static List<Kind> kinds;

  /** An estimator, another one as it is made, and the model it fits. */
  private record Kind(
      PipelineStage estimator,
      Supplier<PipelineStage> fresh,
      Transformer model,
      Transformer again) {

    String name() {
      return estimator.getClass().getSimpleName();
    }

    Evaluator evaluator() {
      return model instanceof KudariClassificationModel
          ? new MulticlassClassificationEvaluator()
          : new RegressionEvaluator().setLabelCol("z");
    }

    List<PipelineStage> stages() {
      return List.of(estimator, model);
    }
  }

  @BeforeAll
  static void fit() {
    spark = Frames.session();
    rows = Frames.clouds(spark, 150).cache();
    KudariClassifier classifier =
        new KudariClassifier().setHiddenLayers(6).setEpochs(4).setBatchSize(30).setRanks(1);
    KudariRegressor regressor =
        new KudariRegressor()
            .setLabelCol("z")
            .setFeaturesCols("x", "y")
            .setHiddenLayers(6)
            .setEpochs(4)
            .setBatchSize(30)
            .setRanks(1);
    kinds =
        List.of(
            new Kind(classifier, KudariClassifier::new, classifier.fit(rows), classifier.fit(rows)),
            new Kind(regressor, KudariRegressor::new, regressor.fit(rows), regressor.fit(rows)));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Stream<DynamicTest> each(Asked asked) {
    return kinds.stream().map(kind -> DynamicTest.dynamicTest(kind.name(), () -> asked.of(kind)));
  }

  private interface Asked {
    void of(Kind kind) throws Exception;
  }

  @TestFactory
  Stream<DynamicTest> everyParamIsDocumentedOwnedFoundAndHasAGetter() {
    return each(
        kind -> {
          for (PipelineStage stage : kind.stages()) {
            Set<String> names = new HashSet<>();
            for (Param<?> param : stage.params()) {
              assertTrue(names.add(param.name()), param.name());
              assertEquals(stage.uid(), param.parent(), param.name());
              assertTrue(param.doc().length() > 10, param.name());
              assertEquals(param, stage.getParam(param.name()));
              assertTrue(stage.explainParams().contains(param.name() + ": "), param.name());
              String getter =
                  "get" + param.name().substring(0, 1).toUpperCase() + param.name().substring(1);
              Method found = stage.getClass().getMethod(getter);
              if (stage.isDefined(param)) {
                Object value = stage.getOrDefault(param);
                Object got = found.invoke(stage);
                if (value.getClass().isArray())
                  assertEquals(
                      param.jsonEncode(null == value ? null : cast(value)), encoded(param, got));
                else assertEquals(value, got, param.name());
              }
            }
            assertTrue(
                names.containsAll(List.of("featuresCol", "inferBatchSize", "predictionCol")));
          }
          assertTrue(kind.estimator().hasParam("hiddenLayers"));
        });
  }

  @SuppressWarnings("unchecked")
  private static <T> T cast(Object value) {
    return (T) value;
  }

  @SuppressWarnings({"rawtypes", "unchecked"})
  private static String encoded(Param param, Object value) {
    return param.jsonEncode(value);
  }

  @TestFactory
  Stream<DynamicTest> aCopyHasTheNameAndTheValuesAndIsAnother() {
    return each(
        kind -> {
          for (PipelineStage stage : kind.stages()) {
            Params copy = stage.copy(ParamMap.empty());
            assertSame(stage, copy);
            Param<String> column = cast(stage.getParam("predictionCol"));
            copy.set(column, "other");
            assertNotEquals("other", stage.getOrDefault(column));
            Params with = stage.copy(new ParamMap().put(column, "extra"));
            assertEquals("extra", with.getOrDefault(column));
          }
          assertEquals(kind.estimator().uid(), kind.model().uid());
          assertEquals(kind.estimator(), ((Model<?>) kind.model()).parent());
          assertEquals(kind.estimator(), ((Model<?>) kind.model().copy(ParamMap.empty())).parent());
        });
  }

  private static void assertSame(Params expected, Params stage) {
    assertEquals(expected.uid(), stage.uid());
    assertEquals(expected.getClass(), stage.getClass());
    assertEquals(expected.extractParamMap().toString(), stage.extractParamMap().toString());
    for (Param<?> param : expected.params())
      if (!(expected.isDefined(param) && expected.getOrDefault(param).getClass().isArray()))
        assertEquals(expected.get(param), stage.get(param), param.name());
  }

  @TestFactory
  Stream<DynamicTest> whatIsSavedIsLoadedAloneAndInPipelines() {
    return each(
        kind -> {
          for (PipelineStage stage : kind.stages()) {
            String path = dir.resolve(stage.getClass().getSimpleName()).toString();
            ((MLWritable) stage).write().overwrite().save(path);
            Params loaded =
                (Params) stage.getClass().getMethod("load", String.class).invoke(null, path);
            assertValues(stage, loaded);
          }
          Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {kind.estimator()});
          String path = dir.resolve(kind.name() + "-pipeline").toString();
          pipeline.write().overwrite().save(path);
          assertValues(kind.estimator(), Pipeline.load(path).getStages()[0]);
          PipelineModel fitted = pipeline.fit(rows);
          fitted.write().overwrite().save(path + "-model");
          PipelineModel loaded = PipelineModel.load(path + "-model");
          assertEquals(predictions(fitted), predictions(loaded));
          assertEquals(predictions(kind.model()), predictions(loaded));
        });
  }

  @TestFactory
  Stream<DynamicTest> whatASearchHasFoundIsSavedAndLoadedWithIt() {
    return each(
        kind -> {
          ParamMap only = new ParamMap().put(((TrainingParams<?>) kind.estimator()).epochs(), 4);
          CrossValidatorModel found =
              new CrossValidator()
                  .setEstimator((Estimator<?>) kind.estimator())
                  .setEvaluator(kind.evaluator())
                  .setEstimatorParamMaps(new ParamMap[] {only})
                  .setNumFolds(2)
                  .setSeed(1)
                  .fit(rows);
          String path = dir.resolve(kind.name() + "-search").toString();
          found.write().overwrite().save(path);
          CrossValidatorModel loaded = CrossValidatorModel.load(path);
          assertValues(kind.estimator(), loaded.getEstimator());
          assertValues(kind.model(), loaded.bestModel());
          assertEquals(kind.model().getClass(), loaded.bestModel().getClass());
          assertEquals(predictions(kind.model()), predictions(loaded));
        });
  }

  private static void assertValues(Params expected, Params loaded) {
    assertEquals(expected.uid(), loaded.uid());
    for (Param<?> param : expected.params()) {
      assertEquals(expected.isSet(param), loaded.isSet(param), param.name());
      if (expected.isDefined(param))
        assertEquals(
            encoded(param, expected.getOrDefault(param)),
            encoded(param, loaded.getOrDefault(param)),
            param.name());
    }
  }

  private static List<Row> predictions(Transformer model) {
    return model.transform(rows).select("id", "prediction").collectAsList();
  }

  @TestFactory
  Stream<DynamicTest> transformSchemaIsThatOfTransform() {
    return each(
        kind -> {
          StructType made = kind.model().transform(rows).schema();
          assertEquals(kind.model().transformSchema(rows.schema()).json(), made.json());
          StructType foretold = kind.estimator().transformSchema(rows.schema());
          assertArrayEquals(made.fieldNames(), foretold.fieldNames());
          assertArrayEquals(types(made), types(foretold));
        });
  }

  private static DataType[] types(StructType schema) {
    return Arrays.stream(schema.fields()).map(f -> f.dataType()).toArray(DataType[]::new);
  }

  @TestFactory
  Stream<DynamicTest> fittingAgainGivesTheSameModel() {
    return each(
        kind -> {
          assertEquals(predictions(kind.model()), predictions(kind.again()));
          assertEquals(sha256(kind.model()), sha256(kind.again()));
        });
  }

  static String sha256(Transformer model) {
    return model instanceof KudariClassificationModel m
        ? m.summary().parametersSha256()
        : ((KudariRegressionModel) model).summary().parametersSha256();
  }

  @TestFactory
  Stream<DynamicTest> wrongTypesAreRejectedInOneLine() {
    return each(
        kind -> {
          Params stage = kind.estimator();
          String label = stage.getOrDefault(cast(stage.getParam("labelCol")));
          assertLine(
              "Column "
                  + label
                  + " must be of type numeric but was actually of type string."
                  + " StringIndexer makes numbers of texts.",
              () -> fit(kind.estimator(), rows.withColumn(label, functions.lit("x"))));
          assertLine(
              "Column " + label + " does not exist. ",
              () -> fit(kind.estimator(), rows.drop(label)));
          Estimator<?> vectors = (Estimator<?>) kind.estimator().copy(ParamMap.empty());
          vectors.clear(vectors.getParam("featuresCols"));
          assertLine(
              "Column features must be of type a vector, an array of numbers, binary or an image"
                  + " but was",
              () -> fit(vectors, rows.withColumn("features", functions.lit("x"))));
          ((TrainingParams<?>) vectors).setInputShape(1, 1, 2);
          assertLine(
              "inputShape is of a column of binary or of images, which the features are not in",
              () -> fit(vectors, rows));
          vectors.clear(vectors.getParam("inputShape"));
          ((TrainingParams<?>) vectors).setFeaturesCols("name");
          assertLine(
              "Column name must be of type numeric, boolean, a vector or an array of numbers but"
                  + " was",
              () -> fit(vectors, rows));
          ((TrainingParams<?>) vectors).setFeaturesCols("x", "bytes");
          assertLine(
              "Column bytes must be of type numeric, boolean, a vector or an array of numbers but"
                  + " was",
              () -> fit(vectors, rows.withColumn("bytes", functions.lit(new byte[2]))));
          ((TrainingParams<?>) vectors).setFeaturesCols("x", label);
          assertLine(
              "Column " + label + " cannot be a feature and the label", () -> fit(vectors, rows));
          ((TrainingParams<?>) vectors).setFeaturesCols("x", "features", "x");
          assertLine("Column x cannot be a feature twice", () -> fit(vectors, rows));
          ((TrainingParams<?>) vectors).setFeaturesCols("x");
          ((TrainingParams<?>) vectors).setWeightCol(label);
          assertLine(
              "Column " + label + " cannot be the label and the weight", () -> fit(vectors, rows));
          assertLine(
              "Column prediction already exists.",
              () -> fit(kind.estimator(), rows.withColumn("prediction", functions.lit(1))));
        });
  }

  @TestFactory
  Stream<DynamicTest> wrongTypesAreRejectedByModelsInOneLine() {
    return each(
        kind -> {
          Transformer model = kind.model().copy(ParamMap.empty());
          model.clear(model.getParam("featuresCols"));
          assertLine(
              "Column features must be of type a vector, an array of numbers, binary or an image"
                  + " but was actually of type string.",
              () -> apply(model, rows.withColumn("features", functions.lit("x"))));
          assertLine("Column features does not exist. ", () -> apply(model, rows.drop("features")));
          assertLine(
              "Column prediction already exists.",
              () -> apply(model, rows.withColumn("prediction", functions.lit(1))));
          InferenceParams<?> params = (InferenceParams<?>) model;
          params.setFeaturesCols("x", "name");
          assertLine(
              "Column name must be of type numeric, boolean, a vector or an array of numbers but"
                  + " was actually of type string.",
              () -> apply(model, rows));
          params.setFeaturesCols("x", "bytes");
          assertLine(
              "Column bytes must be of type numeric, boolean, a vector or an array of numbers but"
                  + " was actually of type binary.",
              () -> apply(model, rows.withColumn("bytes", functions.lit(new byte[2]))));
          params.setFeaturesCols("x", "x");
          assertLine("Column x cannot be a feature twice", () -> apply(model, rows));
        });
  }

  private static void apply(Transformer model, Dataset<Row> frame) {
    var unused = model.transform(frame);
  }

  private static void fit(PipelineStage estimator, Dataset<Row> frame) {
    var unused = ((Estimator<?>) estimator).fit(frame);
  }

  private static void assertLine(String expected, Executable call) {
    String said = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(said.startsWith(expected), said);
    assertEquals(1, said.lines().count(), said);
  }

  @TestFactory
  Stream<DynamicTest> valuesOutOfRangeAreRefusedWhenTheyAreSet() {
    return each(
        kind -> {
          TrainingParams<?> stage = (TrainingParams<?>) kind.fresh().get();
          List<Executable> wrong =
              List.of(
                  () -> stage.setEpochs(0),
                  () -> stage.setBatchSize(0),
                  () -> stage.setHiddenLayers(3, 0),
                  () -> stage.setActivation("softmax"),
                  () -> stage.setDropout(1),
                  () -> stage.setInitializer("constant"),
                  () -> stage.setOptimizer("magic"),
                  () -> stage.setLearningRate(0),
                  () -> stage.setWeightDecay(-1),
                  () -> stage.setNormalization("l2"),
                  () -> stage.setValidationFraction(1),
                  () -> stage.setEarlyStoppingPatience(-1),
                  () -> stage.setEarlyStoppingMetric("f1"),
                  () -> stage.setWorkers(0),
                  () -> stage.setStrategy("all"),
                  () -> stage.setRanks(-1),
                  () -> stage.setHandleInvalid("keep"),
                  () -> stage.setInputShape(28, 28),
                  () -> stage.setInputShape(1, 28, 0),
                  () -> stage.setInputShape(1 << 16, 1 << 16, 1),
                  () -> stage.setDataMemory("much"),
                  () -> stage.setDataMemory("1.2.3 MB"),
                  () -> stage.setInferBatchSize(0));
          for (Executable set : wrong) {
            String said = assertThrows(IllegalArgumentException.class, set).getMessage();
            assertTrue(said.contains(" given invalid value "), said);
          }
          assertFalse(stage.isSet(stage.epochs()));
        });
  }
}
