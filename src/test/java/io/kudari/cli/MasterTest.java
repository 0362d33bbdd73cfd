package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masters that a run cannot use: found out within seconds, not after Spark's minute. */
@Slow
class MasterTest {

  private static final String SECRET = "spark.authenticate.secret";

  @TempDir Path dir;

  @Test
  void aMasterOfAnotherSecretIsRefusedAndOneOfTheSameIsNot() throws Exception {
    Map<String, String> settings = Map.of("spark.authenticate", "true", SECRET, "right");
    try (TestCluster cluster =
        new TestCluster(Files.createDirectories(dir.resolve("cluster")), 1, settings)) {
      new BadInputs(dir).usual();
      refused(run(cluster, "wrong", SECRET + "=wrong"), "with this " + SECRET);
      refused(run(cluster, "none", "spark.authenticate=false"), "does not answer");
      TestCluster.Ended same = run(cluster, "same", SECRET + "=right");
      assertEquals(0, same.code(), same.errors());
    }
  }

  private TestCluster.Ended run(TestCluster cluster, String name, String setting) throws Exception {
    List<String> args = new ArrayList<>(List.of("train", dir + "/t.conf", "--conf", setting));
    args.addAll(List.of("--out", dir.resolve(name).toString()));
    args.addAll(List.of("--set", "train.strategy=all-reduce", "--set", "train.ranks=1"));
    return cluster.kudari(name, args.toArray(String[]::new)).await(120);
  }

  private static void refused(TestCluster.Ended ended, String says) {
    assertEquals(ExitCode.USAGE.code, ended.code(), ended.errors());
    assertEquals(1, ended.errors().lines().count(), ended.errors());
    assertTrue(
        ended.errors().startsWith("kudari: the master at spark://127.0.0.1:"), ended.errors());
    assertTrue(ended.errors().contains(says), ended.errors());
  }

  @Test
  void aServerThatIsNoMasterIsRefused() throws Exception {
    new BadInputs(dir).usual();
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String master = "spark://127.0.0.1:" + silent.getLocalPort();
      List<String> args = new ArrayList<>(List.of("train", dir + "/t.conf", "--master", master));
      args.addAll(List.of("--out", dir + "/out", "--set", "train.strategy=all-reduce"));
      BadInputTest.Outcome ended = BadInputTest.run(args);
      assertEquals(ExitCode.USAGE.code, ended.code(), ended.errors());
      assertTrue(
          ended.errors().startsWith("kudari: the master at " + master + " does not answer"),
          ended.errors());
    }
  }
}
