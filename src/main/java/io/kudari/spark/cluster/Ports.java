package io.kudari.spark.cluster;

import io.kudari.event.FirstLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;

/**
 * The ports that settings ask for on this machine. A taken one is found here and not by Spark,
 * which ends the process without a word of ours, or shows where in itself it noticed.
 */
public final class Ports {

  /** Where the driver listens for ranks; any free port unless it is set. */
  public static final String RANKS = "spark.kudari.driver.port";

  /** Spark binds to no others; 0 is any free one. */
  private static final int LEAST = 1024;

  private static final int MOST = 65_535;

  private static final List<String> KEYS =
      List.of(
          "spark.driver.port",
          RANKS,
          "spark.blockManager.port",
          "spark.driver.blockManager.port",
          "spark.ui.port",
          "spark.shuffle.service.port");

  private Ports() {}

  /**
   * Looks at the numbers, and for a free port for each service of the driver whose port is set, as
   * Spark will: that one or one of the next {@code spark.port.maxRetries}.
   *
   * @throws RankSlots.UnsuitableException when one is no port, or there is no free one
   */
  public static void check(SparkConf conf) {
    for (String key : KEYS) requirePort(key, conf.get(key, "0"));
    String host = conf.get("spark.driver.host", Utils.localCanonicalHostName());
    String bound = conf.get("spark.driver.bindAddress", host);
    check(conf, "spark.driver.port", bound);
    check(conf, RANKS, bound);
    String blocks = "spark.driver.blockManager.port";
    check(conf, conf.contains(blocks) ? blocks : "spark.blockManager.port", bound);
    if (conf.getBoolean("spark.ui.enabled", true)) check(conf, "spark.ui.port", null);
  }

  private static void requirePort(String key, String text) {
    boolean number = text.strip().matches("\\d{1,9}");
    int port = number ? Integer.parseInt(text.strip()) : -1;
    if (port == 0 || (port >= LEAST && port <= MOST)) return;
    throw new RankSlots.UnsuitableException(
        "%s must be a port within %d..%d, or 0 for any, not '%s'"
            .formatted(key, LEAST, MOST, text));
  }

  private static void check(SparkConf conf, String key, String hostOrNull) {
    int first = conf.getInt(key, 0);
    if (first == 0) return;
    int retries = conf.getInt("spark.port.maxRetries", 16);
    for (int port = first; port <= Math.min(MOST, first + retries); port++)
      if (isFree(hostOrNull, port)) return;
    throw taken(key, first, retries, null);
  }

  /** That no port from the one that is set on is free. */
  private static RankSlots.UnsuitableException taken(
      String key, int first, int retries, Throwable cause) {
    String others = retries == 0 ? "" : " and so are the next " + retries;
    return new RankSlots.UnsuitableException(
        "%s = %d is taken%s: choose another, or raise spark.port.maxRetries = %d"
            .formatted(key, first, others, retries),
        cause);
  }

  /**
   * That a service could not be bound, which others may have caused since {@link #check}.
   *
   * @param key of its port
   * @param host it was to be bound to
   */
  public static RankSlots.UnsuitableException unbound(
      SparkConf conf, String key, String host, Throwable cause) {
    int first = conf.getInt(key, 0);
    boolean inUse = String.valueOf(cause.getMessage()).contains("in use");
    if (inUse && first > 0)
      return taken(key, first, conf.getInt("spark.port.maxRetries", 16), cause);
    return new RankSlots.UnsuitableException(
        "no port of %s can be listened at (%s): %s".formatted(host, key, FirstLine.of(cause)),
        cause);
  }

  /** What cannot be bound for another reason is Spark's to report. */
  private static boolean isFree(String hostOrNull, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      InetAddress host = hostOrNull == null ? null : InetAddress.getByName(hostOrNull);
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
      return true;
    } catch (java.net.BindException e) {
      return !String.valueOf(e.getMessage()).contains("in use");
    } catch (IOException e) {
      return true;
    }
  }
}
