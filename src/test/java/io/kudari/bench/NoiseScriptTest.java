package io.kudari.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseScriptTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"20", "0100", "many"})
  void stepsThatHoldTooFewMeasurementsAreRefusedInOneLineBeforeAnythingIsBuilt(String steps)
      throws Exception {
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder("scripts/bench-noise", steps, "mlp512")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertTrue(process.waitFor(10, TimeUnit.SECONDS), "it still runs");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String line = Files.readString(said);
    assertEquals(2, process.exitValue(), line);
    assertTrue(line.matches("bench-noise: STEPS must be .*'" + steps + "'.*\n"), line);
  }
}
