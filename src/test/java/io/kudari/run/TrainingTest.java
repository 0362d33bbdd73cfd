package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.event.Event;
import io.kudari.model.Figures;
import io.kudari.record.TensorBoardReader;
import io.kudari.train.DivergedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Slow
@Timeout(180)
class TrainingTest {

  private static final String EXPERIMENT =
"""
data {
  train { format = digits, examples = 200, seed = 1 }
  test { format = digits, examples = 50, seed = 2 }
  validation = 0.2
}
model.layers = [{ type = dense, units = 12, activation = relu }, { type = dense, units = auto }]
train { epochs = 2, batch = 40, workers = 2 }
""";

  @TempDir Path dir;

  private static Experiment experiment(String... sets) {
    return Experiment.parse("test", EXPERIMENT, List.of(sets), new Configuration());
  }

  private static Training serial(String... sets) {
    List<String> all = new ArrayList<>(List.of(sets));
    all.add("train.strategy=serial");
    return Training.of(experiment(all.toArray(String[]::new)));
  }

  @Test
  void theOutcomeIsWhatTheEventsAndTheFolderTell() throws Exception {
    List<Event> events = new ArrayList<>();
    Path out = dir.resolve("out");
    Outcome outcome = serial().listen(events::add).folder(out.toString()).run();
    assertEquals("completed", outcome.status());
    assertEquals(8, outcome.end().steps());
    assertTrue(events.contains(outcome.end()));
    Event.EpochDone last =
        (Event.EpochDone) events.stream().filter(Event.EpochDone.class::isInstance).toList().get(1);
    assertEquals(last.validation(), outcome.validation().orElseThrow());
    assertEquals(50, outcome.test().orElseThrow().examples());
    RunFolder folder = RunFolder.existing(out.toString(), new Configuration());
    assertEquals("completed", folder.status().orElseThrow());
    assertArrayEquals(outcome.parameters(), folder.model(new Configuration()).parameters());
    List<Long> steps = new ArrayList<>();
    folder.events(
        new Configuration(),
        told -> {
          if (told.event() instanceof Event.StepDone s) steps.add(s.step());
        });
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L), steps);
  }

  @Test
  void aTrialThatDoesNotFitItsShareOfAnExecutorIsRefusedWithTheExecutorsSetting() {
    int many = 1_000_000;
    Configuration hadoop = new Configuration();
    long share = Runtime.getRuntime().maxMemory() / many;
    String executor = refusal(serial().from(new TaskFiles(hadoop, many, false)));
    String end = "but there are " + share + ": raise --conf spark.executor.memory";
    assertTrue(executor.endsWith(end), executor);
    String local = refusal(serial().from(new TaskFiles(hadoop, many, true)));
    assertTrue(local.endsWith("raise " + HeapCheck.HERE), local);
  }

  private static String refusal(Training training) {
    return assertThrows(DataException.class, training::run).getMessage();
  }

  @Test
  void anEventFileForTensorBoardHasWhatTheEventsTellAndOneForEachPartOfARun() throws Exception {
    Path board = dir.resolve("board");
    String set = "train.tensorboard=\"" + board + "\"";
    String out = dir.resolve("out").toString();
    List<Event> events = new ArrayList<>();
    AtomicBoolean stop = new AtomicBoolean();
    Outcome stopped =
        serial(set)
            .listen(e -> stop.compareAndSet(false, e instanceof Event.EpochDone))
            .stopWhen(stop::get)
            .folder(out)
            .run();
    assertTrue(stopped.isInterrupted());
    Configuration hadoop = new Configuration();
    Outcome outcome;
    try (SavedRun saved = SavedRun.open(RunFolder.existing(out, hadoop), hadoop, e -> {})) {
      outcome = serial(set).listen(events::add).resuming(saved).run();
    }
    assertEquals("completed", outcome.status());
    List<Path> files;
    try (var all = Files.list(board.resolve("out"))) {
      files = all.sorted().toList();
    }
    assertEquals(2, files.size(), files.toString());
    var second = TensorBoardReader.read(Files.readAllBytes(files.get(1)));
    assertTrue(second.get(0).restart());
    assertEquals(stopped.end().steps() + 1, second.get(0).step());
    var last = second.get(second.size() - 1);
    assertEquals((float) outcome.test().orElseThrow().score(), last.values().get("test/accuracy"));
    List<Float> validation =
        second.stream().map(p -> p.values().get("validation/loss")).filter(v -> v != null).toList();
    assertEquals(
        events.stream()
            .filter(Event.EpochDone.class::isInstance)
            .map(e -> (float) ((Event.EpochDone) e).validation().loss())
            .toList(),
        validation);
    var first = TensorBoardReader.read(Files.readAllBytes(files.get(0)));
    assertTrue(first.get(0).restart(), "what an earlier run of that name has told is forgotten");
    assertEquals(1, first.get(0).step());
    assertTrue(first.stream().anyMatch(p -> p.values().containsKey("train/loss")));
  }

  @Test
  void aPlaceForTensorBoardThatCannotBeIsRefusedBeforeDataAreRead() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "x");
    String out = dir.resolve("out").toString();
    for (String place : List.of(file.toString(), file + "/below", out, out + "/model", "" + dir)) {
      Training training = serial("train.tensorboard=\"" + place + "\"").folder(out);
      String line = assertThrows(FolderException.class, training::run).getMessage();
      assertTrue(line.startsWith(place + " ") && line.indexOf('\n') < 0, line);
      assertThrows(FolderException.class, training::plan);
    }
    assertEquals(List.of("file"), Arrays.asList(dir.toFile().list()));
  }

  /** A link to what is not there: it is found out when the folder is made. */
  @Test
  void aPlaceForTensorBoardThatCannotBeMadeLeavesTheRunThatWasToBeReplaced() throws Exception {
    String out = dir.resolve("out").toString();
    Outcome first = serial().folder(out).run();
    Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("nowhere/at/all"));
    Training training = serial("train.tensorboard=\"" + link + "\"").overwriting(out);
    String line = assertThrows(FolderException.class, training::run).getMessage();
    assertTrue(line.startsWith("train.tensorboard: cannot make "), line);
    RunFolder folder = RunFolder.existing(out, new Configuration());
    assertArrayEquals(first.parameters(), folder.model(new Configuration()).parameters());
  }

  @Test
  void withoutAFolderNothingIsLeftAndTheBitsAreTheSame() throws Exception {
    float[] kept = serial().folder(dir.resolve("out").toString()).run().parameters();
    assertArrayEquals(kept, serial().run().parameters());
    assertEquals(List.of("out"), Arrays.asList(dir.toFile().list()));
  }

  @Test
  void anApplicationThatExistsTrainsByEveryStrategyAndGoesOn() throws Exception {
    float[] expected = serial().run().parameters();
    // Started as anybody would, with none of our settings.
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("other")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext context = new JavaSparkContext(conf)) {
      for (String strategy : List.of("all-reduce", "driver", "all-reduce")) {
        Outcome outcome = Training.of(experiment("train.strategy=" + strategy)).on(context).run();
        assertArrayEquals(expected, outcome.parameters(), strategy);
      }
      assertEquals(6, context.parallelize(List.of(1, 2, 3)).reduce(Integer::sum));
      assertEquals(Map.of(), context.getPersistentRDDs());
    }
  }

  @Test
  void aTrainingEndsWhenItIsAskedToWithTheParametersOfThatStep() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Outcome outcome =
        serial("train.epochs=1000")
            .listen(event -> stop.set(event instanceof Event.StepDone s && s.step() >= 3))
            .stopWhen(stop::get)
            .run();
    assertTrue(outcome.isInterrupted());
    assertTrue(outcome.end().steps() <= 5, outcome.end().toString());
  }

  @Test
  void aTrainingThatWasStoppedGoesOnFromItsFolderToTheSameBits() throws Exception {
    float[] expected = serial().run().parameters();
    String out = dir.resolve("out").toString();
    AtomicBoolean stop = new AtomicBoolean();
    Training training = serial("checkpoint.every-steps=1").stopWhen(stop::get);
    assertTrue(training.listen(event -> stop.set(true)).folder(out).run().isInterrupted());
    Configuration hadoop = new Configuration();
    try (SavedRun saved = SavedRun.open(RunFolder.existing(out, hadoop), hadoop, event -> {})) {
      Experiment again = saved.experiment(null, List.of(), hadoop);
      assertArrayEquals(expected, Training.of(again).resuming(saved).run().parameters());
    }
  }

  /** The loss is no number in step 9: the snapshots of the steps before are in memory. */
  @Test
  void ranksGoBackToTheNewestSnapshotAlsoWithoutAFolder() {
    List<Event> events = new ArrayList<>();
    Training training =
        Training.of(
                experiment(
                    "train.epochs=4",
                    "train.on-divergence=back-off",
                    "train.back-off-times=1",
                    "checkpoint.every-steps=1",
                    "schedule.learning-rate={ kind = piecewise, at-epochs = [2], factors = [1e38]"
                        + " }"))
            .on(new SparkSettings("local[2]", Map.of()))
            .listen(events::add);
    assertThrows(DivergedException.class, training::run);
    List<String> back = new ArrayList<>();
    for (Event event : events) if (event instanceof Event.Diverged d) back.add(d.action());
    assertEquals(1, back.size(), back.toString());
    assertFalse(back.get(0).startsWith("back to step 0 "), back.get(0));
  }

  @Test
  void aListenerThatFailsEndsTheTrainingAndTheFolderSaysSo() throws Exception {
    IllegalStateException thrown = new IllegalStateException("enough");
    Path out = dir.resolve("out");
    Training training =
        serial()
            .listen(
                event -> {
                  if (event instanceof Event.EpochDone) throw thrown;
                })
            .folder(out.toString());
    assertEquals(thrown, assertThrows(IllegalStateException.class, training::run));
    RunFolder folder = RunFolder.existing(out.toString(), new Configuration());
    assertEquals("failed", folder.status().orElseThrow());
    String report = Files.readString(out.resolve("report.html"));
    assertTrue(report.contains("failed"), "is written last, when the summary is there");
  }

  @Test
  void aListenerIsClosedByWhoMadeItForItMayListenToSeveral() throws Exception {
    List<String> told = new ArrayList<>();
    try (RunListener listener =
        new RunListener() {
          @Override
          public void on(Event event) {
            if (event instanceof Event.Finished f) told.add(f.why());
          }

          @Override
          public void close() {
            told.add("closed");
          }
        }) {
      serial().listen(listener).folder(dir.resolve("one").toString()).run();
      serial().listen(listener).run();
    }
    assertEquals(List.of("completed", "completed", "closed"), told);
  }

  @Test
  void aFolderThatIsNotEmptyIsRefusedBeforeAnythingIsRead() throws Exception {
    Files.writeString(dir.resolve("file"), "mine");
    List<Event> events = new ArrayList<>();
    Training training = serial().listen(events::add).folder(dir.toString());
    FolderException e = assertThrows(FolderException.class, training::run);
    assertTrue(e.getMessage().startsWith(dir + " exists and is not empty"), e.getMessage());
    assertTrue(events.isEmpty());
    assertEquals("mine", Files.readString(dir.resolve("file")));
  }

  @Test
  void warningsGoToTheListenerAndNotToTheTerminal() throws Exception {
    Warnings warnings = new Warnings();
    Figures test = serial("train.batch=4").listen(warnings).run().test().orElseThrow();
    assertFalse(Double.isNaN(test.score()));
    String first = warnings.lines.get(0);
    assertTrue(first.startsWith("2 examples a worker are few"), warnings.lines.toString());
  }

  @Test
  void aBatchLargerThanTheTrainingSetIsToldAsTheStepsAre() throws Exception {
    List<String> lines = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void on(Event event) {}

          @Override
          public void notice(String line) {
            lines.add(line);
          }

          @Override
          public void warning(String line) {
            lines.add(line);
          }
        };
    serial("train.batch=100000").listen(listener).run();
    String all = String.join("\n", lines);
    Matcher told =
        Pattern.compile("(\\d+) training examples; ([\\d.]+) examples a worker and step")
            .matcher(all);
    assertTrue(told.find(), all);
    int examples = Integer.parseInt(told.group(1));
    assertEquals(TrainingRun.share(examples, 2), told.group(2), all);
    String warning =
        "train.batch = 100000 is larger than the training set of " + examples + " examples";
    assertTrue(lines.contains(warning), all);
  }

  @Test
  void examplesThatWorkersDoNotDivideAreToldByBothNumbers() {
    assertEquals("8", TrainingRun.share(16, 2));
    assertEquals("1..2", TrainingRun.share(3, 2));
  }
}
