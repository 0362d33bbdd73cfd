package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scripts/soak itself, in a folder of its own. Kudari is played by a script. */
class SoakScriptTest {

  private static final int BOUND = 20;

  /** The first run ends at once, the others long after the test. */
  private static final String KUDARI =
      """
      #!/bin/sh
      case $* in *"/soak/run-"*) exec sleep 60 ;; esac
      """;

  @TempDir private Path folder;
  private Process soak;

  @BeforeEach
  void home() throws IOException {
    Path script = folder.resolve("scripts/soak");
    Files.createDirectories(script.getParent());
    Files.copy(Path.of("scripts/soak"), script, StandardCopyOption.COPY_ATTRIBUTES);
    Path kudari = Files.writeString(folder.resolve("scripts/kudari"), KUDARI);
    assertTrue(kudari.toFile().setExecutable(true));
    soak = start();
  }

  private Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(folder.resolve("scripts/soak").toString(), "--load", "2")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile());
    builder.environment().remove("KUDARI");
    return builder.start();
  }

  @AfterEach
  void end() {
    List<ProcessHandle> all = soak.descendants().toList();
    soak.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /** What it has started, when the first run beside the load is among it. */
  private List<ProcessHandle> started() throws InterruptedException {
    return TestCluster.await(
        () -> {
          List<ProcessHandle> all = soak.children().toList();
          // The very first run has no load beside it.
          boolean loaded = all.stream().filter(p -> is(p, "bash")).count() == 2;
          return loaded && all.stream().anyMatch(p -> is(p, "timeout")) ? all : null;
        },
        "a run beside the load");
  }

  private static boolean is(ProcessHandle process, String program) {
    return process.info().command().map(c -> c.endsWith("/" + program)).orElse(false);
  }

  @Test
  void theLoadEndsWithTheScriptHoweverThatEnds() throws Exception {
    List<ProcessHandle> started = started();
    List<ProcessHandle> load = started.stream().filter(p -> is(p, "bash")).toList();
    assertEquals(2, load.size());
    List<ProcessHandle> run = started.stream().flatMap(ProcessHandle::descendants).toList();
    soak.destroyForcibly();
    try {
      for (ProcessHandle process : load) process.onExit().get(BOUND, TimeUnit.SECONDS);
    } finally {
      run.forEach(ProcessHandle::destroyForcibly);
      started.forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void twoAtOnceInOneFolderDoNotDisturbEachOther() throws Exception {
    assertFalse(started().isEmpty());
    Process second = start();
    try {
      assertTrue(second.waitFor(BOUND, TimeUnit.SECONDS), "it runs beside the first");
    } finally {
      second.descendants().forEach(ProcessHandle::destroyForcibly);
      second.destroyForcibly();
    }
    assertEquals(1, second.exitValue());
    assertEquals(
        "soak: another soak of this folder is running",
        Files.readString(folder.resolve("said")).strip());
    assertTrue(soak.isAlive());
  }
}
