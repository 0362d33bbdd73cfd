package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.lab.Check;
import io.kudari.lab.Findings;
import io.kudari.lab.LabRecord;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.experiment.Experiments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabCommandTest {

  @TempDir Path folder;

  private record Ended(int code, String errors) {}

  private static Ended run(String... args) {
    StringWriter errors = new StringWriter();
    return new Ended(Main.run(args, new PrintWriter(errors, true)), errors.toString());
  }

  private static void refused(ExitCode code, String says, Ended ended) {
    assertEquals(code.code, ended.code(), ended.errors());
    assertTrue(ended.errors().contains(says), ended.errors());
    assertTrue(ended.errors().lines().count() <= 2, ended.errors());
  }

  @Test
  void whatIsAskedForWronglyIsALine() throws IOException {
    String out = folder.resolve("out").toString();
    refused(ExitCode.USAGE, "lab list, lab run NAME or lab all", run("lab"));
    refused(
        ExitCode.USAGE,
        "there is no experiment 'rate-rule' (did you mean rate-rules?)",
        run("lab", "run", "noisy-quadratic", "rate-rule", "--out", out));
    refused(ExitCode.USAGE, "NAME", run("lab", "run", "--out", out));
    refused(
        ExitCode.USAGE,
        "--seeds must be within 0..1000, not -1",
        run("lab", "all", "--seeds", "-1", "--out", out));
    refused(
        ExitCode.USAGE,
        "--first-seed 9223372036854775807 leaves no numbers for the seeds that follow",
        run("lab", "all", "--first-seed", "9223372036854775807", "--out", out));
    refused(
        ExitCode.USAGE,
        "--set staleness.seed=5: seeds are chosen by --first-seed and --seeds",
        run("lab", "all", "--set", "staleness.seed=5", "--out", out));
    refused(ExitCode.USAGE, "--data must be", run("lab", "all", "--data", "mnist", "--out", out));
    refused(
        ExitCode.DATA,
        "there is no train-images-idx3-ubyte",
        run("lab", "all", "--data", "mnist-idx=" + folder, "--out", out));
    refused(
        ExitCode.USAGE,
        "did you mean staleness?",
        run("lab", "all", "--set", "stalenes.train.batch=64", "--out", out));
    refused(
        ExitCode.USAGE,
        "--set staleness.train.batch=64: staleness is not run",
        run("lab", "run", "wiggle", "--set", "staleness.train.batch=64", "--out", out));
    refused(
        ExitCode.USAGE,
        "--set wiggle.train.batch=64: wiggle trains nothing that has settings",
        run("lab", "run", "wiggle", "--set", "wiggle.train.batch=64", "--out", out));
    refused(
        ExitCode.USAGE,
        "must be NAME.KEY=VALUE",
        run("lab", "all", "--set", "train.batch", "--out", out));
    refused(ExitCode.USAGE, "--out hdfs://host/lab", run("lab", "all", "--out", "hdfs://host/lab"));
    refused(
        ExitCode.USAGE,
        "--ranks 1 leaves nothing to compare: name a number above 1 as well",
        run("lab", "run", "scaling", "--ranks", "1", "--out", out));
    refused(
        ExitCode.USAGE,
        "--batch 4 is too small for 8 ranks, each of which needs an example for each of its"
            + " threads",
        run("lab", "run", "scaling", "--ranks", "2,8", "--batch", "4,64", "--out", out));
    refused(
        ExitCode.USAGE,
        "--ranks and --batch are for scaling",
        run("lab", "run", "noisy-quadratic", "--ranks", "2", "--out", out));
    assertFalse(Files.exists(folder.resolve("out")), "something was left");
    Path file = Files.writeString(folder.resolve("file"), "mine");
    refused(
        ExitCode.OUTPUT,
        "cannot be written",
        run("lab", "run", "noisy-quadratic", "--out", file.toString()));
    assertEquals("mine", Files.readString(file));
  }

  @Test
  void aCheckThatMissesItsRangeIsALineAndAnExitCode() {
    Check good = Check.atMost("good", "a number", 1, 2, "nothing");
    Check bad = Check.within("bad", "the slope", -0.25, -1.25, -0.65, "epochs for steps");
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PrintStream errors = new PrintStream(told, true, StandardCharsets.UTF_8);
    assertEquals(ExitCode.OK, LabCommand.judge(record(good), errors));
    assertEquals(0, told.size());
    assertEquals(ExitCode.CHECK, LabCommand.judge(record(good, bad), errors));
    assertEquals(
        "kudari: lab demo: check bad missed: the slope is -0.250000, but must be within -1.25000"
            + " and -0.650000; usual cause: epochs for steps",
        told.toString(StandardCharsets.UTF_8).strip());
  }

  private static LabRecord record(Check... checks) {
    Findings findings = new Findings("", List.of(), List.of(), List.of(checks));
    LabRecord.Entry entry =
        new LabRecord.Entry("demo", Section.LARGE_BATCHES, "", "", "", false, 1, findings);
    return new LabRecord("1", new Scope(true, 0, 1), "", List.of(entry));
  }

  @Test
  void theExperimentsAreNamedApartAskAndStandInTheGuide() throws IOException {
    Set<String> names = new HashSet<>();
    String guide = Files.readString(Path.of("docs/lab.md"));
    for (var experiment : Experiments.ALL) {
      assertTrue(names.add(experiment.name()), experiment.name());
      assertTrue(experiment.name().matches("[a-z0-9-]+"), experiment.name());
      assertTrue(experiment.question().matches("[A-Z].*\\?"), experiment.question());
      assertTrue(guide.contains("| `" + experiment.name() + "` |"), experiment.name());
      assertTrue(experiment.seconds(true) <= experiment.seconds(false), experiment.name());
    }
  }

  @Slow
  @Test
  void anExperimentLeavesAPageAndIsFoundRight() throws IOException {
    String out = folder.resolve("out").toString();
    Ended ended = run("lab", "run", "noisy-quadratic", "--quick", "--out", out);
    assertEquals(ExitCode.OK.code, ended.code(), ended.errors());
    for (String file : List.of("lab.html", "lab.json", "trials.jsonl"))
      assertTrue(Files.exists(folder.resolve("out").resolve(file)), file);
    String page = Files.readString(folder.resolve("out").resolve("lab.html"));
    assertTrue(page.contains("scripts/kudari lab run noisy-quadratic --quick"));
  }
}
