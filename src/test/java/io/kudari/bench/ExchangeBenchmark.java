package io.kudari.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.collective.LinkChoice;
import io.kudari.collective.TeamBarrier;
import io.kudari.collective.TeamSum;
import io.kudari.collective.TreeSum;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.spark.link.NetworkLink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;

/**
 * Times the exchange alone: reduce-scatter and all-gather between two ranks, in one JVM and in two,
 * over sockets and through shared memory, and between two threads, beside a plain socket and a
 * memory copy of the same bytes.
 *
 * <p>With n floats each rank sends and receives 4n bytes a step (half the vector twice); the socket
 * and the memory copy move the same 8n bytes. Every line is the median of one run.
 */
public final class ExchangeBenchmark {

  /** Of what is timed, in the order of the table. */
  private static final String[] NAMES = {
    "memory copy",
    "plain socket",
    "two threads",
    "one JVM, sockets",
    "one JVM, memory",
    "processes, sockets",
    "processes, memory"
  };

  /** The first is a block for each rank. */
  private static final int[] SIZES = {2 * Layout.BLOCK, 90_000, 670_000, 5_800_000};

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String HOST = "127.0.0.1";

  private ExchangeBenchmark() {}

  /**
   * Without arguments prints the whole table; {@code json} prints it as {@link #milliseconds} on
   * one line; {@code peer PORT LINK} is the second process.
   */
  public static void main(String[] args) throws Exception {
    if (args.length == 3) {
      InetSocketAddress first = InetSocketAddress.createUnresolved(HOST, Integer.parseInt(args[1]));
      try (NetworkLink link = link(1, LinkChoice.valueOf(args[2]))) {
        link.connect(List.of(first, link.address()), PATIENCE);
        for (int size : SIZES) ranks(link, size);
      }
      System.exit(0);
    }
    double[][] table = new double[NAMES.length][];
    for (int round = 0; round < 2; round++) { // the first one warms the JIT up
      table[0] = each(size -> median(repeats(size), ExchangeBenchmark.copy(size)));
      table[1] = sockets();
      table[2] = each(ExchangeBenchmark::team);
      table[3] = oneJvm(LinkChoice.SOCKETS);
      table[4] = oneJvm(LinkChoice.SHARED_MEMORY);
      table[5] = twoProcesses(LinkChoice.SOCKETS);
      table[6] = twoProcesses(LinkChoice.SHARED_MEMORY);
    }
    if (args.length == 1) {
      System.out.println(new ObjectMapper().writeValueAsString(milliseconds(table)));
    } else {
      print(milliseconds(table));
    }
    System.exit(0);
  }

