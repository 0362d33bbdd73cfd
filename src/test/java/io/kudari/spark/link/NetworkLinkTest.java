package io.kudari.spark.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.CollectiveException;
import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.collective.LinkChoice;
import io.kudari.collective.LinkException;
import io.kudari.collective.ReduceScatter;
import io.kudari.collective.TreeSum;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.Slice;
import io.kudari.spark.Ranks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Slow
class NetworkLinkTest {

  private static final int WORKERS = 7;

  /** More than one message a slice, and not a multiple of anything. */
  private static final int LENGTH = 300_007;

  private static final int STEPS = 3;

  @ParameterizedTest
  @CsvSource({
    "1, SOCKETS",
    "2, SOCKETS",
    "3, SOCKETS",
    "4, SOCKETS",
    "2, SHARED_MEMORY",
    "3, SHARED_MEMORY",
    "4, SHARED_MEMORY"
  })
  void anyRanksOverAnyLinkGiveTheBitsOfTheTree(int size, LinkChoice choice) throws Exception {
    try (Ranks ranks = new Ranks(new SparkConf(false), choice, size)) {
      exchange(ranks);
      ranks.awaitBuffers();
    }
  }

  @Test
  void authenticatedAndEncryptedRanksGiveTheSameBits() throws Exception {
    try (Ranks ranks = new Ranks(encrypted(), 3)) {
      exchange(ranks);
    }
  }

