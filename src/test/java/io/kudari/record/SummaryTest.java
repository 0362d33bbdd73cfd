package io.kudari.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.event.Event;
import io.kudari.event.EventJson;
import io.kudari.event.StepTimes;
import io.kudari.math.Fingerprint;
import io.kudari.model.Evaluation;
import io.kudari.model.Figures;
import io.kudari.model.Libraries;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.Shape;
import io.kudari.train.DivergedException;
import io.kudari.train.plan.EarlyStopping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {

  private static final Set<String> KEYS =
      Set.of(
          ("status target.step strategy algorithm workers ranks threads steps epochs examples"
               + " exchange.topology exchange.hosts seconds examplesPerSecond train.loss"
               + " validation.loss parameters.count parameters.sha256 time.compute time.wait"
               + " time.exchange time.update time.input peakMemoryMB data.describe.seconds"
               + " data.deal.seconds data.bytesRead data.invalidRows data.spilled seed version"
               + " noise.scale noise.low noise.high noise.batch noise.redundant test.loss"
               + " machine.cpu machine.cores machine.memoryMB machine.os machine.java machine.blas"
               + " machine.oneDNN machine.nd4j")
              .split(" "));

  private static final Set<String> OF_CLASSES =
      Set.of(
          ("train.accuracy validation.accuracy test.accuracy test.topAccuracy test.precision"
                  + " test.recall test.f1 test.confusion test.macroF1 test.logLoss test.rocAuc"
                  + " test.rocAucError test.prAuc test.prAucError")
              .split(" "));

  private static final Set<String> OF_TARGETS =
      Set.of("train.r2 validation.r2 test.mse test.rmse test.mae test.r2".split(" "));

  @TempDir Path dir;

  private Libraries libraries = new Libraries(null, null, null);

  @Test
  void aResumedRunHasTheFiguresOfBothParts() throws IOException {
    List<Event> first =
        List.of(
            new Event.Started("serial", "gradient-sharing", 1, 2, 3, 40, 50, 6, 7, 2, 90),
            new Event.Scalar("noise-scale", 1, Double.NaN),
            new Event.Scalar("noise-scale.low", 1, 20),
            new Event.Scalar("noise-scale.high", 1, Double.POSITIVE_INFINITY),
            new Event.StepDone(1, 0, 30, 30, 0.5, 0.1, new StepTimes(1, 2, 3, 4, 5)),
            new Event.EpochDone(0, 1, 0.75, classes(0, 0, 1), 9));
    Event second = new Event.StepDone(2, 1, 10, 10, 0.5, 0.1, new StepTimes(1, 2, 3, 4, 5));
    Summary whole = summary(true);
    first.forEach(whole);
    whole.accept(second);
    Summary resumed = summary(true);
    int seconds = 0;
    for (Event event : first) {
      String line = EventJson.line(event, java.time.Instant.ofEpochSecond(10 * seconds++));
      resumed.replay(EventJson.read(line).orElseThrow());
    }
    assertEquals(1, whole.bestStep(EarlyStopping.Metric.ACCURACY));
    assertEquals(1, resumed.bestStep(EarlyStopping.Metric.ACCURACY));
    resumed.accept(first.get(0));
    resumed.accept(second);
    Event end = new Event.Finished("completed", 2, 1, 0, 4.5, classes(0, 0, 0));
    JsonNode[] json = new JsonNode[2];
    for (int i = 0; i < 2; i++) {
      Summary summary = i == 0 ? whole : resumed;
      summary.accept(end);
      summary.write(file(), new Configuration(), new float[] {1});
      json[i] = read();
    }
    for (String key : List.of("steps", "epochs", "examples", "train.loss", "validation.accuracy"))
      assertEquals(json[0].get(key), json[1].get(key), key);
    for (String key : List.of("noise.scale", "noise.low", "noise.high", "noise.batch"))
      assertEquals(json[0].get(key), json[1].get(key), key);
    assertEquals(20, json[1].get("noise.low").doubleValue());
    assertTrue(json[1].get("noise.scale").isNull() && json[1].get("noise.high").isNull());
    assertEquals(30, json[1].get("noise.batch").intValue());
    assertEquals(json[0].get("time.input"), json[1].get("time.input"));
    assertEquals(54.5, json[1].get("seconds").doubleValue());
  }

  @Test
  void whatIsLostOfTheRecordIsNotCountedAndNotSummed() throws IOException {
    for (boolean told : new boolean[] {true, false}) {
      Summary summary = summary(true);
      summary.accept(new Event.StepDone(1, 0, 30, 30, 0.5, 0.1, StepTimes.ZERO));
      if (told) summary.lost();
      summary.accept(new Event.Resumed(told ? 1 : 20, 2, List.of()));
      summary.accept(new Event.Started("serial", "gradient-sharing", 1, 2, 3, 40, 50, 6, 7, 3, 9));
      step(summary, 21, 30);
      summary.accept(new Event.EpochDone(2, 21, 0.75, classes(0, 0, 1), 9));
      summary.accept(new Event.Finished("completed", 21, 3, -1, 4.5, null));
      summary.write(file(), new Configuration(), new float[] {1});
      JsonNode json = read();
      assertEquals(keys(KEYS, OF_CLASSES), fields(json));
      assertEquals(21, json.get("steps").longValue());
      assertEquals(3, json.get("epochs").intValue());
      assertEquals(0.75, json.get("train.loss").doubleValue());
      for (String sum : List.of("examples", "seconds", "examplesPerSecond", "time.compute"))
        assertTrue(json.get(sum).isNull(), sum);
    }
  }

  @Test
  void figuresAreThoseOfTheRestoredEpochAndTimesAreSums() throws IOException {
    Summary summary = summary(true);
    summary.accept(new Event.Started("serial", "gradient-sharing", 1, 2, 3, 40, 50, 6, 7, 2, 90));
    step(summary, 1, 30);
    summary.accept(new Event.EpochDone(0, 1, 0.75, classes(0, 0, 1), 9));
    step(summary, 2, 10);
    summary.accept(new Event.EpochDone(1, 2, 0.5, classes(1, 1, 1), 9));
    summary.accept(new Event.Finished("stopped early", 2, 2, 0, 4.5, classes(0, 0, 0)));
    float[] parameters = {1, -0f, 3};
    libraries = new Libraries("OpenBLAS 0.3, kernels for Haswell", "oneDNN 3.11, avx2", null);
    summary.write(file(), new Configuration(), parameters);
    JsonNode json = read();
    assertEquals(keys(KEYS, OF_CLASSES), fields(json));
    assertEquals("stopped-early", json.get("status").textValue());
    assertEquals(2, json.get("steps").longValue());
    assertEquals(2, json.get("epochs").intValue());
    assertEquals(40, json.get("examples").longValue());
    assertEquals(4.5, json.get("seconds").doubleValue());
    assertEquals(40 / 30.0, json.get("examplesPerSecond").doubleValue(), 1e-12);
    assertEquals(0.75, json.get("train.loss").doubleValue());
    assertEquals(2 / 3.0, json.get("validation.accuracy").doubleValue());
    assertEquals(1 / 3.0, json.get("test.accuracy").doubleValue());
    assertEquals(2, json.get("test.topAccuracy").size());
    assertEquals("[[1,0],[2,0]]", json.get("test.confusion").toString());
    assertEquals(2.0, json.get("time.compute").doubleValue());
    assertEquals(10.0, json.get("time.input").doubleValue());
    assertEquals(40, json.get("parameters.count").intValue());
    assertEquals(Fingerprint.sha256(parameters), json.get("parameters.sha256").textValue());
    assertEquals(17, json.get("seed").longValue());
    assertTrue(json.get("peakMemoryMB").longValue() > 1);
    assertEquals("OpenBLAS 0.3, kernels for Haswell", json.get("machine.blas").textValue());
    assertEquals("oneDNN 3.11, avx2", json.get("machine.oneDNN").textValue());
    assertTrue(json.get("machine.nd4j").isNull());
  }

  @Test
  void whatAnExecutorComputesWithIsToldInsteadOfWhatThisProcessHasLoaded() throws IOException {
    Summary summary = summary(true);
    libraries = new Libraries("here", null, "here");
    summary.accept(new Event.Started("serial", "gradient-sharing", 1, 2, 3, 40, 50, 6, 7, 2, 90));
    summary.accept(new Event.Finished("completed", 0, 0, -1, 0, null));
    summary.accept(new Event.Computing(new Libraries("there", "there too", null)));
    summary.accept(new Event.Connected(2, "hierarchical", null));
    summary.write(file(), new Configuration(), new float[0]);
    assertEquals("there", read().get("machine.blas").textValue());
    assertEquals("hierarchical", read().get("exchange.topology").textValue());
    assertEquals(2, read().get("exchange.hosts").intValue());
    assertTrue(read().get("machine.nd4j").isNull());
  }

  @Test
  void theNoiseScaleIsTheNewestBesideTheBatchItWasMeasuredIn() throws IOException {
    Summary summary = summary(true);
    summary.accept(new Event.Started("serial", "gradient-sharing", 1, 2, 3, 40, 50, 6, 7, 2, 90));
    for (int k = 1; k <= 2; k++) {
      summary.accept(new Event.Scalar("noise-scale", k, 90 * k));
      summary.accept(new Event.Scalar("noise-scale.low", k, 80));
      summary.accept(new Event.Scalar("noise-scale.high", k, 200));
      step(summary, k, 60);
    }
    step(summary, 3, 10);
    summary.accept(new Event.Finished("completed", 3, 0, -1, 4.5, null));
    summary.write(file(), new Configuration(), new float[3]);
    JsonNode json = read();
    assertEquals(180, json.get("noise.scale").doubleValue());
    assertEquals(80, json.get("noise.low").doubleValue());
    assertEquals(200, json.get("noise.high").doubleValue());
    assertEquals(60, json.get("noise.batch").intValue());
    assertEquals(0.25, json.get("noise.redundant").doubleValue());
  }

  @Test
  void aRunWithoutRestoringHasTheFiguresOfItsLastEpoch() throws IOException {
    Summary summary = summary(true);
    summary.accept(new Event.Started("serial", "gradient-sharing", 1, 1, 1, 3, 50, 6, 0, 2, 2));
    summary.accept(new Event.EpochDone(0, 1, 0.75, null, 9));
    summary.accept(new Event.EpochDone(1, 2, 0.5, null, 9));
    summary.accept(new Event.Finished("completed", 2, 2, -1, 4.5, null));
    summary.write(file(), new Configuration(), new float[3]);
    JsonNode json = read();
    assertEquals("completed", json.get("status").textValue());
    assertEquals(0.5, json.get("train.loss").doubleValue());
    assertTrue(json.get("validation.loss").isNull());
  }

  @Test
  void aRegressionHasTheFiguresOfARegression() throws IOException {
    Summary summary = summary(false);
    summary.accept(new Event.Started("serial", "gradient-sharing", 1, 1, 1, 3, 50, 6, 2, 1, 1));
    summary.accept(new Event.EpochDone(0, 1, 0.5, targets(1, 2), 9));
    summary.accept(new Event.Finished("completed", 1, 1, -1, 4.5, targets(1, 4)));
    summary.write(file(), new Configuration(), new float[3]);
    JsonNode json = read();
    assertEquals(keys(KEYS, OF_TARGETS), fields(json));
    // Targets are 0 and 1, predictions 1 and 4.
    assertEquals(5, json.get("test.mse").doubleValue());
    assertEquals(2, json.get("test.mae").doubleValue());
    assertEquals(-19, json.get("test.r2").doubleValue());
    assertEquals(-3, json.get("validation.r2").doubleValue());
  }

  @Test
  void aRunThatDivergedOrFailedKeepsAllKeysAndNoFingerprint() throws IOException {
    Summary summary = summary(true);
    summary.accept(new Event.Started("driver", "gradient-sharing", 1, 1, 1, 3, 50, 6, 0, 2, 2));
    Throwable diverged = new DivergedException(3, 1, Double.NaN, null);
    summary.write(file(), new Configuration(), new IllegalStateException("wrapped", diverged));
    JsonNode json = read();
    assertEquals("diverged", json.get("status").textValue());
    assertEquals(keys(KEYS, OF_CLASSES), fields(json));
    assertTrue(json.get("parameters.sha256").isNull());
    assertTrue(json.get("examplesPerSecond").isNull());
    assertTrue(json.get("train.loss").isNull());
    assertTrue(json.get("seconds").doubleValue() >= 0);
    summary.write(file(), new Configuration(), new OutOfMemoryError());
    assertEquals("failed", read().get("status").textValue());
    assertFalse(Files.readString(dir.resolve("summary.json")).contains("NaN"));
  }

  private Summary summary(boolean classification) {
    return new Summary(17, "1.2", classification, Machine.current("a processor"), () -> libraries);
  }

  private static void step(Summary summary, long step, int examples) {
    long second = 1_000_000_000;
    StepTimes times = new StepTimes(second, 2 * second, 3 * second, 4 * second, 5 * second);
    summary.accept(new Event.StepDone(step, 0, examples, examples, 1, 0.1, times));
  }

  /** Three examples of two classes; the true ones are 0, 1, 1. */
  private static Figures classes(int... predicted) {
    MiniBatch batch = MiniBatch.labelled(new Shape(1, 1, 1), 3);
    System.arraycopy(new int[] {0, 1, 1}, 0, batch.labels, 0, 3);
    batch.filled(3, batch.draw());
    float[] outputs = new float[6];
    for (int e = 0; e < 3; e++) outputs[2 * e + predicted[e]] = 1;
    Evaluation evaluation = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 2);
    evaluation.add(batch, outputs);
    return Figures.of(evaluation);
  }

  /** Two examples; the true values are 0 and 1. */
  private static Figures targets(float... predicted) {
    MiniBatch batch = MiniBatch.targeted(new Shape(1, 1, 1), 2, 1);
    batch.targets[1] = 1;
    batch.filled(2, batch.draw());
    Evaluation evaluation = Evaluation.ofTargets(Loss.MEAN_SQUARED_ERROR, 1);
    evaluation.add(batch, predicted);
    return Figures.of(evaluation);
  }

  private org.apache.hadoop.fs.Path file() {
    return new org.apache.hadoop.fs.Path(dir.resolve("summary.json").toUri());
  }

  private JsonNode read() throws IOException {
    return new ObjectMapper().readTree(dir.resolve("summary.json").toFile());
  }

  private static Set<String> keys(Set<String> common, Set<String> own) {
    Set<String> keys = new TreeSet<>(common);
    keys.addAll(own);
    return keys;
  }

  private static Set<String> fields(JsonNode json) {
    Set<String> names = new TreeSet<>();
    for (Iterator<String> i = json.fieldNames(); i.hasNext(); ) names.add(i.next());
    return names;
  }
}
