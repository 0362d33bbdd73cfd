package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A set is read once to describe it and once to deal it, by all ranks and threads together: counted
 * by Hadoop's statistics of local files, which here are those of all executors.
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

  private static Experiment experiment(String source, int ranks) {
    return Experiment.parse(
        "test",
        """
        data { train { %s }, validation = 0.1 }
        model.layers = [{ type = dense, units = auto }]
        train { epochs = 1, batch = 4000, workers = 8, strategy = all-reduce, ranks = %d }
        """
            .formatted(source, ranks),
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
      Training training = Training.of(experiment(source, ranks)).on(spark);
      long before = read();
      Outcome unused = training.run();
      long found = read() - before;
      String what = ranks + " × " + threads + ": " + found + " bytes read of a set of " + size;
      assertTrue(found >= size && found <= MOST * size, what);
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
}