  /** By name, then by the vector's length. */
  private static Map<String, Map<String, Double>> milliseconds(double[][] table) {
    Map<String, Map<String, Double>> all = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      Map<String, Double> row = new LinkedHashMap<>();
      for (int s = 0; s < SIZES.length; s++) row.put(SIZES[s] + " floats", table[i][s]);
      all.put(NAMES[i], row);
    }
    return all;
  }

  /** Prints milliseconds and bytes a second, and what they say of the costs of a message. */
  static void print(Map<String, Map<String, Double>> milliseconds) {
    System.out.printf("%-20s", "median ms (GB/s)");
    for (int size : SIZES) System.out.printf("%22s", size + " floats");
    System.out.println();
    milliseconds.forEach(
        (name, row) -> {
          System.out.printf("%-20s", name);
          int s = 0;
          for (double ms : row.values()) {
            System.out.printf("%22s", "%.3f (%.2f)".formatted(ms, 8e-6 * SIZES[s++] / ms));
          }
          System.out.println();
        });
    System.out.println(
        "as costs of scripts/bench-scale: "
            + costs(milliseconds.get("processes, sockets"), milliseconds.get("two threads")));
  }

  /**
   * α is half the time of the shortest exchange, of two messages one after the other; β that of a
   * byte more, of which a rank sends 4 a float; γ that of a byte in a thread's sum, of 2 a float.
   */
  private static String costs(Map<String, Double> exchange, Map<String, Double> sum) {
    double[] times = exchange.values().stream().mapToDouble(ms -> ms).toArray();
    double[] sums = sum.values().stream().mapToDouble(ms -> ms).toArray();
    int last = SIZES.length - 1;
    double beta = 1e6 * (times[last] - times[0]) / (4.0 * (SIZES[last] - SIZES[0]));
    double gamma = 1e6 * sums[last] / (2.0 * SIZES[last]);
    return "alpha %.1f us, beta %.3f ns a byte, gamma %.3f ns a byte"
        .formatted(1e3 * times[0] / 2, beta, gamma);
  }

  private interface Case {
    double run(int size) throws Exception;
  }

  private interface Body {
    void run() throws Exception;
  }

  private static double[] each(Case body) throws Exception {
    double[] found = new double[SIZES.length];
    for (int i = 0; i < SIZES.length; i++) found[i] = body.run(SIZES[i]);
    return found;
  }

  private static int repeats(int size) {
    return size > 1_000_000 ? 60 : 400;
  }

  /** Milliseconds. */
  private static double median(int repeats, Body body) throws Exception {
    double[] times = new double[repeats];
    for (int i = 0; i < repeats; i++) {
      long start = System.nanoTime();
      body.run();
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(times);
    return times[repeats / 2];
  }

  private static Body copy(int size) {
    float[] from = new float[size];
    float[] to = new float[size];
    Arrays.fill(from, 1f);
    return () -> {
      System.arraycopy(from, 0, to, 0, size);
      System.arraycopy(to, 0, from, 0, size);
    };
  }

  /** One side writes 4n bytes while the other reads, then the other way round. */
  private static double[] sockets() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(HOST, 0));
      try (SocketChannel one = SocketChannel.open(server.getLocalAddress());
          SocketChannel two = server.accept()) {
        one.socket().setTcpNoDelay(true);
        two.socket().setTcpNoDelay(true);
        Thread peer =
            start(
                () -> {
                  for (int size : SIZES) {
                    ByteBuffer bytes = ByteBuffer.allocateDirect(4 * size);
                    for (int i = 0; i < repeats(size); i++) {
                      fully(two, bytes, false);
                      fully(two, bytes, true);
                    }
                  }
                });
        double[] found =
            each(
                size -> {
                  ByteBuffer bytes = ByteBuffer.allocateDirect(4 * size);
                  return median(
                      repeats(size),
                      () -> {
                        fully(one, bytes, true);
                        fully(one, bytes, false);
                      });
                });
        peer.join();
        return found;
      }
    }
  }

  private static void fully(SocketChannel channel, ByteBuffer bytes, boolean write)
      throws IOException {
    bytes.clear();
    while (bytes.hasRemaining()) {
      if ((write ? channel.write(bytes) : channel.read(bytes)) < 0) throw new IOException("end");
    }
  }

  private static double team(int size) throws Exception {
    TeamBarrier barrier = new TeamBarrier(2, PATIENCE);
    TeamSum sum = new TeamSum(2, barrier);
    Thread peer = start(() -> teamThread(sum, barrier, 1, size));
    double found = teamThread(sum, barrier, 0, size);
    peer.join();
    return found;
  }

  private static double teamThread(TeamSum sum, TeamBarrier barrier, int thread, int size)
      throws Exception {
    List<TreeSum.Node<float[]>> own = List.of(new TreeSum.Node<>(0, thread, new float[size]));
    Slice slice = Layout.flat(size).shard(thread, 2);
    return median(
        repeats(size),
        () -> {
          if (sum.sum(thread, own, slice).size() != 1) throw new IllegalStateException();
          barrier.await(thread);
        });
  }

  private static NetworkLink link(int rank, LinkChoice choice) {
    Duration silence = Duration.ofSeconds(10);
    return NetworkLink.listen(new SparkConf(), null, HOST, 1, rank, 2, choice, silence);
  }

  private static double[] oneJvm(LinkChoice choice) throws Exception {
    try (NetworkLink first = link(0, choice);
        NetworkLink second = link(1, choice)) {
      List<InetSocketAddress> all = List.of(first.address(), second.address());
      Thread peer =
          start(
              () -> {
                second.connect(all, PATIENCE);
                for (int size : SIZES) ranks(second, size);
              });
      first.connect(all, PATIENCE);
      double[] found = each(size -> ranks(first, size));
      peer.join();
      return found;
    }
  }

  private static double[] twoProcesses(LinkChoice choice) throws Exception {
    try (NetworkLink first = link(0, choice)) {
      InetSocketAddress own = first.address();
      Process peer =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-Xmx2g",
                  "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  ExchangeBenchmark.class.getName(),
                  "peer",
                  Integer.toString(own.getPort()),
                  choice.name())
              .inheritIO()
              .start();
      try {
        first.connect(List.of(own, own), PATIENCE);
        return each(size -> ranks(first, size));
      } finally {
        peer.destroy();
        peer.waitFor();
      }
    }
  }

  /** One rank's part; the link stays open for the next size. */
  @SuppressWarnings("resource")
  private static double ranks(NetworkLink link, int size) throws Exception {
    Collectives collectives = new Collectives(link, size, Distribution.even(2, 2), PATIENCE);
    Layout layout = Layout.flat(size);
    List<Slice> slices = IntStream.range(0, 2).mapToObj(r -> layout.shard(r, 2)).toList();
    float[] gradient = new float[size];
    float[] sum = link.rank() == 0 ? gradient : new float[size];
    List<TreeSum.Node<float[]>> own = List.of(new TreeSum.Node<>(0, link.rank(), gradient));
    return median(
        repeats(size),
        () -> {
          collectives.reduceScatter(0, own, slices, sum);
          collectives.allGather(0, sum, slices);
        });
  }

  private static Thread start(Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (Exception e) {
                e.printStackTrace();
                System.exit(1);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
