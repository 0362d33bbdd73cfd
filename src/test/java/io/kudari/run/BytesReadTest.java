package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.IdxWriter;
import io.kudari.spark.SparkStart;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A set is read once to describe it and once to deal it, by all ranks and threads together: counted
 * by Hadoop's statistics of local files, which here are those of all executors. The summary says as
 * much.
 */
@Slow
@Timeout(300)
class BytesReadTest {

  private static final double MOST = 2.05;

  @TempDir static Path dir;

  private static Path csv;
  private static Path images;
  private static Path labels;

  @BeforeAll
  static void write() throws Exception {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 400_000; i++)
      rows.append(i % 1_009).append(',').append(i % 13).append(',').append(i % 2).append('\n');
    csv = Files.writeString(dir.resolve("rows.csv"), rows, StandardCharsets.US_ASCII);
    images = dir.resolve("images");
    labels = dir.resolve("labels");
    DigitsSource digits = new DigitsSource(6_000, 5);
    IdxWriter.write(
        new Configuration(), digits.make(0, 6_000), images.toString(), labels.toString());
    // Hadoop reads its own checksums, too, where it has written some.
    for (Path file : List.of(images, labels))
      Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  private static Experiment experiment(String source, String strategy, int ranks) {
    return Experiment.parse(
        "test",
        """
        data { train { %s }, validation = 0.1 }
        model.layers = [{ type = dense, units = auto }]
        train { epochs = 1, batch = 4000, workers = 8, strategy = %s, ranks = %d }
        """
            .formatted(source, strategy, ranks),
        List.of(),
        new Configuration());
  }

  @SuppressWarnings("deprecation")
  private static long read() {
    return FileSystem.getAllStatistics().stream()
        .filter(of -> of.getScheme().equals("file"))
        .mapToLong(FileSystem.Statistics::getBytesRead)
        .sum();
  }

  private static void check(String source, long size, int ranks, int threads) throws Exception {
    String master = "local[" + ranks * threads + "]";
    try (JavaSparkContext spark = SparkStart.start("bytes", master, Map.of())) {
      Training training = Training.of(experiment(source, "all-reduce", ranks)).on(spark);
      String what = ranks + " × " + threads;
      check(what, training, 2 * size, MOST / 2);
    }
  }

  /**
   * Trains.
   *
   * @param least bytes to be read
   * @param most how many times as many
   */
  private static void check(String what, Training training, long least, double most)
      throws Exception {
    Path out = dir.resolve("out");
    long before = read();
    Outcome unused = training.overwriting(out.toString()).run();
    long found = read() - before;
    String shown = what + ": " + found + " bytes read, not " + least;
    assertTrue(found >= least && found <= most * least, shown);
    JsonNode summary = new ObjectMapper().readTree(out.resolve("summary.json").toFile());
    long told = summary.get("data.bytesRead").longValue();
    // The report reads what was recorded of the run, too.
    assertTrue(told >= least && told <= Math.min(found, most * least), what + ": " + summary);
    assertEquals(0, summary.get("data.spilled").longValue(), what);
    double seconds = summary.get("data.describe.seconds").doubleValue();
    double all = seconds + summary.get("data.deal.seconds").doubleValue();
    assertTrue(seconds > 0 && all > seconds && all < 100, what + ": " + summary);
  }

  @Test
  void inOneProcessASetIsReadOnce() throws Exception {
    String rows = "format = csv, file = \"" + csv + "\", header = false, label = -1";
    for (String strategy : List.of("serial", "all-reduce")) {
      Training training =
          Training.of(experiment(rows, strategy, 0)).on(new SparkSettings("local[2]", Map.of()));
      check(strategy, training, Files.size(csv), MOST / 2);
    }
  }

  @Test
  void tasksOfTheDriverReadASetTwice() throws Exception {
    String rows = "format = csv, file = \"" + csv + "\", header = false, label = -1";
    try (JavaSparkContext spark = SparkStart.start("bytes", "local[2]", Map.of())) {
      Training training = Training.of(experiment(rows, "driver", 2)).on(spark);
      check("driver", training, 2 * Files.size(csv), MOST / 2);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "2, 1", "2, 2", "4, 1", "4, 2"})
  void allRanksAndThreadsTogetherReadASetTwice(int ranks, int threads) throws Exception {
    String rows = "format = csv, file = \"" + csv + "\", header = false, label = -1";
    check(rows, Files.size(csv), ranks, threads);
    String idx = "format = idx, images = \"%s\", labels = \"%s\"".formatted(images, labels);
    check(idx, Files.size(images) + Files.size(labels), ranks, threads);
  }

  /** Each in splits of its own, with a header that is compared with the first one's. */
  @Test
  void partFilesAreReadTwiceTogether() throws Exception {
    String rows = Files.readString(csv);
    long size = 0;
    for (int part = 0; part < 3; part++) {
      Path file = dir.resolve("parts/part-" + part + ".csv");
      Files.createDirectories(file.getParent());
      size += Files.size(Files.writeString(file, "x,y,kind\n" + rows));
    }
    String parts = "format = csv, file = \"" + dir.resolve("parts/*.csv") + "\", label = kind";
    check(parts, size, 2, 1);
  }

  /** The header of the first is read once more, by who plans the reading. */
  @Test
  void partFilesOfImagesAreReadTwiceTogether() throws Exception {
    DigitsSource digits = new DigitsSource(12_000, 5);
    Path folder = Files.createDirectories(dir.resolve("idx"));
    for (int part = 0; part < 3; part++)
      IdxWriter.write(
          new Configuration(),
          digits.make(4_000 * part, 4_000 * (part + 1)),
          folder.resolve(part + "-images").toString(),
          folder.resolve(part + "-labels").toString());
    long size = 0;
    for (int part = 0; part < 3; part++)
      for (String name : List.of(part + "-images", part + "-labels")) {
        // Hadoop reads its own checksums, too, where it has written some.
        Files.delete(folder.resolve("." + name + ".crc"));
        size += Files.size(folder.resolve(name));
      }
    String parts =
        "format = idx, images = \"%s/*-images\", labels = \"%s/*-labels\""
            .formatted(folder, folder);
    check(parts, size, 2, 1);
  }
}
