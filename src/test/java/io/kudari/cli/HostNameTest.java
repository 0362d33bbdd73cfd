package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command where this machine's own name cannot be looked up, as while a name server is down.
 */
@Slow
class HostNameTest {

  @TempDir Path dir;

  @Test
  void aRunOnThisMachineNeedsNoName() throws Exception {
    String said = train(0, "conf/tabular.conf", "--set", "train.epochs=1", "--master", "local[2]");
    assertFalse(said.contains("Exception"), said);
    assertTrue(Files.exists(dir.resolve("out/summary.json")), said);
  }

  /** The host is for executors elsewhere, of whom there are none. */
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1"})
  void ranksOfThisMachineNeedNotReachTheHostThatOthersDo(String bound) throws Exception {
    String[] outside = {
      "conf/tabular.conf",
      "--set",
      "train.epochs=1",
      "--set",
      "train.ranks=2",
      "--master",
      "local[2]",
      "--conf",
      "spark.driver.host=192.0.2.1",
      "--conf",
      "spark.driver.bindAddress=" + bound
    };
    String said = train(0, outside);
    assertTrue(Files.exists(dir.resolve("out/summary.json")), said);
  }

  @Test
  void aClusterElsewhereIsRefusedWithOneLine() throws Exception {
    String said = train(2, "conf/tabular.conf", "--master", "spark://192.0.2.1:7077");
    assertTrue(said.contains("kudari: this machine's own name cannot be looked up"), said);
    assertFalse(said.contains("Exception"), said);
  }

  /** Trains in a process that can look up no name; returns what it said. */
  private String train(int code, String... arguments) throws Exception {
    Path hosts = Files.writeString(dir.resolve("hosts"), "192.0.2.2 elsewhere\n");
    List<String> all = new ArrayList<>(List.of("train"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--out", dir.resolve("out").toString()));
    CommandProcess ended =
        CommandProcess.run(dir, List.of("-Djdk.net.hosts.file=" + hosts), Map.of(), all);
    assertEquals(code, ended.code(), ended.said());
    return ended.said();
  }
}
