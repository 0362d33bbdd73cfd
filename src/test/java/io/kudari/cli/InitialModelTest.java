package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that begins where another ended, with some parameters that stay as they are. */
@Slow
class InitialModelTest {

  private static final String EXPERIMENT =
      """
      seed = 3
      data {
        train { format = digits, examples = 200 }
        validation = 0
        normalize { method = scale, divisor = 255 }
      }
      model {
        layers = [
          { type = dense, units = 6, activation = tanh }
          { type = dense, units = auto }
        ]
        loss = cross-entropy
      }
      optimizer { name = adam, learning-rate = 0.01 }
      train { epochs = 1, batch = 20, workers = 4, strategy = serial }
      """;

  /** Values of the first layer, which comes first in the vector. */
  private static final int FIRST = 784 * 6 + 6;

  @TempDir private Path dir;

  @Test
  void aRunBeginsWithTheParametersOfAModelByEveryStrategy() throws Exception {
    String first = dir.resolve("first").toString();
    assertEquals("", train("first"));
    assertEquals("", train("drawn", "train.frozen=[\"0.*\"]"));
    String frozen = "train.frozen=[\"0.*\"]";
    assertEquals("", train("serial", "train.initial-model=" + first, frozen));
    String folder = "train.initial-model=" + first + "/model";
    assertEquals("", train("ranks", folder, frozen, "train.strategy=all-reduce"));
    byte[] before = parameters("first");
    byte[] after = parameters("serial");
    assertArrayEquals(Arrays.copyOf(before, 4 * FIRST), Arrays.copyOf(after, 4 * FIRST));
    assertFalse(Arrays.equals(before, after), "the other layer was trained");
    assertArrayEquals(after, parameters("ranks"));
    assertFalse(Arrays.equals(after, parameters("drawn")));
  }

  @Test
  void aModelOfAnotherLayoutAndAPatternThatFitsNothingAreRefusedInOneLine() throws Exception {
    assertEquals("", train("first"));
    String wider = "model.layers=[{type=dense,units=7,activation=tanh},{type=dense,units=auto}]";
    String other = train("other", "train.initial-model=" + dir.resolve("first"), wider);
    assertTrue(
        other.endsWith("/first has 0.weight [6, 784] where the model has 0.weight [7, 784]\n"),
        other);
    String none = train("other", "train.initial-model=" + dir.resolve("none"));
    assertEquals(
        "kudari: train.initial-model = "
            + dir.resolve("none")
            + ": there is no run and no model: no such folder\n",
        none);
    String fits = train("other", "train.frozen=[\"5.*\"]");
    assertTrue(fits.startsWith("kudari: train.frozen: 5.* fits no segment of the model"), fits);
    assertEquals(1, fits.lines().count(), fits);
    assertFalse(Files.exists(dir.resolve("other")));
  }

  private byte[] parameters(String out) throws IOException {
    return Files.readAllBytes(dir.resolve(out).resolve("model/parameters.f32"));
  }

  /** What it says of errors. */
  private String train(String out, String... sets) throws IOException {
    Path config = Files.writeString(dir.resolve("experiment.conf"), EXPERIMENT);
    List<String> args =
        Stream.concat(
                Stream.of("train", config.toString(), "--out", dir.resolve(out).toString()),
                Arrays.stream(sets).flatMap(set -> Stream.of("--set", set)))
            .toList();
    StringWriter errors = new StringWriter();
    int code = Main.run(args.toArray(String[]::new), new PrintWriter(errors, true));
    assertEquals(code == 0, errors.toString().isEmpty(), errors.toString());
    return errors.toString();
  }
}
