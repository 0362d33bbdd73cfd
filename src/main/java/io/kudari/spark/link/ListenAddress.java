package io.kudari.spark.link;

import io.kudari.spark.cluster.Demand;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * Where a process of the application listens for ranks. A driver does as Spark's own services: it
 * binds to {@code spark.driver.bindAddress} and is called at {@code spark.driver.host}, which
 * behind an address translation is none of this machine. An executor binds to the host that Spark
 * calls it by, as Spark's own services do. In local mode only this process calls.
 *
 * @param bind address or name to bind to
 * @param host as others call it
 */
public record ListenAddress(String bind, String host) {

  /** What Spark calls the executor that is the driver itself. */
  private static final String DRIVER = "driver";

  /** Of this process. */
  public static ListenAddress of(SparkEnv env) {
    String host = env.blockManager().blockManagerId().host();
    return isDriver(env) ? ofDriver(env.conf(), host) : new ListenAddress(host, host);
  }

  /** Whether a process is the driver's. */
  public static boolean isDriver(SparkEnv env) {
    return env.executorId().equals(DRIVER);
  }

  static ListenAddress ofDriver(SparkConf conf, String host) {
    String bind = conf.get("spark.driver.bindAddress", host);
    if (Demand.localCores(conf.get("spark.master", "")) == 0) return new ListenAddress(bind, host);
    String here = isEvery(bind) ? InetAddress.getLoopbackAddress().getHostAddress() : bind;
    return new ListenAddress(here, here);
  }

  /** Whether it stands for all addresses of a machine, as 0.0.0.0 does. */
  private static boolean isEvery(String bind) {
    try {
      return InetAddress.getByName(bind).isAnyLocalAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
