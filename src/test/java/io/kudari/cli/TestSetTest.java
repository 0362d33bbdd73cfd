package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.math.Fingerprint;
import io.kudari.model.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Test sets that are not as the training set, by the command as its users call it. */
@Timeout(60)
class TestSetTest {

  private static final String REST =
      """
      model { layers = [ { type = dense, units = auto } ], loss = cross-entropy }
      optimizer { name = momentum, learning-rate = 0.05 }
      train { epochs = 1, batch = 4, workers = 2, strategy = serial }
      """;

  private static final String TRAIN = "a,b,kind\n1,2,red\n3,4,green\n5,6,blue\n7,8,red\n";

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a;b;kind/1;2;pink                |                           | pink",
        "a;kind/1;red                     |                           | no column b",
        "a;b;a;kind/1;2;3;red             |                           | named a",
        "a;b;kind/1;2;red                 | , classes = [red, green]  | its classes [red, green]",
        "a;b;kind/1;2;3                   | , task = regression       | target value",
      })
  void whatDoesNotFitIsOneLineBeforeTrainingAndLeavesNothing(String test, String more, String says)
      throws IOException {
    String text = test.replace(';', ',').replace('/', '\n') + "\n";
    Said said = train(text, more == null ? "" : more);
    assertEquals(3, said.code(), said.errors());
    assertEquals(1, said.errors().lines().count(), said.errors());
    assertTrue(said.errors().contains(says), said.errors());
    assertTrue(said.errors().contains("t.csv"), said.errors());
    assertFalse(Files.exists(dir.resolve("out")));
  }

  @Test
  void evaluateTellsWhatTheSummaryHoldsOfTheTestSetAsTextOrJson() throws IOException {
    assertEquals(0, train("a,b,kind\n1,2,red\n9,2,blue\n3,4,green\n7,8,red\n", "").code());
    String out = dir.resolve("out").toString();
    ObjectMapper mapper = new ObjectMapper();
    JsonNode summary = mapper.readTree(Path.of(out, "summary.json").toFile());
    JsonNode json = mapper.readTree(Said.run("evaluate", out, "--json").out());
    assertEquals(4, json.get("examples").intValue());
    ObjectNode expected = mapper.createObjectNode();
    summary
        .fields()
        .forEachRemaining(
            f -> {
              if (f.getKey().startsWith("test."))
                expected.set(f.getKey().substring(5), f.getValue());
            });
    assertEquals(expected, ((ObjectNode) json).without("examples"));
    List<String> lines = Said.run("evaluate", out).out().lines().toList();
    for (String line :
        List.of(
            String.format("macro F1  %.4f", json.get("macroF1").doubleValue()),
            String.format("log loss  %.6f", json.get("logLoss").doubleValue()),
            area("ROC AUC   %.6f ± %.2g", json, "rocAuc"),
            area("PR AUC    %.6f ± %.2g", json, "prAuc")))
      assertTrue(lines.contains(line), line + " in " + lines);
  }

  private static String area(String format, JsonNode json, String key) {
    return String.format(
        Locale.ROOT,
        format,
        json.get(key).doubleValue(),
        Figures.Scores.shown(json.get(key + "Error").doubleValue()));
  }

  @Test
  void aModelWithoutNamesOfColumnsIsAppliedByPositionAndThatIsSaidOnce() throws IOException {
    assertEquals(0, train("a,b,kind\n1,2,red\n9,2,blue\n", "").code());
    String out = dir.resolve("out").toString();
    String figures = Said.run("evaluate", out).out();
    assertEquals("", Said.run("evaluate", out).errors());
    forgetNames();
    Files.writeString(dir.resolve("t.csv"), "x,y,kind\n1,2,red\n9,2,blue\n");
    Said byPosition = Said.run("evaluate", out);
    assertEquals(figures, byPosition.out());
    assertEquals(1, byPosition.errors().lines().count(), byPosition.errors());
    assertTrue(byPosition.errors().contains("matched by position"), byPosition.errors());
  }

  @Test
  void aNewSetThatLacksAColumnIsRefusedByName() throws IOException {
    assertEquals(0, train("b,kind,a\n1,red,2\n", "").code());
    Files.writeString(dir.resolve("t.csv"), "b,kind,c\n1,red,2\n");
    for (String command : new String[] {"evaluate", "predict"}) {
      Said said = Said.run(command, dir.resolve("out").toString());
      assertEquals(3, said.code());
      assertEquals(1, said.errors().lines().count(), said.errors());
      assertTrue(said.errors().contains("no column a"), said.errors());
    }
  }

  /** Makes of the model a folder as earlier versions wrote it. */
  private void forgetNames() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Path model = dir.resolve("out/model");
    Path task = model.resolve("task.json");
    ObjectNode content = (ObjectNode) mapper.readTree(task.toFile());
    for (String key : new String[] {"task", "features", "labels", "workers"}) {
      assertTrue(content.has(key), key);
      content.remove(key);
    }
    byte[] bytes = mapper.writeValueAsBytes(content);
    Files.write(task, bytes);
    Path manifest = model.resolve("manifest.json");
    ObjectNode files = (ObjectNode) mapper.readTree(manifest.toFile());
    ((ObjectNode) files.path("files").path("task.json"))
        .put("bytes", bytes.length)
        .put("sha256", Fingerprint.sha256(bytes));
    Files.write(manifest, mapper.writeValueAsBytes(files));
  }

  private Said train(String test, String more) throws IOException {
    Files.writeString(dir.resolve("train.csv"), TRAIN);
    Files.writeString(dir.resolve("t.csv"), test);
    String data =
        String.format(
            """
            data {
              train { format = csv, file = "%s", label = kind }
              test { format = csv, file = "%s", label = kind%s }
              validation = 0
              normalize { method = none }
            }
            """,
            dir.resolve("train.csv"), dir.resolve("t.csv"), more);
    Path config = Files.writeString(dir.resolve("test.conf"), data + REST);
    return Said.run("train", config.toString(), "--out", dir.resolve("out").toString());
  }
}
