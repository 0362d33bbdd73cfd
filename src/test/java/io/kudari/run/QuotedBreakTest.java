package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.data.Findings;
import io.kudari.data.Schema;
import io.kudari.data.SetReader;
import io.kudari.data.SourceReader;
import io.kudari.data.StoreWriter;
import io.kudari.data.Survey;
import io.kudari.data.Task;
import io.kudari.data.format.CsvSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A quoted value whose line breaks lie over the border of two splits of a file: files are not cut
 * then, but still read side by side, and what was read in vain is told.
 */
@Slow
@Timeout(300)
class QuotedBreakTest {

  /** Bytes of a split. */
  private static final int SPLIT = 4 << 20;

  private static final int ROW = 1 << 10;

  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private CsvSource set;
  private long size;

  /** Of two kinds, in turn. */
  private static String rows(int count) {
    return (row('a', 0, ROW) + row('b', 1, ROW)).repeat(count / 2);
  }

  private static String row(char text, int label, int bytes) {
    return text + "," + " ".repeat(bytes - 4) + label + "\n";
  }

  @BeforeEach
  void write() throws IOException {
    String broken = "\"b" + "\nb".repeat(400) + "\",1\n";
    String cut = rows(SPLIT / ROW - 2) + row('a', 0, 2 * ROW - 400) + broken + rows(100);
    String whole = rows(SPLIT / ROW + 2);
    for (String content : List.of(cut, whole)) {
      Files.writeString(folder.resolve("part-" + content.length() + ".csv"), content);
      size += content.length();
    }
    set =
        new CsvSource(folder.toString(), false, ',', Task.CLASSIFICATION, List.of("-1"), List.of());
    assertTrue(set.splits(HADOOP).size() > 2);
  }

  @SuppressWarnings("deprecation")
  private static long read() {
    return FileSystem.getAllStatistics().stream()
        .mapToLong(FileSystem.Statistics::getBytesRead)
        .sum();
  }

  private void check(SetReader reader, String fingerprint) throws IOException {
    long before = read();
    Survey found = reader.survey(set, Schema.UNKNOWN, 0, false);
    assertEquals(read() - before, found.read());
    assertTrue(found.read() > size && found.read() < 3 * size, found.read() + " of " + size);
    assertEquals(fingerprint, found.description().fingerprint());
    assertEquals(2, found.splits().size());
  }

  @Test
  void filesAreSplitsAndAllBytesAreTold() throws IOException {
    SourceReader here = new SourceReader(HADOOP, 2, StoreWriter.Room.ofHeap());
    SetReader one = new SourceReader(HADOOP);
    Findings whole = new Findings("set", Schema.UNKNOWN);
    whole.describe("set", 0, into -> set.read(HADOOP, into));
    String fingerprint = whole.survey(List.of(set)).description().fingerprint();
    check(here, fingerprint);
    check(one, fingerprint);
    try (SparkTasks tasks = SparkTasks.start(new SparkSettings("local[2]", Map.of()), line -> {})) {
      check(tasks.reader(here), fingerprint);
    }
  }
}
