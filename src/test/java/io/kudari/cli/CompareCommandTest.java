package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import io.kudari.compare.Dl4jComparison;
import io.kudari.config.Experiment;
import io.kudari.event.Event;
import io.kudari.run.RunListener;
import io.kudari.run.SparkSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real trainings by both. */
@Slow
class CompareCommandTest {

  /** 360 training examples. */
  private static final String EXPERIMENT =
      """
      data.train { format = digits, examples = 400 }
      data.test { format = digits, examples = 200, seed = 2 }
      data.validation = 0.1
      model.layers = [{ type = dense, units = 12, activation = relu }, { type = dense, units = auto }]
      optimizer { name = nesterov, learning-rate = 0.1 }
      train { epochs = 4, batch = 360, workers = 2 }
      """;

  @TempDir Path dir;

  private String errors = "";
  private boolean overwrite;

  private int run(String... arguments) {
    StringWriter said = new StringWriter();
    int code = Main.run(arguments, new PrintWriter(said, true));
    errors = said.toString();
    return code;
  }

  private int compare(Path out, String... sets) throws IOException {
    Path config = Files.writeString(dir.resolve("digits.conf"), EXPERIMENT);
    List<String> all = new ArrayList<>(List.of("compare", "dl4j", config.toString()));
    all.addAll(List.of("--out", out.toString(), "--master", "local[2]"));
    if (overwrite) all.add("--overwrite");
    for (String set : sets) all.addAll(List.of("--set", set));
    return run(all.toArray(String[]::new));
  }