  @Test
  void aCipherThatLosesMessagesIsRefusedAtStart() {
    SparkConf conf = encrypted().set("spark.network.crypto.cipher", "AES/GCM/NoPadding");
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Ranks(conf, 2).close()).getMessage();
    assertTrue(message.startsWith("spark.network.crypto.cipher must be"), message);
  }

  @Test
  void ranksAuthenticateWithoutEncryptionToo() throws Exception {
    try (Ranks ranks = new Ranks(new SparkConf(false).set("spark.authenticate", "true"), 2)) {
      exchange(ranks);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LinkChoice.class,
      names = {"SOCKETS", "SHARED_MEMORY"})
  void anAbortReachesThePeersWithItsReason(LinkChoice choice) throws Exception {
    CyclicBarrier connected = new CyclicBarrier(3);
    try (Ranks ranks = new Ranks(new SparkConf(false), choice, 3)) {
      List<String> ends =
          ranks.run(
              WORKERS,
              (rank, c) -> {
                connected.await(20, TimeUnit.SECONDS);
                if (rank == 1) {
                  c.abort("the gradient is not a number");
                  return "aborted";
                }
                return failure(rank, c);
              });
      for (int r : new int[] {0, 2}) {
        assertTrue(ends.get(r).contains("the gradient is not a number"), ends.get(r));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LinkChoice.class,
      names = {"SOCKETS", "SHARED_MEMORY"})
  void theDeathOfARankIsAnErrorThatNamesIt(LinkChoice choice) throws Exception {
    CyclicBarrier connected = new CyclicBarrier(3);
    try (Ranks ranks = new Ranks(new SparkConf(false), choice, 3)) {
      List<String> ends =
          ranks.run(
              WORKERS,
              (rank, c) -> {
                connected.await(20, TimeUnit.SECONDS);
                if (rank != 2) return failure(rank, c);
                ranks.links.get(2).close();
                return "dead";
              });
      for (int r : new int[] {0, 1}) {
        assertTrue(ends.get(r).startsWith("rank " + r + ", step 4, reduce-scatter: "), ends.get(r));
        assertTrue(ends.get(r).contains("rank 2"), ends.get(r));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LinkChoice.class,
      names = {"SOCKETS", "SHARED_MEMORY"})
  void aRankThatHangsUpWhileTheOthersConnectIsALinkError(LinkChoice choice) throws Exception {
    SparkConf conf = new SparkConf(false);
    try (NetworkLink one = Ranks.listen(conf, null, 1, 0, 2, choice, Duration.ofSeconds(5));
        NetworkLink other = Ranks.listen(conf, null, 1, 1, 2, choice, Duration.ofSeconds(5))) {
      List<InetSocketAddress> all = List.of(one.address(), other.address());
      if (choice == LinkChoice.SOCKETS) other.connect(all, Duration.ofSeconds(5));
      else assertThrows(LinkException.class, () -> other.connect(all, Duration.ofSeconds(1)));
      other.close();
      assertThrows(
          LinkException.class,
          () -> {
            one.connect(all, Duration.ofSeconds(5));
            one.receive(1, Duration.ofSeconds(5));
          });
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LinkChoice.class,
      names = {"SOCKETS", "SHARED_MEMORY"})
  void aRankThatGivesNoSignOfLifeIsAnErrorWithinTheBound(LinkChoice choice) throws Exception {
    SparkConf conf = new SparkConf(false);
    try (NetworkLink one = Ranks.listen(conf, null, 1, 0, 2, choice, Duration.ofMillis(300));
        NetworkLink mute = Ranks.listen(conf, null, 1, 1, 2, choice, Duration.ofHours(1))) {
      List<InetSocketAddress> all = List.of(one.address(), mute.address());
      List<String> ends =
          Ranks.together(
              2,
              rank -> {
                (rank == 0 ? one : mute).connect(all, Ranks.BOUND);
                if (rank == 1) return "mute";
                return assertThrows(
                        LinkException.class, () -> one.receive(1, Duration.ofMinutes(5)))
                    .getMessage();
              });
      assertEquals("rank 1 gave no sign of life for 0.3 s", ends.get(0));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LinkChoice.class,
      names = {"SOCKETS", "SHARED_MEMORY"})
  void aSlowRankThatIsAliveIsWaitedFor(LinkChoice choice) throws Exception {
    SparkConf conf = new SparkConf(false);
    try (NetworkLink one = Ranks.listen(conf, null, 1, 0, 2, choice, Duration.ofMillis(400));
        NetworkLink two = Ranks.listen(conf, null, 1, 1, 2, choice, Duration.ofMillis(400))) {
      List<InetSocketAddress> all = List.of(one.address(), two.address());
      List<String> ends =
          Ranks.together(
              2,
              rank -> {
                (rank == 0 ? one : two).connect(all, Ranks.BOUND);
                if (rank == 1) return "computing";
                return assertThrows(
                        LinkException.class, () -> one.receive(1, Duration.ofSeconds(2)))
                    .getMessage();
              });
      assertEquals("rank 1 sent nothing within 2.0 s", ends.get(0));
    }
  }

  @Test
  void aWrongSecretIsRefused() throws Exception {
    refused(encrypted(), new Ranks.Secret("open rye"), 1);
    refused(new SparkConf(false).set("spark.authenticate", "true"), new Ranks.Secret("rye"), 1);
  }

  @Test
  void withoutASecretNobodyGetsIn() throws Exception {
    refused(new SparkConf(false), null, 1);
  }

  @Test
  void aRankOfAnotherAttemptIsRefused() throws Exception {
    refused(encrypted(), new Ranks.Secret("open sesame"), 2);
  }

  /** An intruder calls as rank 1 before the real one, which must not be harmed. */
  private static void refused(SparkConf conf, Ranks.Secret secret, long attempt) throws Exception {
    try (Ranks ranks = new Ranks(encrypted(), 2)) {
      try (NetworkLink intruder =
          Ranks.listen(conf, secret, attempt, 1, 2, Duration.ofSeconds(10))) {
        InetSocketAddress target = ranks.links.get(0).address();
        LinkException e =
            assertThrows(
                LinkException.class,
                () -> intruder.connect(List.of(target, target), Duration.ofSeconds(5)));
        assertTrue(e.getMessage().startsWith("rank 0 at "), e.getMessage());
      }
      exchange(ranks);
    }
  }

  @Test
  void garbageAndGiantFramesCloseTheConnectionAndHarmNobody() throws Exception {
    RandomStream random = new RandomStream(3, Purpose.TEST, 0, 0);
    byte[] garbage = new byte[200_000];
    for (int i = 0; i < garbage.length; i++) garbage[i] = (byte) random.nextInt();
    byte[] giant = {0, 0, 0, 0, 0x7f, -1, -1, -10, 3};
    byte[] negative = {-1, -1, -1, -1, -1, -1, -1, -1, 3};
    byte[] oddType = {0, 0, 0, 0, 0, 0, 0, 20, 0};
    byte[] ungreeted = new byte[29];
    ungreeted[7] = 29;
    ungreeted[8] = 10;
    ungreeted[28] = 100;
    byte[] giantBody = ungreeted.clone();
    giantBody[21] = 1;
    for (SparkConf conf : List.of(new SparkConf(false), encrypted())) {
      try (Ranks ranks = new Ranks(conf, 2)) {
        for (byte[] bytes : List.of(garbage, giant, negative, oddType, ungreeted, giantBody)) {
          assertTrue(closes(ranks.links.get(0).address(), bytes));
        }
        half(ranks.links.get(0).address());
        exchange(ranks);
        ranks.awaitBuffers();
      }
    }
  }

  /** Whether the server closes the connection after these bytes. */
  private static boolean closes(InetSocketAddress address, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(address.getHostString(), address.getPort())) {
      socket.setSoTimeout(5_000);
      try {
        socket.getOutputStream().write(bytes);
        int read = 0;
        while (read >= 0) read = socket.getInputStream().read();
      } catch (java.net.SocketTimeoutException e) {
        return false;
      } catch (java.net.SocketException e) {
        return true;
      }
      return true;
    }
  }

  /** Announces a frame and leaves. */
  private static void half(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket(address.getHostString(), address.getPort())) {
      socket.getOutputStream().write(new byte[] {0, 0, 0, 0, 0, 0, 1, 0, 3, 1, 2});
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LinkChoice.class,
      names = {"SOCKETS", "SHARED_MEMORY"})
  void aClosedLinkLeavesNoPortThreadOrConnection(LinkChoice choice) throws Exception {
    List<InetSocketAddress> addresses;
    try (Ranks ranks = new Ranks(new SparkConf(false), choice, 3)) {
      exchange(ranks);
      addresses = ranks.addresses();
      ranks.close();
      for (NetworkLink link : ranks.links) {
        assertEquals(0, link.connections());
        assertEquals(0, link.lent());
      }
    }
    for (InetSocketAddress a : addresses) {
      assertThrows(IOException.class, () -> new Socket(a.getHostString(), a.getPort()).close());
    }
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (!t.getName().startsWith("kudari-")) continue;
      t.join(20_000);
      assertFalse(t.isAlive(), t.getName());
    }
  }

  private static SparkConf encrypted() {
    return new SparkConf(false)
        .set("spark.authenticate", "true")
        .set("spark.network.crypto.enabled", "true");
  }

  private static String failure(int rank, Collectives c) {
    return assertThrows(
            CollectiveException.class,
            () -> c.reduceScatter(4, nodes(hosts(3), rank, 4), slices(3), new float[LENGTH]))
        .getMessage();
  }

  private static Distribution hosts(int size) {
    return Distribution.even(WORKERS, size);
  }

  /** Some steps of sum, all-gather and a broadcast, all compared with the serial sum. */
  private static void exchange(Ranks ranks) throws Exception {
    int size = ranks.links.size();
    List<float[]> ends =
        ranks.run(
            WORKERS,
            (rank, c) -> {
              float[] sum = new float[LENGTH];
              for (int step = 0; step < STEPS; step++) {
                List<TreeSum.Node<float[]>> nodes = nodes(hosts(size), rank, step);
                if (step % 2 == 1) c.reduceScatter(step, nodes, slices(size), sum);
                else reduceScatterEarly(c, step, nodes, slices(size), sum);
                c.allGather(step, sum, slices(size));
              }
              c.broadcast(STEPS, 0, sum);
              return sum;
            });
    float[] expected = nodes(hosts(1), 0, STEPS - 1).get(0).value();
    for (float[] end : ends) assertArrayEquals(expected, end, 0f);
  }

  /** Sends from the ends of the vectors on, while what is before is not known yet. */
  private static void reduceScatterEarly(
      Collectives c,
      long step,
      List<TreeSum.Node<float[]>> nodes,
      List<Slice> slices,
      float[] into) {
    List<TreeSum.Node<float[]>> growing = new ArrayList<>();
    for (TreeSum.Node<float[]> n : nodes)
      growing.add(new TreeSum.Node<>(n.level(), n.index(), new float[LENGTH]));
    ReduceScatter begun = c.startReduceScatter(step, growing, slices);
    for (int to = LENGTH; to > 0; to -= 40_000) {
      int from = Math.max(0, to - 40_000);
      for (int k = 0; k < nodes.size(); k++) {
        System.arraycopy(nodes.get(k).value(), from, growing.get(k).value(), from, to - from);
      }
      begun.advance(from);
    }
    begun.finish(into);
  }

  private static List<Slice> slices(int size) {
    Layout layout = Layout.flat(LENGTH);
    return IntStream.range(0, size).mapToObj(r -> layout.shard(r, size)).toList();
  }

  private static List<TreeSum.Node<float[]>> nodes(Distribution hosts, int rank, int step) {
    TreeSum<float[]> sum =
        new TreeSum<>(
            WORKERS,
            (l, r) -> {
              Floats.add(l, r, 0, LENGTH);
              return l;
            });
    for (int v = hosts.first(rank); v < hosts.last(rank); v++) {
      RandomStream random = new RandomStream(v, Purpose.TEST, step, 3);
      float[] x = new float[LENGTH];
      for (int i = 0; i < LENGTH; i++) x[i] = random.uniform() - 0.3f;
      sum.add(v, x);
    }
    return sum.nodes();
  }
}
