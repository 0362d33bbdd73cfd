package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.ml.KudariClassificationModel;
import io.kudari.ml.KudariClassifier;
import io.kudari.ml.KudariRegressionModel;
import io.kudari.ml.KudariRegressor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kudari predict} of what Spark ML has saved: what the stage itself says of the rows. */
@Slow
@Timeout(300)
class SavedStageTest {

  private static SparkSession spark;

  @TempDir private Path dir;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Dataset<Row> rows(String file) {
    return spark.read().option("header", true).option("inferSchema", true).csv(file);
  }

  private List<String[]> predicted(Path stage, String input) throws IOException {
    Path out = dir.resolve("p.csv");
    Said said = Said.run("predict", stage.toString(), "--input", input, "-o", out.toString());
    assertEquals(0, said.code(), said.errors());
    List<String> lines = Files.readAllLines(out);
    return lines.subList(1, lines.size()).stream().map(line -> line.split(",")).toList();
  }

  @Test
  void aSavedRegressionOfColumnsReadsThemByTheirNames() throws Exception {
    KudariRegressionModel model =
        new KudariRegressor()
            .setLabelCol("y")
            .setFeaturesCols("x1", "x2", "x3", "x4", "x5")
            .setEpochs(2)
            .setRanks(1)
            .fit(rows("conf/data/friedman-train.csv"));
    Path stage = dir.resolve("stage");
    model.write().save(stage.toString());
    String file = "conf/data/friedman-test.csv";
    List<Row> expected = model.transform(rows(file)).collectAsList();
    List<String[]> found = predicted(stage, file);
    assertEquals(400, found.size());
    for (int i = 0; i < found.size(); i++)
      assertEquals(
          expected.get(i).<Double>getAs("prediction"),
          Double.parseDouble(found.get(i)[1]),
          1e-4,
          "row " + i);
  }

  @Test
  void aSavedClassifierOfVectorsReadsLinesWithoutHeaderAndKnowsItsClasses() throws Exception {
    Dataset<Row> raw = rows("conf/data/spirals-train.csv");
    Dataset<Row> labelled =
        new StringIndexer().setInputCol("arm").setOutputCol("label").fit(raw).transform(raw);
    Dataset<Row> vectors =
        new VectorAssembler()
            .setInputCols(new String[] {"x", "y"})
            .setOutputCol("features")
            .transform(labelled);
    KudariClassificationModel model =
        new KudariClassifier().setEpochs(10).setLearningRate(0.01).setRanks(1).fit(vectors);
    Path stage = dir.resolve("stage");
    model.write().save(stage.toString());
    StringBuilder lines = new StringBuilder();
    List<Row> rows = model.transform(vectors).collectAsList();
    for (Row row : rows) lines.append(row.get(0)).append(',').append(row.get(1)).append('\n');
    Path input = Files.writeString(dir.resolve("new.csv"), lines);
    List<String[]> found = predicted(stage, input.toString());
    assertEquals(rows.size(), found.size());
    int right = 0;
    for (int i = 0; i < found.size(); i++) {
      int said = (int) (double) rows.get(i).<Double>getAs("prediction");
      assertEquals(model.classNames().get(said), found.get(i)[1], "row " + i);
      if (found.get(i)[1].equals(rows.get(i).<String>getAs("arm"))) right++;
    }
    assertTrue(right > 0.5 * rows.size(), right + " of " + rows.size() + " are right");
  }
}
