package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.CollectiveException;
import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.collective.LinkException;
import io.kudari.collective.TreeSum;
import io.kudari.math.Slice;
import io.kudari.spark.FaultProxy.Way;
import io.kudari.spark.link.NetworkLink;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ranks whose connection breaks in some way either get right sums or are told, within a bound, that
 * the attempt is over; never wrong sums, never a wait without end.
 */
@Slow
@Execution(ExecutionMode.CONCURRENT) // They wait most of the time.
class LinkFaultTest {

  private static final Ranks.Secret SECRET = new Ranks.Secret("open sesame");
  private static final Duration SILENCE = Duration.ofSeconds(2);

  /**
   * With a silence of two seconds in place of eight: a bound of ten seconds, and of slow machines.
   */
  private static final Duration MOST = Duration.ofSeconds(8);

  private static final int LENGTH = 70_000;
  private static final int ROUNDS = 4;
  private static final int SEEDS = 6;

  /** Bytes that rank 1 sends to rank 0 in all: about half of each vector and sum. */
  private static final int BYTES = ROUNDS * LENGTH * Float.BYTES;

  /** More than the greetings and the first signs of life. */
  private static final int GREETING = 400;

  /** Plain messages are on a socket of their own, encrypted ones on Spark's connection. */
  enum Transport {
    PLAIN(new SparkConf(false)),
    ENCRYPTED(
        new SparkConf(false)
            .set("spark.authenticate", "true")
            .set("spark.network.crypto.enabled", "true")
            .set("spark.network.auth.rpcTimeout", "2s")
            .set("spark.kudari.sasl.timeout", "2s"));

    private final SparkConf conf;

    Transport(SparkConf conf) {
      this.conf = conf;
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"TRICKLE", "VANISH"},
      mode = EnumSource.Mode.EXCLUDE)
  void sumsAreRightOrTheAttemptIsOver(FaultProxy.Fault fault) throws Exception {
    for (int seed = 0; seed < (fault == FaultProxy.Fault.NONE ? 1 : SEEDS); seed++) {
      int at = seed == 0 ? 0 : new Random(seed).nextInt(BYTES);
      Case fails = new Case(Transport.PLAIN, fault, at, Way.FROM_THE_CALLER);
      List<Throwable> ends = run(fails);
      boolean harmless = fault == FaultProxy.Fault.NONE || fault == FaultProxy.Fault.DRIP;
      long failed = ends.stream().filter(e -> e != null).count();
      assertEquals(harmless, failed == 0, fails + ": " + ends);
    }
  }

  /** Ranks on both sides of a cut live on: each must find out for itself. */
  @ParameterizedTest
  @EnumSource(Transport.class)
  void bothSidesStopWhenTheOtherVanishesOrSendsOneByteASecond(Transport transport)
      throws Exception {
    for (FaultProxy.Fault fault : List.of(FaultProxy.Fault.VANISH, FaultProxy.Fault.TRICKLE)) {
      for (Way way : Way.values()) {
        int at = 2_000 + new Random(fault.ordinal()).nextInt(BYTES - 2_000);
        Case cut = new Case(transport, fault, at, way);
        List<Throwable> ends = run(cut);
        assertTrue(ends.stream().allMatch(e -> e != null), cut + ": " + ends);
      }
    }
  }

  /** Greetings, answers, frames, lengths, headers and numbers: whatever a bit of is changed. */
  @ParameterizedTest
  @EnumSource(Transport.class)
  void aFlippedBitNeverMakesAWrongSum(Transport transport) throws Exception {
    Random random = new Random(20);
    for (int i = 0; i < 16; i++) {
      int at = random.nextInt(i % 2 == 0 ? GREETING : BYTES);
      Way way = Way.values()[i / 2 % 2];
      List<Throwable> unused = run(new Case(transport, FaultProxy.Fault.FLIP, at, way));
    }
  }

  /** What is spoiled where. */
  private record Case(Transport transport, FaultProxy.Fault fault, int at, Way way) {}

  /**
   * Why each of two ranks has ended, or null. Sums were right until then, and the end came in time.
   */
  private static List<Throwable> run(Case spoiled) throws Exception {
    long start = System.nanoTime();
    List<Throwable> ends = ends(spoiled);
    assertTrue(System.nanoTime() - start < MOST.toNanos(), spoiled + ": " + ends);
    for (Throwable end : ends) {
      assertTrue(
          end == null || end instanceof CollectiveException || end instanceof LinkException,
          spoiled + ": " + end);
    }
    return ends;
  }

  private static List<Throwable> ends(Case spoiled) throws Exception {
    List<NetworkLink> links = new ArrayList<>();
    for (int r = 0; r < 2; r++)
      links.add(Ranks.listen(spoiled.transport.conf, SECRET, 1, r, 2, SILENCE));
    InetSocketAddress target = links.get(0).address();
    try (FaultProxy proxy = new FaultProxy(target, spoiled.fault, spoiled.at, spoiled.way)) {
      List<InetSocketAddress> addresses = List.of(proxy.address(), links.get(1).address());
      return Ranks.together(2, rank -> end(links.get(rank), addresses));
    } finally {
      links.forEach(NetworkLink::close);
    }
  }

  private static Throwable end(NetworkLink link, List<InetSocketAddress> addresses) {
    Distribution hosts = Distribution.even(2, 2);
    try {
      link.connect(addresses, SILENCE);
    } catch (LinkException e) {
      return e;
    }
    try (Collectives collectives = new Collectives(link, 1, hosts, Ranks.BOUND)) {
      for (int round = 0; round < ROUNDS; round++) round(collectives, link.rank(), round);
      return null;
    } catch (CollectiveException e) {
      return e;
    }
  }

  private static void round(Collectives collectives, int rank, int round) {
    List<Slice> slices = List.of(new Slice(0, LENGTH / 2), new Slice(LENGTH / 2, LENGTH));
    float[] own = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) own[i] = value(rank, round, i);
    float[] sum = new float[LENGTH];
    collectives.reduceScatter(2L * round, List.of(new TreeSum.Node<>(0, rank, own)), slices, sum);
    collectives.allGather(2L * round + 1, sum, slices);
    float[] expected = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) expected[i] = value(0, round, i) + value(1, round, i);
    assertArrayEquals(expected, sum, () -> "round " + round + " " + Arrays.hashCode(sum));
  }

  private static float value(int rank, int round, int i) {
    return (rank + 1) * (i % 977) + round;
  }
}
