package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.event.Event;
import io.kudari.math.Fingerprint;
import io.kudari.spark.SparkStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code data.invalid = skip} trains as a file without such rows, and counts them. */
@Slow
@Timeout(300)
class InvalidRowsTest {

  private static final String TABLE =
      """
      data {
        train { format = csv, file = "%s", label = %s, task = %s, columns { width = number } }
        test { format = csv, file = "%s", label = %s, task = %s, columns { width = number } }
        %s
      }
      model.layers = [{ type = dense, units = 8, activation = tanh }, { type = dense, units = auto }]
      train { epochs = 2, batch = 50, workers = 4, %s }
      """;

  /** In each a cell that its column cannot hold; in the last in the column of categories. */
  private static final List<String> INVALID =
      List.of(
          "inf,1,red,a,1",
          "1,wide,red,b,1",
          "1,1e999,blue,a,1",
          "-Infinity,2,red,b,1",
          "1,1,inf,a,1");

  @TempDir static Path dir;

  private static Path clean;
  private static Path dirty;

  @BeforeAll
  static void write() throws IOException {
    Random random = new Random(7);
    List<String> rows = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      double height = Math.rint(random.nextGaussian() * 1000) / 1000;
      int width = random.nextInt(50);
      String colour = List.of("red", "green", "blue").get(random.nextInt(3));
      String row =
          height
              + ","
              + width
              + ","
              + colour
              + ","
              + (width + height > 25 ? "a" : "b")
              + ","
              + width;
      rows.add(row);
      all.add(row);
      if (i % 100 == 40) all.add(INVALID.get(i / 100 % INVALID.size()));
    }
    clean = write("clean.csv", rows);
    dirty = write("dirty.csv", all);
  }

  private static Path write(String name, List<String> rows) throws IOException {
    List<String> lines = new ArrayList<>(List.of("height,width,colour,class,price"));
    lines.addAll(rows);
    return Files.write(dir.resolve(name), lines);
  }

  private static Training training(Path file, String label, String rule, String more) {
    String task = label.equals("price") ? "regression" : "classification";
    Experiment experiment =
        Experiment.parse(
            "test",
            TABLE.formatted(file, label, task, file, label, task, rule, more),
            List.of(),
            new Configuration());
    return Training.of(experiment).on(new SparkSettings("local[2]", Map.of()));
  }

  /** Of a run its parameters, and the rows that were left out. */
  private record Found(String parameters, long rows) {

    static Found of(Training training) throws Exception {
      List<Event.Described> told = new ArrayList<>();
      Outcome outcome =
          training
              .listen(
                  event -> {
                    if (event instanceof Event.Described described) told.add(described);
                  })
              .run();
      assertEquals(1, told.size());
      return new Found(Fingerprint.sha256(outcome.model().parameters()), told.get(0).invalidRows());
    }
  }

  @ParameterizedTest
  @CsvSource({"class, ''", "price, ''", "class, 'missing = mean'", "price, 'missing = skip'"})
  void bitsAreThoseOfAFileWithoutSuchRows(String label, String missing) throws Exception {
    String skip = missing + "\n  invalid = skip";
    Found expected = Found.of(training(clean, label, missing, "strategy = serial"));
    assertEquals(0, expected.rows);
    // Six rows, in the training and in the test set.
    Found skipped = new Found(expected.parameters, 12);
    assertEquals(skipped, Found.of(training(dirty, label, skip, "strategy = serial")));
    assertEquals(skipped, Found.of(training(dirty, label, skip, "strategy = all-reduce")));
    if (!missing.isEmpty()) return;
    try (JavaSparkContext spark = SparkStart.start("invalid", "local[2]", Map.of())) {
      for (String ranks : List.of("ranks = 1", "ranks = 2"))
        assertEquals(skipped, Found.of(training(dirty, label, skip, ranks).on(spark)), ranks);
    }
  }

  @Test
  void theSummaryAndOneLineOfEachSetSayHowMany() throws Exception {
    Path out = dir.resolve("out");
    List<String> warnings = new ArrayList<>();
    Outcome unused =
        training(dirty, "class", "invalid = skip", "strategy = serial")
            .folder(out.toString())
            .listen(
                new RunListener() {
                  @Override
                  public void on(Event event) {}

                  @Override
                  public void warning(String line) {
                    warnings.add(line);
                  }
                })
            .run();
    String line = dirty + ": leaves out 6 rows with infinities or cells that cannot be read";
    assertEquals(2, warnings.stream().filter(line::equals).count(), warnings::toString);
    String summary = Files.readString(out.resolve("summary.json"));
    assertTrue(summary.contains("\"data.invalidRows\" : 12"), summary);
  }

  @Test
  void withoutTheRuleTheFirstSuchCellIsNamed() {
    Training training = training(dirty, "class", "", "strategy = serial");
    String said = assertThrows(DataException.class, training::run).getMessage();
    String rule = ": line 43, column height: found 'inf', a feature must be a finite number";
    assertTrue(said.endsWith(rule), said);
  }

  @ParameterizedTest
  @CsvSource({"class, '1,wide,red,,1'", "price, '1,wide,red,a,inf'", "price, '1,wide,red,a,many'"})
  void aLabelThatCannotBeReadIsAnErrorAnyway(String label, String row) throws Exception {
    Path file = write("label.csv", List.of("1,1,red,a,1", "2,1,red,b,1", row, "2,2,red,b,2"));
    Training training = training(file, label, "invalid = skip", "strategy = serial");
    String said = assertThrows(DataException.class, training::run).getMessage();
    assertTrue(said.contains(": line 4, column " + label + ": found "), said);
  }

  @Test
  void otherFormatsRefuseIt() {
    String digits = "data { train { format = digits, examples = 20 }, invalid = skip }";
    var e =
        assertThrows(
            ConfigurationException.class,
            () -> Experiment.parse("test", digits, List.of(), new Configuration()));
    assertTrue(
        e.getMessage()
            .contains("data.invalid = skip is of data.train.format = csv, parquet or table"));
  }
}
