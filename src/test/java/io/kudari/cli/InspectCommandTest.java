package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kudari data inspect} counts, of a table that several threads read. */
class InspectCommandTest {

  private static final int ROWS = 400_000;

  @TempDir private Path folder;

  @Test
  void figuresOfATableOfSeveralSplitsAreThoseCountedByHand() throws Exception {
    StringBuilder lines = new StringBuilder("a,b,y\n");
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < ROWS; i++) {
      double b = i % 1000 / 8.0;
      lines.append(i % 5 - 3).append(',').append(b).append(',').append(i % 4 == 0 ? "up" : "down");
      lines.append('\n');
      for (double value : new double[] {i % 5 - 3, b}) {
        sum += value;
        squares += value * value;
      }
    }
    Files.writeString(folder.resolve("t.csv"), lines);
    Path config = folder.resolve("t.conf");
    Files.writeString(config, "data.train { format = csv, file = t.csv, label = y }");
    Said seen = Said.run("data", "inspect", config.toString());
    assertEquals(0, seen.code(), seen.errors());
    double mean = sum / (2 * ROWS);
    String features =
        String.format(
            "  features     from %.4g to %.4g, mean %.4g, standard deviation %.4g%n",
            -3.0, 124.875, mean, Math.sqrt(squares / (2 * ROWS) - mean * mean));
    assertTrue(seen.out().contains(features), seen.out());
    assertTrue(seen.out().contains("  class down       300000\n"), seen.out());
    assertTrue(seen.out().contains("  class up         100000\n"), seen.out());
    double read = Double.parseDouble(seen.out().split("read +")[1].split(" ")[0]);
    assertEquals(Files.size(folder.resolve("t.csv")) / 1e6, read, 0.3);
    assertTrue(seen.out().contains(" MB of files, in 2 splits\n"), seen.out());
  }
}
