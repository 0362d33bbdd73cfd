package io.kudari.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.cli.TestCluster;
import io.kudari.config.ConfigurationException;
import io.kudari.lab.experiment.Experiments;
import io.kudari.math.Fingerprint;
import io.kudari.run.Build;
import io.kudari.run.SparkSettings;
import io.kudari.run.StepTiming;
import io.kudari.run.Subject;
import io.kudari.run.TrialRunner;
import io.kudari.run.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lab on slots of Spark, with trials of a fraction of a second. */
@Slow
@Timeout(120)
class LabTest {

  private static final Trial TRIAL =
      Trial.of(
          Map.of(
              "data.train.format", "digits",
              "data.train.examples", "120",
              "model.layers", "[{ type = dense, units = 8 }, { type = dense, units = auto }]",
              "train.epochs", "2",
              "train.batch", "20"));

  private static final Map<String, String> QUIET = Map.of("spark.ui.enabled", "false");

  @TempDir Path folder;

  private final AtomicInteger trained = new AtomicInteger();

  /** Four trainings, of which one diverges, and one more that depends on what they gave. */
  private static final class Small implements Experiment {

    @Override
    public String name() {
      return "small";
    }

    @Override
    public String question() {
      return "Does it train?";
    }

    @Override
    public String setup() {
      return "Two layers on 108 digits.";
    }

    @Override
    public int seconds(boolean quick) {
      return 1;
    }

    @Override
    public Findings measure(Scope scope, Bench bench) throws InterruptedException {
      List<Trial> trials = new ArrayList<>();
      for (long seed : scope.seeds(3, 3)) trials.add(TRIAL.seeded(seed));
      trials.add(TRIAL.with("optimizer.learning-rate", 1e30));
      List<TrialResult> first = bench.train(trials);
      List<TrialResult> second =
          bench.train(List.of(TRIAL.with("train.epochs", first.get(0).steps() / 6 + 1)));
      double loss = second.get(0).loss("validation").orElse(Double.NaN);
      double diverged = first.stream().filter(TrialResult::isDiverged).count();
      return new Findings(
          "The loss is " + loss + ".",
          List.of(new Table("Results", List.of("result"), List.of(List.of(first.toString())))),
          List.of(),
          List.of(
              Check.within("diverged", "trials that diverged", diverged, 1, 1, "no guard"),
              Check.atMost("loss", "the loss", loss, 2.5, "no step")));
    }
  }

  /** Its only claim is left without a verdict. */
  private static final class Forgetful implements Experiment {

    @Override
    public String name() {
      return "forgetful";
    }

    @Override
    public List<Claim> claims() {
      return List.of(new Claim("001", 1, "It is so."));
    }

    @Override
    public String question() {
      return "Is it so?";
    }

    @Override
    public String setup() {
      return "None.";
    }

    @Override
    public int seconds(boolean quick) {
      return 0;
    }

    @Override
    public Findings measure(Scope scope, Bench bench) {
      return new Findings("It may be.", List.of(), List.of(), List.of());
    }
  }

  @Test
  void everyExperimentOfTheNotesJudgesThem() {
    for (Experiment e : Experiments.ALL)
      if (e.section() != Section.LARGE_BATCHES && !e.name().equals("gradient-check"))
        assertFalse(e.claims().isEmpty(), e.name());
  }

  @Test
  void aClaimThatIsNotJudgedIsADefect() {
    Exception e =
        assertThrows(
            IllegalStateException.class, () -> run(new Forgetful(), "none", 1, 1, List.of()));
    assertTrue(e.getMessage().startsWith("forgetful judges [] but claims"), e.getMessage());
  }

  private LabListener counts() {
    return new LabListener() {
      @Override
      public void began(Experiment experiment) {}

      @Override
      public void trials(int done, int planned, double secondsLeft) {
        if (!Double.isNaN(secondsLeft)) trained.incrementAndGet();
      }

      @Override
      public void ended(LabRecord.Entry entry) {}
    };
  }

  private LabRecord run(String out, int slots, int stopAfter) throws Exception {
    return run(new Small(), out, slots, stopAfter, List.of());
  }

  private LabRecord run(String out, int slots, int stopAfter, List<Change> changes)
      throws Exception {
    return run(new Small(), out, slots, stopAfter, changes);
  }

