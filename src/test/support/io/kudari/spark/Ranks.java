package io.kudari.spark;

import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.collective.Hosts;
import io.kudari.collective.LinkChoice;
import io.kudari.collective.LinkException;
import io.kudari.spark.link.ListenAddress;
import io.kudari.spark.link.NetworkLink;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkConf;
import org.apache.spark.network.sasl.SecretKeyHolder;

/**
 * Ranks on threads of this JVM that talk over sockets of 127.0.0.1, unless another link is chosen.
 */
public final class Ranks implements AutoCloseable {

  public static final Duration BOUND = Duration.ofSeconds(20);

  /** What a rank does. */
  public interface Body<T> {
    public T run(int rank, Collectives collectives) throws Exception;
  }

  /** Where tests listen. */
  public static final ListenAddress HERE = new ListenAddress("127.0.0.1", "127.0.0.1");

  /** A secret of an application, or none. */
  public record Secret(String value) implements SecretKeyHolder {
    @Override
    public String getSaslUser(String application) {
      return "kudari";
    }

    @Override
    public String getSecretKey(String application) {
      return value;
    }
  }

  public final List<NetworkLink> links = new ArrayList<>();

  public Ranks(SparkConf conf, int size) {
    this(conf, LinkChoice.SOCKETS, size);
  }

  public Ranks(SparkConf conf, LinkChoice choice, int size) {
    Secret secret = new Secret("open sesame");
    for (int r = 0; r < size; r++) {
      links.add(listen(conf, secret, 1, r, size, choice, Duration.ofSeconds(10)));
    }
  }

  public Ranks(int size) {
    this(new SparkConf(false), size);
  }

  public static NetworkLink listen(
      SparkConf conf, SecretKeyHolder secret, long attempt, int rank, int size, Duration silence) {
    return listen(conf, secret, attempt, rank, size, LinkChoice.SOCKETS, silence);
  }

  public static NetworkLink listen(
      SparkConf conf,
      SecretKeyHolder secret,
      long attempt,
      int rank,
      int size,
      LinkChoice choice,
      Duration silence) {
    return NetworkLink.listen(conf, secret, "127.0.0.1", attempt, rank, size, choice, silence);
  }

  public List<InetSocketAddress> addresses() {
    return links.stream().map(NetworkLink::address).toList();
  }

  /** Connects and runs the body on all ranks; V workers are spread evenly. */
  public <T> List<T> run(int workers, Body<T> body) throws Exception {
    return run(workers, Optional.empty(), body);
  }

  /** The same by hosts, as if they were several. */
  public <T> List<T> run(int workers, Optional<Hosts> hosts, Body<T> body) throws Exception {
    Distribution distribution = Distribution.even(workers, links.size());
    return together(
        links.size(),
        rank -> {
          NetworkLink link = links.get(rank);
          link.connect(addresses(), BOUND);
          return body.run(rank, new Collectives(link, 1, distribution, BOUND, hosts));
        });
  }

  /** A thread's work. */
  public interface Work<T> {
    public T run(int rank) throws Exception;
  }

  public static <T> List<T> together(int threads, Work<T> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int rank = t;
        futures.add(pool.submit(() -> work.run(rank)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> f : futures) results.add(f.get(60, TimeUnit.SECONDS));
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LinkException cause) throw cause;
      throw e;
    } catch (TimeoutException e) {
      throw new AssertionError("a rank hangs", e);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Netty gives a message's buffer back after the peer has it, perhaps after the peer is done. */
  public void awaitBuffers() {
    long start = System.nanoTime();
    for (NetworkLink link : links) {
      while (link.lent() != 0) {
        if (System.nanoTime() - start > BOUND.toNanos())
          throw new AssertionError(link.lent() + " buffers are not given back");
        LockSupport.parkNanos(100_000);
      }
    }
  }

  @Override
  public void close() {
    links.forEach(NetworkLink::close);
  }
}
