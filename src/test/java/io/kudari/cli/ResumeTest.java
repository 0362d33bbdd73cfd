package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that end in mid-training and go on, by the command as its users call it. */
@Timeout(180)
@Slow
class ResumeTest {

  /** 200 steps an epoch. */
  private static final String EXPERIMENT =
      """
      seed = 3
      data {
        train { format = digits, examples = 2000, seed = 1 }
        test { format = digits, examples = 40, seed = 2 }
        validation = 0.2
      }
      model {
        layers = [
          { type = dense, units = 400, activation = relu }
          { type = batch-norm }
          { type = dropout, rate = 0.2 }
          { type = dense, units = auto }
        ]
        loss = cross-entropy
      }
      optimizer { name = adam, learning-rate = 0.003 }
      train {
        epochs = 3, batch = 8, workers = 4, strategy = serial
        early-stopping { patience = 5 }
      }
      checkpoint { every-steps = 30 }
      """;

  @TempDir private static Path shared;
  @TempDir private Path dir;
  private final List<Process> children = new ArrayList<>();

  private record Outcome(int code, String errors) {}

  @AfterEach
  void endChildren() {
    children.forEach(Process::destroyForcibly);
  }

  @Test
  void afterAKillAtAnyMomentTheRunEndsWithTheParametersOfTheUndisturbedOne() throws Exception {
    String undisturbed = undisturbed();
    Random random = new Random(20261121);
    String[][] machines = {
      {"--set", "train.strategy=serial"},
      {"--set", "train.strategy=all-reduce", "--master", "local[2]"}
    };
    for (String[] machine : machines) {
      Path out = dir.resolve("killed-" + machine[1]);
      Process child = child(out, machine);
      awaitCheckpoint(out, 1 + random.nextInt(300), child);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(100));
      child.destroyForcibly();
      assertTrue(child.waitFor(20, TimeUnit.SECONDS));
      assertFalse(Files.exists(out.resolve("summary.json")), "it was killed in mid-training");
      assertEquals(new Outcome(0, ""), run("train", "--resume", out.toString()));
      assertEquals(undisturbed, sha256(out));
      assertWholeRecord(out);
    }
  }

  @Test
  void sigtermSavesEndsInTimeAndTheRunGoesOn() throws Exception {
    String undisturbed = undisturbed();
    Path out = dir.resolve("terminated");
    Process child = child(out);
    awaitCheckpoint(out, 30, child);
    long start = System.nanoTime();
    child.destroy();
    assertTrue(child.waitFor(15, TimeUnit.SECONDS), "ends within 15 s");
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(15));
    assertEquals(ExitCode.TERMINATED.code, child.exitValue(), log(out));
    assertEquals("interrupted", summary(out).get("status").textValue());
    assertTrue(log(out).contains("kudari: go on with: kudari train --resume " + out), log(out));
    long steps = summary(out).get("steps").longValue();
    assertTrue(
        Files.exists(out.resolve(String.format("checkpoints/step-%012d", steps))),
        "the last step is saved");
    // By another strategy, and on two ranks.
    String[] other = {
      "--set", "train.strategy=all-reduce", "--set", "train.ranks=2", "--master", "local[2]"
    };
    assertEquals(new Outcome(0, ""), run(with(other, "train", "--resume", out.toString())));
    assertEquals(undisturbed, sha256(out));
    assertEquals(600, summary(out).get("steps").longValue());
    assertEquals(4800, summary(out).get("examples").longValue());
    assertWholeRecord(out);
  }

  @Test
  void aRunWhoseTerminalClosesSavesFirst() throws Exception {
    Path out = dir.resolve("hung-up");
    Process child = child(out);
    awaitCheckpoint(out, 30, child);
    assertEquals(0, new ProcessBuilder("kill", "-HUP", "" + child.pid()).start().waitFor());
    assertTrue(child.waitFor(15, TimeUnit.SECONDS), "ends within 15 s");
    assertEquals(ExitCode.HUNG_UP.code, child.exitValue(), log(out));
    assertEquals("interrupted", summary(out).get("status").textValue());
    long steps = summary(out).get("steps").longValue();
    assertTrue(
        Files.exists(out.resolve(String.format("checkpoints/step-%012d", steps))),
        "the last step is saved");
  }

  @Test
  void aFinishedRunIsLeftAloneAndMayBeExtended() throws Exception {
    Path longer = dir.resolve("longer");
    assertEquals(0, train(longer, "--set", "train.epochs=4").code());
    Path out = dir.resolve("out");
    assertEquals(0, train(out).code());
    byte[] before = Files.readAllBytes(out.resolve("events.jsonl"));
    assertEquals(new Outcome(0, ""), run("train", "--resume", out.toString()));
    assertEquals(before.length, Files.size(out.resolve("events.jsonl")));
    Outcome extended = run("train", "--resume", out.toString(), "--set", "train.epochs=4");
    assertEquals(new Outcome(0, ""), extended);
    assertEquals(sha256(longer), sha256(out));
    assertEquals(4, summary(out).get("epochs").intValue());
    assertWholeRecord(out);
  }

  @Test
  void damagedCheckpointsAreSkippedAndWhenNoneIsLeftTheRunDoesNotStart() throws Exception {
    Path out = dir.resolve("out");
    assertEquals(0, train(out).code());
    String undisturbed = sha256(out);
    Files.delete(out.resolve("summary.json"));
    List<Path> checkpoints = checkpoints(out);
    assertTrue(checkpoints.size() >= 2, "" + checkpoints);
    Path newest = checkpoints.get(checkpoints.size() - 1).resolve("parameters.f32");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 16;
    Files.write(newest, bytes);
    assertEquals(new Outcome(0, ""), run("train", "--resume", out.toString()));
    assertEquals(undisturbed, sha256(out));
    String events = Files.readString(out.resolve("events.jsonl"));
    assertTrue(events.contains("\"skipped\":[\"step-000000000600: "), "the event names it");
    Files.delete(out.resolve("summary.json"));
    for (Path checkpoint : checkpoints(out)) Files.delete(checkpoint.resolve("state.json"));
    assertOneLine(3, "checkpoints is valid", run("train", "--resume", out.toString()));
  }

  @Test
  void aCheckpointOfAnotherFormatIsRefusedWithTheVersionThatWroteIt() throws Exception {
    Path out = dir.resolve("out");
    assertEquals(0, train(out).code());
    Files.delete(out.resolve("summary.json"));
    for (Path checkpoint : checkpoints(out)) {
      Path manifest = checkpoint.resolve("manifest.json");
      String text = Files.readString(manifest);
      String older = text.replaceFirst("(\"format\"\\s*:\\s*)2", "$11");
      assertNotEquals(text, older);
      Files.writeString(manifest, older);
    }
    assertOneLine(
        3,
        "was written by Kudari " + io.kudari.run.Version.current() + " in format 1; this version",
        run("train", "--resume", out.toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | train.batch=16                   | train.batch: saved 8, now 16",
        "2 | seed=4                           | seed: saved 3, now 4",
        "2 | optimizer.learning-rate=0.1      | optimizer.learning-rate: saved 0.003, now 0.1",
        "2 | train.workers=2                  | train.workers: saved 4, now 2",
        "2 | train.algorithm=delayed-gradients | train.algorithm.name: saved gradient-sharing, now"
            + " delayed",
        "2 | train.epochs=2                   | train.epochs: saved 3, now 2 (may only grow)",
        "2 | model.loss=mean-squared-error    | model.loss: saved cross-entropy",
        "3 | data.train.examples=1999         | data.train: saved 2000 examples",
        "3 | data.test.seed=5                 | data.test: saved 40 examples",
      })
  void whatWouldChangeTheResultIsRefusedWithTheDifference(int code, String set, String says)
      throws Exception {
    Path out = shared.resolve("out");
    if (!Files.exists(out)) {
      assertEquals(0, train(out).code());
      Files.delete(out.resolve("summary.json"));
    }
    assertOneLine(code, says, run("train", "--resume", out.toString(), "--set", set));
  }

  @Test
  void whatIsNoRunIsNotResumed() throws Exception {
    assertOneLine(5, "does not exist", run("train", "--resume", dir.resolve("none").toString()));
    Path other = Files.createDirectories(dir.resolve("other"));
    assertOneLine(5, "is not the output of a run", run("train", "--resume", other.toString()));
    assertOneLine(2, "CONFIG must be given", run("train"));
  }

  @Test
  void aRunThatDiedBeforeItsFirstCheckpointBeginsAgain() throws Exception {
    String undisturbed = undisturbed();
    Path out = dir.resolve("out");
    assertEquals(
        0,
        train(out, "--set", "checkpoint.every=never", "--set", "checkpoint.every-steps=0").code());
    assertEquals(List.of(), checkpoints(out));
    Files.delete(out.resolve("summary.json"));
    assertEquals(new Outcome(0, ""), run("train", "--resume", out.toString()));
    assertEquals(undisturbed, sha256(out));
  }

  @Test
  void aFolderInUseIsRefused() throws Exception {
    Path out = dir.resolve("out");
    Process child = child(out, "--set", "train.epochs=1000");
    awaitCheckpoint(out, 1, child);
    assertOneLine(5, "in use by process " + child.pid(), run("train", "--resume", out.toString()));
    assertOneLine(5, "in use by process " + child.pid(), train(out, "--overwrite"));
    // Somewhere else, somebody who took it for dead has taken over.
    Files.writeString(out.resolve("checkpoints/lease-000000009"), "{}");
    assertTrue(child.waitFor(20, TimeUnit.SECONDS));
    assertEquals(ExitCode.OUTPUT.code, child.exitValue(), log(out));
    assertTrue(log(out).contains("was taken over by another run; this one ends"), log(out));
    assertFalse(Files.exists(out.resolve("summary.json")));
  }

  /** All steps once and in order, all epochs, one end; and nothing temporary is left. */
  private static void assertWholeRecord(Path out) throws IOException {
    List<Long> steps = new ArrayList<>();
    List<Integer> epochs = new ArrayList<>();
    List<String> types = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("events.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      types.add(event.get("type").textValue());
      if (types.get(types.size() - 1).equals("stepDone")) steps.add(event.get("step").longValue());
      if (types.get(types.size() - 1).equals("epochDone"))
        epochs.add(event.get("epoch").intValue());
    }
    for (int i = 0; i < steps.size(); i++) assertEquals(i + 1, steps.get(i));
    for (int i = 0; i < epochs.size(); i++) assertEquals(i, epochs.get(i));
    assertEquals(200L * epochs.size(), steps.size());
    assertEquals("started", types.get(0));
    assertEquals(1, types.stream().filter("resumed"::equals).count());
    try (Stream<Path> all = Files.walk(out)) {
      assertEquals(List.of(), all.filter(p -> p.getFileName().toString().startsWith(".")).toList());
    }
    assertTrue(Files.readString(out.resolve("report.html")).contains("resumed at step"));
  }

  private String undisturbed() throws Exception {
    Path out = dir.resolve("undisturbed");
    assertEquals(new Outcome(0, ""), train(out));
    return sha256(out);
  }

  private static void assertOneLine(int code, String says, Outcome outcome) {
    assertEquals(code, outcome.code(), outcome.errors());
    assertEquals(1, outcome.errors().lines().count(), outcome.errors());
    assertTrue(outcome.errors().contains(says), outcome.errors());
  }

  private Outcome train(Path out, String... more) throws IOException {
    return run(with(more, "train", config(), "--out", out.toString()));
  }

  private String config() throws IOException {
    return Files.writeString(dir.resolve("experiment.conf"), EXPERIMENT).toString();
  }

  private static String[] with(String[] more, String... first) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
  }

  private static Outcome run(String... args) {
    StringWriter errors = new StringWriter();
    int code = Main.run(args, new PrintWriter(errors, true));
    return new Outcome(code, errors.toString());
  }

  /** The command in a process of its own. */
  private Process child(Path out, String... more) throws IOException {
    List<String> train = List.of(with(more, "train", config(), "--out", out.toString()));
    List<String> command = CommandProcess.command(List.of("-Xmx512m"), train);
    File log = dir.resolve(out.getFileName() + ".log").toFile();
    Process child =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    children.add(child);
    return child;
  }

  private String log(Path out) throws IOException {
    return Files.readString(dir.resolve(out.getFileName() + ".log"));
  }

  /** Waits until a step has been saved, or a later one. */
  private void awaitCheckpoint(Path out, int step, Process child) throws Exception {
    long start = System.nanoTime();
    while (checkpoints(out).stream().noneMatch(p -> step(p) >= step)) {
      if (!child.isAlive() || System.nanoTime() - start > TimeUnit.SECONDS.toNanos(90))
        throw new AssertionError("no checkpoint of step " + step + ": " + log(out));
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  private static List<Path> checkpoints(Path out) throws IOException {
    if (!Files.exists(out.resolve("checkpoints"))) return List.of();
    try (Stream<Path> files = Files.list(out.resolve("checkpoints"))) {
      return files.filter(p -> p.getFileName().toString().startsWith("step-")).sorted().toList();
    }
  }

  private static long step(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring(5));
  }

  private static JsonNode summary(Path out) throws IOException {
    return new ObjectMapper().readTree(out.resolve("summary.json").toFile());
  }

  private static String sha256(Path out) throws IOException {
    return summary(out).get("parameters.sha256").textValue();
  }
}
