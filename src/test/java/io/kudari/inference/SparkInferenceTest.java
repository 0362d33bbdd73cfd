package io.kudari.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSource;
import io.kudari.data.Task;
import io.kudari.data.TestTables;
import io.kudari.data.file.JsonFile;
import io.kudari.data.format.CsvSource;
import io.kudari.data.format.ParquetSource;
import io.kudari.data.format.SparkTable;
import io.kudari.event.EventJson;
import io.kudari.run.Training;
import io.kudari.spark.data.FrameSource;
import io.kudari.train.Workers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tasks of Spark make of a set is what one process makes of it. */
@Slow
@Timeout(300)
class SparkInferenceTest {

  private static final int COLUMNS = 24;

  /** So many rows that the file has three splits. */
  private static final int ROWS = 22_000;

  @TempDir static Path dir;

  private static SparkSession session;
  private static JavaSparkContext spark;
  private static TrainedModel model;
  private static List<String> rows;
  private static CsvSource csv;

  /** A session as users have them: Java's serialiser, and nothing of ours. */
  @BeforeAll
  static void begin() throws Exception {
    session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.warehouse.dir", dir.resolve("warehouse").toString())
            .getOrCreate();
    spark = new JavaSparkContext(session.sparkContext());
    rows = rows();
    csv = source(write("all.csv", header() + ",kind", rows));
    model = trained();
  }

  @AfterAll
  static void end() {
    session.stop();
  }

