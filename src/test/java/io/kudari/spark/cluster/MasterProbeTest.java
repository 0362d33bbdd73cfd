package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.cli.TestCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masters that do not answer, or not at once. */
@Slow
class MasterProbeTest {

  private static final int SILENT = 8;

  @Test
  void allMastersAreAskedAtOnce() throws Exception {
    List<ServerSocket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < SILENT; i++) silent.add(server());
      String hosts =
          silent.stream()
              .map(s -> "127.0.0.1:" + s.getLocalPort())
              .collect(Collectors.joining(","));
      long start = System.nanoTime();
      String line =
          assertThrows(RankSlots.UnsuitableException.class, () -> MasterProbe.check(conf(hosts)))
              .getMessage();
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
      assertTrue(line.endsWith("of this Spark (nothing within 3 s)"), line);
      assertTrue(seconds < 10, seconds + " s");
    } finally {
      for (ServerSocket s : silent) s.close();
    }
  }

  @Test
  void aMasterThatAnswersLateIsWaitedFor(@TempDir Path folder) throws Exception {
    try (TestCluster cluster = new TestCluster(folder, 0, Map.of());
        ServerSocket slow = server();
        ServerSocket silent = server()) {
      int master = URI.create(cluster.url).getPort();
      Thread way = new Thread(() -> passOn(slow, master));
      way.setDaemon(true);
      way.start();
      MasterProbe.check(
          conf("127.0.0.1:" + silent.getLocalPort() + ",127.0.0.1:" + slow.getLocalPort()));
    }
  }

  private static ServerSocket server() throws IOException {
    return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  private static SparkConf conf(String hosts) {
    return new SparkConf(false).set("spark.master", MasterProbe.SCHEME + hosts);
  }

  /** Passes bytes on, a second after a caller has come. */
  private static void passOn(ServerSocket from, int to) {
    try (Socket caller = from.accept();
        Socket master = new Socket(InetAddress.getLoopbackAddress(), to)) {
      TimeUnit.SECONDS.sleep(1);
      Thread back = new Thread(() -> copy(master, caller));
      back.setDaemon(true);
      back.start();
      copy(caller, master);
    } catch (IOException | InterruptedException e) {
      // The test has ended.
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // As above.
    }
  }
}
