package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.config.Experiment;
import io.kudari.event.Event;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trainings on a real YARN, in Spark's client mode: a resource manager and a node manager in this
 * process, and containers that are processes of their own.
 */
@Slow
@Timeout(150)
class YarnTest {

  private static final String EXPERIMENT =
      """
      data.train { format = digits, examples = 800 }
      model.layers = [{ type = dense, units = 12, activation = relu }, { type = dense, units = auto }]
      train { epochs = 40, batch = 32, workers = 2, ranks = 2, strategy = all-reduce }
      checkpoint.every-steps = 50
      """;

  private static final String ENDLESS = "train.epochs=1000000";

  @TempDir static Path dir;

  private static MiniYARNCluster yarn;
  private static SparkTasks application;

  @BeforeAll
  static void start() throws Exception {
    YarnConfiguration settings = new YarnConfiguration();
    settings.set("yarn.scheduler.capacity.root.queues", "default");
    settings.set("yarn.scheduler.capacity.root.default.capacity", "100");
    settings.set("yarn.scheduler.capacity.maximum-am-resource-percent", "0.9");
    settings.set("yarn.nodemanager.env-whitelist", "JAVA_HOME");
    settings.set("yarn.nodemanager.vmem-check-enabled", "false");
    settings.set("yarn.nodemanager.pmem-check-enabled", "false");
    settings.set(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "100");
    settings.set("yarn.scheduler.minimum-allocation-mb", "256");
    System.setProperty("test.build.data", dir.resolve("yarn").toString());
    yarn = new MiniYARNCluster("kudari", 1, 1, 1);
    yarn.init(settings);
    yarn.start();
    assertTrue(yarn.waitForNodeManagersToConnect(30_000), "the node manager connects");
    application = SparkTasks.start(new SparkSettings("yarn", spark()), line -> {});
  }

  @AfterAll
  static void stop() {
    if (application != null) application.close();
    if (yarn != null) yarn.stop();
  }

  private static Map<String, String> spark() throws Exception {
    Map<String, String> all = new LinkedHashMap<>();
    for (Map.Entry<String, String> e : yarn.getConfig())
      if (e.getKey().startsWith("yarn.") && e.getKey().contains("address"))
        all.put("spark.hadoop." + e.getKey(), e.getValue());
    Path jars = Files.createDirectories(dir.resolve("jars"));
    List<String> folders = new ArrayList<>();
    int n = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path file = Path.of(entry).toAbsolutePath();
      if (Files.isDirectory(file)) folders.add(file.toString());
      else Files.createSymbolicLink(jars.resolve(n++ + "-" + file.getFileName()), file);
    }
    all.put("spark.yarn.jars", "local:" + jars + "/*");
    all.put("spark.yarn.stagingDir", dir.resolve("staging").toUri().toString());
    all.put("spark.executor.extraClassPath", String.join(File.pathSeparator, folders));
    for (String process : List.of("spark.executorEnv.", "spark.yarn.appMasterEnv."))
      all.put(process + "JAVA_HOME", System.getProperty("java.home"));
    // Containers have nothing of this process's environment, and bits depend on the kernels.
    String kernels = System.getenv("OPENBLAS_CORETYPE");
    if (kernels != null) all.put("spark.executorEnv.OPENBLAS_CORETYPE", kernels);
    all.put("spark.executor.instances", "2");
    all.put("spark.executor.memory", "512m");
    all.put("spark.yarn.am.memory", "512m");
    all.put("spark.ui.enabled", "false");
    all.put("spark.driver.host", "127.0.0.1");
    all.put("spark.driver.bindAddress", "127.0.0.1");
    return all;
  }

  private static Experiment experiment(String... sets) {
    return Experiment.parse("a test", EXPERIMENT, List.of(sets), new Configuration());
  }

  private static float[] serial() throws Exception {
    String[] sets = {"train.strategy=serial", "train.ranks=0"};
    return Training.of(experiment(sets)).run().parameters();
  }

  @Test
  void ranksInContainersTrainToTheSameBitsAlsoWhenOneIsKilledMeanwhile() throws Exception {
    JavaSparkContext context = application.context();
    float[] serial = serial();
    List<Event> told = new ArrayList<>();
    Outcome outcome = Training.of(experiment()).on(context).listen(told::add).run();
    assertArrayEquals(serial, outcome.parameters());
    assertEquals(0, recoveries(told));
    Event.Started started =
        (Event.Started) told.stream().filter(e -> e instanceof Event.Started).findFirst().get();
    assertEquals(2, started.ranks());

    told.clear();
    Outcome disturbed = aRankIsKilled(context, told);
    assertEquals(1, recoveries(told));
    Outcome same = serial(disturbed.end().steps());
    assertEquals(disturbed.end().steps(), same.end().steps());
    assertArrayEquals(same.parameters(), disturbed.parameters());
  }

  /** Of a run that ends when it is asked to, which is after it has recovered: not before. */
  private static Outcome aRankIsKilled(JavaSparkContext context, List<Event> told)
      throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<ProcessHandle> killed = new ArrayList<>();
    RunListener killer =
        event -> {
          told.add(event);
          if (event instanceof Event.Recovered) stop.set(true);
          boolean due = event instanceof Event.StepDone step && step.step() >= 200;
          if (!due || !killed.isEmpty()) return;
          killed.add(executors().get(0));
          assertTrue(killed.get(0).destroyForcibly());
        };
    return Training.of(experiment(ENDLESS)).on(context).listen(killer).stopWhen(stop::get).run();
  }

  /** After so many steps of a run that is asked to end then. */
  private static Outcome serial(long steps) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    RunListener stopper =
        event -> {
          if (event instanceof Event.StepDone step && step.step() >= steps - 1) stop.set(true);
        };
    return Training.of(experiment("train.strategy=serial", "train.ranks=0", ENDLESS))
        .listen(stopper)
        .stopWhen(stop::get)
        .run();
  }

  private static long recoveries(List<Event> told) {
    return told.stream().filter(e -> e instanceof Event.Recovered).count();
  }

  /** The Java processes of executors: what starts them has the same words on its command line. */
  private static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(p -> p.info().command().orElse("").endsWith("java"))
        .filter(p -> p.info().commandLine().orElse("").contains("ExecutorBackend"))
        .toList();
  }
}
