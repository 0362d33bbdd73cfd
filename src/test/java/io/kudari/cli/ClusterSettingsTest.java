package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.Slow;
import io.kudari.spark.FaultProxy;
import io.kudari.spark.cluster.Ports;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings of Spark lead to on a real standalone cluster of two workers of 1 GB. */
@Slow
class ClusterSettingsTest {

  private static final int BOUND = 200;

  private static final String EXPERIMENT =
      """
      seed = 7
      data { train { format = digits, examples = 60, seed = 1 } }
      model { layers = [{ type = dense, units = auto }], loss = cross-entropy }
      optimizer { name = sgd, learning-rate = 0.1 }
      train { epochs = 1, batch = 30, workers = 2 }
      """;

  @TempDir private static Path folder;
  private static TestCluster cluster;
  private static int runs;

  @BeforeAll
  static void start() throws Exception {
    cluster = new TestCluster(Files.createDirectories(folder.resolve("cluster")), 2, Map.of());
  }

  @AfterAll
  static void end() throws Exception {
    if (cluster != null) cluster.close();
  }

  @Test
  void jarsOfTheUserAreAddedToKudarisOwn() throws Exception {
    Path own = folder.resolve("own.jar");
    try (OutputStream file = Files.newOutputStream(own)) {
      jar(file, TestCluster.classes().split(File.pathSeparator));
    }
    Path user = folder.resolve("user.jar");
    try (OutputStream file = Files.newOutputStream(user)) {
      jar(file);
    }
    List<String> options = List.of("-Dspark.jars=" + own);
    String[] without = {"spark.executor.extraClassPath=/nowhere", "spark.jars=" + user};
    TestCluster.Ended ended = run("all-reduce", options, without);
    assertEquals(0, ended.code(), ended.errors());
  }

  /** Nothing of the driver listens at the host that executors call it by. */
  @Test
  void aDriverBehindAnAddressTranslationIsCalledAtItsHostAndPorts() throws Exception {
    List<String> settings =
        new ArrayList<>(
            List.of("spark.driver.bindAddress=127.0.0.1", "spark.driver.host=127.0.0.2"));
    List<FaultProxy> translation = new ArrayList<>();
    try {
      for (String key :
          List.of("spark.driver.port", "spark.driver.blockManager.port", Ports.RANKS)) {
        int port = freePort();
        settings.add(key + "=" + port);
        translation.add(
            new FaultProxy(
                new InetSocketAddress("127.0.0.2", port),
                InetSocketAddress.createUnresolved("127.0.0.1", port)));
      }
      TestCluster.Ended ended = run("all-reduce", settings.toArray(String[]::new));
      assertEquals(0, ended.code(), ended.errors());
    } finally {
      for (FaultProxy proxy : translation) proxy.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static void jar(OutputStream file, String... folders) throws Exception {
    try (JarOutputStream jar = new JarOutputStream(file)) {
      for (String folder : folders) {
        Path root = Path.of(folder);
        List<Path> classes;
        try (Stream<Path> all = Files.walk(root)) {
          classes = all.filter(p -> p.toString().endsWith(".class")).toList();
        }
        for (Path c : classes) {
          jar.putNextEntry(new JarEntry(root.relativize(c).toString()));
          Files.copy(c, jar);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"all-reduce", "driver"})
  void classThatExecutorsLackIsNamed(String strategy) throws Exception {
    TestCluster.Ended ended = run(strategy, "spark.executor.extraClassPath=/nowhere");
    assertEquals(ExitCode.USAGE.code, ended.code(), ended.errors());
    String line = ended.messages().get(ended.messages().size() - 1);
    assertEquals(
        "kudari: the executors lack class X: they need",
        line.replaceFirst("io\\.kudari\\.[\\w.$]+", "X").replaceFirst(" the jar.*", ""));
  }

  @Test
  void executorsThatNoWorkerCanHoldAreRefusedWithinSeconds() throws Exception {
    String memory = "spark.executor.memory = 3072 MB, but no worker has more than 1024 MB";
    refused("all-reduce", memory, "spark.executor.memory=3g");
    refused("driver", memory, "spark.executor.memory=3g");
    refused(
        "all-reduce",
        "spark.executor.resource.gpu.amount = 1, but no worker has any gpu",
        "spark.executor.resource.gpu.amount=1",
        "spark.task.resource.gpu.amount=1");
  }

  private void refused(String strategy, String why, String... settings) throws Exception {
    TestCluster.Ended ended = run(strategy, settings);
    assertEquals(ExitCode.USAGE.code, ended.code(), ended.errors());
    List<String> messages =
        ended.messages().stream().filter(l -> !l.contains("parameters")).toList();
    List<String> last = messages.subList(messages.size() - 1, messages.size());
    assertEquals(List.of("kudari: no executor can start: " + why), last);
  }

  private TestCluster.Ended run(String strategy, String... settings) throws Exception {
    return run(strategy, List.of(), settings);
  }

  private TestCluster.Ended run(String strategy, List<String> options, String... settings)
      throws Exception {
    String name = "run-" + runs++;
    Path config = folder.resolve("experiment.conf");
    Files.writeString(config, EXPERIMENT);
    List<String> arguments = new ArrayList<>(List.of("train", config.toString(), "--out"));
    arguments.addAll(
        List.of(folder.resolve(name).toString(), "--set", "train.strategy=" + strategy));
    for (String setting : settings) arguments.addAll(List.of("--conf", setting));
    return cluster.kudari(name, options, arguments.toArray(String[]::new)).await(BOUND);
  }
}
