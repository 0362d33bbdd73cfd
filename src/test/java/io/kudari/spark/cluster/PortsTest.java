package io.kudari.spark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.spark.SparkStart;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports that are taken already. */
class PortsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"spark.driver.port", Ports.RANKS, "spark.blockManager.port", "spark.ui.port"})
  void aPortThatIsTakenIsRefusedInOneLineOrAnotherIsUsed(String key) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      Map<String, String> settings =
          Map.of(key, "" + port, "spark.port.maxRetries", "0", "spark.ui.enabled", "true");
      String line =
          assertThrows(
                  RankSlots.UnsuitableException.class,
                  () -> SparkStart.start("test", "local[1]", settings).close())
              .getMessage();
      assertEquals(
          key + " = " + port + " is taken: choose another, or raise spark.port.maxRetries = 0",
          line);
      if (key.equals("spark.ui.port")) return;
      try (JavaSparkContext spark = SparkStart.start("test", "local[1]", Map.of(key, "" + port))) {
        assertEquals("local[1]", spark.master());
      }
    }
  }
}
