package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.cli.TestCluster;
import io.kudari.config.ConfigurationException;
import io.kudari.data.DataException;
import io.kudari.run.FolderException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.ParamMap;
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

/** Fits that go on with what a folder holds. */
@Slow
@Timeout(300)
class FitResumeTest {

  @TempDir private Path dir;
  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void start() {
    spark = Frames.session();
    rows = Frames.clouds(spark, 150).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static KudariClassifier classifier(int epochs) {
    return new KudariClassifier()
        .setHiddenLayers(6)
        .setEpochs(epochs)
        .setBatchSize(30)
        .setConfig("checkpoint.every-epochs = 1");
  }

  private static KudariClassifier copy(KudariClassifier of) {
    return of.copy(ParamMap.empty());
  }

  private KudariClassifier within(KudariClassifier of, String folder) {
    return copy(of).setRunPath(dir.resolve(folder).toString()).setResume(true);
  }

  private static TrainingSummary summary(KudariClassifier of) {
    return of.fit(rows).summary();
  }

  private static List<Integer> epochs(TrainingSummary of) {
    return of.history().stream().map(TrainingSummary.Epoch::epoch).toList();
  }

  private static List<Integer> first(int epochs) {
    return IntStream.range(0, epochs).boxed().toList();
  }

  /** Fits until a condition holds, and interrupts the thread that does. */
  private static void interrupted(KudariClassifier fit, BooleanSupplier when) throws Exception {
    AtomicReference<Throwable> ended = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    Thread fitting =
        new Thread(
            () -> {
              try {
                var unused = fit.fit(rows);
              } catch (Throwable e) {
                ended.set(e);
              }
              done.countDown();
            });
    fitting.start();
    try {
      Boolean unused = TestCluster.await(() -> when.getAsBoolean() ? true : null, "the moment");
      fitting.interrupt();
      assertTrue(done.await(60, TimeUnit.SECONDS), "it goes on");
    } finally {
      fitting.interrupt();
      fitting.join(10_000);
    }
    assertInstanceOf(CancellationException.class, ended.get());
  }

  private static boolean hasCheckpoint(Path run) {
    File[] found =
        run.resolve("checkpoints").toFile().listFiles(f -> f.getName().matches("step-\\d+"));
    return found != null && found.length > 0;
  }

  @Test
  void aFitThatWasInterruptedGoesOnToTheParametersOfOneThatWasNot() throws Exception {
    int epochs = 1500;
    KudariClassifier whole = classifier(epochs).setRanks(2);
    TrainingSummary expected = summary(copy(whole).setConfig(""));
    interrupted(within(whole, "run"), () -> hasCheckpoint(dir.resolve("run")));
    TrainingSummary resumed = summary(within(whole, "run").setRanks(1).setConfig(""));
    assertEquals(expected.parametersSha256(), resumed.parametersSha256());
    assertEquals(first(epochs), epochs(resumed));
    assertEquals(expected.objectiveHistory().length, resumed.objectiveHistory().length);
    assertTrue(Arrays.equals(expected.objectiveHistory(), resumed.objectiveHistory()));
    assertEquals(1, resumed.ranks());
    String events = Files.readString(dir.resolve("run/events.jsonl"));
    assertTrue(events.contains("\"resumed\""), "it began anew");
  }

  @Test
  void aFitThatWasInterruptedBeforeItsFirstCheckpointIsRefused() throws Exception {
    KudariClassifier none = classifier(100_000).setRanks(2).setConfig("checkpoint.every = never");
    Path run = dir.resolve("run");
    interrupted(within(none, "run"), () -> Files.exists(run.resolve("events.jsonl")));
    String said =
        assertThrows(DataException.class, () -> within(none, "run").fit(rows)).getMessage();
    assertTrue(said.startsWith(run + ": has no checkpoint, and ended as failed; "), said);
    assertEquals(1, said.lines().count());
  }

  @Test
  void aFolderWithNothingInItIsThatOfANewRun() throws Exception {
    KudariClassifier usual = classifier(3);
    String expected = summary(usual).parametersSha256();
    assertEquals(expected, summary(within(usual, "new")).parametersSha256());
    Files.createDirectory(dir.resolve("empty"));
    assertEquals(expected, summary(within(usual, "empty")).parametersSha256());
    Files.writeString(Files.createDirectory(dir.resolve("other")).resolve("x"), "mine");
    String said =
        assertThrows(FolderException.class, () -> within(usual, "other").fit(rows)).getMessage();
    assertEquals(dir.resolve("other") + " is not the output of a run", said);
    assertEquals("mine", Files.readString(dir.resolve("other/x")));
  }

  @Test
  void aRunThatHasEndedGivesItsModelAndGoesOnOnlyWhereMoreIsAsked() throws Exception {
    KudariClassifier three = classifier(3).setStrategy("serial");
    KudariClassificationModel trained = within(three, "run").fit(rows);
    byte[] events = Files.readAllBytes(dir.resolve("run/events.jsonl"));
    KudariClassificationModel found = within(three, "run").fit(rows);
    assertTrue(Arrays.equals(events, Files.readAllBytes(dir.resolve("run/events.jsonl"))));
    TrainingSummary told = found.summary();
    assertEquals(trained.summary().parametersSha256(), told.parametersSha256());
    assertEquals(trained.summary().history(), told.history());
    assertEquals("completed", told.status());
    assertEquals(trained.summary().steps(), told.steps());
    assertEquals(
        trained.transform(rows).select("id", "probability").collectAsList(),
        found.transform(rows).select("id", "probability").collectAsList());

    TrainingSummary longer = summary(within(three, "run").setEpochs(5));
    TrainingSummary through = summary(copy(three).setEpochs(5));
    assertEquals(through.parametersSha256(), longer.parametersSha256());
    assertEquals(first(5), epochs(longer));
    assertEquals(2, Math.round(longer.examplesPerSecond() * longer.seconds() / 135));
  }

  @Test
  void otherRowsAndOtherSettingsAreRefusedInOneLineThatNamesThem() throws Exception {
    KudariClassifier three = classifier(3).setStrategy("serial");
    String expected = summary(within(three, "run")).parametersSha256();
    for (int epochs : new int[] {3, 4}) {
      KudariClassifier again = within(three, "run").setEpochs(epochs);
      DataException rowsDiffer =
          assertThrows(DataException.class, () -> again.fit(rows.filter("id <> 7")));
      refused(rowsDiffer, "data.train: saved 150 examples");
      ConfigurationException settingDiffers =
          assertThrows(ConfigurationException.class, () -> copy(again).setBatchSize(25).fit(rows));
      refused(settingDiffers, "train.batch: saved 30, now 25");
      refused(
          assertThrows(ConfigurationException.class, () -> copy(again).setSeed(2).fit(rows)),
          "seed: saved 1, now 2");
    }
    assertEquals(expected, summary(within(three, "run")).parametersSha256(), "it is as it was");
  }

  @Test
  void aFolderThatIsUsedIsRefusedInTheWordsOfAStage() {
    KudariClassifier one = within(classifier(1).setStrategy("serial"), "run").setResume(false);
    assertEquals(1, summary(one).history().size());
    assertEquals(
        dir.resolve("run")
            + " exists and is not empty; resume goes on with it, another runPath begins anew",
        assertThrows(FolderException.class, () -> one.fit(rows)).getMessage());
  }

  @Test
  void aRunThatGoesOnWithinAnEpochTellsTheRateOfWhatItDidItself() {
    KudariClassifier twenty = classifier(4).setStrategy("serial").setConfig("train.steps = 20");
    KudariClassifier seven = within(twenty, "run").setConfig("train.steps = 7");
    TrainingSummary first = summary(seven);
    assertEquals(7, first.steps());
    // Of 135 rows in steps of 30 and, at the end of an epoch, 15.
    assertEquals(195, Math.round(first.examplesPerSecond() * first.seconds()));
    TrainingSummary rest = summary(within(twenty, "run"));
    assertEquals(summary(copy(twenty)).parametersSha256(), rest.parametersSha256());
    assertEquals(20, rest.steps());
    assertEquals(4 * 135 - 195, Math.round(rest.examplesPerSecond() * rest.seconds()));
  }

  @Test
  void otherWeightsAndOtherRowsHeldOutAreRefusedAndARegressionGoesOnToo() {
    Dataset<Row> all =
        rows.withColumn("w", functions.lit(1.0)).withColumn("held", functions.expr("id % 5 = 0"));
    KudariClassifier weighted =
        classifier(3).setStrategy("serial").setWeightCol("w").setValidationIndicatorCol("held");
    KudariClassificationModel unused = within(weighted, "run").fit(all);
    Dataset<Row> heavier = all.withColumn("w", functions.lit(2.0));
    Dataset<Row> others = all.withColumn("held", functions.expr("id % 5 = 1"));
    for (Dataset<Row> changed : List.of(heavier, others)) {
      KudariClassifier again = within(weighted, "run");
      refused(assertThrows(DataException.class, () -> again.fit(changed)), "data.train: saved");
    }
    KudariRegressor two =
        new KudariRegressor()
            .setLabelCol("z")
            .setHiddenLayers(6)
            .setEpochs(2)
            .setBatchSize(30)
            .setStrategy("serial");
    String through = two.copy(ParamMap.empty()).setEpochs(4).fit(rows).summary().parametersSha256();
    two.setRunPath(dir.resolve("regression").toString()).setResume(true);
    KudariRegressionModel first = two.fit(rows);
    assertEquals(2, first.summary().history().size());
    assertEquals(through, two.setEpochs(4).fit(rows).summary().parametersSha256());
  }

  private void refused(RuntimeException e, String difference) {
    String start = dir.resolve("run") + " cannot go on with a difference: ";
    assertTrue(e.getMessage().startsWith(start), e.getMessage());
    assertTrue(e.getMessage().contains(difference), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void resumeWithoutARunPathIsRefused() {
    String line = "resume needs runPath, the folder of the run that is to go on";
    KudariClassifier nowhere = classifier(3).setResume(true);
    KudariRegressor either = new KudariRegressor().setLabelCol("z").setResume(true);
    assertEquals(
        line, assertThrows(IllegalArgumentException.class, () -> nowhere.fit(rows)).getMessage());
    assertEquals(
        line, assertThrows(IllegalArgumentException.class, () -> either.fit(rows)).getMessage());
  }

  @Test
  void aSavedEstimatorKeepsIt() throws Exception {
    String path = dir.resolve("stage").toString();
    within(classifier(3), "run").setThreads(2).save(path);
    KudariClassifier loaded = KudariClassifier.load(path);
    assertTrue(loaded.getResume());
    assertEquals(2, loaded.getThreads());
  }

  @Test
  void aRunWithoutCheckpointsGivesItsModelToNobodyForItsRowsCannotBeCompared() {
    KudariClassifier full =
        new KudariClassifier().setHiddenLayers(6).setEpochs(3).setStrategy("serial");
    full.setConfig("optimizer = { name = l-bfgs }");
    TrainingSummary first = summary(within(full, "run"));
    assertEquals("completed", first.status());
    for (Dataset<Row> others : List.of(rows, rows.filter("id <> 7"))) {
      String said =
          assertThrows(DataException.class, () -> within(full, "run").fit(others)).getMessage();
      assertEquals(
          dir.resolve("run")
              + " has ended without a checkpoint, so its examples cannot be compared; fit begins"
              + " again with another runPath",
          said);
    }
  }

  @Test
  void aRunThatEndedByAnotherRuleIsNotTheResultOfThisOne() {
    KudariClassifier early =
        classifier(200)
            .setStrategy("serial")
            .setLearningRate(1)
            .setValidationFraction(0.2)
            .setEarlyStoppingPatience(3)
            .setConfig("schedule.learning-rate { kind = cosine }");
    TrainingSummary first = summary(within(early, "run"));
    KudariClassifier less = within(early, "run").setEarlyStoppingPatience(2);
    String start = dir.resolve("run") + " has ended by another ";
    String said = assertThrows(ConfigurationException.class, () -> less.fit(rows)).getMessage();
    assertEquals(
        start
            + "earlyStoppingPatience, earlyStoppingMetric or train.early-stopping, and by this one"
            + " might have ended elsewhere; fit begins again with another runPath",
        said);
    KudariClassifier target =
        within(early, "run")
            .setConfig(early.getConfig() + "\ntrain.target { metric = loss, value = 1e9 }");
    said = assertThrows(RuntimeException.class, () -> target.fit(rows)).getMessage();
    assertTrue(said.startsWith(start + "train.target, "), said);
    assertEquals("stopped-early", first.status());
    TrainingSummary more = summary(within(early, "run").setEpochs(400));
    assertEquals(first.parametersSha256(), more.parametersSha256());
    assertFalse(more.warnings().toString().contains("rate"), "nothing is trained");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "model/parameters.f32", "model/manifest.json", "events.jsonl"})
  void aPartOfAnEndedRunThatIsMissingIsALine(String part) throws Exception {
    KudariClassifier three = classifier(3).setStrategy("serial");
    TrainingSummary unused = summary(within(three, "run"));
    Path moved = dir.resolve("run").resolve(part);
    Files.move(moved, dir.resolve("elsewhere"));
    String said =
        assertThrows(DataException.class, () -> within(three, "run").fit(rows)).getMessage();
    assertTrue(said.contains(moved.toString()), said);
    assertFalse(said.contains("CONFIG"), said);
    assertEquals(1, said.lines().count());
  }

  @Test
  void aLocalSessionGivesARankTheThreadsThatItAsksFor() {
    KudariClassifier usual = classifier(3);
    TrainingSummary expected = summary(copy(usual).setStrategy("serial"));
    int[][] asked = {
      {0, 0, 1, 2}, {0, 2, 1, 2}, {1, 2, 1, 2}, {1, 0, 1, 1}, {2, 0, 2, 1}, {0, 1, 2, 1}
    };
    for (int[] a : asked) {
      TrainingSummary summary = summary(copy(usual).setRanks(a[0]).setThreads(a[1]));
      assertEquals(List.of(a[2], a[3]), List.of(summary.ranks(), summary.threads()));
      assertFalse(summary.warnings().toString().contains("threads"), "" + summary.warnings());
      assertEquals(expected.parametersSha256(), summary.parametersSha256());
    }
  }
}