  private LabRecord run(
      Experiment experiment, String out, int slots, int stopAfter, List<Change> changes)
      throws Exception {
    trained.set(0);
    LabListener counts = counts();
    SparkSettings spark = new SparkSettings("local[" + slots + "]", QUIET);
    try (TrialRunner runner = new TrialRunner(spark, () -> trained.get() >= stopAfter)) {
      return new Lab(folder.resolve(out), new Scope(true, 0, 1), changes, counts)
          .run(List.of(experiment), runner);
    }
  }

  /** Times a training on one rank and on two. */
  private static final class Clocked implements Experiment {

    private List<StepTiming> timings = List.of();

    @Override
    public String name() {
      return "clocked";
    }

    @Override
    public String question() {
      return "How long is a step?";
    }

    @Override
    public String setup() {
      return "On one rank and on two.";
    }

    @Override
    public boolean isTimed() {
      return true;
    }

    @Override
    public int seconds(boolean quick) {
      return 1;
    }

    @Override
    public Findings measure(Scope scope, Bench bench) throws InterruptedException {
      Trial trial =
          TRIAL
              .with("train.epochs", 100_000)
              .with("train.workers", 2)
              .with("train.meters", "[sent-bytes]");
      timings = bench.time(List.of(new Timed(trial, 1, 1, 0.2), new Timed(trial, 2, 1, 0.2)));
      return new Findings("" + timings, List.of(), List.of(), List.of());
    }
  }

  /** The same but for times, and ranks are timed there. */
  @Test
  void aClusterFindsWhatLocalModeFinds() throws Exception {
    Map<String, String> settings = new HashMap<>(QUIET);
    settings.put("spark.executor.memory", "1g");
    settings.put("spark.executor.extraClassPath", TestCluster.classes());
    Clocked clocked = new Clocked();
    Path spark = Files.createDirectories(folder.resolve("spark"));
    try (TestCluster cluster = new TestCluster(spark, 2, Map.of());
        TrialRunner runner =
            new TrialRunner(new SparkSettings(cluster.url, settings), () -> false)) {
      LabListener deaf = counts();
      new Lab(folder.resolve("cluster"), new Scope(true, 0, 1), List.of(), deaf)
          .run(List.of(new Small()), runner);
      new Lab(folder.resolve("clocked"), new Scope(true, 0, 1), List.of(), deaf)
          .run(List.of(clocked), runner);
    }
    run("local", 2, Integer.MAX_VALUE);
    assertEquals(json("local"), json("cluster"));

    StepTiming alone = clocked.timings.get(0);
    StepTiming two = clocked.timings.get(1);
    assertEquals(List.of(1, 2), List.of(alone.ranks(), two.ranks()));
    assertEquals(0, alone.sentBytes());
    // Sums and parameters, half of each, and little else.
    double bytes = 4.0 * two.parameters();
    assertEquals(bytes, two.sentBytes(), 0.1 * bytes);
    assertTrue(two.steps() >= 20 && two.seconds() > 0 && two.exchangeSeconds() > 0, "" + two);
    assertEquals(Math.min(2, Runtime.getRuntime().availableProcessors()), two.cores());
  }

  private String json(String out) throws Exception {
    return Files.readString(folder.resolve(out).resolve(Lab.RECORD))
        .replaceAll("\"seconds\" : [0-9.E-]+", "");
  }

  @Test
  void whatAUserHasChangedIsTrainedAndNotJudged() throws Exception {
    Change batch = new Change("--set small.train.batch=60", "small", "train.batch", "60", false);
    Change other = new Change("--set other.train.batch=1", "other", "train.batch", "1", false);
    LabRecord found = run("changed", 2, Integer.MAX_VALUE, List.of(batch, other));
    LabRecord.Entry entry = found.experiments().get(0);
    assertTrue(entry.findings().checks().stream().noneMatch(Check::judged));
    assertTrue(found.holds());
    assertTrue(entry.command().endsWith(" --set small.train.batch=60"), entry.command());
    String trials = Files.readString(folder.resolve("changed").resolve("trials.jsonl"));
    assertTrue(trials.contains("train.batch = 60") && !trials.contains("train.batch = 20"));
    String page = Files.readString(folder.resolve("changed").resolve(Lab.PAGE));
    assertTrue(page.contains("not judged"));
    assertTrue(page.contains("digits. Changed by --set small.train.batch=60."), page);
  }

