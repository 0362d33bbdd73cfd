package io.kudari.spark.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a rank's failure is blamed on. */
class RankOutcomeTest {

  /** A process whose rank fails because the process is being ended. */
  static final class Ending {
    public static void main(String[] args) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.print(blamed())));
      System.exit(0);
    }

    /** Whether the run is blamed for what happens while this process is as it is. */
    static boolean blamed() {
      RuntimeException closed = new DataException("train.csv: Filesystem closed");
      return !RankOutcome.failed(closed).unlessProcessEnds().followed();
    }
  }

  @Test
  void whatARankFailsWithWhileItsExecutorIsEndedIsALoss(@TempDir Path dir) throws Exception {
    assertTrue(Ending.blamed(), "in a process that goes on it is the run's own");
    Path said = dir.resolve("said");
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Ending.class.getName())
            .redirectOutput(said.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    assertEquals("false", Files.readString(said));
  }

  @Test
  void whatEndedWellStaysSo() {
    RankOutcome done = new RankOutcome(new float[] {1}, null, false, null);
    assertEquals(done, done.unlessProcessEnds());
    assertFalse(done.followed());
  }
}
