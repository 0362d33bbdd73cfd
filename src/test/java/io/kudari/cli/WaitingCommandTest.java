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

/** A command whose ranks wait for slots, in a process of its own. */
@Slow
class WaitingCommandTest {

  @Test
  void ctrlCEndsItAsAnyOtherWithALineAndLeavesNoFolder(@TempDir Path dir) throws Exception {
    Path config =
        Files.writeString(
            dir.resolve("t.conf"),
            """
            data.train { format = digits, examples = 100, seed = 1 }
            model.layers = [{ type = dense, units = auto }]
            train { epochs = 1, batch = 20, workers = 2, ranks = 2, strategy = all-reduce }
            """);
    Path out = dir.resolve("out");
    String plugin = "spark.plugins=" + SlotTaker.class.getName();
    List<String> train = new ArrayList<>(List.of("train", config.toString()));
    train.addAll(List.of("--out", out.toString(), "--master", "local[2]", "--conf", plugin));
    CommandProcess ended = CommandProcess.run(dir, List.of(), Map.of(), train);
    assertEquals(ExitCode.INTERRUPTED.code, ended.code(), ended.said());
    List<String> lines = ended.said().lines().filter(l -> !l.isBlank()).toList();
    assertEquals("kudari: asked to end while it waited for slots", lines.get(lines.size() - 1));
    assertTrue(ended.said().contains("kudari: ending after this step"), ended.said());
    assertFalse(ended.said().contains("Exception"), ended.said());
    assertFalse(Files.exists(out));
  }
}
