package io.kudari.spark;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.config.package$;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEndpointAddress;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.RpcTimeout;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/**
 * Whether the master of a standalone cluster answers, asked before Spark starts: Spark itself tries
 * for a minute, whatever the reason that it does not.
 */
final class MasterProbe {

  static final String SCHEME = "spark://";

  private static final RpcTimeout PATIENCE =
      new RpcTimeout(new FiniteDuration(3, TimeUnit.SECONDS), "the master's answer");

  private MasterProbe() {}

  /**
   * Returns when one of the masters answers, or the cluster is another kind.
   *
   * @throws RankSlots.UnsuitableException when none does within some seconds
   */
  static void check(SparkConf conf) {
    String url = conf.get("spark.master", "");
    if (!url.startsWith(SCHEME)) return;
    SecurityManager security =
        new SecurityManager(conf, Option.empty(), package$.MODULE$.AUTH_SECRET_FILE());
    security.initializeAuth();
    String host = conf.get("spark.driver.host", "127.0.0.1");
    RpcEnv client = RpcEnv.create("kudariProbe", host, host, -1, conf, security, 1, true);
    try {
      Exception last = null;
      for (String master : url.substring(SCHEME.length()).split(",")) {
        last = ask(client, master);
        if (last == null) return;
      }
      throw silent(url, conf, last);
    } finally {
      client.shutdown();
    }
  }

  /** Why a master does not answer, or null when it does. */
  private static Exception ask(RpcEnv client, String master) {
    try {
      RpcAddress address = RpcAddress.fromSparkURL(SCHEME + master);
      String uri = new RpcEndpointAddress(address, "Master").toString();
      RpcEndpointRef unused = PATIENCE.awaitResult(client.asyncSetupEndpointRefByURI(uri));
      return null;
    } catch (Exception e) {
      return e;
    }
  }

  private static RankSlots.UnsuitableException silent(String url, SparkConf conf, Exception why) {
    Throwable root = why;
    while (root.getCause() != null) root = root.getCause();
    boolean secret = conf.getBoolean("spark.authenticate", false);
    return new RankSlots.UnsuitableException(
        "the master at %s does not answer as one of this Spark%s (%s)"
            .formatted(
                url,
                secret ? " with this spark.authenticate.secret" : "",
                SparkStart.firstLine(root)),
        why);
  }
}
