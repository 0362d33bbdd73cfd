package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import io.kudari.config.ResumeRules;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** What a run takes for granted about its data it either gets right, says, or refuses. */
@Slow
class GuessesTest {

  @TempDir Path dir;

  /** An exit code and what was said on the error stream. */
  private record Outcome(int code, String errors) {}

  private static String lines(int rows, IntFunction<String> line) {
    return IntStream.range(0, rows).mapToObj(line).collect(Collectors.joining("\n", "", "\n"));
  }

  private String file(String name, String content) throws IOException {
    return '"' + Files.writeString(dir.resolve(name), content).toString() + '"';
  }

  /** A small network on some data, serial. */
  private Outcome train(String data, String... sets) throws IOException {
    String text =
        "data { "
            + data
            + " }\nmodel.layers = [ { type = dense, units = 8, activation = relu },"
            + " { type = dense, units = auto } ]\n"
            + "optimizer { name = adam, learning-rate = 0.05 }\n"
            + "train { epochs = 40, batch = 32, workers = 2, strategy = serial }\n";
    Path config = Files.writeString(dir.resolve("t.conf"), text);
    List<String> args =
        new ArrayList<>(List.of("train", config.toString(), "--out", out().toString()));
    args.add("--overwrite");
    for (String set : sets) args.addAll(List.of("--set", set));
    return run(args.toArray(String[]::new));
  }

  private static Outcome run(String... args) {
    StringWriter errors = new StringWriter();
    return new Outcome(Main.run(args, new PrintWriter(errors, true)), errors.toString());
  }

  private Path out() {
    return dir.resolve("out");
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(out().resolve("summary.json").toFile());
  }

  private static void assertOneLine(int code, String says, Outcome outcome) {
    assertEquals(code, outcome.code(), outcome.errors());
    assertEquals(1, outcome.errors().lines().count(), outcome.errors());
    assertTrue(outcome.errors().contains(says), outcome.errors());
  }

  @Test
  void pricesForWhichTheTaskWasForgottenAreRefusedUnlessTheyAreSaidToBeClasses()
      throws IOException {
    String prices = file("p.csv", "x,price\n" + lines(60, i -> i + "," + (100 + i % 40) + ".5"));
    String csv = "train { format = csv, label = price, file = " + prices + " }";
    assertOneLine(3, "40 classes in 60 examples: is this a regression?", train(csv));
    assertFalse(Files.exists(out()));
    assertOneLine(3, "data.train.max-classes", train(csv));
    assertOneLine(
        3, "more than data.train.max-classes = 39", train(csv, "data.train.max-classes=39"));
    String most = "data.train.max-classes=40";
    assertEquals(0, train(csv, most, "train.epochs=1").code());
    String all = lines(40, i -> (100 + i) + ".5").replace("\n", ",");
    assertEquals(0, train(csv, "data.train.classes=[" + all + "]", "train.epochs=1").code());
  }

  @Test
  void decimalLabelsAreRefusedUnlessTheyAreSaidToBeClasses() throws IOException {
    String ratings = file("r.csv", "x,rating\n" + lines(60, i -> i + "," + (1 + i % 3) * 0.5));
    String csv = "train { format = csv, label = rating, file = " + ratings + " }";
    String says =
        "r.csv: column rating holds decimal numbers, such as 0.5: is this a regression? Then"
            + " data.train.task = regression; if not, data.train.max-classes = 3 or"
            + " data.train.classes allows them";
    assertOneLine(3, says, train(csv));
    assertFalse(Files.exists(out()));
    for (String said : List.of("max-classes=3", "classes=[0.5, 1.0, 1.5]"))
      assertEquals(0, train(csv, "data.train." + said, "train.epochs=1").code(), said);
  }

  @Test
  void wholeNumbersAndVersionsAreClassesHoweverTheyAreWritten() throws IOException {
    for (String version : List.of(".0", "e0", ".5.1")) {
      String rows = file("v.csv", "x,y\n" + lines(60, i -> i + "," + i % 3 + version));
      String csv = "train { format = csv, label = y, file = " + rows + " }";
      assertEquals(0, train(csv, "train.epochs=1").code(), version);
    }
  }

  @Test
  void twentyClassesAreRightForAnyNumberOfRows() throws IOException {
    String rows = file("p.csv", "x,y\n" + lines(20, i -> i + "," + i));
    String csv = "validation = 0, train { format = csv, label = y, file = " + rows + " }";
    assertEquals(0, train(csv, "train.epochs=1").code());
  }

  @Test
  void accuracyIsNothingThatARegressionCanWatch() throws IOException {
    String rows = file("r.csv", "x,y\n" + lines(30, i -> i + "," + i * 0.5));
    String csv = "train { format = csv, label = y, task = regression, file = " + rows + " }";
    Outcome outcome = train(csv, "train.early-stopping.metric=accuracy");
    assertOneLine(2, "train.early-stopping.metric = accuracy is for classes", outcome);
    assertFalse(Files.exists(out()));
    assertEquals(0, train(csv, "train.early-stopping.metric=loss", "train.epochs=1").code());
  }

  @Test
  void whatFollowsTheValidationIsRefusedWhereThereIsNone() throws IOException {
    String rows = file("v.csv", "x,y\n" + lines(4, i -> i + "," + i));
    String csv = "validation = 0.5, train { format = csv, label = y, file = " + rows + " }";
    String[] small = {"train.epochs=1", "train.batch=4"};
    assertEquals(0, train(csv, small).code());
    String nothing = "data.validation = 0.5 holds out none of 4 examples, but ";
    assertOneLine(3, nothing, train(csv, "train.early-stopping.patience=2"));
    String plateau = "schedule.learning-rate.kind=plateau";
    assertOneLine(3, nothing, train(csv, plateau));
    assertOneLine(2, "plateau needs validation examples", train(csv, plateau, "data.validation=0"));
  }

