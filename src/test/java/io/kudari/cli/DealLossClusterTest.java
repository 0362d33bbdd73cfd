package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.event.Event;
import io.kudari.math.Fingerprint;
import io.kudari.run.RunListener;
import io.kudari.run.Training;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two executors of one core, of which one is killed when it has dealt its part of the examples and
 * the other still deals.
 */
@Slow
@Timeout(180)
class DealLossClusterTest {

  private static final String EXPERIMENT =
      """
      seed = 3
      data { train { format = table, label = label, features = [x, y, z] }, validation = 0.2 }
      model.layers = [{ type = dense, units = 8, activation = relu }, { type = dense, units = auto }]
      train { epochs = 3, batch = 40, workers = 2 }
      """;

  private static final StructType COLUMNS =
      StructType.fromDDL("x double, y double, z double, label int");

  @TempDir private Path folder;

  @Test
  void whatALostExecutorHadDealtIsDealtAgainToTheSameBits() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (TestCluster cluster =
            new TestCluster(Files.createDirectories(folder.resolve("cluster")), 2, Map.of());
        SparkSession spark = session(cluster)) {
      Gate open = Gate.in(folder.resolve("undisturbed"));
      open.open();
      Training serial = Training.of(experiment("train.strategy=serial"));
      String expected = sha256(serial.data(frame(spark, open)));

      Gate gate = Gate.in(folder.resolve("gate"));
      List<Event> told = new ArrayList<>();
      RunListener dealt =
          new RunListener() {
            @Override
            public void on(Event event) {
              told.add(event);
            }

            @Override
            public void reading(Event.Reading r) {
              // Of two tasks one waits: the other's part lies where it was dealt.
              if (r.dealing() && r.done() == 1) gate.mark("dealt");
            }
          };
      Training ranks = Training.of(experiment("train.ranks=2")).data(frame(spark, gate));
      Future<String> training = threads.submit(() -> sha256(ranks.listen(dealt)));
      gate.await("dealt");
      List<String> first = gate.where(0);
      assertEquals(2, first.size(), "described and dealt once: " + first);
      assertNotEquals(first.get(1), gate.where(1).get(1), "the other executor deals the rest");
      kill(cluster, first.get(1));
      gate.open();
      assertEquals(expected, training.get(2, TimeUnit.MINUTES));
      assertEquals(3, gate.where(0).size(), "its part was dealt again: " + gate.where(0));
      assertTrue(told.stream().anyMatch(Event.StepDone.class::isInstance));
    } finally {
      threads.shutdownNow();
    }
  }

  private static String sha256(Training training) throws Exception {
    return Fingerprint.sha256(training.run().parameters());
  }

  private static Experiment experiment(String... sets) {
    return Experiment.parse("test", EXPERIMENT, List.of(sets), new Configuration());
  }

  private static SparkSession session(TestCluster cluster) {
    SparkSession session =
        SparkSession.builder()
            .appName("test")
            .master(cluster.url)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.executor.memory", "600m")
            // The driver may hear of the loss later than who fetches from it.
            .config("spark.shuffle.io.retryWait", "200ms")
            .config("spark.executor.extraClassPath", TestCluster.classes())
            .getOrCreate();
    session.sparkContext().setLogLevel("OFF");
    return session;
  }

  /** Two partitions, which pass the gate when they are computed. */
  private static Dataset<Row> frame(SparkSession spark, Gate gate) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Row> rows =
        context
            .parallelize(List.of(0, 1), 2)
            .mapPartitionsWithIndex((part, seeds) -> gate.passed(part, rows(seeds.next())), false);
    return spark.createDataFrame(rows, COLUMNS);
  }

  private static Iterator<Row> rows(int seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      int label = random.nextInt(3);
      double x = label + random.nextGaussian();
      rows.add(RowFactory.create(x, random.nextGaussian(), x * random.nextDouble(), label));
    }
    return rows.iterator();
  }

  private static void kill(TestCluster cluster, String executor) {
    for (ProcessHandle process : cluster.executors()) {
      String arguments = TestCluster.read(Path.of("/proc/" + process.pid() + "/cmdline"));
      if (!arguments.contains("--executor-id\0" + executor + "\0")) continue;
      assertTrue(process.destroyForcibly());
      return;
    }
    throw new AssertionError("no executor " + executor);
  }

  /**
   * Files by which executors tell and hear. The second partition waits, when it is computed for the
   * second time, until the gate is open.
   */
  private record Gate(String folder) implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    static Gate in(Path folder) throws IOException {
      return new Gate(Files.createDirectories(folder).toString());
    }

    void open() {
      mark("open");
    }

    /** Once. */
    void mark(String name) {
      try {
        Files.createFile(Path.of(folder, name));
      } catch (FileAlreadyExistsException e) {
        // It has been.
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    void await(String name) throws InterruptedException {
      Path file = Path.of(folder, name);
      Path there = TestCluster.await(() -> Files.exists(file) ? file : null, name);
      assert there != null;
    }

    Iterator<Row> passed(int partition, Iterator<Row> rows) throws Exception {
      String executor = org.apache.spark.SparkEnv.get().executorId();
      int computed = where(partition).size();
      Files.writeString(Path.of(folder, partition + "-" + computed), executor);
      if (partition == 1 && computed > 0) await("open");
      return rows;
    }

    /** The executors that have computed a partition, one after the other. */
    List<String> where(int partition) throws IOException {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        return files
            .filter(file -> file.getFileName().toString().startsWith(partition + "-"))
            .sorted()
            .map(TestCluster::read)
            .toList();
      }
    }
  }
}
