package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that is too little is said with the numbers and what to raise, before it runs out. */
@Slow
class HeapTest {

  /** In MiB, an even number, as this collector has them: as much as Spark demands. */
  private static final int LEAST = 450;

  /** A setting of Spark's, with which the only rank of this machine is trained by Spark too. */
  private static final String[] SPARK = {"--conf", "spark.ui.enabled=false"};

  @TempDir Path dir;

  private CommandProcess train(String config, List<String> options, String... more)
      throws Exception {
    return CommandProcess.run(dir, Map.of(), command(config, options, more));
  }

  private List<String> command(String config, List<String> options, String... more) {
    List<String> args = new ArrayList<>(List.of("train", config, "--out", dir + "/out"));
    args.addAll(List.of("--master", "local[2]"));
    args.addAll(List.of(more));
    List<String> all = new ArrayList<>(List.of("-XX:+UseG1GC"));
    all.addAll(options);
    return CommandProcess.command(all, args);
  }

  /** As the other, ended by the system when it takes longer than ten seconds of a processor. */
  private CommandProcess soon(String config, List<String> options, String... more)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", "ulimit -t 10; exec \"$@\"", "-"));
    command.addAll(command(config, options, more));
    return CommandProcess.run(dir, Map.of(), command);
  }

  private void assertRefused(CommandProcess ended, String says) {
    // A machine that takes long to describe the data says how far it is.
    String said = ended.said().replaceAll("(?m)^describing data .*\n", "");
    assertEquals(ExitCode.DATA.code, ended.code(), said);
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.matches("kudari: .*" + says + ".*\n"), said);
    assertFalse(Files.exists(dir.resolve("out")));
  }

  @ParameterizedTest
  @CsvSource({"24", "48", "160", "" + (LEAST - 2)})
  void aHeapTooSmallForSparkIsRefusedByEveryStrategyThatUsesIt(int megabytes) throws Exception {
    String needs =
        megabytes < 48
            ? "needs 41943040 at least: raise KUDARI_MEMORY"
            : "Spark needs at least 471859200 bytes of Java heap, but there are "
                + ((long) megabytes << 20)
                + ": raise KUDARI_MEMORY";
    for (String strategy : List.of("all-reduce", "driver")) {
      String set = "train.strategy=" + strategy;
      List<String> heap = List.of("-Xmx" + megabytes + "m");
      assertRefused(soon("conf/tabular.conf", heap, with(SPARK, "--set", set)), needs);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"all-reduce", "driver"})
  void theLeastHeapThatIsNotRefusedTrainsASmallTable(String strategy) throws Exception {
    String[] sets = {"--set", "train.strategy=" + strategy, "--set", "train.epochs=3"};
    assertTrains(train("conf/tabular.conf", List.of("-Xmx" + LEAST + "m"), with(SPARK, sets)));
  }

  @Test
  void aHeapTooSmallForSparkTrainsTheOnlyRankOfThisMachine() throws Exception {
    String[] sets = {"--set", "train.strategy=all-reduce", "--set", "train.epochs=3"};
    assertTrains(train("conf/tabular.conf", List.of("-Xmx96m"), sets));
  }

  private void assertTrains(CommandProcess ended) {
    assertEquals(0, ended.code(), ended.said());
    assertTrue(Files.exists(dir.resolve("out/summary.json")), ended.said());
  }

  private static String[] with(String[] some, String... more) {
    return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
  }

  /** 160 MB of examples, of which most may lie in a file, and more for saying which is whose. */
  @Test
  void moreRowsThanTheHeapCanDealAreRefusedWhenTheyAreCounted() throws Exception {
    new BadInputs(dir).usual();
    rows(dir.resolve("many.csv"), 20_000_000);
    String[] data = {
      "--set",
      "data.train.file=" + dir.resolve("many.csv"),
      "--set",
      "train.batch=8192",
      "--set",
      "train.strategy=serial"
    };
    // The rest need not be read.
    String says =
        "many.csv: keys, classes and places of more than \\d{7,8} examples need \\d+ bytes of Java"
            + " heap, but there are 134217728: raise KUDARI_MEMORY";
    assertRefused(train(dir + "/t.conf", List.of("-Xmx128m"), data), says);
  }

  /** 102 MB of digits in a file, and 6 MB that say which is whose. */
  @Test
  void aSetLargerThanTheHeapIsInspected() throws Exception {
    String config = dir + "/digits.conf";
    Files.writeString(
        Path.of(config), "data { memory = 0, train { format = digits, examples = 130000 } }");
    List<String> args = List.of("data", "inspect", config);
    CommandProcess ended = CommandProcess.run(dir, List.of("-Xmx96m"), Map.of(), args);
    assertEquals(0, ended.code(), ended.said());
    assertTrue(ended.said().contains("examples     130000\n"), ended.said());
  }

  private static void rows(Path file, int count) throws IOException {
    byte[] some = "1,0\n2,1\n3,2\n4,0\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write("a,y\n".getBytes(StandardCharsets.UTF_8));
      for (int written = 0; written < count; written += 40_000) out.write(some);
    }
  }

  /** The limit is as large as the heap, unless it is set; then the heap may be large. */
  @Test
  void arraysOutsideTheHeapThatHaveNoRoomAreRefused() throws Exception {
    new BadInputs(dir).usual();
    List<String> limit = List.of("-Dorg.bytedeco.javacpp.maxbytes=2m");
    String[] layers = {
      "--set",
      "model.layers=[{ type = dense, units = 3000 }, { type = dense }]",
      "--set",
      "train.strategy=serial"
    };
    String needs =
        "training needs at least \\d+ bytes outside the Java heap \\(models 0, batches \\d+\\), but"
            + " there may be 2097152, .*: raise KUDARI_MEMORY";
    CommandProcess ended = train(dir + "/t.conf", limit, layers);
    // What it says first of the model and the batch.
    String last = ended.said().replaceAll("kudari: (\\d+ parameters|warning: ).*\n", "");
    assertRefused(new CommandProcess(ended.code(), last), needs);
  }
}
