package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.math.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code spark.speculation}, on a cluster of two hosts: Spark runs no task twice on one. */
@Slow
class SpeculationTest {

  private static final int BOUND = 150;

  /** Three workers on two ranks: one has twice the work, so that its task is one to run again. */
  private static final String EXPERIMENT =
      """
      seed = 7
      data { train { format = digits, examples = 300, seed = 1 }, validation = 0.2 }
      model.layers = [
        { type = dense, units = 12, activation = relu }
        { type = dropout, rate = 0.3 }
        { type = dense, units = auto }
      ]
      optimizer { name = adam, learning-rate = 0.01 }
      train {
        epochs = 12, batch = 60, workers = 3
        algorithm { name = parameter-averaging, local-steps = 2, slots = keep }
      }
      """;

  /** A copy of whatever runs when the other task has ended. */
  private static final List<String> EAGER =
      List.of(
          "spark.speculation=true",
          "spark.speculation.interval=1ms",
          "spark.speculation.minTaskRuntime=1ms",
          "spark.speculation.multiplier=0.01",
          "spark.speculation.quantile=0.5",
          "spark.speculation.efficiency.enabled=false");

  private static final Pattern COPY =
      Pattern.compile("\"Event\":\"SparkListenerTaskStart\".*\"Speculative\":true");

  @TempDir private Path folder;

  private static final class Hosts extends Machines {
    @Override
    String host(int worker) {
      return "127.0.0." + (1 + worker);
    }
  }

  @Test
  void theStrategyDriverEndsWithTheSameBitsWhenItsTasksRunTwice() throws Exception {
    Files.writeString(folder.resolve("experiment.conf"), EXPERIMENT);
    BadInputTest.Outcome alone = BadInputTest.run(arguments("serial"));
    assertEquals(0, alone.code(), alone.errors());
    Path home = Files.createDirectories(folder.resolve("cluster"));
    Path log = Files.createDirectories(folder.resolve("log"));
    try (TestCluster cluster = new TestCluster(home, 2, Map.of(), new Hosts())) {
      List<String> all = new ArrayList<>(arguments("driver"));
      all.addAll(List.of("--set", "train.ranks=2"));
      all.addAll(List.of("--conf", "spark.eventLog.enabled=true"));
      all.addAll(List.of("--conf", "spark.eventLog.dir=" + log.toUri()));
      EAGER.forEach(setting -> all.addAll(List.of("--conf", setting)));
      TestCluster.Ended ended = cluster.kudari("driver", all.toArray(String[]::new)).await(BOUND);
      assertEquals(0, ended.code(), ended.errors());
    }
    assertEquals(fingerprint("serial"), fingerprint("driver"));
    assertTrue(copies(log) >= 5, "tasks that ran twice: " + copies(log));
  }

  private List<String> arguments(String strategy) {
    return List.of(
        "train",
        folder.resolve("experiment.conf").toString(),
        "--set",
        "train.strategy=" + strategy,
        "--out",
        folder.resolve(strategy).toString());
  }

  private String fingerprint(String strategy) throws IOException {
    Path file = folder.resolve(strategy).resolve("model/parameters.f32");
    return Fingerprint.sha256(Files.readAllBytes(file));
  }

  /** As Spark's log of events tells. */
  private static long copies(Path log) throws IOException {
    long copies = 0;
    try (var files = Files.walk(log)) {
      for (Path file : files.filter(Files::isRegularFile).toList())
        copies += Files.readString(file).lines().filter(l -> COPY.matcher(l).find()).count();
    }
    return copies;
  }
}
