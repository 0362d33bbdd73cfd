package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.data.TestTables;
import io.kudari.math.Fingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on a real standalone cluster of two executors, which are processes of their own. */
@Slow
class ClusterTest {

  private static final int BOUND = 150;

  private static final String EXPERIMENT =
      """
      seed = 7
      data {
        train { format = digits, examples = 300, seed = 1 }
        test { format = digits, examples = 50, seed = 2 }
        validation = 0.2
        normalize { method = z-score }
      }
      model {
        layers = [
          { type = dense, units = 20, activation = relu }
          { type = batch-norm }
          { type = dropout, rate = 0.3 }
          { type = dense, units = auto }
        ]
        loss = cross-entropy
      }
      optimizer { name = adam, learning-rate = 0.01 }
      train { epochs = 2, batch = 50, workers = 8 }
      """;

  @TempDir private Path folder;

  @Test
  void executorsEndWithTheBitsOfSerialAndDeathsEndAsDocumented() throws Exception {
    String serial = serial();
    try (TestCluster cluster = new TestCluster(cluster("plain"), 2, Map.of())) {
      assertEquals(serial, trained(cluster, "all-reduce"));
      whatExecutorsComputeWithIsTold();
      assertEquals(serial, trained(cluster, "driver"));
      tasksDescribeATable(cluster);
      death(cluster);
      deathOfTheDriver(cluster);
    }
  }

  /** Executors of two cores each, at two addresses of this machine. */
  @Test
  void ranksOfTwoHostsAreNeighboursAndExchangeByHostsToTheBitsOfSerial() throws Exception {
    String serial = serial();
    Machines two =
        new Machines() {
          @Override
          String host(int worker) {
            return "127.0.0." + (2 + worker);
          }
        };
    try (TestCluster cluster = new TestCluster(cluster("hosts"), 0, Map.of(), two)) {
      for (int w = 0; w < 2; w++) cluster.startWorker(2).await();
      // Of fewer parameters hosts would not pay.
      assertEquals(serial, trained(cluster, "all-reduce", 4, "train.topology=auto"));
      String events = Files.readString(folder.resolve("all-reduce/events.jsonl"));
      String connected = "\"type\":\"connected\",\"hosts\":2,\"topology\":\"hierarchical\"";
      assertTrue(events.contains(connected), events);
    }
  }

  /** Of three splits. */
  @Test
  void executorsApplyAModelToTheRowsAndFiguresOfOneProcess() throws Exception {
    String unused = serial();
    String[] set = {"--set", "data.test.examples=9000"};
    String run = folder.resolve("serial").toString();
    Said rows = Said.run("predict", run, set[0], set[1]);
    Said figures = Said.run("evaluate", run, "--json", set[0], set[1]);
    assertEquals(0, rows.code() + figures.code(), rows.errors() + figures.errors());
    Path csv = folder.resolve("rows.csv");
    Path parquet = folder.resolve("rows.parquet");
    try (TestCluster cluster = new TestCluster(cluster("apply"), 2, Map.of())) {
      for (Path out : List.of(csv, parquet)) {
        TestCluster.Ended ended =
            cluster
                .kudari("predict", "predict", run, set[0], set[1], "-o", out.toString())
                .await(BOUND);
        assertEquals(0, ended.code(), ended.errors());
      }
      TestCluster.Ended evaluated =
          cluster.kudari("evaluate", "evaluate", run, "--json", set[0], set[1]).await(BOUND);
      assertEquals(0, evaluated.code(), evaluated.errors());
      assertTrue(evaluated.errors().contains(figures.out().strip()), evaluated.errors());
      noExecutorIsLeft(cluster);
    }
    assertEquals(rows.out(), Files.readString(csv));
    assertTrue(Files.exists(parquet.resolve("part-00002.parquet")));
    assertTrue(Files.exists(parquet.resolve("_SUCCESS")));
  }

  @Test
  void authenticatedAndEncryptedExecutorsEndWithTheBitsOfSerial() throws Exception {
    String serial = serial();
    Map<String, String> secure =
        Map.of(
            "spark.authenticate", "true",
            "spark.authenticate.secret", "open sesame",
            "spark.network.crypto.enabled", "true");
    try (TestCluster cluster = new TestCluster(cluster("secure"), 2, secure)) {
      assertEquals(serial, trained(cluster, "all-reduce"));
    }
  }

