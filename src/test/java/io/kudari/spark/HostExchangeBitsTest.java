package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.CollectiveException;
import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.collective.Hosts;
import io.kudari.collective.LinkChoice;
import io.kudari.collective.TreeSum;
import io.kudari.exchange.Codec;
import io.kudari.exchange.Exchange;
import io.kudari.exchange.Exchanges;
import io.kudari.exchange.GradientExchange;
import io.kudari.exchange.Team;
import io.kudari.exchange.TeamMember;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Ranks that exchange by hosts over real links, with threads, by exchanges of every kind. */
@Slow
class HostExchangeBitsTest {

  private static final long SEED = 20261130;
  private static final int STEPS = 3;

  /** Of several messages a rank, and not a multiple of anything. */
  private static final Layout LAYOUT =
      new Layout(
          List.of(
              new Segment("weight", 0, List.of(1409, 211), Role.WEIGHT),
              new Segment("mean", 297_299, List.of(7), Role.STATISTIC),
              new Segment("bias", 297_306, List.of(211), Role.BIAS)));

  private static final List<Map<String, Object>> EXCHANGES =
      List.of(
          Map.of("name", "dense"),
          Map.of("name", "fp16", "error-feedback", true),
          Map.of("name", "bf16"),
          Map.of("name", "top-k", "share", 0.05),
          Map.of("name", "qsgd", "codes", "elias"));

  @ParameterizedTest
  @CsvSource({
    "2, 2, 8, 1, SHARED_MEMORY",
    "2, 2, 13, 3, SOCKETS",
    "3, 2, 11, 2, SHARED_MEMORY",
    "4, 4, 16, 2, SHARED_MEMORY",
    "1, 3, 5, 1, SOCKETS"
  })
  void everyExchangeByHostsHasTheBitsOfTheTree(
      int first, int second, int workers, int threads, LinkChoice link) throws Exception {
    List<String> names = new ArrayList<>(Collections.nCopies(first, "first"));
    names.addAll(Collections.nCopies(second, "second"));
    Optional<Hosts> hosts = Optional.of(Hosts.of(names));
    for (Map<String, Object> section : EXCHANGES) {
      GradientExchange exchange = Exchanges.parse(section);
      List<float[]> expected = expected(exchange, workers);
      try (Ranks ranks = new Ranks(new SparkConf(false), link, first + second)) {
        List<List<float[]>> found =
            ranks.run(
                workers,
                hosts,
                (rank, all) ->
                    train(exchange, Distribution.even(workers, names.size()), rank, threads, all));
        for (int r = 0; r < found.size(); r++)
          for (int s = 0; s < STEPS; s++)
            assertArrayEquals(
                expected.get(s), found.get(r).get(s), section + ", rank " + r + ", step " + s);
      }
    }
  }

  /** Of three hosts with two ranks each, each of which has a slice of ten messages. */
  @Test
  void slicesOfManyMessagesHaveTheBitsOfTheMesh() throws Exception {
    Optional<Hosts> hosts = Optional.of(Hosts.of(List.of("a", "a", "b", "b", "c", "c")));
    List<float[]> mesh = longSums(Optional.empty());
    List<float[]> byHosts = longSums(hosts);
    for (int r = 0; r < 6; r++) {
      assertArrayEquals(mesh.get(0), mesh.get(r), "mesh, rank " + r);
      assertArrayEquals(mesh.get(0), byHosts.get(r), "by hosts, rank " + r);
    }
  }

