package io.kudari.spark.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.CollectiveException;
import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.collective.LinkChoice;
import io.kudari.collective.LinkException;
import io.kudari.collective.TreeSum;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.Slice;
import io.kudari.spark.Ranks;
import io.kudari.spark.cluster.RankSlots;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When ranks share memory, and what becomes of a rank whose peer dies or freezes. */
class SharedLinkTest {

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final Ranks.Secret SECRET = new Ranks.Secret("open sesame");
  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final int LENGTH = 200_001;

  @Test
  void ranksOfOneHostShareMemoryUnlessSocketsAreAskedFor() throws Exception {
    assertEquals(List.of(2, 2, 2), shared(new SparkConf(false), LinkChoice.AUTO, 3));
    assertEquals(List.of(1, 1), shared(new SparkConf(false), LinkChoice.SHARED_MEMORY, 2));
    assertEquals(List.of(0, 0), shared(new SparkConf(false), LinkChoice.SOCKETS, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark.authenticate", "spark.network.crypto.enabled"})
  void whatIsSecuredIsNotSharedAndMemoryThatIsAskedForIsRefusedInOneLine(String key)
      throws Exception {
    SparkConf conf = new SparkConf(false).set("spark.authenticate", "true").set(key, "true");
    assertEquals(List.of(0, 0), shared(conf, LinkChoice.AUTO, 2));
    String line =
        assertThrows(
                RankSlots.UnsuitableException.class,
                () -> NetworkLink.check(conf, LinkChoice.SHARED_MEMORY))
            .getMessage();
    assertTrue(line.startsWith("train.link = shared-memory contradicts spark."), line);
    NetworkLink.check(conf, LinkChoice.AUTO);
    NetworkLink.check(conf, LinkChoice.SOCKETS);
  }

  private static List<Integer> shared(SparkConf conf, LinkChoice choice, int size)
      throws Exception {
    try (Ranks ranks = new Ranks(conf, choice, size)) {
      List<Integer> shared =
          ranks.run(
              size,
              (rank, c) -> {
                round(c, rank, size);
                return ranks.links.get(rank).shared();
              });
      ranks.awaitBuffers();
      return shared;
    }
  }

  @Test
  void ranksOfSeveralHostsTalkOverSocketsOrSayWhyNot() throws Exception {
    InetSocketAddress elsewhere = InetSocketAddress.createUnresolved("localhost", 0);
    assertEquals("0", connected(LinkChoice.AUTO, List.of(MEMORY), elsewhere));
    assertEquals(
        "train.link = shared-memory: rank 1 shares none with rank 0: it is on localhost, not"
            + " 127.0.0.1",
        connected(LinkChoice.SHARED_MEMORY, List.of(MEMORY), elsewhere));
  }

  @Test
  void ranksWithoutAFolderForMemoryTalkOverSocketsOrSayWhyNot() throws Exception {
    List<Path> nowhere = List.of(Path.of("/no/such/folder"));
    assertEquals("0", connected(LinkChoice.AUTO, nowhere, null));
    String line = connected(LinkChoice.SHARED_MEMORY, nowhere, null);
    assertTrue(
        line.startsWith(
            "train.link = shared-memory: rank 1 shares none with rank 0: no memory to share in"
                + " /no/such/folder"),
        line);
  }

  /** With how many peers rank 1 shares memory after a right sum, or why it does not go on. */
  private static String connected(
      LinkChoice choice, List<Path> folders, InetSocketAddress elsewhereOrNull) throws Exception {
    List<NetworkLink> links = new ArrayList<>();
    for (int r = 0; r < 2; r++) {
      Handshake self = new Handshake(1, 2, r, false);
      links.add(
          NetworkLink.listen(
              new SparkConf(false), SECRET, "127.0.0.1", self, choice, folders, SILENCE));
    }
    InetSocketAddress first = links.get(0).address();
    if (elsewhereOrNull != null)
      first = InetSocketAddress.createUnresolved(elsewhereOrNull.getHostString(), first.getPort());
    List<InetSocketAddress> addresses = List.of(first, links.get(1).address());
    try {
      return Ranks.together(
              2,
              rank -> {
                NetworkLink link = links.get(rank);
                try {
                  link.connect(addresses, Ranks.BOUND);
                } catch (RankSlots.UnsuitableException e) {
                  link.close();
                  return e.getMessage();
                } catch (LinkException e) {
                  return "followed: " + e.getMessage();
                }
                round(new Collectives(link, 1, Distribution.even(2, 2), Ranks.BOUND), rank, 2);
                return "" + link.shared();
              })
          .get(1);
    } finally {
      links.forEach(NetworkLink::close);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LinkChoice.class,
      names = {"SOCKETS", "SHARED_MEMORY"})
  void whoWaitsForASlowRankLeavesTheCoreToOthers(LinkChoice choice) throws Exception {
    try (Ranks ranks = new Ranks(new SparkConf(false), choice, 2)) {
      List<Long> busy =
          ranks.run(
              2,
              (rank, c) -> {
                round(c, rank, 2);
                if (rank == 1) TimeUnit.MILLISECONDS.sleep(1500);
                var threads = ManagementFactory.getThreadMXBean();
                long start = threads.getCurrentThreadCpuTime();
                round(c, rank, 2);
                return threads.getCurrentThreadCpuTime() - start;
              });
      assertTrue(busy.get(0) < 500_000_000, "busy for " + busy.get(0) + " ns of 1.5 s");
    }
  }

  /** Nothing but a bell would wake a rank here before a minute is over. */
  @Test
  void noBellIsMissedHoweverSleepAndMessagesMeet() throws Exception {
    Duration minute = Duration.ofMinutes(1);
    List<NetworkLink> links = new ArrayList<>();
    for (int r = 0; r < 2; r++)
      links.add(
          Ranks.listen(
              new SparkConf(false),
              SECRET,
              1,
              r,
              2,
              LinkChoice.SHARED_MEMORY,
              minute.multipliedBy(60)));
    List<InetSocketAddress> addresses = links.stream().map(NetworkLink::address).toList();
    long start = System.nanoTime();
    try {
      List<Integer> told =
          Ranks.together(
              2,
              rank -> {
                NetworkLink link = links.get(rank);
                link.connect(addresses, Ranks.BOUND);
                RandomStream random = new RandomStream(rank, Purpose.TEST, 5, 5);
                int last = 0;
                for (int i = 0; i < 2_000; i++) {
                  if (random.below(4) == 0) LockSupport.parkNanos(random.below(500_000));
                  link.send(1 - rank, link.take(1 - rank).putInt(i).flip(), minute);
                  if (random.below(4) == 0) LockSupport.parkNanos(random.below(500_000));
                  ByteBuffer message = link.receive(1 - rank, minute);
                  last = message.getInt();
                  link.release(1 - rank, message);
                }
                return last;
              });
      assertEquals(List.of(1_999, 1_999), told);
    } finally {
      links.forEach(NetworkLink::close);
    }
    assertTrue(System.nanoTime() - start < minute.toNanos() * 3 / 4, "a bell was missed");
  }

  /** Rank 1 in a process of its own. */
  static final class Peer {

    public static void main(String[] args) throws Exception {
      InetSocketAddress first =
          InetSocketAddress.createUnresolved("127.0.0.1", Integer.parseInt(args[0]));
      try (NetworkLink link = link(1)) {
        link.connect(List.of(first, link.address()), Ranks.BOUND);
        var sums = new Collectives(link, 1, Distribution.even(2, 2), Duration.ofMinutes(1));
        while (true) round(sums, 1, 2);
      }
    }
  }

  private static NetworkLink link(int rank) {
    return Ranks.listen(
        new SparkConf(false), SECRET, 1, rank, 2, LinkChoice.SHARED_MEMORY, SILENCE);
  }

  @Slow
  @ParameterizedTest
  @ValueSource(strings = {"KILL", "STOP"})
  void aProcessThatIsKilledOrFrozenIsNoticedAndLeavesNoFile(String signal) throws Exception {
    List<Path> before = files();
    try (NetworkLink link = link(0)) {
      Process peer =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Peer.class.getName(),
                  "" + link.address().getPort())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        link.connect(List.of(link.address(), link.address()), Ranks.BOUND);
        assertEquals(1, link.shared());
        var sums = new Collectives(link, 1, Distribution.even(2, 2), Duration.ofMinutes(1));
        for (int i = 0; i < 20; i++) round(sums, 0, 2);
        assertEquals(
            0, new ProcessBuilder("kill", "-" + signal, "" + peer.pid()).start().waitFor());
        long start = System.nanoTime();
        CollectiveException e =
            assertThrows(
                CollectiveException.class,
                () -> {
                  while (true) round(sums, 0, 2);
                });
        long took = System.nanoTime() - start;
        Duration most = signal.equals("KILL") ? Duration.ofSeconds(2) : SILENCE.multipliedBy(2);
        assertTrue(took < most.toNanos(), e.getMessage() + " after " + took + " ns");
        assertTrue(e.getMessage().contains("rank 1"), e.getMessage());
        assertEquals(before, files());
      } finally {
        peer.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
      }
    }
    assertEquals(before, files());
  }

  /** Those of ours that have a name. */
  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(MEMORY)) {
      return all.filter(f -> f.getFileName().toString().startsWith("kudari-")).sorted().toList();
    }
  }

  /** A right sum. */
  private static void round(Collectives c, int rank, int size) {
    List<Slice> slices = new ArrayList<>();
    for (int r = 0; r < size; r++)
      slices.add(new Slice(LENGTH * r / size, LENGTH * (r + 1) / size));
    float[] own = new float[LENGTH];
    float[] expected = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      own[i] = (rank + 1) * (i % 977);
      expected[i] = size * (size + 1) / 2 * (i % 977);
    }
    float[] sum = new float[LENGTH];
    TreeSum<float[]> tree = new TreeSum<>(size, (left, right) -> left);
    tree.add(rank, own);
    c.reduceScatter(0, tree.nodes(), slices, sum);
    c.allGather(0, sum, slices);
    assertArrayEquals(expected, sum, 0f);
  }
}
