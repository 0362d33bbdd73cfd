package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
            "--master local[2]"),
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
            "ranks that diverge",
            ExitCode.DIVERGED,
            "training has diverged",
            "--master local[2] --set optimizer.learning-rate=1e30"),
        row(
            "tasks that diverge",
            ExitCode.DIVERGED,
            "training has diverged",
            "--master local[2] --set optimizer.learning-rate=1e30 --set train.strategy=driver"));
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
