package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.model.Shape;
import io.kudari.run.RunPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code kudari train --dry-run} as its users call it. */
class DryRunTest {

  private static final String SMALL =
      """
      data {
        train { format = digits, examples = 120, seed = 1 }
        test { format = digits, examples = 40, seed = 2 }
        validation = 0.2
      }
      model {
        layers = [
          { type = convolution, filters = 4, kernel = 5, batch-norm = before, activation = relu }
          { type = max-pool, size = 2 }
          { type = dropout, rate = 0.25 }
          { type = dense, units = auto }
        ]
      }
      optimizer { name = adam }
      train { epochs = 2, batch = 17, workers = 2, strategy = serial }
      """;

  @TempDir Path dir;

  /** An exit code, what was printed, and what was said on the error stream. */
  private record Outcome(int code, String printed, String errors) {}

  private Outcome run(String text, String... more) throws IOException {
    Path config = Files.writeString(dir.resolve("test.conf"), text);
    List<String> args =
        new ArrayList<>(List.of("train", config.toString(), "--out", dir.resolve("out") + ""));
    args.addAll(List.of(more));
    StringWriter errors = new StringWriter();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(args.toArray(String[]::new), new PrintWriter(errors, true));
      return new Outcome(code, printed.toString(StandardCharsets.UTF_8), errors.toString());
    } finally {
      System.setOut(before);
    }
  }

  private List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(p -> folder.relativize(p).toString()).sorted().toList();
    }
  }

  @Test
  void thePlanIsATableThatNeedsNoExplanation() throws IOException {
    Outcome outcome = run(SMALL, "--dry-run");
    assertEquals("", outcome.errors());
    assertEquals(0, outcome.code());
    String printed = outcome.printed();
    String memory = printed.substring(printed.indexOf("memory"));
    assertEquals(
        """
        data       96 training examples
                   24 validation examples
                   40 test examples
                   of shape 1x28x28, 10 classes
        model      engine program (auto): every layer of a network description compiles
                   layer                                      output     parameters
                   input                                     1x28x28
                   convolution 5x5                           4x24x24            104
                   batch-norm                                4x24x24             16
                   relu                                      4x24x24
                   max-pool 2x2                              4x12x12
                   dropout 0.25                              4x12x12
                   dense                                          10          5,770
                   softmax                                        10
                   total                                                      5,890
                   of them trained                                            5,882
        optimizer  adam
                   state: 2 numbers a parameter, 0.04 MiB over all ranks
        strategy   serial, algorithm gradient-sharing, exchange dense
                   2 logical workers
                   1 rank of 1 thread, in this process
        steps      17 examples a step, 8..9 a worker
                   6 steps an epoch, 2 epochs
                   12 steps in all
        """,
        printed.substring(0, printed.indexOf("memory")));
    assertTrue(
        memory.matches(
            """
            memory     at least, of this process
                       Java heap +[\\d.]+ MiB
                         examples +[\\d.]+ MiB
                         their order +[\\d.]+ MiB
                         batches and activations +[\\d.]+ MiB
                         parameters, gradients, state +[\\d.]+ MiB
                       native arrays beside it +[\\d.]+ MiB

            Nothing was trained or written.
            """),
        memory);
    assertEquals(List.of("", "test.conf"), files(dir));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train.algorithm=elastic-averaging",
        "optimizer=null optimizer.name=l-bfgs",
        "train.strategy=all-reduce train.ranks=2",
        "train.strategy=driver",
        "train.epochs=1000000 model.layers=[{type=dense,units=90000},{type=dense}]"
      })
  void noLineIsLongerThanEightyColumns(String sets) throws IOException {
    List<String> args = new ArrayList<>(List.of("--dry-run", "--master", "local[2]"));
    for (String set : sets.split(" ")) args.addAll(List.of("--set", set));
    Outcome outcome = run(SMALL, args.toArray(String[]::new));
    assertEquals(0, outcome.code(), outcome.errors());
    outcome.printed().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    assertEquals(List.of("", "test.conf"), files(dir));
  }

  /** What is not known before a cluster and Deeplearning4j say it; and longer words than lines. */
  @Test
  void whatIsNotKnownIsSaidAndWhatIsLongIsBroken() {
    RunPlan plan =
        new RunPlan(
            new RunPlan.Data(1, 0, 0, Shape.flat(3), 0, 2),
            "because " + "of ".repeat(30) + "x".repeat(150),
            List.of(new RunPlan.Layer("left" + "-".repeat(90), Optional.empty(), 2_000_000_000)),
            2_000_000_000,
            2_000_000_000,
            new RunPlan.Update("adam", "elastic-averaging", "sign", 2, true, 3L << 20),
            new RunPlan.Place("all-reduce", 65_536, Optional.empty(), false),
            new RunPlan.Course(1, true, "0..1", 3, 5, 14),
            Optional.empty());
    String text = PlanText.of(plan);
    text.lines().forEach(line -> assertTrue(line.length() <= 80, line));
    String joined = text.replaceAll("\\s+", " ");
    for (String part :
        List.of(
            "data 1 training example 0 validation examples 0 test examples of shape 3, 2 targets",
            "left" + "-".repeat(32) + " ? 2,000,000,000 total 2,000,000,000 optimizer adam",
            "state: 2 numbers a parameter, 15,258.79 MiB in each rank each worker keeps 3.00 MiB",
            "as many ranks as the cluster gives, unless train.ranks says how many steps 1 example"
                + " at first",
            "5 steps in the first epoch, 3 epochs 14 steps in all memory known when there are"
                + " ranks")) assertTrue(joined.contains(part), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | train.epocs=3",
        "2 | train.batch=1",
        "2 | train.frozen=[nosuch]",
        "2 | model.layers=[{type=dense,units=7}]",
        "2 | train.strategy=all-reduce train.ranks=2",
        "3 | train.workers=96 train.batch=192",
        "3 | data.train=null data.train.format=csv data.train.file=no.csv data.train.label=y",
        "3 | train.initial-model=nosuch",
        "3 | model.layers=[{type=dense,units=2000000},{type=dense}]",
      })
  void anErrorIsTheRunsOwn(int code, String sets) throws IOException {
    List<String> args = new ArrayList<>(List.of("--master", "local[1]"));
    for (String set : sets.split(" ")) args.addAll(List.of("--set", set));
    String[] plain = args.toArray(String[]::new);
    args.add("--dry-run");
    Outcome dry = run(SMALL, args.toArray(String[]::new));
    assertEquals(code, dry.code(), dry.errors());
    assertEquals(1, dry.errors().lines().count(), dry.errors());
    assertEquals(List.of("", "test.conf"), files(dir));
    assertEquals(run(SMALL, plain), dry);
  }

  @Test
  void aFolderWithResultsIsRefusedAndNotTouched() throws IOException {
    Files.writeString(Files.createDirectory(dir.resolve("out")).resolve("mine"), "x");
    assertEquals(ExitCode.OUTPUT.code, run(SMALL, "--dry-run").code());
    assertEquals(List.of("", "out", "out/mine", "test.conf"), files(dir));
  }

  @Test
  void aRunThatGoesOnIsNotPlanned() throws IOException {
    StringWriter errors = new StringWriter();
    String[] args = {"train", "--resume", dir.resolve("out").toString(), "--dry-run"};
    assertEquals(ExitCode.USAGE.code, Main.run(args, new PrintWriter(errors, true)));
    assertEquals(
        "kudari: --resume excludes --dry-run, which tells what a new run would do\n",
        errors.toString());
  }

  @Test
  void theDocumentationShowsWhatIsPrinted() throws IOException {
    String digits = Files.readString(Path.of("conf/digits.conf"));
    String printed = run(digits, "--dry-run", "--master", "local[2]").printed();
    String known = printed.substring(0, printed.indexOf("\nNothing"));
    String documented = Files.readString(Path.of("docs/configuration.md"));
    assertTrue(documented.contains("\n" + known.indent(4)), known);
  }

  /**
   * Neither in the folders that are named, nor in the working folder or that of temporary files.
   */
  @Slow
  @Test
  void aProcessLeavesNoFile() throws Exception {
    Path work = Files.createDirectory(dir.resolve("work"));
    Files.createDirectory(work.resolve("tmp"));
    Files.writeString(work.resolve("test.conf"), SMALL);
    List<String> options =
        List.of(
            "-Djava.io.tmpdir=tmp",
            "-Dlog4j2.configurationFile=" + Path.of("conf/log4j2.properties").toAbsolutePath());
    List<String> args =
        List.of(
            "train",
            "test.conf",
            "--dry-run",
            "--master",
            "local[2]",
            "--set",
            "train.ranks=2",
            "--set",
            "train.strategy=all-reduce");
    List<String> command = new ArrayList<>(List.of("bash", "-c", "cd \"$0\"; exec \"$@\""));
    command.add(work.toString());
    command.addAll(CommandProcess.command(options, args));
    CommandProcess ended = CommandProcess.run(dir, Map.of(), command);
    assertEquals(0, ended.code(), ended.said());
    assertTrue(ended.said().contains("2 ranks of 1 thread, in this process"), ended.said());
    assertEquals(List.of("", "test.conf", "tmp"), files(work));
  }
}
