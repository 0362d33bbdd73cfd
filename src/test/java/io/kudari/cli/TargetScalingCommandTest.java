package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Targets of a regression, by the commands as their users call them: all in their own units. */
@Timeout(120)
class TargetScalingCommandTest {

  @TempDir private Path dir;

  /** Prices around 250,000 that differ by 30,000, and an area of less than 1. */
  @BeforeEach
  void write() throws IOException {
    Random random = new Random(20261130);
    StringBuilder table = new StringBuilder("a,b,price,area\n");
    for (int i = 0; i < 200; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      double price = 250_000 + 30_000 * (a + 0.5 * b);
      table.append(a + "," + b + "," + price + "," + (0.5 + 0.01 * (a - b)) + "\n");
    }
    Files.writeString(dir.resolve("train.csv"), table);
  }

  private Said train(String... more) throws IOException {
    Path config =
        Files.writeString(
            dir.resolve("run.conf"),
            """
            data {
              train { format = csv, file = "%s", task = regression, label = [price, area] }
              test = ${data.train}
              validation = 0.2
            }
            model.layers = [ { type = dense, units = 6, activation = tanh }, { type = dense, units = auto } ]
            optimizer { name = adam, learning-rate = 0.02 }
            train { epochs = 30, batch = 32, workers = 2, strategy = serial, evaluate { train = true } }
            """
                .formatted(dir.resolve("train.csv")));
    List<String> args = new java.util.ArrayList<>(List.of("train", config.toString()));
    args.addAll(List.of("--out", dir.resolve("run").toString()));
    args.addAll(List.of(more));
    return Said.run(args.toArray(String[]::new));
  }

  private JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(dir.resolve("run").resolve(file).toFile());
  }

  @Test
  void figuresAndPredictionsAreInTheTargetsOwnUnits() throws IOException {
    Said trained = train();
    assertEquals(0, trained.code(), trained.errors());
    JsonNode summary = json("summary.json");
    assertTrue(summary.path("test.r2").asDouble() > 0.98, summary.toString());
    double loss = summary.path("test.loss").asDouble();
    assertTrue(loss > 100 && loss < 30_000.0 * 30_000, "squares of prices: " + loss);
    assertEquals(summary.path("test.mse").asDouble(), loss, 1e-9 * loss);

    JsonNode normalizer = json("model/normalizer.json");
    assertEquals(250_000, normalizer.path("targetMean").path(0).asDouble(), 10_000);
    assertEquals(0.5, normalizer.path("targetMean").path(1).asDouble(), 0.01);

    Said evaluated = Said.run("evaluate", dir.resolve("run").toString());
    assertEquals(
        String.format(Locale.ROOT, "loss      %.6f", loss),
        evaluated.out().lines().skip(1).findFirst().orElseThrow());

    Said predicted = Said.run("predict", dir.resolve("run").toString());
    List<String> rows = predicted.out().lines().skip(1).toList();
    List<String> truth = Files.readAllLines(dir.resolve("train.csv"));
    assertEquals(200, rows.size());
    double squares = 0;
    for (int i = 0; i < rows.size(); i++)
      for (int k = 0; k < 2; k++) {
        double found = Double.parseDouble(rows.get(i).split(",")[1 + k]);
        double error = found - (float) Double.parseDouble(truth.get(i + 1).split(",")[2 + k]);
        squares += error * error;
      }
    assertEquals(loss, squares / rows.size() / 2, 1e-3 * loss);
  }

  /** One batch an epoch and plain layers: the loss of the last step is that of the model before. */
  @Test
  void theTrainingLossIsToldInTheSameUnitsAsTheEvaluations() throws IOException {
    Said trained =
        train(
            "--set", "train.batch=160",
            "--set", "train.epochs=2",
            "--set", "optimizer={ name = sgd, learning-rate = 1e-12 }");
    assertEquals(0, trained.code(), trained.errors());
    double told = Double.NaN;
    double evaluated = Double.NaN;
    for (String line : Files.readAllLines(dir.resolve("run/events.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (event.has("trainLoss")) told = event.path("trainLoss").asDouble();
      if (event.path("subset").asText().equals("train"))
        evaluated = event.path("figures").path("loss").asDouble(event.path("loss").asDouble());
    }
    assertEquals(evaluated, told, 1e-5 * evaluated);
  }

  /** The line search needs the loss that is learned, the events the one in the targets' units. */
  @Test
  void fullBatchRecipesLearnSeveralTargetsOfVeryDifferentScales() throws IOException {
    Said trained = train("--set", "optimizer={ name = l-bfgs }", "--set", "train.epochs=60");
    assertEquals(0, trained.code(), trained.errors());
    JsonNode summary = json("summary.json");
    assertTrue(summary.path("test.r2").asDouble() > 0.999, summary.toString());
  }

  @Test
  void targetsAreLearnedAsTheyAreWhereThatIsSaidOrAnActivationFollows() throws IOException {
    Said as = train("--set", "data.normalize.target=none", "--set", "train.epochs=1");
    assertEquals(0, as.code(), as.errors());
    assertFalse(Files.readString(dir.resolve("run/model/normalizer.json")).contains("target"));
    String bounded = "model.layers=[ { type = dense, units = auto, activation = sigmoid } ]";
    Said activated = train("--overwrite", "--set", bounded, "--set", "train.epochs=1");
    assertEquals(0, activated.code(), activated.errors());
    assertFalse(Files.readString(dir.resolve("run/model/normalizer.json")).contains("target"));
    Said refused =
        train(
            "--overwrite",
            "--set",
            bounded,
            "--set",
            "data.normalize.target=z-score",
            "--export-dl4j",
            dir.resolve("model.zip").toString());
    assertEquals(2, refused.code());
    assertTrue(refused.errors().contains("set data.normalize.target = none"), refused.errors());
  }

  @Test
  void aClassificationHasNoTargetsToScale() throws IOException {
    Said refused =
        train(
            "--set",
            "data.train.task=classification",
            "--set",
            "data.train.label=price",
            "--set",
            "data.normalize.target=z-score");
    assertEquals(2, refused.code());
    assertTrue(
        refused
            .errors()
            .contains("data.normalize.target = z-score needs data.train.task = regression"),
        refused.errors());
  }
}
