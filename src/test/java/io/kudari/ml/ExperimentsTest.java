package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.config.StrategySettings.Strategy;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Task;
import io.kudari.data.format.TypedRows.Kind;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What an estimator's params become. */
class ExperimentsTest {

  private static final PixelInput NUMBERS = new PixelInput(Kind.OTHER, null);

  private static final Experiments.Columns COLUMNS =
      new Experiments.Columns(List.of("a.b", "c\"d"), List.of("label"), 0, "", "", NUMBERS);

  private static Experiment experiment(TrainingParams<?> stage) {
    return Experiments.of(stage, COLUMNS, new Configuration());
  }

  private static String config(TrainingParams<?> stage) {
    return experiment(stage).resolved();
  }

  @Test
  void defaultsAreThoseThatTheParamsSay() {
    Experiment usual = experiment(new KudariClassifier());
    assertEquals(10, usual.plan().epochs());
    assertEquals(128, usual.plan().batch());
    assertEquals("adam", usual.plan().optimizer().name());
    assertEquals(1, usual.plan().seed());
    assertEquals(4, usual.strategy().workers());
    assertEquals(Strategy.ALL_REDUCE, usual.strategy().strategy());
    assertEquals(0.1, usual.data().validation());
    assertEquals(Task.CLASSIFICATION, usual.data().train().task());
    assertEquals(Normalizer.Method.Z_SCORE, usual.plan().normalization().method());
    assertEquals(4, usual.model().layers().size()); // Dense ones, relu and softmax.
    assertTrue(usual.plan().stopping().isNever());
    Experiment regression =
        Experiments.of(
            new KudariRegressor(),
            new Experiments.Columns(
                List.of("x"), List.of("y"), Experiments.Columns.REGRESSION, "", "", NUMBERS),
            new Configuration());
    assertEquals(Task.REGRESSION, regression.data().train().task());
  }

  @Test
  void everyParamReachesTheExperiment() {
    KudariClassifier set =
        new KudariClassifier()
            .setHiddenLayers(20, 10)
            .setActivation("tanh")
            .setDropout(0.25)
            .setBatchNorm(true)
            .setInitializer("xavier-uniform")
            .setEpochs(3)
            .setBatchSize(64)
            .setOptimizer("adamw")
            .setLearningRate(0.125)
            .setWeightDecay(0.0625)
            .setNormalization("min-max")
            .setValidationFraction(0.5)
            .setEarlyStoppingPatience(7)
            .setEarlyStoppingMetric("accuracy")
            .setInitialModelPath("/some where/model")
            .setWorkers(2)
            .setStrategy("driver")
            .setRanks(2)
            .setHandleInvalid("skip")
            .setDataMemory("64 MB")
            .setSeed(42);
    String config = config(set);
    for (String line :
        List.of(
            "units=20",
            "units=10",
            "activation=tanh",
            "rate=0.25",
            "batch-norm=before",
            "initializer=xavier-uniform",
            "epochs=3",
            "batch=64",
            "name=adamw",
            "learning-rate=0.125",
            "weight-decay=0.0625",
            "method=min-max",
            "validation=0.5",
            "patience=7",
            "metric=accuracy",
            "initial-model=\"/some where/model\"",
            "workers=2",
            "strategy=driver",
            "ranks=2",
            "missing=skip",
            "invalid=skip",
            "memory=\"64 MB\"",
            "seed=42")) assertTrue(config.contains(line), line + " is not in " + config);
  }

  private static Experiment ofPixels(KudariClassifier stage, DataType type) {
    StructType schema = new StructType().add("x", type);
    PixelInput pixels = PixelInput.of(schema, List.of("x"), stage);
    pixels.check();
    return Experiments.of(
        stage,
        new Experiments.Columns(List.of("x"), List.of("y"), 0, "", "", pixels),
        new Configuration());
  }

  @Test
  void pixelsAreScaledUnlessAParamSaysOtherwiseAndHaveTheShapeThatIsSaid() {
    KudariClassifier stage = new KudariClassifier();
    for (DataType type : List.of(DataTypes.BinaryType, Frames.IMAGE)) {
      Normalization usual = ofPixels(stage, type).plan().normalization();
      assertEquals(Normalizer.Method.SCALE, usual.method());
      assertEquals(255, usual.divisor());
      Experiment set = ofPixels(new KudariClassifier().setNormalization("z-score"), type);
      assertEquals(Normalizer.Method.Z_SCORE, set.plan().normalization().method());
    }
    assertTrue(ofPixels(stage, DataTypes.BinaryType).resolved().contains("shape=flat"));
    stage.setInputShape(1, 4, 6);
    String bytes = ofPixels(stage, DataTypes.BinaryType).resolved().replaceAll("[\\s\"]", "");
    assertTrue(bytes.contains("shape=[1,4,6]"), bytes);
    String images = ofPixels(stage, Frames.IMAGE).resolved();
    for (String line : List.of("grey=true", "height=4", "width=6"))
      assertTrue(images.contains(line), line + " is not in " + images);
    stage.setInputShape(4, 4, 6);
    assertEquals(
        "inputShape has 4 channels, but images have 1, of grey, or 3",
        assertThrows(IllegalArgumentException.class, () -> ofPixels(stage, Frames.IMAGE))
            .getMessage());
  }

  @Test
  void aSetParamWinsOverTheTextAndTheTextOverDefaults() {
    String text =
        """
        optimizer { name = momentum, momentum = 0.5, learning-rate = 0.25 }
        model.layers = [ { type = dense, units = 5 }, { type = dense } ]
        train { epochs = 2, batch = 40, clip-norm = null }
        seed = 9
        """;
    KudariClassifier stage =
        new KudariClassifier().setConfig(text.replace(", clip-norm = null", ""));
    Experiment said = experiment(stage);
    assertEquals("momentum", said.plan().optimizer().name());
    assertEquals(2, said.plan().epochs());
    assertEquals(40, said.plan().batch());
    assertEquals(9, said.plan().seed());
    assertEquals(4, said.strategy().workers());
    assertTrue(config(stage).contains("units=5"), config(stage));
    stage.setEpochs(10).setSeed(1).setHiddenLayers(7);
    Experiment set = experiment(stage);
    assertEquals(10, set.plan().epochs());
    assertEquals(1, set.plan().seed());
    assertEquals("momentum", set.plan().optimizer().name());
    assertTrue(config(stage).contains("units=7"), config(stage));
    stage.setOptimizer("adam");
    assertEquals("adam", experiment(stage).plan().optimizer().name());
  }

  @Test
  void whatTheTextMayNotSayIsRefusedInOneLine() {
    for (String text :
        List.of("data.validation = 0.2", "train.epochs = 0", "nothing = 1", "train {")) {
      KudariClassifier stage = new KudariClassifier().setConfig(text);
      String said =
          assertThrows(ConfigurationException.class, () -> experiment(stage)).getMessage();
      assertTrue(said.startsWith("config"), said);
      assertEquals(1, said.lines().count(), said);
    }
    KudariClassifier few = new KudariClassifier().setBatchSize(3);
    assertThrows(ConfigurationException.class, () -> experiment(few));
  }
}
