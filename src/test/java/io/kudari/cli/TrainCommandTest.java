package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.checkpoint.ModelFolder;
import io.kudari.checkpoint.SavedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as its users call it, in this process. */
class TrainCommandTest {

  private static final String SMALL =
      """
      data {
        train { format = digits, examples = 120, seed = 1 }
        test { format = digits, examples = 40, seed = 2 }
        validation = 0.2
      }
      model {
        layers = [
          { type = dense, units = 12, activation = relu }
          { type = dense, units = auto }
        ]
        loss = cross-entropy
      }
      optimizer { name = momentum, momentum = 0.9, learning-rate = 0.05 }
      train { epochs = 2, batch = 16, workers = 2, strategy = serial }
      """;

  @TempDir Path dir;

  /** An exit code and what was said on the error stream. */
  private record Outcome(int code, String errors) {}

  @Test
  void aRunLeavesTheDocumentedFilesAndItsModelCanBeApplied() throws IOException {
    assertEquals(new Outcome(0, ""), train());
    Set<String> expected =
        Set.of(
            "config.conf", "events.jsonl", "summary.json", "model", "report.html", "checkpoints");
    assertEquals(new TreeSet<>(expected), new TreeSet<>(names(out())));
    JsonNode summary = summary();
    assertEquals("completed", summary.get("status").textValue());
    assertEquals("serial", summary.get("strategy").textValue());
    assertEquals(12, summary.get("steps").longValue());
    assertEquals(192, summary.get("examples").longValue());
    assertEquals(64, summary.get("parameters.sha256").textValue().length());
    assertTrue(summary.get("test.accuracy").isNumber());
    assertEquals(0, run("evaluate", out().toString()).code());
    Path predictions = dir.resolve("predictions.csv");
    assertEquals(0, run("predict", out().toString(), "--output", predictions.toString()).code());
    List<String> lines = Files.readAllLines(predictions);
    assertEquals(41, lines.size());
    assertTrue(lines.get(0).startsWith("example,predicted,p("), lines.get(0));
  }

