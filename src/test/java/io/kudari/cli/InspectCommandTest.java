package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.data.TestTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

  @Test
  @Slow
  @Timeout(120)
  void aTableThatSparkReadsIsShownAsTheFileThatItIsOf() throws Exception {
    Path file = folder.resolve("shop.csv");
    Files.writeString(file, TestTables.csv(TestTables.SHOP, TestTables.shop(2, 120)));
    String section = "data { train { %s, label = kind, exclude = [id] }, missing = mean, %s }";
    Path csv = folder.resolve("csv.conf");
    Files.writeString(csv, section.formatted("format = csv, file = shop.csv", "invalid = skip"));
    Path table = folder.resolve("table.conf");
    String source = "format = table, reader = csv, path = shop.csv, options { header = true }";
    Files.writeString(table, section.formatted(source, "invalid = skip"));
    Said ofFile = Said.run("data", "inspect", csv.toString());
    Said ofTable = Said.run("data", "inspect", table.toString());
    assertEquals(0, ofFile.code(), ofFile.errors());
    assertEquals(0, ofTable.code(), ofTable.errors());
    assertTrue(ofFile.out().contains("code      category  4 values: 10 "), ofFile.out());
    assertEquals(found(ofFile), found(ofTable));
    assertTrue(ofTable.out().startsWith("train: "), ofTable.out());
    assertFalse(ofTable.out().contains("header"), ofTable.out()); // Options may be secrets.
  }

  /** But for what was read. */
  private static List<String> found(Said inspected) {
    return inspected
        .out()
        .lines()
        .filter(line -> !line.startsWith("train: ") && !line.startsWith("  read "))
        .toList();
  }

  @Test
  void aTableWhoseMissingImagesAreLeftOutIsShown() throws Exception {
    MessageType type =
        MessageTypeParser.parseMessageType(
            "message m { optional binary pixels; required int32 label; }");
    String file = folder.resolve("p.parquet").toString();
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file)).withType(type).build()) {
      for (int i = 0; i < 20; i++) {
        SimpleGroup row = new SimpleGroup(type);
        if (i != 3) row.add("pixels", Binary.fromConstantByteArray(new byte[] {1, (byte) i}));
        row.add("label", i % 2);
        writer.write(row);
      }
    }
    Path config = folder.resolve("p.conf");
    Files.writeString(
        config,
        "data { missing = skip, train { format = parquet, path = p.parquet, label = label, shape ="
            + " [1, 1, 2] } }");
    Said seen = Said.run("data", "inspect", config.toString());
    assertEquals(0, seen.code(), seen.errors());
    assertEquals("train: " + file + " (parquet)", seen.out().lines().findFirst().orElseThrow());
    assertTrue(seen.out().contains("  examples     19\n"), seen.out());
  }

  @Test
  void examplesLieWhereTheSettingsSay() throws Exception {
    Files.writeString(folder.resolve("t.csv"), "a,y\n" + "1,up\n2,down\n".repeat(20));
    Path config = folder.resolve("t.conf");
    Files.writeString(config, "data.train { format = csv, file = t.csv, label = y }");
    Path notThere = Files.writeString(folder.resolve("file"), "no folder");
    String[] inspect = {"data", "inspect", config.toString(), "--conf"};
    String place = "spark.local.dir=" + notThere;
    assertEquals(0, Said.run(inspect[0], inspect[1], inspect[2], inspect[3], place).code());
    Said refused =
        Said.run(inspect[0], inspect[1], inspect[2], inspect[3], place, "--set", "data.memory=0");
    assertEquals(3, refused.code(), refused.errors());
    assertTrue(refused.errors().contains(notThere + ": cannot keep examples there"));
  }
}
