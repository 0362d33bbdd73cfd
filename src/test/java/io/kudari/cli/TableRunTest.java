package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import io.kudari.data.TestFiles;
import io.kudari.data.TestTables;
import io.kudari.math.Fingerprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables as people have them, from the configuration to predictions. */
@Timeout(300)
class TableRunTest {

  private static final String PRICES =
      """
      data {
        missing = mean, missing-indicator = true
        train { format = csv, file = houses.csv, task = regression, label = price, exclude = [id] }
      }
      model { layers = [ { type = dense, units = 32, activation = relu }
                         { type = dense, units = auto } ], loss = mean-squared-error }
      optimizer { name = adam, learning-rate = 0.01 }
      train { epochs = 4, batch = 128, strategy = serial }
      """;

  private static final String RESCUED =
      """
      data {
        missing = median, validation = 0.3
        train { format = csv, file = passengers.csv, label = rescued }
      }
      model { layers = [ { type = dense, units = auto } ], loss = cross-entropy }
      optimizer { name = adam, learning-rate = 0.05 }
      train { epochs = 20, batch = 32, strategy = serial }
      """;

  @TempDir Path dir;

  private String file(String name, String content) {
    return TestFiles.write(dir, name, content);
  }

  private Said train(String config, String out, String... sets) {
    List<String> args = new ArrayList<>(List.of("train", config, "--out", path(out)));
    for (String set : sets) args.addAll(List.of("--set", set));
    return Said.run(args.toArray(String[]::new));
  }

  private String path(String name) {
    return dir.resolve(name).toString();
  }

  private String sha(String out) throws IOException {
    return Fingerprint.sha256(Files.readAllBytes(dir.resolve(out).resolve("model/parameters.f32")));
  }

  private static String[] shuffled(String table) {
    List<String> rows = new ArrayList<>(table.lines().toList());
    String head = rows.remove(0);
    Collections.shuffle(rows, new Random(3));
    rows.add(0, head);
    return rows.toArray(String[]::new);
  }

  @Test
  @Slow
  void fiftyThousandHousesWithTextsAndGapsAreLearnedFromTenLines() throws IOException {
    file("houses.csv", TestTables.houses(1, 50_000, true));
    String config = file("c.conf", PRICES);
    assertTrue(PRICES.lines().count() <= 10);
    Said trained = train(config, "out");
    assertEquals(0, trained.code(), trained.errors());
    file("held.csv", TestTables.houses(2, 5_000, true));
    Said held = Said.run("evaluate", path("out"), "--json", "--set", test("held.csv"));
    assertEquals(0, held.code(), held.errors());
    double r2 = new ObjectMapper().readTree(held.out()).get("r2").doubleValue();
    assertTrue(r2 >= 0.97, "R² " + r2);
  }

  /** Those of the training part are counted when the set has been divided. */
  @Test
  void tooManyCategoriesOfADividedSetNameTheFileToo() {
    StringBuilder rows = new StringBuilder("a,colour,rescued\n");
    for (int i = 0; i < 60; i++)
      rows.append(i)
          .append(List.of(",red,", ",green,", ",blue,").get(i % 3))
          .append(i % 2 == 0 ? "yes\n" : "no\n");
    file("passengers.csv", rows.toString());
    Said refused = train(file("c.conf", RESCUED), "out", "data.train.max-categories=2");
    assertEquals(3, refused.code(), refused.errors());
    String line = "/passengers.csv: column colour has 3 categories, more than max-categories = 2";
    assertTrue(refused.errors().contains(line), refused.errors());
  }

  private String test(String name) {
    return "data.test={ format = csv, task = regression, label = price, file = \""
        + path(name)
        + "\" }";
  }

  @Test
  void rowsWithoutTheTargetAreEstimatedAlsoOfUnseenCategoriesAndColumnsInAnotherOrder()
      throws IOException {
    file("houses.csv", TestTables.houses(1, 2_000, true));
    assertEquals(0, train(file("c.conf", PRICES), "out").code());
    String usual =
        "city,kind,heating,area,year,garden\nWien,loft,gas,80,1990,yes\nOslo,loft,gas,,1990,no\n";
    String other =
        "garden,year,area,heating,kind,city\nyes,1990,80,gas,loft,Wien\nFALSE,1990,null,gas,loft,"
            + "Rio\n";
    Said one = Said.run("predict", path("out"), "--input", file("new.csv", usual));
    Said two = Said.run("predict", path("out"), "--input", file("other.csv", other));
    assertEquals(0, one.code(), one.errors());
    assertEquals("", one.errors());
    assertEquals(3, one.out().lines().count(), one.out());
    assertEquals(one.out(), two.out());
    for (String line : one.out().lines().skip(1).toList())
      assertTrue(Double.isFinite(Double.parseDouble(line.split(",")[1])), line);
    String wrong = "city,kind,heating,area,year,garden\nWien,loft,gas,80,1990,perhaps\n";
    Said refused = Said.run("predict", path("out"), "--input", file("wrong.csv", wrong));
    assertEquals(3, refused.code());
    assertTrue(
        refused
            .errors()
            .endsWith(
                "wrong.csv: line 2, column garden: found 'perhaps', a boolean must be true, false,"
                    + " yes or no"),
        refused.errors());
  }

