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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
      Boolean reached = TestCluster.await(() -> when.getAsBoolean() ? true : null, "the moment");
      assertTrue(reached);
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
