package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.kudari.Slow;
import io.kudari.config.ConfigurationException;
import io.kudari.record.RecordedEvents;
import io.kudari.run.RunFolder;
import io.kudari.run.SavedRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that have ended and go on when they are to end later, by the command. */
@Timeout(180)
@Slow
class ContinuationTest {

  /** 20 steps an epoch. */
  private static final String EXPERIMENT =
      """
      data {
        train { format = digits, examples = 200, seed = 1 }
        validation = 0.2
      }
      model.layers = [
        { type = dense, units = 12, activation = relu, batch-norm = before }
        { type = dense, units = auto }
      ]
      train {
        epochs = 3, batch = 8, workers = 2, strategy = serial
        early-stopping { patience = 5 }
      }
      """;

  @TempDir private Path dir;

  private record Outcome(int code, String errors) {}

  /** No epoch but the first is the best: a run ends early after patience + 1 epochs. */
  private static final String[] NEVER_BETTER = {
    "--set", "train.epochs=5", "--set", "train.early-stopping.min-change=1000"
  };

  private Outcome trainNeverBetter(Path out, String... more) throws IOException {
    return train(out, with(more, NEVER_BETTER));
  }

  private static String patience(int epochs) {
    return "train.early-stopping.patience=" + epochs;
  }

  private static void assertEnd(Path out, String status, int epochs) throws IOException {
    assertEquals(status, summary(out).get("status").textValue());
    assertEquals(epochs, summary(out).get("epochs").intValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void withMorePatienceAStoppedRunEndsWithTheParametersOfOneThatHadItFromTheStart(String restored)
      throws Exception {
    String last = "train.early-stopping.restore-best=false";
    Path longer = dir.resolve("longer");
    trainNeverBetter(longer, "--set", patience(3), "--set", last);
    assertEnd(longer, "stopped-early", 4);
    Path out = dir.resolve("out");
    trainNeverBetter(
        out, "--set", patience(1), "--set", "train.early-stopping.restore-best=" + restored);
    assertEnd(out, "stopped-early", 2);
    String[] more = {"--set", patience(3), "--set", last};
    Said resumed = said(with(more, "train", "--resume", out.toString()));
    assertEquals(0, resumed.code(), resumed.lines().toString());
    assertEnd(out, "stopped-early", 4);
    assertEquals(sha256(longer), sha256(out));
  }

  @Test
  void whatARunThatHasEndedSaysLetsItGoOn() throws Exception {
    Path out = dir.resolve("out");
    String resume = out.toString();
    trainNeverBetter(out, "--set", patience(1));
    String hint =
        "kudari: %s stopped early after epoch 2, 1 without a better loss; --set"
            + " train.early-stopping.patience=N with more than 1 goes on";
    assertEquals(List.of(hint.formatted(out)), said("train", "--resume", resume).lines());
    // More epochs alone would train nothing: nothing is done.
    byte[] before = Files.readAllBytes(out.resolve("events.jsonl"));
    String[] epochs = {"train", "--resume", resume, "--set", "train.epochs=60"};
    assertEquals(List.of(hint.formatted(out)), said(epochs).lines());
    assertEquals(before.length, Files.size(out.resolve("events.jsonl")));
    assertEquals(5, epochsPlanned(out));
    assertEquals(0, run("train", "--resume", resume, "--set", patience(2)).code());
    assertEnd(out, "stopped-early", 3);
    // Both reasons to end at once: both have to go.
    String[] three = {"--set", "train.epochs=3"};
    Path both = dir.resolve("both");
    train(both, with(three, with(new String[] {"--set", patience(2)}, NEVER_BETTER)));
    assertEnd(both, "stopped-early", 3);
    String two =
        "kudari: %s stopped early after epoch 3, 2 without a better loss; --set"
            + " train.early-stopping.patience=N with more than 2 and --set train.epochs=N with more"
            + " than 3 go on";
    assertEquals(List.of(two.formatted(both)), said("train", "--resume", both.toString()).lines());
    String[] patience = {"train", "--resume", both.toString(), "--set", patience(3)};
    assertEquals(
        List.of("kudari: " + both + " is complete; --set train.epochs=N with more than 3 goes on"),
        said(patience).lines());
    assertEquals(0, run(with(new String[] {"--set", "train.epochs=4"}, patience)).code());
    assertEnd(both, "stopped-early", 4);
  }

  @Test
  void anotherMetricBeginsEarlyStoppingAnewAndIsSaid() throws Exception {
    Path out = dir.resolve("out");
    trainNeverBetter(out, "--set", patience(1));
    String[] metric = {"--set", "train.early-stopping.metric=accuracy"};
    Said resumed = said(with(metric, "train", "--resume", out.toString()));
    assertEquals(0, resumed.code(), resumed.lines().toString());
    assertTrue(
        resumed
            .lines()
            .contains(
                "kudari: warning: early stopping begins anew with epoch 3: so far it watched the"
                    + " loss, now the accuracy"),
        resumed.lines().toString());
    assertEnd(out, "stopped-early", 4);
    String events = Files.readString(out.resolve("events.jsonl"));
    assertTrue(events.contains("\"restored\":2"), "the best since then is the third");
    String[] none = {"--set", "train.early-stopping=null"};
    assertEquals(0, run(with(none, "train", "--resume", out.toString())).code());
    assertEnd(out, "completed", 5);
    assertTrue(Files.readString(out.resolve("events.jsonl")).contains("\"restored\":-1"));
  }

  @Test
  void aScheduleThatFollowsALongerRunSaysFromWhatToWhatItsValueGoes() throws Exception {
    Path out = dir.resolve("out");
    String[] cosine = {"--set", "schedule.learning-rate.kind=cosine"};
    assertEquals(new Outcome(0, ""), train(out, cosine));
    String[] longer = {"--set", "train.epochs=6"};
    Said resumed = said(with(longer, "train", "--resume", out.toString()));
    assertEquals(0, resumed.code(), resumed.lines().toString());
    double[] rates = new double[2];
    for (String line : Files.readAllLines(out.resolve("events.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      int step = event.path("step").intValue();
      if (event.get("type").textValue().equals("stepDone") && (step == 60 || step == 61))
        rates[step - 60] = event.get("learningRate").doubleValue();
    }
    String expected =
        String.format(
            Locale.ROOT,
            "kudari: warning: schedule.learning-rate (cosine) depends on train.epochs, which is 6"
                + " now instead of 3: the learning rate goes from %.3g in step 60 to %.3g in step"
                + " 61",
            rates[0],
            rates[1]);
    assertTrue(rates[1] > 100 * rates[0], expected);
    assertTrue(resumed.lines().contains(expected), expected + resumed.lines());
  }

  @Test
  void aRunOfBeforeThereWasStratificationGoesOnWithoutItUnasked() throws Exception {
    Path out = dir.resolve("out");
    assertEquals(0, train(out, "--set", "data.stratify=false", "--set", "train.epochs=1").code());
    Path config = out.resolve("config.conf");
    List<String> saved = Files.readAllLines(config);
    assertTrue(saved.removeIf(line -> line.contains("stratify")), saved.toString());
    Files.write(config, saved);
    Configuration hadoop = new Configuration();
    RunFolder folder = RunFolder.existing(out.toString(), hadoop);
    SavedRun run = new SavedRun(folder, null, Optional.empty(), List.of(), RecordedEvents.NONE);
    assertFalse(run.experiment(null, List.of(), hadoop).data().rules().stratify());
    assertThrows(
        ConfigurationException.class,
        () -> run.experiment(null, List.of("data.stratify=true"), hadoop));
  }

  private interface Damage {
    void of(Path out) throws IOException;
  }

  /** Of three epochs, resumed for a fourth. */
  private Said resumedAfter(Damage damage) throws IOException {
    Path out = dir.resolve("out");
    assertEquals(0, train(out, "--set", "checkpoint.every-steps=5").code());
    damage.of(out);
    return said("train", "--resume", out.toString(), "--set", "train.epochs=4");
  }

  private void assertIncomplete(Said resumed, String warning) throws IOException {
    assertEquals(0, resumed.code(), resumed.lines().toString());
    assertTrue(
        resumed.lines().stream().anyMatch(line -> line.contains(warning)),
        resumed.lines().toString());
    JsonNode summary = summary(dir.resolve("out"));
    assertEquals(4, summary.get("epochs").intValue());
    assertEquals(80, summary.get("steps").intValue());
    assertTrue(summary.get("examples").isNull());
    assertTrue(summary.get("time.compute").isNull());
  }

  @ParameterizedTest
  @ValueSource(strings = {"#", "{\"a\":null"})
  void aLineOfTheRecordThatCannotBeReadIsSaidAndCountsAreThoseOfTheCheckpoint(String garbage)
      throws Exception {
    Said resumed =
        resumedAfter(
            out -> {
              Path events = out.resolve("events.jsonl");
              List<String> lines = Files.readAllLines(events);
              for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).contains("\"epochDone\"")) continue;
                lines.set(i, garbage + "#".repeat(lines.get(i).length() - garbage.length()));
                break;
              }
              Files.write(events, lines);
            });
    assertIncomplete(resumed, "events.jsonl: 1 line of the first part cannot be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "?\n"})
  void aRecordOfWhichNothingCanBeReadIsSaid(String garbage) throws Exception {
    Said resumed =
        resumedAfter(
            out -> {
              Path events = out.resolve("events.jsonl");
              int length = (int) Files.size(events);
              Files.writeString(events, garbage.repeat(length).substring(0, length));
            });
    assertIncomplete(resumed, "of the first part cannot be read");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 700})
  void aRecordThatIsShortenedOrGoneLeavesCountsTrue(int length) throws Exception {
    Said resumed =
        resumedAfter(
            out -> {
              Path events = out.resolve("events.jsonl");
              byte[] all = Files.readAllBytes(events);
              Files.delete(events);
              if (length >= 0) Files.write(events, Arrays.copyOf(all, length));
            });
    assertIncomplete(resumed, "events.jsonl is shorter than it was");
  }

  private void assertRefused(String says, Damage damage, String kept) throws IOException {
    Said resumed = resumedAfter(damage);
    assertEquals(ExitCode.OUTPUT.code, resumed.code(), resumed.lines().toString());
    String last = resumed.lines().get(resumed.lines().size() - 1);
    assertTrue(last.contains(says), last);
    Path out = dir.resolve("out");
    assertTrue(Files.exists(out.resolve(kept)), kept);
    assertEquals(3, summary(out).get("epochs").intValue());
  }

  @Test
  void aFolderInThePlaceOfTheRecordIsRefused() throws Exception {
    assertRefused(
        "events.jsonl is a folder",
        out -> {
          Files.delete(out.resolve("events.jsonl"));
          Files.createDirectory(out.resolve("events.jsonl"));
        },
        "events.jsonl");
  }

  @Test
  void aForeignFileAmongTheModelsIsNotLost() throws Exception {
    assertRefused(
        "model holds mine.txt",
        out -> Files.writeString(out.resolve("model/mine.txt"), "mine"),
        "model/mine.txt");
  }

  @Test
  void aFileInThePlaceOfTheModelIsNotLost() throws Exception {
    assertRefused(
        "model is a file",
        out -> {
          Files.move(out.resolve("model"), dir.resolve("model"));
          Files.writeString(out.resolve("model"), "mine");
        },
        "model");
  }

  private record Said(int code, List<String> lines) {}

  @Test
  void aConfigurationThatWasEditedInTheFolderIsSaidNotToCount() throws Exception {
    Path out = dir.resolve("out");
    train(out);
    String again = "kudari: " + out + " is complete; --set train.epochs=N with more than 3 goes on";
    assertEquals(List.of(again), said("train", "--resume", out.toString()).lines());
    Files.writeString(out.resolve("config.conf"), "");
    assertEquals(
        List.of(
            "kudari: warning: config.conf is not the configuration of the checkpoint of step 60,"
                + " which is gone on with; --set changes it",
            again),
        said("train", "--resume", out.toString()).lines());
  }

  /** The command with all that it writes to the process's error stream. */
  private static Said said(String... args) {
    PrintStream before = System.err;
    var all = new ByteArrayOutputStream();
    System.setErr(new PrintStream(all, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(args, new PrintWriter(System.err, true));
      return new Said(code, all.toString(StandardCharsets.UTF_8).lines().toList());
    } finally {
      System.setErr(before);
    }
  }

  private static int epochsPlanned(Path out) throws IOException {
    String config = Files.readString(out.resolve("config.conf"));
    return ConfigFactory.parseString(config).getInt("train.epochs");
  }

  private Outcome train(Path out, String... more) throws IOException {
    Path config = Files.writeString(dir.resolve("experiment.conf"), EXPERIMENT);
    return run(with(more, "train", config.toString(), "--out", out.toString()));
  }

  private static String[] with(String[] more, String... first) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
  }

  private static Outcome run(String... args) {
    StringWriter errors = new StringWriter();
    int code = Main.run(args, new PrintWriter(errors, true));
    return new Outcome(code, errors.toString());
  }

  private static JsonNode summary(Path out) throws IOException {
    return new ObjectMapper().readTree(out.resolve("summary.json").toFile());
  }

  private static String sha256(Path out) throws IOException {
    return summary(out).get("parameters.sha256").textValue();
  }
}