  /** 2,200 MiB of examples, through a driver of 512 into two executors of 1,024. */
  @Test
  void executorsTrainFromFilesOnWhatTheirMemoryDoesNotHoldAndRefuseLargerBatches()
      throws Exception {
    try (TestCluster cluster = new TestCluster(cluster("wide-cluster"), 2, Map.of())) {
      TestCluster.Ended trained = wide(cluster, "train.epochs=1");
      assertEquals(0, trained.code(), trained.errors());
      wideBatchesAreRefused(cluster);
    }
  }

  private Path cluster(String name) throws Exception {
    return Files.createDirectories(folder.resolve(name));
  }

  private String serial(String... sets) throws Exception {
    var errors = new java.io.StringWriter();
    String[] arguments = arguments("serial", sets).toArray(String[]::new);
    int code = Main.run(arguments, new java.io.PrintWriter(errors));
    assertEquals(0, code, errors.toString());
    return fingerprint("serial");
  }

  private List<String> arguments(String strategy, String... sets) throws Exception {
    Path config = folder.resolve("experiment.conf");
    Files.writeString(config, EXPERIMENT);
    List<String> all = new ArrayList<>(List.of("train", config.toString(), "--overwrite", "--out"));
    all.add(folder.resolve(strategy).toString());
    all.addAll(List.of("--set", "train.strategy=" + strategy));
    for (String set : sets) all.addAll(List.of("--set", set));
    return all;
  }

  private String fingerprint(String strategy) throws Exception {
    Path file = folder.resolve(strategy).resolve("model/parameters.f32");
    return Fingerprint.sha256(Files.readAllBytes(file));
  }

  /** Trains on two ranks; the command must end by itself, and its executors with it. */
  private String trained(TestCluster cluster, String strategy) throws Exception {
    return trained(cluster, strategy, 2);
  }

  private String trained(TestCluster cluster, String strategy, int ranks, String... more)
      throws Exception {
    List<String> arguments = arguments(strategy, "train.ranks=" + ranks);
    for (String set : more) arguments.addAll(List.of("--set", set));
    TestCluster.Ended ended =
        cluster.kudari(strategy, arguments.toArray(String[]::new)).await(BOUND);
    assertEquals(0, ended.code(), ended.errors());
    String started = Files.readAllLines(folder.resolve(strategy).resolve("events.jsonl")).get(0);
    assertTrue(started.contains("\"ranks\":" + ranks + ","), started);
    noExecutorIsLeft(cluster);
    return fingerprint(strategy);
  }

  private void whatExecutorsComputeWithIsTold() throws Exception {
    String summary = Files.readString(folder.resolve("all-reduce/summary.json"));
    for (String library : List.of("machine.blas\" : \"OpenBLAS ", "machine.oneDNN\" : \"oneDNN "))
      assertTrue(summary.contains(library), summary);
    assertTrue(summary.contains("\"machine.nd4j\" : null"), summary);
  }

  private static void noExecutorIsLeft(TestCluster cluster) throws Exception {
    Boolean none =
        TestCluster.await(() -> cluster.executors().isEmpty() ? true : null, "no executor");
    assertTrue(none);
  }

  private TestCluster.Ended wide(TestCluster cluster, String... sets) throws Exception {
    Files.writeString(folder.resolve("wide.svm"), "0 1:1 262144:1\n1 2:1\n".repeat(1_100));
    Path config = folder.resolve("wide.conf");
    Files.writeString(
        config,
        EXPERIMENT
                .replaceAll("(?s)data \\{.*?\n}\n", "")
                .replaceAll(
                    "(?s)layers = \\[.*?\n  ]", "layers = [ { type = dense, units = auto } ]")
            + "data { train { format = libsvm, file = wide.svm }, validation = 0, normalize {"
            + " method = none } }\n"
            + "train.ranks = 2\n");
    List<String> arguments = new ArrayList<>(List.of("train", config.toString(), "--overwrite"));
    arguments.addAll(List.of("--out", folder.resolve("wide").toString()));
    for (String set : sets) arguments.addAll(List.of("--set", set));
    return cluster.kudari("wide", arguments.toArray(String[]::new)).await(BOUND);
  }

