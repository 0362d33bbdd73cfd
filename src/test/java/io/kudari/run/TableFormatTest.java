package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Spark reads because {@code format = table} says so trains as the same rows read by us. */
@Slow
@Timeout(300)
class TableFormatTest {

  private static final SparkSettings LOCAL = new SparkSettings("local[2]", Map.of());

  @TempDir Path dir;

  private String csv() throws Exception {
    Random random = new Random(4);
    StringBuilder text = new StringBuilder("a,b,kind\n");
    for (int i = 0; i < 200; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      text.append(a).append(',').append(b).append(a + b > 0 ? ",up\n" : ",down\n");
    }
    return Files.writeString(dir.resolve("rows.csv"), text).toString();
  }

  private static Experiment experiment(String source, String strategy) {
    String text =
        """
        data { train { %s, label = kind }, validation = 0.2 }
        model.layers = [{ type = dense, units = 4, activation = tanh }, { type = dense, units = auto }]
        train { epochs = 2, batch = 40, workers = 4, strategy = %s }
        """;
    return Experiment.parse(
        "test", text.formatted(source, strategy), List.of(), new Configuration());
  }

  private static float[] trained(String source, String strategy) throws Exception {
    return Training.of(experiment(source, strategy)).on(LOCAL).run().parameters();
  }

  @Test
  void readersAndQueriesGiveTheParametersOfTheFileByEveryStrategy() throws Exception {
    String file = csv();
    float[] expected = trained("format = csv, file = \"" + file + "\"", "serial");
    String reader =
        "format = table, reader = csv, path = \"%s\", options { header = true, inferSchema = true }"
            .formatted(file);
    for (String strategy : List.of("serial", "driver", "all-reduce"))
      assertArrayEquals(expected, trained(reader, strategy), strategy);
    String query =
        "format = table, sql = \"select double(_c0) as a, double(_c1) as b, _c2 as kind from"
            + " csv.`%s` where _c2 <> 'kind'\"".formatted(file);
    assertArrayEquals(expected, trained(query, "serial"));
  }

  private static void refused(String source, String line) {
    DataException e =
        assertThrows(DataException.class, () -> trained("format = table, " + source, "serial"));
    assertEquals(1, e.getMessage().lines().count());
    assertTrue(e.getMessage().matches(line), e.getMessage());
  }

  @Test
  void aTableThatIsNotThereIsRefusedInOneLine() throws Exception {
    String file = csv();
    refused("reader = nothing, path = x", "data.train: .*/x: .*nothing.*");
    refused("reader = parquet, path = /no/such", "data.train: /no/such: .*/no/such.*");
    refused("reader = parquet, path = \"" + file + "\"", ".*rows.csv is not a Parquet file.*");
    refused("table = nowhere", "data.train: table nowhere: .*nowhere.*");
    refused("sql = \"select\"", "data.train: select: .*");
    refused(
        "reader = csv, options { header = true }, features = [c], path = \"" + file + "\"",
        ".*rows.csv: no column c among its .*");
  }

  @Test
  void aStatementThatIsNoQueryIsRefusedBeforeItDoesAnything() throws Exception {
    Path written = dir.resolve("written");
    String file = csv();
    for (String statement :
        List.of(
            "INSERT OVERWRITE DIRECTORY '" + written + "' USING csv SELECT 1",
            "WITH a AS (SELECT 1) INSERT OVERWRITE DIRECTORY '" + written + "' USING csv TABLE a",
            "FROM csv.`" + file + "` INSERT INTO a SELECT _c0 INSERT INTO b SELECT _c1",
            "CREATE TABLE made USING csv LOCATION '" + written + "' AS SELECT 1",
            "DROP TABLE made",
            "DROP TABLE IF EXISTS made",
            "SET spark.sql.shuffle.partitions = 3",
            "SHOW TABLES",
            "DELETE FROM made",
            "CACHE TABLE made")) {
      String source = "format = table, sql = \"" + statement + "\"";
      var e =
          assertThrows(ConfigurationException.class, () -> trained(source, "serial"), statement);
      assertEquals(
          "data.train.sql: must be a query, such as SELECT, WITH, VALUES or TABLE, not another"
              + " statement",
          e.getMessage());
    }
    assertTrue(Files.notExists(written));
  }

  @Test
  void queriesOfEveryKindAreRead() throws Exception {
    String values = "VALUES (1, 'a'), (2, 'b'), (3, 'a'), (4, 'b'), (5, 'a') AS t(x, kind)";
    float[] expected = trained("format = table, sql = \"" + values + "\"", "serial");
    for (String query :
        List.of("WITH t AS (SELECT * FROM %s) SELECT * FROM t", "SELECT * FROM %s;", "(%s)"))
      assertArrayEquals(
          expected,
          trained("format = table, sql = \"" + query.formatted(values) + "\"", "serial"),
          query);
  }

  @Test
  void whereATableIsToBeFoundIsSaidOnce() {
    for (String source : List.of("reader = csv, table = t", "table = t, sql = s", "path = x")) {
      var e =
          assertThrows(
              ConfigurationException.class,
              () -> experiment("format = table, " + source, "serial"));
      assertEquals(1, e.getMessage().lines().count());
    }
    var none =
        assertThrows(ConfigurationException.class, () -> trained("format = table", "serial"));
    assertTrue(none.getMessage().startsWith("data.train: format = table needs a reader"));
  }
}
