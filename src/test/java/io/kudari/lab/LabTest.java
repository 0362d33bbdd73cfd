package io.kudari.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.run.SparkSettings;
import io.kudari.run.TrialRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  void aClaimThatIsNotJudgedIsADefect() {
    Exception e =
        assertThrows(IllegalStateException.class, () -> run(new Forgetful(), "none", 1, 1));
    assertTrue(e.getMessage().startsWith("forgetful judges [] but claims"), e.getMessage());
  }

  private LabRecord run(String out, int slots, int stopAfter) throws Exception {
    return run(new Small(), out, slots, stopAfter);
  }

  private LabRecord run(Experiment experiment, String out, int slots, int stopAfter)
      throws Exception {
    trained.set(0);
    LabListener counts =
        new LabListener() {
          @Override
          public void began(Experiment experiment) {}

          @Override
          public void trials(int done, int planned, double secondsLeft) {
            if (!Double.isNaN(secondsLeft)) trained.incrementAndGet();
          }

          @Override
          public void ended(LabRecord.Entry entry) {}
        };
    SparkSettings spark =
        new SparkSettings("local[" + slots + "]", Map.of("spark.ui.enabled", "false"));
    try (TrialRunner runner = new TrialRunner(spark, () -> trained.get() >= stopAfter)) {
      return new Lab(folder.resolve(out), new Scope(true, 0, 1), counts)
          .run(List.of(experiment), runner);
    }
  }

  private String json(String out) throws Exception {
    return Files.readString(folder.resolve(out).resolve(Lab.RECORD))
        .replaceAll("\"seconds\" : [0-9.E-]+", "");
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