  @Test
  void anExportedModelIsRestoredByDeeplearning4jAndItsDescriptionTrainsAgain() throws IOException {
    Path zip = dir.resolve("model.zip");
    assertEquals(0, train("--export-dl4j", zip.toString()).code());
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(zip.toFile());
    SavedModel saved =
        ModelFolder.read(
            new org.apache.hadoop.fs.Path(out().resolve("model").toString()), new Configuration());
    assertArrayEquals(saved.parameters(), restored.params().toFloatVector());
    Path later = dir.resolve("later.zip");
    String[] complete = {"train", "--resume", out().toString(), "--export-dl4j", later.toString()};
    assertEquals(0, run(complete).code());
    assertArrayEquals(Files.readAllBytes(zip), Files.readAllBytes(later));
    Files.writeString(later, "of somebody else");
    assertEquals(ExitCode.OUTPUT.code, run(complete).code());
    assertEquals("of somebody else", Files.readString(later));
    String[] replaced = Arrays.copyOf(complete, 6);
    replaced[5] = "--overwrite";
    assertEquals(new Outcome(0, ""), run(replaced));
    assertArrayEquals(Files.readAllBytes(zip), Files.readAllBytes(later));

    Path json =
        Files.writeString(
            dir.resolve("network.json"), restored.getLayerWiseConfigurations().toJson());
    Outcome again = train("--overwrite", "--set", "model=null", "--set", "model.dl4j=" + json);
    assertEquals(new Outcome(0, ""), again);
    assertEquals("completed", summary().get("status").textValue());
    assertEquals(0, run("evaluate", out().toString()).code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nosuch", "train nosuch.conf other", "data nosuch", "train --nosuch"})
  void helpDoesNotHideWhatIsNotKnown(String words) {
    String[] plain = words.split(" ");
    String[] help = Arrays.copyOf(plain, plain.length + 1);
    help[plain.length] = "--help";
    assertEquals(ExitCode.USAGE.code, run(help).code());
    assertEquals(run(plain).errors(), run(help).errors());
  }

  @Test
  void printConfigWritesNothing() throws IOException {
    Outcome outcome = run("train", config(SMALL), "--print-config", "--out", out().toString());
    assertEquals(new Outcome(0, ""), outcome);
    assertFalse(Files.exists(out()));
  }

  @Test
  void theConfigurationOfARunTrainsTheSameParametersAgain() throws IOException {
    train();
    String first = summary().get("parameters.sha256").textValue();
    Path copy = dir.resolve("copy.conf");
    Files.copy(out().resolve("config.conf"), copy);
    Outcome again = run("train", copy.toString(), "--out", out().toString(), "--overwrite");
    assertEquals(new Outcome(0, ""), again);
    assertEquals(first, summary().get("parameters.sha256").textValue());
  }

  @Test
  void resultsAreReplacedOnlyWhenAskedAndOnlyThoseOfARun() throws IOException {
    train();
    assertOneLine(5, "--overwrite", train());
    assertEquals(0, train("--overwrite").code());
    Files.delete(out().resolve("events.jsonl"));
    assertOneLine(5, "not the output of a run", train("--overwrite"));
    assertTrue(Files.exists(out().resolve("summary.json")));
  }

  @Test
  void aFileInTheWayOfTheOutputFolderIsFoundBeforeTraining() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    Outcome outcome = run("train", config(SMALL), "--out", file.resolve("sub/out").toString());
    assertOneLine(5, "is a file", outcome);
    assertEquals("x", Files.readString(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | train.epocs=3                 | epochs",
        "2 | train.epochs=many             | train.epochs",
        "2 | train.epochs=0                | train.epochs",
        "2 | train.batch=1                 | train.workers",
        "2 | model.layers=[]               | model.layers",
        "3 | train.workers=100,train.batch=100 | train.workers is 100",
      })
  void anErrorFoundBeforeTrainingIsOneLineAndLeavesNothing(int code, String set, String says)
      throws IOException {
    List<String> sets = new ArrayList<>();
    for (String part : set.split(",")) sets.addAll(List.of("--set", part));
    assertOneLine(code, says, train(sets.toArray(String[]::new)));
    assertFalse(Files.exists(out()));
  }

  /** 97 training examples, so that an epoch would end with a batch of one. */
  private static final String[] LAST_BATCH_OF_ONE = {
    "--set", "data.validation=0", "--set", "data.train.examples=97", "--set", "train.epochs=6"
  };

  @ParameterizedTest
  @ValueSource(strings = {"program", "dl4j"})
  void batchNormalisationNeverTrainsOnOneExampleOfAWorker(String engine) throws IOException {
    String normalised =
        SMALL.replace("activation = relu", "activation = relu, batch-norm = before");
    List<String> args =
        new ArrayList<>(List.of("train", config(normalised), "--out", out().toString()));
    args.addAll(List.of(LAST_BATCH_OF_ONE));
    args.addAll(List.of("--set", "model.engine=" + engine));
    assertEquals(new Outcome(0, ""), run(args.toArray(String[]::new)));
    String nd4j = summary().get("machine.nd4j").asText();
    if (engine.equals("dl4j")) assertTrue(nd4j.matches("ND4J 1[^,]+, linux-\\S+"), nd4j);
    List<Integer> sizes = new ArrayList<>();
    for (String line : Files.readAllLines(out().resolve("events.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (event.get("type").textValue().equals("stepDone")) {
        sizes.add(event.get("examples").intValue());
        assertTrue(Double.isFinite(event.get("loss").doubleValue()), line);
      }
    }
    assertEquals(List.of(16, 16, 16, 16, 16, 17), sizes.subList(0, 6));
    assertEquals(36, sizes.size());
    assertEquals(36, summary().get("steps").longValue());
    // By chance: an accuracy of 0.1 and a loss of ln 10 = 2.3.
    assertTrue(summary().get("test.accuracy").doubleValue() > 0.4, summary().toString());
    assertTrue(summary().get("test.loss").doubleValue() < 1.65, summary().toString());
  }

  @Test
  void aDeeplearning4jModelThatNormalisesBatchesObeysTheSameRule() throws IOException {
    Path zip = dir.resolve("model.zip");
    String normalised =
        SMALL.replace("activation = relu", "activation = relu, batch-norm = before");
    String config = config(normalised);
    String out = out().toString();
    assertEquals(0, run("train", config, "--out", out, "--export-dl4j", zip.toString()).code());
    String json =
        ModelSerializer.restoreMultiLayerNetwork(zip.toFile())
            .getLayerWiseConfigurations()
            .toJson();
    Path file = Files.writeString(dir.resolve("network.json"), json);
    String[] model = {"--overwrite", "--set", "model=null", "--set", "model.dl4j=" + file};
    for (String engine : List.of("auto", "dl4j")) {
      String[] chosen = with(model, "--set", "model.engine=" + engine);
      assertOneLine(
          2,
          "train.batch must be at least 2 x train.workers = 16 with batch normalisation",
          train(with(chosen, "--set", "train.workers=8", "--set", "train.batch=8")));
      assertEquals(
          new Outcome(0, ""),
          train(with(chosen, "--set", "train.workers=8", "--set", "train.batch=16")));
    }
  }

  @Test
  void tooFewTrainingExamplesForBatchNormalisationAreRefused() throws IOException {
    String normalised =
        SMALL.replace("activation = relu", "activation = relu, batch-norm = before");
    Outcome outcome =
        run(
            "train",
            config(normalised),
            "--out",
            out().toString(),
            "--set",
            "data.train.examples=9",
            "--set",
            "data.stratify=false",
            "--set",
            "train.workers=4");
    assertOneLine(3, "train.workers is 4, but there are only 7 training examples", outcome);
    assertFalse(Files.exists(out()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ format = csv, file = missing.csv, label = y }",
        "{ format = idx, images = missing, labels = missing }"
      })
  void missingDataIsNamed(String source) throws IOException {
    assertOneLine(3, "missing", trainOn(source));
    assertFalse(Files.exists(out()));
  }

  @Test
  void textInANumberColumnIsNamed() throws IOException {
    Path csv = Files.writeString(dir.resolve("x.csv"), "a,b,y\n1,2,u\n3,four,v\n5,6,u\n");
    assertOneLine(3, "four", trainOn("{ format = csv, label = y, file = \"" + csv + "\" }"));
    assertFalse(Files.exists(out()));
  }

  @Test
  void anIdxFileThatLiesAboutItsLengthIsNamed() throws IOException {
    byte[] images = {0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 42};
    byte[] labels = {0, 0, 8, 1, 0, 0, 0, 9, 1, 0, 1, 0, 1, 0, 1, 0, 1};
    Path a = Files.write(dir.resolve("images"), images);
    Path b = Files.write(dir.resolve("labels"), labels);
    String source = "{ format = idx, images = \"" + a + "\", labels = \"" + b + "\" }";
    assertOneLine(3, "images", trainOn(source));
    assertFalse(Files.exists(out()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"driver", "all-reduce"})
  void onSparkTheSummaryHasTheSameParameters(String strategy) throws IOException {
    train();
    String serial = summary().get("parameters.sha256").textValue();
    Outcome outcome =
        train("--overwrite", "--master", "local[1]", "--set", "train.strategy=" + strategy);
    assertEquals(new Outcome(0, ""), outcome);
    assertEquals(strategy, summary().get("strategy").textValue());
    assertEquals(serial, summary().get("parameters.sha256").textValue());
  }

  @Test
  void aLossThatIsNoNumberEndsTheRunAndKeepsItsEvents() throws IOException {
    assertOneLine(4, "diverged", train("--set", "optimizer.learning-rate=1e30"));
    assertEquals("diverged", summary().get("status").textValue());
    assertTrue(summary().get("parameters.sha256").isNull());
    assertFalse(Files.readAllLines(out().resolve("events.jsonl")).isEmpty());
    assertFalse(Files.exists(out().resolve("model")));
  }

  @Test
  void aModelThatWasChangedIsNotApplied() throws IOException {
    train();
    Path parameters = out().resolve("model/parameters.f32");
    byte[] bytes = Files.readAllBytes(parameters);
    bytes[7] ^= 1;
    Files.write(parameters, bytes);
    assertOneLine(3, "damaged", run("evaluate", out().toString()));
    Files.delete(parameters);
    assertOneLine(3, "parameters.f32", run("predict", out().toString()));
  }

  @Test
  void aStackTraceIsShownWhenAskedFor() throws IOException {
    Outcome outcome = train("--set", "train.epochs=0", "--stacktrace");
    assertEquals(2, outcome.code());
    assertTrue(outcome.errors().contains("\tat io.kudari."), outcome.errors());
  }

  private static void assertOneLine(int code, String says, Outcome outcome) {
    assertEquals(code, outcome.code(), outcome.errors());
    assertEquals(1, outcome.errors().lines().count(), outcome.errors());
    assertTrue(outcome.errors().contains(says), outcome.errors());
  }

  private Path out() {
    return dir.resolve("out");
  }

  private String config(String text) throws IOException {
    return Files.writeString(dir.resolve("test.conf"), text).toString();
  }

  private Outcome train(String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("train", config(SMALL), "--out", out().toString()));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  private Outcome trainOn(String source) throws IOException {
    String rest = SMALL.substring(SMALL.indexOf("model {"));
    String data = "data { train = " + source + " }\n";
    return run("train", config(data + rest), "--out", out().toString());
  }

  private static Outcome run(String... args) {
    StringWriter errors = new StringWriter();
    int code = Main.run(args, new PrintWriter(errors, true));
    return new Outcome(code, errors.toString());
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(out().resolve("summary.json").toFile());
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