  @Test
  void aSettingThatAnExperimentComparesIsNotMadeTheSame() {
    String option = "--set small.optimizer.learning-rate=1";
    Change rate = new Change(option, "small", "optimizer.learning-rate", "1", false);
    Exception refused =
        assertThrows(
            ConfigurationException.class,
            () -> run("compared", 1, Integer.MAX_VALUE, List.of(rate)));
    assertEquals(
        option + ": small compares values of optimizer.learning-rate, which must stay",
        refused.getMessage());
  }

  @Test
  void aLabThatIsEndedBetweenTrainingsBeginsNoOtherExperiment() {
    Forgetful next = new Forgetful();
    assertThrows(CancellationException.class, () -> run(next, "ended", 1, 0, List.of()));
  }

  /** Trials would be found again that other code has trained. */
  @Test
  void aTrialOfAnotherBuildIsTrainedAgain() throws Exception {
    run("build", 1, Integer.MAX_VALUE);
    int all = trained.get();
    Path trials = folder.resolve("build").resolve(TrialStore.FILE);
    String lines = Files.readString(trials);
    Files.writeString(trials, lines.replace(Build.name(), Version.current() + " 0123456789ab"));
    run("build", 1, Integer.MAX_VALUE);
    assertEquals(all, trained.get());
    run("build", 1, Integer.MAX_VALUE);
    assertEquals(0, trained.get());
  }

  @Test
  void figuresOfAnEarlierRunThatAreNoMoreAreTakenAway() throws Exception {
    Path figures = Files.createDirectories(folder.resolve("drawn").resolve("figures"));
    Path old = Files.writeString(figures.resolve("small-3.svg"), "old");
    Path other = Files.writeString(figures.resolve("small-batch-1.svg"), "another's");
    run("drawn", 1, Integer.MAX_VALUE);
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(other));
  }

  @Test
  void ranksAndThreadsHaveTheBitsOfTheCallingThread() throws Exception {
    SparkSettings spark = new SparkSettings("local[1]", Map.of("spark.ui.enabled", "false"));
    try (TrialRunner runner = new TrialRunner(spark, () -> false)) {
      String trial = TRIAL.configuration() + "train.threads = 3\n";
      String alone = sha256(runner.trainHere("test", trial, new float[0]));
      var ranks = runner.runOnRanks("test", trial, 2, 1);
      assertEquals(alone, TrialResult.of(ranks).sha256());
      StepTiming timed = runner.time("test", trial + "train.epochs = 100000", 1, 1, 0.1);
      assertEquals(1, timed.threads());
    }
  }

  private static String sha256(TrialRunner.Here here) {
    return Fingerprint.sha256(here.parameters());
  }

  @Test
  void aTrainingGoesOnFromGivenParametersAndKeepsWhatIsFrozen() throws Exception {
    String all = TRIAL.configuration();
    try (TrialRunner runner = new TrialRunner(SparkSettings.DEFAULT, () -> false)) {
      Subject subject = runner.subject("test", all);
      float[] start = subject.network().initial(17);
      var drawn = runner.trainHere("test", all, new float[0]);
      assertEquals(
          sha256(drawn), sha256(runner.trainHere("test", all, subject.network().initial(1))));
      var frozen = runner.trainHere("test", all + "train.frozen = [\"0.*\"]", start);
      int size = subject.network().layout().segments().get(1).end();
      assertArrayEquals(Arrays.copyOf(start, size), Arrays.copyOf(frozen.parameters(), size));
      assertNotEquals(sha256(drawn), sha256(frozen));
    }
  }

  @Test
  void aLabThatWasEndedGoesOnAndFindsTheSameOnAnyNumberOfSlots() throws Exception {
    LabRecord whole = run("whole", 2, Integer.MAX_VALUE);
    assertEquals(5, trained.get());
    assertTrue(whole.holds(), whole.toString());

    assertThrows(CancellationException.class, () -> run("ended", 1, 2));
    assertFalse(Files.exists(folder.resolve("ended").resolve(Lab.RECORD)));
    run("ended", 3, Integer.MAX_VALUE);
    assertTrue(trained.get() <= 3, trained.get() + " were trained again");
    assertEquals(json("whole"), json("ended"));

    run("ended", 1, Integer.MAX_VALUE);
    assertEquals(0, trained.get());
    assertEquals(json("whole"), json("ended"));
    assertTrue(Files.readString(folder.resolve("ended").resolve(Lab.PAGE)).contains("The loss is"));
  }
}
