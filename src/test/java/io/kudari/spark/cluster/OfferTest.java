package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.kudari.spark.SparkStart;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcTimeoutException;
import org.junit.jupiter.api.Test;

/** Asking a master what it has. */
class OfferTest {

  @Test
  void masterThatDoesNotAnswerIsNotWaitedForTwoMinutes() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket silent = new ServerSocket(0, 10, here);
        JavaSparkContext spark = SparkStart.start("test", "local[1]", Map.of())) {
      RpcAddress master = new RpcAddress(here.getHostAddress(), silent.getLocalPort());
      assertTimeoutPreemptively(
          Duration.ofSeconds(40),
          () ->
              assertThrows(
                  RpcTimeoutException.class, () -> Offer.ask(master, spark.sc().applicationId())));
    }
  }
}
