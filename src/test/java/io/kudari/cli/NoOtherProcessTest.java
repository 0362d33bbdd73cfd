package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.kudari.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run where no other process can be started, as on a machine short of memory for a moment. */
@Slow
class NoOtherProcessTest {

  @TempDir Path dir;

  @Test
  void aRunOnThisMachineEndsWellWhereNoProcessCanBeStarted() throws Exception {
    Path out = dir.resolve("out");
    List<String> arguments =
        List.of(
            "train",
            "conf/tabular.conf",
            "--set",
            "train.epochs=1",
            "--set",
            "train.strategy=all-reduce",
            "--master",
            "local[2]",
            "--out",
            out.toString());
    // Whatever would be started is looked for in a folder that holds nothing.
    Map<String, String> nothingToStart = Map.of("PATH", dir.resolve("empty").toString());
    CommandProcess ended = CommandProcess.run(dir, List.of(), nothingToStart, arguments);
    assertEquals(0, ended.code(), ended.said());
    assertFalse(ended.said().contains("Exception"), ended.said());
    assertFalse(ended.said().contains("WARN"), ended.said());
    assertEquals("rwxr-xr-x", permissions(out));
    assertEquals("rw-r--r--", permissions(out.resolve("summary.json")));
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
