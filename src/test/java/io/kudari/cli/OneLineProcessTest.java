package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a whole process prints where Spark has much to say: our lines, and nothing around them. */
@Slow
class OneLineProcessTest {

  @TempDir Path dir;

  private record Row(String name, ExitCode code, String says, List<String> options, String more) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(String name, ExitCode code, String says, String more) {
    return new Row(name, code, says, List.of(), more);
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row(
            "a heap too small for Spark",
            ExitCode.DATA,
            "Spark needs at least 471859200 bytes of Java heap, but there are \\d+: raise",
            List.of("-Xmx160m"),
            "--master local[2] --conf spark.ui.enabled=false"),
        row(
            "a master that nobody is at",
            ExitCode.USAGE,
            "the master at spark://127.0.0.1:9 does not answer",
            "--master spark://127.0.0.1:9"),
        row("no master", ExitCode.USAGE, "the master must be", "--master nonsense"),
        row(
            "a setting of a wrong type",
            ExitCode.USAGE,
            "Spark refuses.*spark.ui.enabled",
            "--master local[2] --conf spark.ui.enabled=maybe"),
        row(
            "a rank that diverges",
            ExitCode.DIVERGED,
            "training has diverged",
            "--master local[2] --set optimizer.learning-rate=1e30"),
        row(
            "ranks that diverge",
            ExitCode.DIVERGED,
            "training has diverged",
            "--master local[2] --set optimizer.learning-rate=1e30 --set train.ranks=2"),
        row(
            "tasks that diverge",
            ExitCode.DIVERGED,
            "training has diverged",
            "--master local[2] --set optimizer.learning-rate=1e30 --set train.strategy=driver"));
  }

  /** Whoever sends them to a disk has lost them otherwise. */
  @Test
  void predictionsThatTheStandardOutputDoesNotTakeAreAFailure() throws Exception {
    BadInputs inputs = new BadInputs(dir);
    inputs.run();
    List<String> predict =
        List.of("predict", inputs.path("out"), "--set", "data.test=${data.train}");
    List<String> all = new ArrayList<>(predict);
    all.addAll(List.of("--config", inputs.path("t.conf")));
    CommandProcess ended = shell("exec \"$@\" >/dev/full", Map.of(), all);
    assertEquals(ExitCode.OUTPUT.code, ended.code(), ended.said());
    assertEquals(
        "kudari: the predictions cannot be written: standard output ended early\n", ended.said());
  }

  /** As under cron and in many containers. */
  @Test
  void aNameThatTheLanguageHasNoLettersForIsRefusedInOneLine() throws Exception {
    BadInputs inputs = new BadInputs(dir);
    inputs.usual();
    List<String> train = List.of("train", inputs.path("t.conf"), "--out");
    String name = "exec \"$@\" '" + inputs.path("") + "/'$(printf 'a\\303\\244')";
    CommandProcess ended = shell(name, Map.of("LC_ALL", "C"), train);
    assertEquals(ExitCode.USAGE.code, ended.code(), ended.said());
    assertEquals(1, ended.said().lines().count(), ended.said());
    assertTrue(ended.said().contains(" is not a usable path: it has characters"), ended.said());
  }

  /** Whoever writes a program of their own, or a command line of Java, forgets them. */
  @Test
  void aJavaThatKeepsItsClassesFromSparkIsToldWhichOptionsItNeeds() throws Exception {
    BadInputs inputs = new BadInputs(dir);
    inputs.usual();
    List<String> all =
        new ArrayList<>(List.of("train", inputs.path("t.conf"), "--out", inputs.path("out")));
    all.addAll(List.of("--set", "train.strategy=all-reduce", "--master", "local[2]"));
    all.addAll(List.of("--set", "train.ranks=2"));
    List<String> command = new ArrayList<>(CommandProcess.command(List.of(), all));
    assertTrue(command.removeIf(option -> option.endsWith("/conf/jvm.options")));
    CommandProcess ended = CommandProcess.run(dir, Map.of(), command);
    assertEquals(ExitCode.USAGE.code, ended.code(), ended.said());
    assertEquals(1, ended.said().lines().count(), ended.said());
    assertTrue(
        ended.said().matches("kudari: Java keeps \\S+ from Spark: .*@conf/jvm.options.*\\s"),
        ended.said());
  }

  /** The native libraries are unpacked to files; whoever asks second hears the same. */
  @ParameterizedTest
  @ValueSource(strings = {"serial", "driver", "all-reduce"})
  void aLimitOnTheSizeOfFilesThatNativeLibrariesDoNotFitIsNamed(String strategy) throws Exception {
    BadInputs inputs = new BadInputs(dir);
    inputs.usual();
    List<String> train =
        List.of("train", inputs.path("t.conf"), "--out", inputs.path("out"), "--set");
    List<String> all = new ArrayList<>(train);
    all.addAll(List.of("train.strategy=" + strategy, "--master", "local[2]"));
    CommandProcess ended = shell("ulimit -f 100; exec \"$@\"", Map.of(), all);
    assertEquals(ExitCode.DATA.code, ended.code(), ended.said());
    List<String> lines = ended.said().lines().toList();
    String last = lines.get(lines.size() - 1);
    assertTrue(last.startsWith("kudari: the native libraries cannot be loaded: "), ended.said());
    assertTrue(last.contains("File too large: ") && last.contains("ulimit -f"), ended.said());
    assertTrue(
        lines.stream().allMatch(l -> l.equals(last) || l.matches("kudari: (\\d+ par|warn).*")),
        ended.said());
  }

  private CommandProcess shell(String script, Map<String, String> environment, List<String> args)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
    command.addAll(CommandProcess.command(List.of(), args));
    return CommandProcess.run(dir, environment, command);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void theTerminalShowsOurLinesOnly(Row row) throws Exception {
    new BadInputs(dir).usual();
    List<String> args = new ArrayList<>(List.of("train", dir + "/t.conf", "--out", dir + "/out"));
    args.addAll(List.of("--set", "train.strategy=all-reduce"));
    args.addAll(List.of(row.more.split(" ")));
    CommandProcess ended = CommandProcess.run(dir, row.options, Map.of(), args);
    assertEquals(row.code.code, ended.code(), ended.said());
    // The progress, which goes to the standard output.
    List<String> lines =
        ended.said().lines().filter(l -> !l.matches("epoch \\d+/\\d+  .*")).toList();
    assertTrue(lines.stream().allMatch(l -> l.startsWith("kudari: ")), ended.said());
    String last = lines.get(lines.size() - 1);
    assertTrue(last.matches("kudari: .*" + row.says + ".*"), ended.said());
    List<String> others = lines.subList(0, lines.size() - 1);
    assertTrue(
        others.stream().allMatch(l -> l.matches("kudari: (\\d+ parameters|warning: ).*")),
        ended.said());
  }
}