  private static List<String> rows() {
    Random random = new Random(11);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      StringBuilder row = new StringBuilder();
      double sum = 0;
      for (int c = 0; c < COLUMNS; c++) {
        double value = random.nextGaussian();
        sum += value;
        row.append(value).append(',');
      }
      made.add(row + (sum > 1 ? "up" : sum > -1 ? "level" : "down"));
    }
    return made;
  }

  private static String header() {
    return String.join(",", IntStream.range(0, COLUMNS).mapToObj(c -> "x" + c).toList());
  }

  private static Path write(String name, String header, List<String> rows) throws IOException {
    return Files.writeString(dir.resolve(name), header + "\n" + String.join("\n", rows) + "\n");
  }

  private static CsvSource source(Path file) {
    return new CsvSource(
        file.toString(), true, ',', Task.CLASSIFICATION, List.of("kind"), List.of());
  }

  private static TrainedModel trained() throws Exception {
    Path few = write("few.csv", header() + ",kind", rows.subList(0, 500));
    String text =
        """
        data { train { format = csv, file = "%s", label = kind }, validation = 0 }
        model.layers = [{ type = dense, units = 37, activation = relu }, { type = dense, units = auto }]
        train { epochs = 1, batch = 50, workers = 3, strategy = serial }
        """;
    var outcome =
        Training.of(Experiment.parse("test", text.formatted(few), List.of(), new Configuration()))
            .run();
    return new TrainedModel(outcome.model(), outcome.network());
  }

  private static LocalInference here(ExampleSource source) {
    return new LocalInference(model, source, new Configuration(), note -> {});
  }

  private static SparkInference there(ExampleSource source) {
    return new SparkInference(spark, model, source, note -> {});
  }

  private static String predicted(LocalInference inference) throws IOException {
    return predicted(inference, model);
  }

  private static String predicted(LocalInference inference, TrainedModel of) throws IOException {
    Predictions table = Predictions.of(of.saved());
    StringBuilder all = new StringBuilder();
    inference.predict(
        (first, batch, outputs) -> table.rows(first, batch.count(), outputs), all::append);
    return all.toString();
  }

  private static String predicted(SparkInference inference) throws IOException {
    StringBuilder all = new StringBuilder();
    try (SparkPredictions made = inference.predict()) {
      made.rows(all::append);
    }
    return all.toString();
  }

  private static String figures(Workers.Evaluated evaluated) throws IOException {
    byte[] json = JsonFile.bytes(EventJson.of(evaluated.figures()));
    return new String(json, StandardCharsets.UTF_8);
  }

  @Test
  void rowsAndFiguresOfAFileOfSplitsAreThoseOfOneProcess() throws IOException {
    assertEquals(3, csv.splits(new Configuration()).size());
    String expected = predicted(here(csv));
    assertEquals(ROWS, expected.lines().count());
    assertEquals(expected, predicted(there(csv)));
    assertEquals(figures(here(csv).evaluation()), figures(there(csv).evaluation()));
  }

  @Test
  void aFileWhoseSplitsTurnOutToBeNoneIsReadAsAWholeToTheSameRows() throws IOException {
    List<String> noted =
        rows.stream().map(row -> row.replaceAll("[a-z]+$", "\"a note\nof two lines\"")).toList();
    CsvSource broken = source(write("broken.csv", header() + ",note", noted));
    assertEquals(3, broken.splits(new Configuration()).size());
    List<String> notes = new ArrayList<>();
    String expected = predicted(new LocalInference(model, broken, new Configuration(), notes::add));
    assertEquals(ROWS, expected.lines().count());
    assertEquals(1, notes.size(), notes::toString);
    assertEquals(expected, predicted(new SparkInference(spark, model, broken, notes::add)));
    assertEquals(2, notes.size(), notes::toString);
    assertEquals(notes.get(0), notes.get(1));
    String whole = predicted(here(csv));
    String[] found = expected.split(System.lineSeparator());
    String[] asSplits = whole.split(System.lineSeparator());
    for (int i = 0; i < ROWS; i++)
      assertEquals(probability(asSplits[i]), probability(found[i]), 1e-5, "row " + i);
  }

  private static double probability(String row) {
    return Double.parseDouble(row.substring(row.lastIndexOf(',') + 1));
  }

  @Test
  void aDataFramesRowsKeepTheirOrderAndItsFiguresAreThoseOfTheFile() throws IOException {
    Dataset<Row> frame =
        session.read().option("header", true).option("inferSchema", true).csv(csv.file());
    String[] expected = predicted(here(csv)).split(System.lineSeparator());
    for (Dataset<Row> same : List.of(frame, frame.coalesce(1))) {
      String[] found = predicted(there(table(same.drop("kind")))).split(System.lineSeparator());
      assertEquals(ROWS, found.length);
      for (int i = 0; i < ROWS; i++)
        assertEquals(probability(expected[i]), probability(found[i]), 1e-5, "row " + i);
    }
    assertEquals(
        figures(here(csv).evaluation()), figures(there(table(frame.repartition(5))).evaluation()));
  }

  @Test
  void textsBooleansAndGapsOfADataFrameAreReadAsThoseOfTheTrainingSet() throws Exception {
    List<Object[]> shop = TestTables.shop(3, 300);
    Path file = Files.writeString(dir.resolve("shop.csv"), TestTables.csv(TestTables.SHOP, shop));
    String text =
        """
        data {
          train { format = csv, file = "%s", label = kind, exclude = [id] }
          missing = mean, invalid = skip, validation = 0
        }
        model.layers = [{ type = dense, units = 5, activation = relu }, { type = dense, units = auto }]
        train { epochs = 2, batch = 50, workers = 3, strategy = serial }
        """;
    var outcome =
        Training.of(Experiment.parse("test", text.formatted(file), List.of(), new Configuration()))
            .run();
    TrainedModel of = new TrainedModel(outcome.model(), outcome.network());
    List<Object[]> other = TestTables.shop(4, 200);
    other.removeIf(row -> row[3] instanceof Double area && area.isInfinite());
    other.get(5)[1] = "Atlantis";
    CsvSource csvOfOther =
        source(Files.writeString(dir.resolve("other.csv"), TestTables.csv(TestTables.SHOP, other)));
    StructType columns =
        StructType.fromDDL(
            "id long, city string, code string, area double, year int, garden boolean, kind"
                + " string");
    Dataset<Row> frame =
        session.createDataFrame(other.stream().map(RowFactory::create).toList(), columns);
    var here = new LocalInference(of, csvOfOther, new Configuration(), note -> {});
    assertEquals(
        figures(here.evaluation()),
        figures(
            new SparkInference(spark, of, table(frame.repartition(4)), note -> {}).evaluation()));
    Dataset<Row> unlabelled =
        frame.drop("kind", "id").coalesce(1).select("year", "code", "city", "garden", "area");
    String expected = predicted(here, of);
    assertEquals(200 - 4, expected.lines().count());
    assertEquals(expected, predicted(new SparkInference(spark, of, table(unlabelled), note -> {})));
    Path parquet = dir.resolve("other.parquet");
    unlabelled.write().parquet(parquet.toString());
    var file2 =
        new ParquetSource(
            parquet.toString(), Task.CLASSIFICATION, List.of("kind"), List.of(), List.of());
    assertEquals(
        expected, predicted(new LocalInference(of, file2, new Configuration(), note -> {}), of));
  }

  private static FrameSource table(Dataset<Row> frame) {
    return new FrameSource(
        new SparkTable(
            SparkTable.From.CODE,
            Task.CLASSIFICATION,
            List.of("kind"),
            List.of(),
            List.of(),
            false,
            ""),
        frame);
  }

  @Test
  void tasksWriteAFolderOfPartsThatHoldsTheRowsOfACsv() throws IOException {
    Path folder = dir.resolve("parts.parquet");
    try (SparkPredictions made = there(csv).predict()) {
      made.parquet(new org.apache.hadoop.fs.Path(folder.toUri()), false);
    }
    try (var files = Files.list(folder)) {
      assertEquals(
          List.of("_SUCCESS", "part-00000.parquet", "part-00001.parquet", "part-00002.parquet"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    assertFalse(Files.exists(dir.resolve(".parts.parquet.tmp")));
    Dataset<Row> read = session.read().parquet(folder.toString());
    assertArrayEquals(
        new String[] {"example", "predicted", "p(down)", "p(level)", "p(up)"}, read.columns());
    String[] expected = predicted(here(csv)).split(System.lineSeparator());
    List<Row> found = read.orderBy("example").collectAsList();
    assertEquals(ROWS, found.size());
    for (int i = 0; i < ROWS; i++) assertEquals(expected[i], found.get(i).mkString(","));
  }

  @Test
  void aBadRowIsTheSameLineAndLeavesNothing() throws IOException {
    List<String> bad = new ArrayList<>(rows);
    bad.set(ROWS - 5, bad.get(ROWS - 5).replaceFirst("^[^,]+", "much"));
    CsvSource source = source(write("bad.csv", header() + ",kind", bad));
    String said = assertThrows(DataException.class, () -> predicted(here(source))).getMessage();
    assertTrue(said.contains("line " + (ROWS - 3) + ", column x0: found 'much'"), said);
    assertEquals(
        said, assertThrows(DataException.class, () -> predicted(there(source))).getMessage());
    assertEquals(
        said, assertThrows(DataException.class, () -> there(source).evaluation()).getMessage());
    CsvSource none = source(write("none.csv", header() + ",kind", List.of()));
    assertTrue(
        assertThrows(DataException.class, () -> predicted(there(none)))
            .getMessage()
            .endsWith("none.csv: holds no examples"));
    assertEquals(0, spark.getPersistentRDDs().size());
  }
}