  private static List<float[]> longSums(Optional<Hosts> hosts) throws Exception {
    int length = 6 * 10 * 16_000 + 7;
    List<Slice> slices =
        IntStream.range(0, 6)
            .mapToObj(r -> new Slice(length / 6 * r, r == 5 ? length : length / 6 * (r + 1)))
            .toList();
    try (Ranks ranks = new Ranks(new SparkConf(false), LinkChoice.SHARED_MEMORY, 6)) {
      return ranks.run(
          6,
          hosts,
          (rank, all) -> {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) values[i] = (i * 7 + rank * 13) % 101 / 3f;
            all.reduceScatter(1, List.of(new TreeSum.Node<>(0, rank, values)), slices, values);
            all.allGather(2, values, slices);
            return values;
          });
    }
  }

  /** Of 2 hosts with 2 ranks each, rank 0 neither sends rank 3 anything nor gets anything of it. */
  @ParameterizedTest
  @EnumSource(
      value = LinkChoice.class,
      names = {"SOCKETS", "SHARED_MEMORY"})
  void theDeathOfARankEndsAlsoRanksThatDoNotTalkToIt(LinkChoice link) throws Exception {
    CyclicBarrier connected = new CyclicBarrier(4);
    Optional<Hosts> hosts = Optional.of(Hosts.of(List.of("a", "a", "b", "b")));
    try (Ranks ranks = new Ranks(new SparkConf(false), link, 4)) {
      List<String> ends =
          ranks.run(
              4,
              hosts,
              (rank, all) -> {
                connected.await(20, TimeUnit.SECONDS);
                if (rank == 3) {
                  ranks.links.get(3).close();
                  return "dead";
                }
                return assertThrows(CollectiveException.class, () -> sums(all, rank)).getMessage();
              });
      for (int r = 0; r < 3; r++) {
        assertTrue(ends.get(r).startsWith("rank " + r + ", step 4, reduce-scatter: "), ends.get(r));
        assertTrue(ends.get(r).contains("rank 3"), ends.get(r));
      }
    }
  }

  private static void sums(Collectives all, int rank) {
    float[] values = new float[LAYOUT.size()];
    List<Slice> slices = IntStream.range(0, 4).mapToObj(r -> LAYOUT.shard(r, 4)).toList();
    all.reduceScatter(4, List.of(new TreeSum.Node<>(0, rank, values)), slices, values);
  }

  /** What the vector has become after each step. */
  private static List<float[]> train(
      GradientExchange exchange, Distribution distribution, int rank, int threads, Collectives all)
      throws Exception {
    int count = distribution.last(rank) - distribution.first(rank);
    int used = Math.min(threads, count);
    List<float[]> steps = new ArrayList<>();
    for (int s = 0; s < STEPS; s++) steps.add(new float[LAYOUT.size()]);
    try (Team team = new Team(LAYOUT, distribution, rank, used, all, Ranks.BOUND)) {
      var unused =
          Ranks.together(
              used,
              thread -> {
                int from = distribution.first(rank) + count * thread / used;
                int to = distribution.first(rank) + count * (thread + 1) / used;
                Codec codec = exchange.codec(LAYOUT, SEED);
                Exchange own = exchange.open(new TeamMember(team, thread), codec);
                for (int s = 0; s < STEPS; s++) {
                  own.offer(sum(codec, distribution.workers(), from, to, s));
                  team.await(thread);
                  VectorSource sum = own.reduce();
                  sum.copy(own.slice(), steps.get(s));
                  own.publish(steps.get(s));
                }
                return null;
              });
    }
    return steps;
  }

  /** The same by one who has all workers. */
  private static List<float[]> expected(GradientExchange exchange, int workers) {
    Codec codec = exchange.codec(LAYOUT, SEED);
    List<float[]> steps = new ArrayList<>();
    for (int s = 0; s < STEPS; s++) steps.add(sum(codec, workers, 0, workers, s).get(0).value());
    return steps;
  }

  private static List<TreeSum.Node<float[]>> sum(
      Codec codec, int workers, int from, int to, int step) {
    TreeSum<float[]> sum =
        new TreeSum<>(
            workers,
            (left, right) -> {
              Floats.add(left, right, 0, left.length);
              codec.round(left);
              return left;
            });
    codec.begin(step, 0);
    for (int v = from; v < to; v++) {
      RandomStream random = new RandomStream(SEED, Purpose.TEST, step, v);
      float[] values = new float[LAYOUT.size()];
      for (int i = 0; i < values.length; i++) values[i] = (random.uniform() - 0.4f) * (1 << i % 9);
      codec.code(v, step, values);
      sum.add(v, values);
    }
    return sum.nodes();
  }
}
