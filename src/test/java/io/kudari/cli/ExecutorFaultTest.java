package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.math.Fingerprint;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that fall behind, and such as cannot begin, on a cluster of several hosts. */
@Slow
class ExecutorFaultTest {

  private static final int BOUND = 150;

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
      train { epochs = 12, batch = 50, workers = 8 }
      """;

  private static final List<String> SPECULATION =
      List.of(
          "--conf", "spark.speculation=true",
          "--conf", "spark.speculation.interval=20ms",
          "--conf", "spark.speculation.minTaskRuntime=20ms",
          "--conf", "spark.speculation.quantile=0.5");

  @TempDir private static Path folder;
  private static TestCluster cluster;
  private static String serial;

  /** Spark runs no task twice on one host. */
  private static final class Hosts extends Machines {
    @Override
    String host(int worker) {
      return "127.0.0." + (1 + worker);
    }

    /** The third one's disk takes nothing: no folder can be made beneath a file. */
    @Override
    Map<String, String> environment(int worker) {
      String nowhere = folder.resolve("experiment.conf/local").toString();
      return worker == 2 ? Map.of("SPARK_LOCAL_DIRS", nowhere) : Map.of();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(folder.resolve("experiment.conf"), EXPERIMENT);
    StringWriter errors = new StringWriter();
    String[] arguments = arguments("serial", List.of()).toArray(String[]::new);
    assertEquals(0, Main.run(arguments, new PrintWriter(errors)), errors.toString());
    serial = fingerprint("serial");
    Path home = Files.createDirectories(folder.resolve("cluster"));
    cluster = new TestCluster(home, 2, Map.of(), new Hosts());
  }

  @AfterAll
  static void end() throws Exception {
    if (cluster != null) cluster.close();
  }

  private static List<String> arguments(String strategy, List<String> more) {
    List<String> all = new ArrayList<>(List.of("train"));
    all.add(folder.resolve("experiment.conf").toString());
    all.addAll(List.of("--set", "train.strategy=" + strategy));
    all.addAll(List.of("--overwrite", "--out", folder.resolve(strategy).toString()));
    all.addAll(more);
    return all;
  }

  private static TestCluster.Running train(String strategy, List<String> more) throws Exception {
    List<String> all = arguments(strategy, more);
    all.addAll(List.of("--set", "train.ranks=2"));
    return cluster.kudari(strategy, all.toArray(String[]::new));
  }

  private static String fingerprint(String strategy) throws Exception {
    Path file = folder.resolve(strategy).resolve("model/parameters.f32");
    return Fingerprint.sha256(Files.readAllBytes(file));
  }

  @Test
  void ranksRefuseSpeculationInOneLine() throws Exception {
    TestCluster.Ended refused = train("averaging", SPECULATION).await(BOUND);
    assertEquals(ExitCode.USAGE.code, refused.code(), refused.errors());
    List<String> said = refused.messages();
    assertTrue(
        said.get(said.size() - 1).startsWith("kudari: spark.speculation must be false"),
        refused.errors());
  }

  /** Its tasks run elsewhere meanwhile, and here again afterwards. */
  @Test
  void theStrategyDriverSpeculatesPastAFrozenExecutorToTheSameBits() throws Exception {
    Path events = folder.resolve("driver/events.jsonl");
    TestCluster.Running running = train("driver", SPECULATION);
    awaitEpochs(events, 1);
    ProcessHandle frozen = cluster.executors().get(0);
    signal("STOP", frozen);
    awaitEpochs(events, 6);
    signal("CONT", frozen);
    TestCluster.Ended ended = running.await(BOUND);
    assertEquals(0, ended.code(), ended.errors());
    assertEquals(serial, fingerprint("driver"));
  }

  private static void awaitEpochs(Path events, int count) throws Exception {
    var unused =
        TestCluster.await(
            () -> TestCluster.read(events).split("epochDone", -1).length > count ? events : null,
            count + " epochs");
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor());
  }

  /** It is offered as any other, and its executors end as soon as they begin. */
  @Test
  void aWorkerWhoseDiskTakesNothingIsDoneWithout() throws Exception {
    TestCluster.Worker full = cluster.startWorker();
    try {
      full.await();
      TestCluster.Running running = train("all-reduce", List.of());
      String launched = "Asked to launch executor";
      Boolean tried =
          TestCluster.await(
              () -> TestCluster.read(full.log()).contains(launched) ? true : null,
              "an executor on the full disk");
      assertTrue(tried);
      TestCluster.Ended ended = running.await(BOUND);
      assertEquals(0, ended.code(), ended.errors());
      assertEquals(serial, fingerprint("all-reduce"));
    } finally {
      assertTrue(full.process().toHandle().destroyForcibly());
      assertTrue(full.process().waitFor(20, TimeUnit.SECONDS));
    }
  }
}
