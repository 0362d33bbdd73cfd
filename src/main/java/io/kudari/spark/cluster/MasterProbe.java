package io.kudari.spark.cluster;

import io.kudari.event.FirstLine;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.config.package$;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEndpointAddress;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.util.ThreadUtils;
import scala.Option;
import scala.runtime.AbstractFunction1;
import scala.util.Try;

/**
 * Whether the master of a standalone cluster answers, asked before Spark starts: Spark itself tries
 * for a minute, whatever the reason that it does not.
 */
public final class MasterProbe {

  static final String SCHEME = "spark://";

  /** For all masters together, once their names are looked up: a command says so within five. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  /** For all names together: longer than a name server takes when the first of two is down. */
  private static final Duration NAMES = Duration.ofSeconds(6);

  private MasterProbe() {}

  /**
   * Returns when one of the masters answers, or the cluster is another kind.
   *
   * @throws RankSlots.UnsuitableException when none does within some seconds
   */
  public static void check(SparkConf conf) throws InterruptedException {
    String url = conf.get("spark.master", "");
    if (!url.startsWith(SCHEME)) return;
    SecurityManager security =
        new SecurityManager(conf, Option.empty(), package$.MODULE$.AUTH_SECRET_FILE());
    security.initializeAuth();
    String host = conf.get("spark.driver.host", "127.0.0.1");
    String[] masters = url.substring(SCHEME.length()).split(",");
    lookUp(masters);
    RpcEnv client = RpcEnv.create("kudariProbe", host, host, -1, conf, security, 1, true);
    try {
      Object first = ask(client, masters).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assert first != null;
    } catch (TimeoutException e) {
      String late = "nothing within " + PATIENCE.toSeconds() + " s";
      throw silent(url, conf, new TimeoutException(late));
    } catch (ExecutionException e) {
      throw silent(url, conf, e);
    } finally {
      client.shutdown();
    }
  }

  /** Java remembers what it finds for as long as a master is asked; who is unknown is asked too. */
  private static void lookUp(String[] masters) throws InterruptedException {
    CompletableFuture<?>[] all =
        Arrays.stream(masters)
            .map(master -> CompletableFuture.supplyAsync(() -> found(master)))
            .toArray(CompletableFuture<?>[]::new);
    try {
      Object unused = CompletableFuture.allOf(all).get(NAMES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The master will not answer either.
    }
  }

  private static boolean found(String master) {
    try {
      return InetAddress.getByName(RpcAddress.fromSparkURL(SCHEME + master).host()) != null;
    } catch (Exception e) {
      // Also Spark's own, of an address that is none.
      return false;
    }
  }

  /** Asks all masters at once: the first that answers, or why the last one does not. */
  private static CompletableFuture<RpcEndpointRef> ask(RpcEnv client, String[] masters) {
    CompletableFuture<RpcEndpointRef> first = new CompletableFuture<>();
    AtomicInteger left = new AtomicInteger(masters.length);
    for (String master : masters) {
      try {
        RpcAddress address = RpcAddress.fromSparkURL(SCHEME + master);
        String uri = new RpcEndpointAddress(address, "Master").toString();
        client
            .asyncSetupEndpointRefByURI(uri)
            .onComplete(
                new AbstractFunction1<Try<RpcEndpointRef>, Object>() {
                  @Override
                  public Object apply(Try<RpcEndpointRef> answer) {
                    return answer.isSuccess()
                        ? first.complete(answer.get())
                        : failed(first, left, answer.failed().get());
                  }
                },
                ThreadUtils.sameThread());
      } catch (Exception e) {
        // Spark's own, of an address that is none.
        boolean unused = failed(first, left, e);
      }
    }
    return first;
  }

  private static boolean failed(
      CompletableFuture<RpcEndpointRef> first, AtomicInteger left, Throwable why) {
    return left.decrementAndGet() == 0 && first.completeExceptionally(why);
  }

  private static RankSlots.UnsuitableException silent(String url, SparkConf conf, Exception why) {
    Throwable root = why;
    while (root.getCause() != null) root = root.getCause();
    boolean secret = conf.getBoolean("spark.authenticate", false);
    return new RankSlots.UnsuitableException(
        "the master at %s does not answer as one of this Spark%s (%s)"
            .formatted(
                url, secret ? " with this spark.authenticate.secret" : "", FirstLine.of(root)),
        why);
  }
}
