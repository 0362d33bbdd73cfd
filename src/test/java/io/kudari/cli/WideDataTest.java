package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Few rows of very many features, in processes with little memory. */
@Slow
class WideDataTest {

  private static final int FEATURES = 1 << 18;
  private static final int BOUND = 300;

  @TempDir Path dir;

  private record Ended(int code, List<String> messages) {}

  /** More MiB of examples, of one each, than of heap, which Spark wants 450 of. */
  @ParameterizedTest
  @CsvSource({"serial, 300, 256", "all-reduce, 540, 480"})
  void moreExamplesThanTheHeapHoldsAreTrainedFromAFile(String strategy, int count, int megabytes)
      throws Exception {
    rows("train.svm", count);
    Ended ended = train(megabytes, strategy);
    assertEquals(0, ended.code(), "" + ended.messages());
    assertTrue(Files.exists(dir.resolve("out/summary.json")));
  }

  /** 600 MiB of examples, of which a batch is in memory at once. */
  @Test
  void evaluationHoldsFewWideExamplesAtOnce() throws Exception {
    rows("train.svm", 40);
    assertEquals(0, train(256, "serial").code());
    String[] evaluate = {
      "evaluate",
      dir.resolve("out").toString(),
      "--set",
      "data.test.format=libsvm",
      "--set",
      "data.test.file=" + dir.resolve("train.svm")
    };
    Ended refused = run(256, evaluate);
    assertEquals(3, refused.code(), "" + refused.messages());
    String last = refused.messages().get(refused.messages().size() - 1);
    assertTrue(last.startsWith("kudari: applying the model needs at least "), last);
    rows("train.svm", 600);
    Ended ended = run(800, evaluate);
    assertEquals(0, ended.code(), "" + ended.messages());
    assertTrue(ended.messages().contains("examples  600"), "" + ended.messages());
  }

  private void rows(String name, int count) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < count; i++)
      rows.append(i % 2)
          .append(' ')
          .append(1 + i % 7)
          .append(":1 ")
          .append(FEATURES)
          .append(":1\n");
    Files.writeString(dir.resolve(name), rows);
  }

  private Ended train(int megabytes, String strategy) throws Exception {
    Path config =
        Files.writeString(
            dir.resolve("wide.conf"),
            """
            data {
              train { format = libsvm, file = "%1$s" }
              validation = 0
              normalize { method = none }
            }
            model { layers = [ { type = dense, units = auto } ], loss = cross-entropy }
            optimizer { name = sgd, learning-rate = 0.1 }
            train { epochs = 1, batch = 4, workers = 4, strategy = %2$s }
            """
                .formatted(dir.resolve("train.svm"), strategy));
    String[] args = {
      "train",
      config.toString(),
      "--out",
      dir.resolve("out").toString(),
      "--overwrite",
      "--master",
      "local[2]"
    };
    return run(megabytes, args);
  }

  private Ended run(int megabytes, String... args) throws Exception {
    List<String> memory = List.of("-Xmx" + megabytes + "m");
    List<String> command = CommandProcess.command(memory, List.of(args));
    Path log = dir.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertTrue(process.waitFor(BOUND, TimeUnit.SECONDS), Files.readString(log));
      return new Ended(process.exitValue(), Files.readAllLines(log));
    } finally {
      process.destroyForcibly();
    }
  }
}