  private static JsonNode summary(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("summary.json").toFile());
  }

  private static float[] parameters(Path run) throws IOException {
    byte[] bytes = Files.readAllBytes(run.resolve("model/parameters.f32"));
    FloatBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[all.remaining()];
    all.get(values);
    return values;
  }

  /** A cell of the table by the beginning of its row. */
  private static String cell(String page, String row, int column) {
    String line = page.lines().filter(l -> l.startsWith("| " + row + " |")).findFirst().orElse("");
    assertFalse(line.isEmpty(), page);
    return Arrays.asList(line.split(" *\\| *")).get(column + 1);
  }

  /**
   * Where a worker has one batch an epoch nothing is left to an order, and the mean of parameters
   * after a step each is the step of the mean gradient, its momentum too.
   */
  @Test
  void bothTakeTheSameStepsWhereEveryWorkerHasOneBatchAnEpoch() throws IOException {
    Path out = dir.resolve("out");
    assertEquals(0, compare(out), errors);
    float[] ours = parameters(out.resolve("kudari"));
    float[] theirs = parameters(out.resolve("dl4j"));
    assertEquals(ours.length, theirs.length);
    for (int i = 0; i < ours.length; i++) assertEquals(ours[i], theirs[i], 2e-5);

    String page = Files.readString(out.resolve("comparison.md"));
    for (int side = 1; side <= 2; side++) {
      JsonNode summary = summary(out.resolve(side == 1 ? "kudari" : "dl4j"));
      assertEquals(4, summary.get("epochs").intValue());
      assertEquals(4, summary.get("steps").intValue());
      for (String set : List.of("validation", "test")) {
        String accuracy =
            String.format(Locale.ROOT, "%.4f", summary.get(set + ".accuracy").doubleValue());
        assertEquals(accuracy, cell(page, set + " accuracy", side));
        String loss = String.format(Locale.ROOT, "%.4f", summary.get(set + ".loss").doubleValue());
        assertEquals(loss, cell(page, set + " loss", side));
      }
      assertEquals("4", cell(page, "steps", side));
      assertEquals("1440", cell(page, "examples", side));
      double rate = summary.get("examplesPerSecond").doubleValue();
      assertEquals(String.format(Locale.ROOT, "%.0f", rate), cell(page, "examples a second", side));
      assertTrue(summary.get("validation.accuracy").doubleValue() > 0.2, page);
    }
    assertTrue(cell(page, "examples a second", 3).endsWith(" ×"), page);
    JsonNode other = summary(out.resolve("dl4j"));
    assertEquals("dl4j-parameter-averaging", other.get("algorithm").textValue());
    assertTrue(Files.exists(out.resolve("dl4j/report.html")));
    assertEquals(0, run("evaluate", out.resolve("dl4j").toString()), errors);

    assertEquals(5, compare(out), errors);
    assertEquals(1, errors.lines().count(), errors);
  }

  /** The examples of all steps that a run tells of. */
  private static long told(Path run) throws IOException {
    long sum = 0;
    for (String line : Files.readAllLines(run.resolve("events.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (event.has("examples") && event.has("learningRate")) sum += event.get("examples").asLong();
    }
    return sum;
  }

  /**
   * 361 examples are nine batches and a single example, in three rounds and a step of one worker.
   * In the first epoch both take them in the same order, so that a batch left out, or one more,
   * would show.
   */
  @Test
  void everyBatchIsTrainedByBothWhereRoundsBatchesAndWorkersDoNotDivideTheExamples()
      throws IOException {
    Path out = dir.resolve("out");
    int code =
        compare(
            out,
            "data.train.examples=361",
            "data.validation=0",
            "train.algorithm={name=parameter-averaging,local-steps=3}",
            "train.epochs=1",
            "train.batch=40");
    assertEquals(0, code, errors);
    String page = Files.readString(out.resolve("comparison.md"));
    for (int side = 1; side <= 2; side++) {
      Path run = out.resolve(side == 1 ? "kudari" : "dl4j");
      assertEquals(361, told(run));
      assertEquals(10, summary(run).get("steps").intValue());
      assertEquals("361", cell(page, "examples", side));
      assertEquals("10", cell(page, "steps", side));
    }
    float[] ours = parameters(out.resolve("kudari"));
    float[] theirs = parameters(out.resolve("dl4j"));
    for (int i = 0; i < ours.length; i++) assertEquals(ours[i], theirs[i], 2e-5);
  }

  /** Of two epochs of three rounds each. */
  @Test
  void anEndThatIsAskedForComesAfterTheRoundAndLeavesNoTable() throws Exception {
    Path config = Files.writeString(dir.resolve("digits.conf"), EXPERIMENT);
    List<String> sets =
        List.of(
            "train.epochs=2",
            "train.batch=60",
            "train.algorithm={name=parameter-averaging,local-steps=2}");
    Experiment experiment = Experiment.read(config.toString(), sets, new Configuration());
    var comparison =
        new Dl4jComparison(
            experiment,
            new SparkSettings("local[2]", Map.of("spark.ui.enabled", "false")),
            dir.resolve("out").toString(),
            false);
    AtomicInteger rounds = new AtomicInteger();
    RunListener counting = event -> rounds.addAndGet(event instanceof Event.StepDone ? 1 : 0);
    assertThrows(
        CancellationException.class,
        () -> comparison.run(() -> counting, line -> {}, () -> rounds.get() >= 6, () -> {}));
    assertEquals(7, rounds.get());
  }

  @Test
  void eachHalfNamesTheEngineThatTrainsIt() throws Exception {
    Path config = Files.writeString(dir.resolve("digits.conf"), EXPERIMENT);
    Experiment experiment =
        Experiment.read(config.toString(), List.of("train.epochs=1"), new Configuration());
    SparkSettings two = new SparkSettings("local[2]", Map.of("spark.ui.enabled", "false"));
    List<String> engines = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void on(Event event) {}

          @Override
          public void notice(String line) {
            if (line.contains("; engine ")) engines.add(line.replaceAll(".*; engine ", ""));
          }
        };
    var unused =
        new Dl4jComparison(experiment, two, dir.resolve("out").toString(), false)
            .run(() -> listener, line -> {}, () -> false, () -> {});
    assertEquals(
        List.of(
            "program (auto): every layer of a network description compiles",
            "dl4j: Deeplearning4j's own trainer; kudari evaluates"),
        engines);
  }

  @Test
  void aTableThatIsThereIsNotReplacedUnasked() throws IOException {
    Path out = Files.createDirectory(dir.resolve("out"));
    Path page = Files.writeString(out.resolve("comparison.md"), "older");
    assertEquals(5, compare(out), errors);
    assertTrue(errors.contains("comparison.md exists already; --overwrite replaces it"), errors);
    assertEquals(1, errors.lines().count(), errors);
    assertEquals("older", Files.readString(page));
    assertFalse(Files.exists(out.resolve("kudari")));
  }

  @Test
  void anOlderTableDoesNotOutliveAComparisonThatFails() throws IOException {
    Path out = Files.createDirectory(dir.resolve("out"));
    Path page = Files.writeString(out.resolve("comparison.md"), "older");
    overwrite = true;
    assertTrue(compare(out, "optimizer.learning-rate=1e30") != 0);
    assertFalse(Files.exists(page), errors);
  }

  @Test
  void localStepsOfConvolutionsAreAveragedAndEpochsOfManyBatchesLearn() throws IOException {
    Path out = dir.resolve("out");
    int code =
        compare(
            out,
            "model.layers=[{type=convolution,filters=3,kernel=5,stride=3,activation=relu},{type=dense,units=auto}]",
            "train.algorithm={name=parameter-averaging,local-steps=3,slots=reset}",
            "optimizer={name=adam,learning-rate=0.01,l2=0.0001}",
            "train.epochs=3",
            "train.batch=60");
    assertEquals(0, code, errors);
    String page = Files.readString(out.resolve("comparison.md"));
    assertTrue(page.contains("every 3 batches"), page);
    for (String side : List.of("kudari", "dl4j")) {
      JsonNode summary = summary(out.resolve(side));
      assertEquals(18, summary.get("steps").intValue());
      assertEquals(3 * 360, told(out.resolve(side)));
      assertTrue(summary.get("validation.loss").doubleValue() < 2.2, side + page);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "train.strategy=serial; train.strategy = serial",
        "train.batch=121; train.batch = 121",
        "train.algorithm={name=delayed-gradients}; train.algorithm = delayed-gradients",
        "train.algorithm={name=parameter-averaging,slots=keep}; train.algorithm.slots = keep",
        "train.exchange={name=top-k}; train.exchange = top-k",
        "optimizer.name=momentum; optimizer.name = momentum",
        "optimizer={name=l-bfgs}; train.algorithm = full-batch",
        "optimizer.clip-norm=1; optimizer.clip-norm = 1.0",
        "schedule.learning-rate={kind=cosine}; schedule.learning-rate.kind = cosine",
        "optimizer.name=nadam; optimizer.name = nadam",
        "optimizer={name=adadelta,learning-rate=0.5}; optimizer.learning-rate, 0.5 in all",
        "train.batch-rule=linear|train.base-batch=36|optimizer={name=adadelta,learning-rate=1};"
            + " optimizer.learning-rate, 10.0",
        "optimizer={name=adagrad,initial-accumulator=0.1}; optimizer.initial-accumulator = 0.1",
        "optimizer={name=adagrad,epsilon-place=inside}; optimizer.epsilon-place = inside",
        "optimizer={name=amsgrad,bias-correction=false}; optimizer.bias-correction = false",
        "optimizer={name=adam,l2=0.1,weight-decay=0.2}; optimizer.l2 = 0.1",
        "schedule.learning-rate={warmup={kind=linear,epochs=1}}; schedule.learning-rate.warmup.kind"
            + " = linear",
        "schedule.batch={kind=constant,value=90}; schedule.batch = 90",
        "train.order=once; train.order = once",
        "train.last-batch=drop; train.last-batch = drop",
        "train.last-batch=carry; train.last-batch = carry",
        "model.layers=[{type=dense,units=4},{type=batch-norm,ghost-batch=8},{type=dense,units=auto}];"
            + " model.layers: ghost-batch = 8",
        "model.layers=[{type=dense,units=4},{type=batch-norm},{type=dense,units=auto}]|train.batch=358;"
            + " train.batch = 358",
        "data.test={format=table,path=x,reader=parquet,label=y}; data.test.format = table",
        "train.steps=9; train.steps = 9",
        "train.class-weights=balanced; train.class-weights",
        "data.train={format=table,path=x,reader=parquet,label=y}; data.train.format = table"
      })
  void whatDeeplearning4jsTrainerLacksIsRefusedInOneLineBeforeAnythingIsTrained(
      String set, String named) throws IOException {
    Path out = dir.resolve("out");
    assertEquals(2, compare(out, set.split("\\|")), errors);
    assertTrue(errors.startsWith("kudari: " + named), errors);
    assertEquals(1, errors.lines().count(), errors);
    assertFalse(Files.exists(out));
  }
}
