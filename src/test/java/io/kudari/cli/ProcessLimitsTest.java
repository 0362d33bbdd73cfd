package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessLimitsTest {

  private static final List<String> TABLE =
      List.of(
          "Limit                     Soft Limit           Hard Limit           Units     ",
          "Max open files            256                  1048576              files     ",
          "Max address space         unlimited            unlimited            bytes     ");

  private static final long GIB = 1L << 30;

  @Test
  void theLimitInForceIsReadAndNoLimitIsNone() {
    assertEquals(new ProcessLimits(256, Long.MAX_VALUE), ProcessLimits.parse(TABLE));
    assertEquals(new ProcessLimits(Long.MAX_VALUE, Long.MAX_VALUE), ProcessLimits.parse(List.of()));
  }

  @Test
  void aLimitThatIsTooLowIsNamedWithWhatIsNeeded() {
    String files = ProcessLimits.parse(TABLE).obstacle(GIB, 200).orElseThrow();
    assertEquals(
        "this process may open 256 files, and needs 500: raise the limit (ulimit -n)", files);
    String space = new ProcessLimits(500, 3 * GIB).obstacle(GIB, 200).orElseThrow();
    assertTrue(space.contains("may have 3221225472 bytes"), space);
    assertTrue(space.contains("needs 4294967296 with a Java heap of 1073741824"), space);
    assertEquals(Optional.empty(), new ProcessLimits(500, 4 * GIB).obstacle(GIB, 200));
    String heap = new ProcessLimits(500, 4 * GIB).obstacle((40L << 20) - 1, 200).orElseThrow();
    assertEquals(
        "this process has 41943039 bytes of Java heap, and needs 41943040 at least: raise"
            + " KUDARI_MEMORY (with spark-submit: --driver-memory)",
        heap);
    assertEquals(Optional.empty(), new ProcessLimits(500, 4 * GIB).obstacle(40L << 20, 200));
  }

  @Test
  void thisProcessHasEnough() {
    assertEquals(Optional.empty(), ProcessLimits.obstacle());
  }
}
