package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.collective.LinkChoice;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.spark.AllReduce;
import io.kudari.spark.SparkStart;
import io.kudari.spark.recovery.AttemptRules;
import io.kudari.train.DataPlan;
import io.kudari.train.Loops;
import io.kudari.train.Plans;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.DelayedGradients;
import io.kudari.train.worker.SerialWorkers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** An application on a test cluster, which lives through many runs: this process is the driver. */
final class ChaosApplication implements AutoCloseable {

  /** Steps between two snapshots. */
  static final int INTERVAL = 20;

  /** Steps from a gradient to its update. */
  private static final int DELAY = Integer.getInteger("chaos.delay", 0);

  /** 5 steps an epoch, which are shorter with a delay, as the network is smaller then. */
  static final int STEPS = 5 * Integer.getInteger("chaos.epochs", DELAY == 0 ? 100 : 400);

  private static final long SEED = 7;

  private static final ModelSpec MODEL = new ProgramModel(network());

  private final TestCluster cluster;
  private final JavaSparkContext spark;
  private final DataPlan data;
  private long listening;

  ChaosApplication(TestCluster cluster, Path folder) throws IOException {
    this.cluster = cluster;
    this.data =
        DataPlan.of(
            new DataPlan.Sources(new DigitsSource(300, 1), null, 0.2),
            new Configuration(),
            6,
            SEED);
    this.spark =
        SparkStart.startForRanks(
            "chaos",
            cluster.url,
            Map.of(
                "spark.driver.host", cluster.machines().host(),
                "spark.driver.bindAddress", cluster.machines().host(),
                "spark.ui.enabled", "false",
                "spark.decommission.enabled", "true",
                "spark.executor.memory", "1g",
                "spark.executor.extraClassPath", TestCluster.classes(),
                "spark.local.dir", folder.resolve("local").toString()));
  }

  /** The parameters of a run without disturbances, on this thread. */
  float[] serial() throws IOException {
    try (var workers = new SerialWorkers(MODEL, data, new Configuration(), SEED, () -> false)) {
      return Loops.fresh(MODEL, data, plan(), workers, e -> {}).run("serial").parameters();
    }
  }

  /** A run on as many ranks as the cluster has workers. */
  float[] train(int ranks, Consumer<Event> events) throws InterruptedException {
    AttemptRules rules =
        new AttemptRules(ranks, 1, LinkChoice.AUTO, 1, 3, new SnapshotRule(INTERVAL, 0, 0));
    return AllReduce.run(spark, MODEL, data, plan(), rules, null, state -> {}, events, () -> false)
        .parameters();
  }

  /** Waits until the cluster is whole: so many workers, one executor each, known to Spark. */
  void settle(int workers) throws Exception {
    while (cluster.workers().size() < workers) cluster.startWorker().await();
    Boolean whole =
        TestCluster.await(
            () -> cluster.executors().size() == workers && slots() == workers ? true : null,
            workers + " executors");
    assertEquals(true, whole);
  }

  /** After every run the executors hold no more ports than after the first. */
  void nothingIsLeft() throws Exception {
    if (listening == 0) {
      // One that has just come may not have all of its ports yet.
      List<ProcessHandle> executors = cluster.executors();
      long each = executors.stream().mapToLong(e -> ports(e.pid())).max().orElse(0);
      listening = executors.size() * each;
    }
    Boolean closed =
        TestCluster.await(() -> ports() <= listening ? true : null, "the end of all ports");
    assertEquals(true, closed);
  }

  private int slots() {
    return spark
        .sc()
        .maxNumConcurrentTasks(spark.sc().resourceProfileManager().defaultResourceProfile());
  }

  /** Listening sockets of all executors. */
  private long ports() {
    return cluster.executors().stream().mapToLong(e -> ports(e.pid())).sum();
  }

  /** By Linux's table of sockets. */
  private static long ports(long pid) {
    Set<String> own = new HashSet<>();
    Path process = Path.of("/proc/" + pid);
    try (var files = Files.list(process.resolve("fd"))) {
      for (Path file : files.toList()) own.add(target(file));
      long count = 0;
      for (String table : List.of("net/tcp", "net/tcp6")) {
        for (String line : Files.readAllLines(process.resolve(table))) {
          String[] fields = line.strip().split("\\s+");
          boolean listens = fields.length > 9 && fields[3].equals("0A");
          if (listens && own.contains("socket:[" + fields[9] + "]")) count++;
        }
      }
      return count;
    } catch (IOException e) {
      return 0; // it has ended meanwhile
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  private static TrainingPlan plan() {
    return Plans.of(
        SEED,
        STEPS / 5,
        50,
        false,
        new Normalization(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, 1),
        OptimizerSpec.parse(Map.of("name", "adam", "learning-rate", 0.002, "ema", 0.95)),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        50,
        null,
        new DelayedGradients(DELAY));
  }

  private static NetworkSpec network() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    List<LayerSpec> layers = new ArrayList<>();
    layers.add(new LayerSpec.Dense(16, he));
    // Running statistics are needed at once, so nothing would be late.
    if (DELAY == 0) layers.add(new LayerSpec.BatchNormalization(0.9, 1e-5));
    layers.add(new LayerSpec.Activate(Activation.RELU));
    layers.add(new LayerSpec.Dropout(0.3));
    layers.add(new LayerSpec.Dense(10, he));
    layers.add(new LayerSpec.Activate(Activation.SOFTMAX));
    return new NetworkSpec(new Shape(1, 28, 28), layers, Loss.CROSS_ENTROPY);
  }

  @Override
  public void close() throws InterruptedException {
    spark.close();
    Boolean none =
        TestCluster.await(() -> cluster.executors().isEmpty() ? true : null, "no executor");
    assertEquals(true, none);
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (!t.getName().startsWith("kudari-")) continue;
      t.join(20_000);
      assertEquals(false, t.isAlive(), t.getName());
    }
  }
}
