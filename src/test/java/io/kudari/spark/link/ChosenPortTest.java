package io.kudari.spark.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.LinkChoice;
import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.run.Outcome;
import io.kudari.run.SparkSettings;
import io.kudari.run.Training;
import io.kudari.spark.cluster.RankSlots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code train.port}, on real sockets. */
@Slow
@Timeout(90)
class ChosenPortTest {

  private static final String HOST = "127.0.0.1";

  private static final String EXPERIMENT =
      """
      data.train { format = digits, examples = 200 }
      model.layers = [{ type = dense, units = auto }]
      train { epochs = 2, batch = 50, workers = 2, ranks = 2 }
      """;

  private static ServerSocket held(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getByName(HOST));
  }

  /** The first of two that follow each other and are free. */
  private static int free() throws IOException {
    for (int tries = 0; tries < 50; tries++) {
      try (ServerSocket first = held(0);
          ServerSocket second = held(first.getLocalPort() + 1)) {
        return second.getLocalPort() - 1;
      } catch (IOException | IllegalArgumentException e) {
        // The second one is somebody else's.
      }
    }
    throw new AssertionError("no two free ports");
  }

  private static NetworkLink listen(int port, int rank) {
    return NetworkLink.listen(
        new SparkConf(false),
        null,
        HOST,
        port,
        1,
        rank,
        2,
        LinkChoice.SOCKETS,
        Duration.ofSeconds(8));
  }

  private static Experiment experiment(int port) {
    return Experiment.parse(
        "a test", EXPERIMENT, List.of("train.port=" + port), new Configuration());
  }

  private static Outcome train(int port) throws Exception {
    return Training.of(experiment(port)).on(new SparkSettings("local[2]", Map.of())).run();
  }

  @Test
  void aRankListensAtItsPortAndTakesItAgainWhenTheAttemptBeforeHasLeftIt() throws Exception {
    int port = free();
    for (int attempt = 0; attempt < 2; attempt++) {
      try (NetworkLink link = listen(port, 0)) {
        assertEquals(port, link.address().getPort());
      }
    }
    NetworkLink before = listen(port, 0);
    Thread closing = new Thread(before::close);
    closing.start();
    listen(port, 0).close();
    closing.join();
  }

  @Test
  void aPortThatIsTakenIsNamedInOneLine() throws Exception {
    int port = free();
    try (ServerSocket taken = held(port + 1)) {
      String line =
          assertThrows(RankSlots.UnsuitableException.class, () -> listen(port + 1, 1)).getMessage();
      String all = "train.port = %d: rank 1 cannot listen at port %d of 127.0.0.1 (";
      assertTrue(line.startsWith(all.formatted(port, taken.getLocalPort())), line);
      assertEquals(1, line.lines().count());
    }
  }

  @Test
  void ranksTrainAtChosenPortsAndTheRunEndsWhereOneIsTaken() throws Exception {
    int port = free();
    assertEquals("completed", train(port).status());
    try (ServerSocket taken = held(port + 1)) {
      String line =
          assertThrows(RankSlots.UnsuitableException.class, () -> train(port)).getMessage();
      assertTrue(line.contains("cannot listen at port " + taken.getLocalPort() + " of "), line);
    }
  }

  @Test
  void portsThatAreNoneOrDoNotLeaveRoomForAllRanksAreRefused() {
    for (int port : List.of(80, 65_535))
      assertEquals(
          "--set train.port="
              + port
              + ": train.port = "
              + port
              + " must leave the ports of 2 ranks within 1024..65535, or be 0 for any",
          assertThrows(ConfigurationException.class, () -> experiment(port)).getMessage());
  }
}
