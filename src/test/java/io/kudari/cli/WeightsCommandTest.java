package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A column of weights, by the commands as their users call them. */
@Timeout(120)
class WeightsCommandTest {

  private static final String TABLE = "a,w,b,y\n1,1,2,red\n2,0,1,blue\n3,2,5,red\n4,0.5,1,blue\n";

  @TempDir private Path dir;

  private Said train(String table, String source) throws IOException {
    Files.writeString(dir.resolve("train.csv"), table);
    Path config =
        Files.writeString(
            dir.resolve("run.conf"),
            """
            data {
              train { format = csv, file = "%s", %s }
              test = ${data.train}
              validation = 0
            }
            model { layers = [ { type = dense, units = auto } ], loss = cross-entropy }
            optimizer { name = sgd, learning-rate = 0.1 }
            train { epochs = 2, batch = 2, workers = 2, strategy = serial }
            """
                .formatted(dir.resolve("train.csv"), source));
    String out = dir.resolve("run").toString();
    return Said.run("train", config.toString(), "--out", out, "--overwrite");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "NaN", "Infinity", "much", "1e31", "1e-31", ""})
  void whatIsNoWeightIsRefusedInOneLineThatNamesFileLineAndColumn(String weight)
      throws IOException {
    Said said = train(TABLE.replace("2,0,1", "2," + weight + ",1"), "label = y, weight = w");
    String found = weight.isEmpty() ? "found nothing" : "found '" + weight + "'";
    assertEquals(
        "kudari: "
            + dir.resolve("train.csv")
            + ": line 3, column w: "
            + found
            + ", a weight must be 0 or a number within [1e-30, 1e30]",
        said.errors());
    assertEquals(3, said.code());
  }

  @Test
  void aLabelIsNoWeightAndAColumnMustBeThere() throws IOException {
    Said label = train(TABLE, "label = y, weight = y");
    assertTrue(label.errors().contains("the column y is the label, and cannot be the weight too"));
    Said missing = train(TABLE, "label = y, weight = v");
    assertTrue(missing.errors().contains("no column v among its 4, "), missing.errors());
  }

  @Test
  void weightsThatAreAllZeroAreRefusedInOneLine() throws IOException {
    Said said = train(TABLE.replaceAll(",[0-9.]+,([0-9]),", ",0,$1,"), "label = y, weight = w");
    assertEquals(
        "kudari: "
            + dir.resolve("train.csv")
            + ": all 4 training examples have weight 0: there is nothing to learn from",
        said.printed().strip());
    assertEquals(3, said.code());
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(dir.resolve("run/summary.json").toFile());
  }

  @Test
  void theWeightIsNoFeatureAndNeitherPredictNorEvaluateMissesIt() throws IOException {
    StringBuilder table = new StringBuilder("a,w,b,y\n");
    Random random = new Random(3);
    for (int i = 0; i < 40; i++) {
      double a = random.nextGaussian();
      String kind = a > 0 ? "red" : "blue";
      table.append(a + "," + i % 4 + "," + random.nextGaussian() + "," + kind + "\n");
    }
    Said trained = train(table.toString(), "label = y, weight = w");
    assertEquals(0, trained.code(), trained.errors());
    String task = Files.readString(dir.resolve("run/model/task.json"));
    assertTrue(task.contains("\"weight\" : \"w\""), task);
    Said evaluated = Said.run("evaluate", dir.resolve("run").toString());
    double loss = summary().path("test.loss").asDouble();
    assertEquals(
        String.format(Locale.ROOT, "loss      %.6f", loss),
        evaluated.out().lines().skip(1).findFirst().orElseThrow());

    Path with = Files.writeString(dir.resolve("with.csv"), "b,w,a\n1,oops,2\n0,,1\n");
    Path without = Files.writeString(dir.resolve("without.csv"), "b,a\n1,2\n0,1\n");
    String run = dir.resolve("run").toString();
    Said one = Said.run("predict", run, "--input", with.toString());
    Said other = Said.run("predict", run, "--input", without.toString());
    assertEquals(0, one.code(), one.errors());
    assertEquals(other.out(), one.out());
    assertFalse(one.logged().contains("ignores"), one.logged());
  }

  @Test
  void withoutAHeaderAWeightIsNamedByItsPlace() throws IOException {
    String bare = TABLE.substring(TABLE.indexOf('\n') + 1);
    Said said = train(bare, "header = false, label = -1, weight = 1");
    assertEquals(0, said.code(), said.errors());
    Said evaluated = Said.run("evaluate", dir.resolve("run").toString());
    assertEquals(0, evaluated.code(), evaluated.errors());
    String task = Files.readString(dir.resolve("run/model/task.json"));
    assertFalse(task.contains("weight"), task);
  }

  private Said trainWith(String... sets) throws IOException {
    Said first = train(TABLE + "5,1,0,red\n", "label = y, weight = w");
    assertEquals(0, first.code(), first.errors());
    List<String> args = new ArrayList<>(List.of("train", dir.resolve("run.conf").toString()));
    args.addAll(List.of("--out", dir.resolve("run").toString(), "--overwrite"));
    for (String set : sets) args.addAll(List.of("--set", set));
    return Said.run(args.toArray(String[]::new));
  }

  @Test
  void classesWeighWhatTheConfigurationSays() throws IOException {
    Said balanced = trainWith("train.class-weights=balanced");
    assertEquals(0, balanced.code(), balanced.errors());
    assertTrue(Files.readString(dir.resolve("run/config.conf")).contains("class-weights=balanced"));
    String sha = summary().path("parameters.sha256").asText();
    Said named = trainWith("train.class-weights={ blue = 1.25, red = 0.8333333 }");
    assertEquals(0, named.code(), named.errors());
    assertEquals(sha, summary().path("parameters.sha256").asText());
    Said none = trainWith();
    assertEquals(0, none.code(), none.errors());
    assertFalse(sha.equals(summary().path("parameters.sha256").asText()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | train.class-weights=even | must be balanced or a section { CLASS = weight, … }",
        "2 | train.class-weights={ red = -1 } | must be 0 or a number within [1e-6, 1e6], not -1",
        "2 | train.class-weights={ red = much } | must be 0 or a number within [1e-6, 1e6]",
        "3 | train.class-weights={ green = 2 } | no class green among",
        "2 | train.class-weights=balanced & data.train.task=regression &"
            + " model.loss=mean-squared-error | needs classes",
      })
  void weightsOfClassesThatCannotBeAreRefusedInOneLine(int code, String sets, String rule)
      throws IOException {
    Said said = trainWith(sets.split(" & "));
    assertEquals(code, said.code(), said.errors());
    assertTrue(said.printed().contains(rule), said.printed());
    assertEquals(1, said.printed().strip().lines().count());
  }
}