  @Test
  void rowsWithGapsAreLeftOutOfTrainingAndToldButNotOfPredictions() throws IOException {
    file("houses.csv", TestTables.houses(1, 500, true));
    Said trained = train(file("c.conf", PRICES), "out", "data.missing=skip", "train.epochs=1");
    assertEquals(0, trained.code(), trained.errors());
    assertTrue(trained.errors().contains("rows with missing values"), trained.errors());
    String gap = "city,kind,heating,area,year,garden\nWien,loft,gas,80,,no\n";
    Said refused = Said.run("predict", path("out"), "--input", file("gap.csv", gap));
    assertEquals(3, refused.code());
    assertTrue(
        refused.errors().contains("gap.csv: line 2, column year: found nothing, a missing value"),
        refused.errors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean", "median"})
  void parametersAreTheSameForAnotherOrderOfRowsAFileThatIsPackedAndThreads(String missing)
      throws IOException {
    String table = TestTables.houses(4, 3_000, true);
    file("houses.csv", table);
    String config = file("c.conf", PRICES.replace("missing = mean", "missing = " + missing));
    assertEquals(0, train(config, "serial").code());
    String other = file("o.csv", String.join("\n", shuffled(table)));
    String packed =
        TestFiles.write(dir, "p.csv.gz", TestFiles.gzip(table.getBytes(StandardCharsets.UTF_8)));
    assertEquals(0, train(config, "shuffled", "data.train.file=" + other).code());
    assertEquals(0, train(config, "packed", "data.train.file=" + packed).code());
    assertEquals(0, train(config, "ranks", "train.strategy=all-reduce").code());
    String expected = sha("serial");
    for (String run : List.of("shuffled", "packed", "ranks")) assertEquals(expected, sha(run), run);
  }

  @Test
  @Slow
  void parametersAreTheSameOnTwoRanks() throws IOException {
    file("houses.csv", TestTables.houses(4, 3_000, true));
    String config = file("c.conf", PRICES);
    assertEquals(0, train(config, "serial").code());
    Said two =
        Said.run(
            "train",
            config,
            "--out",
            path("two"),
            "--master",
            "local[2]",
            "--set",
            "train.strategy=all-reduce",
            "--set",
            "train.ranks=2");
    assertEquals(0, two.code(), two.errors());
    assertEquals(sha("serial"), sha("two"));
  }

  @Test
  void nineHundredPassengersAreToldApartAsByLogisticRegression() throws IOException {
    file("passengers.csv", TestTables.passengers(1, 900));
    Said trained = train(file("c.conf", RESCUED), "out");
    assertEquals(0, trained.code(), trained.errors());
    Path test = Path.of(file("test.csv", TestTables.passengers(2, 900)));
    String source = "data.test={ format = csv, label = rescued, file = \"" + test + "\" }";
    Said evaluated = Said.run("evaluate", path("out"), "--json", "--set", source);
    assertEquals(0, evaluated.code(), evaluated.errors());
    double accuracy = new ObjectMapper().readTree(evaluated.out()).get("accuracy").doubleValue();
    double expected =
        LogisticReference.accuracy(TestTables.passengers(1, 900), TestTables.passengers(2, 900));
    assertTrue(accuracy >= expected - .02, accuracy + ", logistic regression " + expected);
  }

  @Test
  void columnsOfOneValueAreToldInOneLine() throws IOException {
    String rows = file("x.csv", "a,b,c,y\n" + "1,7,x,1\n2,7,x,0\n".repeat(20));
    String config =
        file(
            "c.conf",
            RESCUED.replace("passengers.csv", rows).replace("label = rescued", "label = y"));
    Said trained = train(config, "out", "train.epochs=1");
    assertEquals(0, trained.code(), trained.errors());
    assertTrue(
        trained.errors().contains("2 columns have one value and tell nothing: b, c"),
        trained.errors());
  }

  @Test
  void inspectShowsEachColumnAndASectionThatTrains() throws IOException {
    file("houses.csv", TestTables.houses(1, 400, true));
    String bare =
        PRICES
            .replace(", exclude = [id]", "")
            .replace("missing = mean, missing-indicator = true", "");
    Said seen = Said.run("data", "inspect", file("c.conf", bare));
    String out = seen.out();
    assertTrue(out.contains("city      category  6 values: Bern"), out);
    assertTrue(out.contains("area      number    from 20"), out);
    assertTrue(out.contains("garden    boolean"), out);
    int begin = out.indexOf("  data {");
    assertTrue(begin > 0, out);
    String proposed = out.substring(begin);
    assertTrue(proposed.contains("missing = mean"), out);
    assertFalse(proposed.contains("price = "), out);
  }
}
