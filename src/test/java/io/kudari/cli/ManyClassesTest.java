package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More classes than a confusion matrix could be sent of. */
@Slow
class ManyClassesTest {

  private static final int CLASSES = 1_460;

  @TempDir Path dir;

  @Test
  @Timeout(240)
  void everyStrategyEvaluatesMoreClassesThanAMatrixOfThemCouldBeSentOf() throws IOException {
    table("train.csv", 3);
    table("test.csv", 1);
    JsonNode serial = train("serial", 0.2);
    assertTrue(serial.get("test.accuracy").isNumber());
    assertTrue(serial.get("test.confusion") == null || serial.get("test.confusion").isNull());
    assertTrue(serial.get("test.macroF1").isNumber() && serial.get("test.logLoss").isNumber());
    assertTrue(serial.get("test.rocAuc").isNull() && serial.get("test.prAuc").isNull());
    assertEquals(1, serial.get("epochs").intValue());
    for (String strategy : List.of("driver", "all-reduce")) {
      JsonNode summary = train(strategy, 0.2);
      for (String same :
          List.of(
              "parameters.sha256",
              "validation.loss",
              "test.loss",
              "test.topAccuracy",
              "test.macroF1"))
        assertEquals(serial.get(same), summary.get(same), strategy + " " + same);
      String events = Files.readString(dir.resolve(strategy + "/events.jsonl"));
      assertFalse(events.contains("\"recovered\""), events);
    }
    assertEquals("completed", train("all-reduce", 0).get("status").textValue());
    String report = Files.readString(dir.resolve("all-reduce/report.html"));
    assertTrue(report.contains("kudari evaluate lists the precision"), report);
    assertEquals(0, run("evaluate", dir.resolve("all-reduce").toString()));
  }

  private void table(String name, int each) throws IOException {
    StringBuilder rows = new StringBuilder("a,b,y\n");
    for (int i = 0; i < CLASSES * each; i++) {
      int c = i % CLASSES;
      rows.append(c % 40).append(',').append(c / 40).append(",c").append(c).append('\n');
    }
    Files.writeString(dir.resolve(name), rows);
  }

  private JsonNode train(String strategy, double validation) throws IOException {
    Path config =
        Files.writeString(
            dir.resolve("many.conf"),
            """
            data {
              train { format = csv, file = train.csv, label = y }
              test { format = csv, file = test.csv, label = y }
              validation = %s
            }
            model { layers = [ { type = dense, units = auto } ], loss = cross-entropy }
            optimizer { name = sgd, learning-rate = 0.1 }
            train { epochs = 1, batch = 256, workers = 2, ranks = %s, strategy = %s }
            """
                .formatted(validation, strategy.equals("serial") ? 0 : 2, strategy));
    Path out = dir.resolve(strategy);
    String[] args = {
      "train", config.toString(), "--out", out.toString(), "--overwrite", "--master", "local[2]"
    };
    assertEquals(0, run(args));
    return new ObjectMapper().readTree(out.resolve("summary.json").toFile());
  }

  private static int run(String... args) {
    StringWriter errors = new StringWriter();
    int code = Main.run(args, new PrintWriter(errors, true));
    assertEquals("", errors.toString());
    return code;
  }
}