  /** Each of two workers computes 1,100 MiB at once. */
  private void wideBatchesAreRefused(TestCluster cluster) throws Exception {
    TestCluster.Ended ended = wide(cluster, "train.batch=2200", "train.workers=2");
    assertEquals(ExitCode.DATA.code, ended.code(), ended.errors());
    List<String> last = ended.messages().stream().filter(l -> l.contains("heap")).toList();
    assertEquals(1, last.size(), ended.errors());
    assertTrue(
        last.get(0).startsWith("kudari: training on an executor needs at least "), last.get(0));
    assertTrue(last.get(0).endsWith("raise --conf spark.executor.memory"), last.get(0));
    noExecutorIsLeft(cluster);
  }

  /** Of texts, gaps, and a column of texts and numbers, which is read once more. */
  private void tasksDescribeATable(TestCluster cluster) throws Exception {
    String table = TestTables.passengers(3, 600).replace(",Q\n", ",7\n");
    Files.writeString(folder.resolve("passengers.csv"), table);
    Path config = folder.resolve("table.conf");
    Files.writeString(
        config,
        """
        data {
          missing = median
          train { format = csv, file = passengers.csv, label = rescued, max-categories = 5 }
        }
        model { layers = [ { type = dense, units = auto } ], loss = cross-entropy }
        train { epochs = 2, batch = 64, workers = 4 }
        """);
    List<String> train = List.of("train", config.toString(), "--overwrite", "--out");
    List<String> serial = new ArrayList<>(train);
    serial.addAll(List.of(folder.resolve("table").toString(), "--set", "train.strategy=serial"));
    var errors = new java.io.StringWriter();
    int code = Main.run(serial.toArray(String[]::new), new java.io.PrintWriter(errors));
    assertEquals(0, code, errors.toString());
    List<String> ranks = new ArrayList<>(train);
    ranks.addAll(List.of(folder.resolve("ranks").toString(), "--set", "train.ranks=2"));
    TestCluster.Ended ended = cluster.kudari("table", ranks.toArray(String[]::new)).await(BOUND);
    assertEquals(0, ended.code(), ended.errors());
    assertEquals(fingerprint("table"), fingerprint("ranks"));
  }

  /** kill -9 of an executor in mid-training. */
  private void death(TestCluster cluster) throws Exception {
    Path events = folder.resolve("all-reduce/events.jsonl");
    Files.writeString(events, "");
    String[] arguments =
        arguments("all-reduce", "train.ranks=2", "train.epochs=100000", "train.recovery.retries=0")
            .toArray(String[]::new);
    TestCluster.Running running = cluster.kudari("death", arguments);
    var unused =
        TestCluster.await(
            () -> TestCluster.read(events).contains("stepDone") ? events : null, "a step");
    ProcessHandle victim = cluster.executors().get(1);
    assertTrue(victim.destroyForcibly());
    TestCluster.Ended ended = running.await(15);
    assertEquals(ExitCode.LOST.code, ended.code(), ended.errors());
    List<String> last = ended.messages().stream().filter(l -> l.contains("lost")).toList();
    assertEquals(1, last.size(), ended.errors());
    assertTrue(last.get(0).startsWith("kudari: a rank was lost: "), last.get(0));
    noExecutorIsLeft(cluster);
  }

  private static long checkpoints(Path out) {
    String[] names =
        out.resolve("checkpoints").toFile().list((d, name) -> name.startsWith("step-"));
    return names == null ? 0 : names.length;
  }

  /** kill -9 of the driver in mid-training; the run goes on from its newest checkpoint. */
  private void deathOfTheDriver(TestCluster cluster) throws Exception {
    String longer = "train.epochs=400";
    String undisturbed = serial(longer);
    Path out = folder.resolve("all-reduce");
    String[] arguments =
        arguments("all-reduce", "train.ranks=2", longer, "checkpoint.every-steps=50")
            .toArray(String[]::new);
    TestCluster.Running running = cluster.kudari("driver-killed", arguments);
    var unused = TestCluster.await(() -> checkpoints(out) > 1 ? out : null, "a second checkpoint");
    assertTrue(running.process().toHandle().destroyForcibly());
    assertTrue(running.await(BOUND).code() != 0);
    noExecutorIsLeft(cluster);
    TestCluster.Ended ended =
        cluster.kudari("resumed", "train", "--resume", out.toString()).await(BOUND);
    assertEquals(0, ended.code(), ended.errors());
    assertEquals(undisturbed, fingerprint("all-reduce"));
  }
}
