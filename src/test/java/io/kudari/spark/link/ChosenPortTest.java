package io.kudari.spark.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.LinkChoice;
import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.run.Outcome;
import io.kudari.run.SparkSettings;
import io.kudari.run.Training;
import io.kudari.spark.FreePorts;
import io.kudari.spark.Ranks;
import io.kudari.spark.cluster.Ports;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.coordinator.Coordinator;
import io.kudari.train.Request;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code train.port}, on real sockets. */
@Slow
@Timeout(90)
class ChosenPortTest {

  private static final String HOST = "127.0.0.1";
  private static final String LINK = NetworkLink.class.getName();

  private static final String EXPERIMENT =
      """
      data.train { format = digits, examples = 200 }
      model.layers = [{ type = dense, units = auto }]
      train { epochs = 2, batch = 50, workers = 2, ranks = 2 }
      """;

  private static SparkConf conf(boolean encrypted) {
    return new SparkConf(false)
        .set("spark.authenticate", String.valueOf(encrypted))
        .set("spark.network.crypto.enabled", String.valueOf(encrypted));
  }

  private static NetworkLink listen(int port, int rank, boolean encrypted) {
    return NetworkLink.listen(
        conf(encrypted),
        new Ranks.Secret("open sesame"),
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

  /** Listens on a thread of its own, and returns when that waits for a port that is taken. */
  private static final class Waiting {
    final CompletableFuture<NetworkLink> end = new CompletableFuture<>();
    final Thread thread;

    Waiting(int port, int rank, boolean encrypted) {
      thread =
          new Thread(
              () -> {
                try {
                  end.complete(listen(port, rank, encrypted));
                } catch (Throwable e) { // Netty throws what nobody declares.
                  end.completeExceptionally(e);
                }
              });
      thread.start();
      while (!end.isDone() && !waits()) Thread.onSpinWait();
      assertFalse(end.isDone(), () -> "it did not wait: " + end);
    }

    private boolean waits() {
      return Stream.of(thread.getStackTrace())
          .anyMatch(f -> f.getMethodName().equals("pause") && f.getClassName().equals(LINK));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRankListensAtItsPortAndTakesItAgainWhenTheAttemptBeforeHasLeftIt(boolean encrypted)
      throws Exception {
    int port = FreePorts.two();
    Waiting next;
    try (NetworkLink before = listen(port, 0, encrypted)) {
      assertEquals(port, before.address().getPort());
      next = new Waiting(port, 0, encrypted);
    }
    try (NetworkLink link = next.end.get(20, TimeUnit.SECONDS)) {
      assertEquals(port, link.address().getPort());
    }
  }

  /** Waiting for it, which takes seconds, is cut short. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPortThatIsTakenIsNamedInOneLine(boolean encrypted) throws Exception {
    int port = FreePorts.two();
    try (ServerSocket taken = FreePorts.hold(port + 1)) {
      Waiting rank = new Waiting(port + 1, 1, encrypted);
      rank.thread.interrupt();
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> rank.end.get(20, TimeUnit.SECONDS));
      String line = assertInstanceOf(TakenPortException.class, e.getCause()).getMessage();
      String all = "train.port = %d: rank 1 cannot listen at port %d of 127.0.0.1 (";
      assertTrue(line.startsWith(all.formatted(port, taken.getLocalPort())), line);
      assertEquals(1, line.lines().count());
    }
  }

  /** Which others may have taken since the settings were checked. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDriverWhosePortIsTakenListensAtTheNextOrSaysSo(boolean encrypted) throws Exception {
    int port = FreePorts.two();
    SparkConf conf = conf(encrypted).set(Ports.RANKS, "" + port);
    try (ServerSocket taken = FreePorts.hold(port)) {
      try (Coordinator driver = driver(conf)) {
        assertTrue(driver.address().getPort() > taken.getLocalPort());
      }
      String line =
          assertThrows(
                  RankSlots.UnsuitableException.class,
                  () -> driver(conf.set("spark.port.maxRetries", "0")).close())
              .getMessage();
      assertEquals(
          Ports.RANKS
              + " = "
              + port
              + " is taken: choose another, or raise spark.port.maxRetries = 0",
          line);
    }
  }

  private static Coordinator driver(SparkConf conf) {
    var secret = new Ranks.Secret("open sesame");
    return new Coordinator(conf, secret, Ranks.HERE, () -> Request.NONE, state -> {});
  }

  @Test
  void ranksTrainAtChosenPortsAndTheRunEndsWhereOneIsTaken() throws Exception {
    int port = FreePorts.two();
    assertEquals("completed", train(port).status());
    try (ServerSocket taken = FreePorts.hold(port + 1)) {
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