  @Test
  void tablesHaveZScoresOfEachFeatureAndPixelsAScaleOf255() throws IOException {
    String rows = file("z.csv", "x,z,y\n" + lines(60, i -> i + "," + (9 - i) * 0.01 + "," + i % 2));
    String csv = "train { format = csv, label = y, file = " + rows + " }";
    String[] few = {"train.epochs=2", "data.stratify=false"};
    assertSame(csv, "data.normalize={method=z-score,per=feature}", few);
    String digits = "train { format = digits, examples = 60 }";
    assertSame(digits, "data.normalize={method=scale,divisor=255}", few);
  }

  @Test
  void aPlaceWhoseFileSystemIsMissingIsOneLineThatNamesIt() throws IOException {
    String rows = file("f.csv", "x,y\n" + lines(40, i -> i + "," + i % 2));
    String csv = "train { format = csv, label = y, file = " + rows + " }";
    assertEquals(0, train(csv, "train.epochs=1").code());
    String there = "s3a://bucket/x";
    String run = out().toString();
    assertOneLine(3, there, train(csv, "data.train.file=" + there));
    assertEquals(0, train(csv, "train.epochs=1").code());
    assertOneLine(5, there, run("predict", run, "-o", there));
    assertOneLine(3, there, run("evaluate", there));
    assertOneLine(2, there, run("evaluate", run, "--config", there));
    assertOneLine(3, there, run("train", "--resume", there));
    assertOneLine(5, there, run("train", dir.resolve("t.conf").toString(), "--out", there));
  }

  private void assertSame(String data, String said, String... sets) throws IOException {
    assertEquals(0, train(data, sets).code());
    String guessed = summary().get("parameters.sha256").textValue();
    List<String> more = new ArrayList<>(List.of(sets));
    more.add(said);
    assertEquals(0, train(data, more.toArray(String[]::new)).code());
    assertEquals(summary().get("parameters.sha256").textValue(), guessed);
  }

  /** Floats hold multiples of 128 of such numbers: a class changes where they cannot tell. */
  private String seconds() throws IOException {
    String rows = "t,y\n" + lines(200, i -> (1_700_000_000L + i) + "," + (i < 128 ? "a" : "b"));
    return "{ format = csv, label = y, file = " + file("s.csv", rows) + " }";
  }

  @Test
  void secondsSince1970AreToldApartInTrainingAndByTheSavedModel() throws IOException {
    String data = "validation = 0, train = " + seconds() + ", test = " + seconds();
    assertEquals(0, train(data).code());
    double accuracy = summary().get("test.accuracy").doubleValue();
    assertTrue(accuracy > 0.95, "accuracy " + accuracy);
    Path predictions = dir.resolve("p.csv");
    assertEquals(0, run("predict", out().toString(), "-o", predictions.toString()).code());
    List<String> found = Files.readAllLines(predictions);
    long right =
        IntStream.range(0, 200)
            .filter(i -> found.get(1 + i).startsWith(i + "," + (i < 128 ? "a" : "b")))
            .count();
    assertEquals(accuracy, right / 200.0, 1e-12);
  }

  @Test
  void aRunOfBeforeThereWasStratificationGoesOnWithoutIt() {
    String before = "data { validation = 0.1 }";
    assertEquals(
        List.of(),
        ResumeRules.differences("saved", before, "data { validation = 0.1, stratify = false }"));
    assertEquals(
        1,
        ResumeRules.differences("saved", before, "data { validation = 0.1, stratify = true }")
            .size());
  }

  @Test
  void aRegressionHasNoClassesToStratify() throws IOException {
    assertOneLine(2, "data.stratify", train(regression(), "data.stratify=true"));
  }

  private String regression() throws IOException {
    String rows = file("r.csv", "x,y\n" + lines(60, i -> i + "," + (3 + 0.5 * i)));
    return "train { format = csv, label = y, task = regression, file = " + rows + " }";
  }

  @Test
  void aRegressionMinimisesSquaresWhenNoLossIsGiven() throws IOException {
    assertEquals(new Outcome(0, ""), train(regression()));
    String first = summary().get("parameters.sha256").textValue();
    assertEquals(0, train(regression(), "model.loss=mean-squared-error").code());
    assertEquals(first, summary().get("parameters.sha256").textValue());
    assertTrue(Files.readString(out().resolve("config.conf")).contains("mean-squared-error"));
  }

  @Test
  void aLossThatDoesNotFitTheTaskIsRefusedBeforeDataIsRead() throws IOException {
    String missing = "train { format = csv, label = y, task = regression, file = missing.csv }";
    assertOneLine(2, "model.loss = cross-entropy", train(missing, "model.loss=cross-entropy"));
    String network =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nIn(1)
                    .nOut(2)
                    .build())
            .build()
            .toJson();
    String[] dl4j = {"model=null", "model.dl4j=" + file("n.json", network)};
    assertOneLine(2, "model.dl4j minimises cross-entropy", train(missing, dl4j));
    assertFalse(Files.exists(out()));
  }

  @Test
  void softmaxOfASingleTargetIsRefused() throws IOException {
    String layers = "model.layers=[{ type = dense, units = auto, activation = softmax }]";
    assertOneLine(2, "softmax of a single output", train(regression(), layers));
  }

  @Test
  void asManyClassesAsRowsAreRefusedInLibSvmToo() throws IOException {
    String svm = file("p.svm", lines(30, i -> (i + 100) + " 1:" + i));
    assertOneLine(
        3, "is this a regression?", train("train { format = libsvm, file = " + svm + " }"));
  }
}
