package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command where this machine's own name cannot be looked up, as while a name server is down.
 */
@Slow
class HostNameTest {

  @TempDir Path dir;

  @Test
  void aRunOnThisMachineNeedsNoName() throws Exception {
    String said =
        command(0, "train", "conf/tabular.conf", "--set", "train.epochs=1", "--master", "local[2]");
    assertFalse(said.contains("Exception"), said);
    assertTrue(Files.exists(dir.resolve("out/summary.json")), said);
  }

  @Test
  void aClusterElsewhereIsRefusedWithOneLine() throws Exception {
    String said = command(2, "train", "conf/tabular.conf", "--master", "spark://192.0.2.1:7077");
    assertTrue(said.contains("kudari: this machine's own name cannot be looked up"), said);
    assertFalse(said.contains("Exception"), said);
  }

  /** Runs a command in a process that can look up no name; returns what it said. */
  private String command(int code, String... arguments) throws Exception {
    Path hosts = Files.writeString(dir.resolve("hosts"), "192.0.2.2 elsewhere\n");
    Path said = dir.resolve("said");
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "@conf/jvm.options",
                "-Xmx1g",
                "-Djdk.net.hosts.file=" + hosts,
                "-Dlog4j2.configurationFile=conf/log4j2.properties",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("--out", dir.resolve("out").toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(300, TimeUnit.SECONDS), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(said);
    assertEquals(code, process.exitValue(), text);
    return text;
  }
}
