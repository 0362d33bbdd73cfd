package io.kudari.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.Floats;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exchanges by hosts on a simulated network: sums have the bits of the tree, faults end all. */
class HostExchangeTest {

  private static final int STEPS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Simulation.Faults NONE = new Simulation.Faults(0, 0, 0, 0, 0, 0);

  /** Ranks of each host. */
  private static final List<List<Integer>> SHAPES =
      List.of(
          List.of(2, 2),
          List.of(3, 3),
          List.of(4, 4),
          List.of(1, 3),
          List.of(3, 2),
          List.of(2, 1, 2),
          List.of(1, 4, 2, 1));

  private record Case(
      int workers, Distribution distribution, Hosts hosts, int length, List<Slice> slices) {

    /** Workers are more than ranks by chance, in uneven ranges, slices of any length, even 0. */
    static Case of(List<Integer> sizes, long seed) {
      RandomStream random = new RandomStream(seed, Purpose.TEST, 1, 5);
      int ranks = sizes.stream().mapToInt(n -> n).sum();
      int workers = ranks + random.below(9);
      List<Integer> firsts = new ArrayList<>(IntStream.range(1, workers).boxed().toList());
      while (firsts.size() > ranks - 1) firsts.remove(random.below(firsts.size()));
      firsts.add(0, 0);
      int length = 1 + random.below(200);
      int[] cuts = IntStream.range(1, ranks).map(i -> random.below(length + 1)).sorted().toArray();
      List<Slice> slices = new ArrayList<>();
      for (int r = 0; r < ranks; r++)
        slices.add(new Slice(r == 0 ? 0 : cuts[r - 1], r == ranks - 1 ? length : cuts[r]));
      return new Case(
          workers, new Distribution(workers, firsts), hosts(sizes), length, List.copyOf(slices));
    }

    static Hosts hosts(List<Integer> sizes) {
      List<String> names = new ArrayList<>();
      for (int h = 0; h < sizes.size(); h++)
        names.addAll(Collections.nCopies(sizes.get(h), "h" + h));
      return Hosts.of(names);
    }

    int ranks() {
      return distribution.ranks();
    }

    List<TreeSum.Node<float[]>> nodes(int first, int last, int step, Precision precision) {
      TreeSum<float[]> sum =
          new TreeSum<>(
              workers,
              (left, right) -> {
                Floats.add(left, right, 0, length);
                precision.round(left, 0, length);
                return left;
              });
      for (int v = first; v < last; v++) {
        RandomStream random = new RandomStream(v, Purpose.TEST, step, 2);
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
          values[i] = precision.round((float) (random.uniform() - 0.5) * (1 << (i % 12)));
        sum.add(v, values);
      }
      return sum.nodes();
    }

    /** Sum, all-gather of the sum and of bytes of different lengths, and a small reduction. */
    void step(Collectives c, int rank, int step, Precision precision) {
      List<TreeSum.Node<float[]>> own =
          nodes(distribution.first(rank), distribution.last(rank), step, precision);
      ReduceScatter begun = c.startReduceScatter(4L * step, own, slices, precision);
      begun.advance(length / 2);
      float[] sum = own.get(0).value();
      begun.finish(sum);
      c.allGather(4L * step + 1, sum, slices);
      float[] expected = nodes(0, workers, step, precision).get(0).value();
      if (!Arrays.equals(expected, sum)) throw new AssertionError("a wrong sum in step " + step);
      gatherBytes(c, rank, step);
      long[] counts = c.reduce(4L * step + 3, new long[] {1, rank});
      if (counts[0] != ranks() || counts[1] != ranks() * (ranks() - 1L) / 2)
        throw new AssertionError("a wrong count in step " + step);
    }

    private void gatherBytes(Collectives c, int rank, int step) {
      List<Slice> parts = new ArrayList<>();
      int to = 0;
      for (int r = 0; r < ranks(); r++) parts.add(new Slice(to, to += r * 37 % 101));
      byte[] expected = new byte[to];
      for (int i = 0; i < to; i++) expected[i] = (byte) (i * 7 + step);
      byte[] all = new byte[to];
      Slice own = parts.get(rank);
      System.arraycopy(expected, own.from(), all, own.from(), own.size());
      c.allGather(4L * step + 2, all, parts);
      if (!Arrays.equals(expected, all)) throw new AssertionError("wrong bytes in step " + step);
    }
  }

  private interface Links {
    Link of(Link link);
  }

  private record Outcome(Simulation simulation, List<Throwable> errors, int[] completed) {}

  private static Outcome run(
      Case c, long seed, Simulation.Faults faults, Precision precision, Links links, boolean byHost)
      throws InterruptedException {
    Simulation simulation = new Simulation(seed, faults, Header.BYTES + 32);
    int[] completed = new int[c.ranks()];
    Optional<Hosts> hosts = byHost ? Optional.of(c.hosts) : Optional.empty();
    List<Throwable> errors =
        simulation.run(
            c.ranks(),
            link -> {
              try (Collectives all =
                  new Collectives(links.of(link), 5, c.distribution, PATIENCE, hosts)) {
                for (int s = 1; s <= STEPS; s++) {
                  c.step(all, link.rank(), s, precision);
                  completed[link.rank()] = s;
                }
              }
            });
    return new Outcome(simulation, errors, completed);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void sumsHaveTheBitsOfTheTreeOnAnyHostsWhateverTheNetworkRepeatsOrReorders(Precision precision)
      throws InterruptedException {
    Simulation.Faults faults = new Simulation.Faults(0, 0.1, 0, 0.1, 0, 0);
    for (List<Integer> shape : SHAPES) {
      for (long seed = 0; seed < 12; seed++) {
        Outcome found = run(Case.of(shape, seed), seed, faults, precision, link -> link, true);
        for (Throwable e : found.errors) assertNull(e, shape + ", seed " + seed + ": " + e);
        assertEquals(0, found.simulation.lent(), "buffers, " + shape + ", seed " + seed);
      }
    }
  }

  @Test
  void underAnyFaultTheSumIsExactEverywhereOrTheErrorIsCleanEverywhere()
      throws InterruptedException {
    int failed = 0;
    for (long seed = 0; seed < 150; seed++) {
      Case c = Case.of(SHAPES.get((int) (seed % SHAPES.size())), seed);
      Simulation.Faults faults =
          seed % 3 == 0
              ? new Simulation.Faults(0.003, 0.05, 0, 0.05, 0, 0)
              : seed % 3 == 1
                  ? new Simulation.Faults(0, 0.05, 0.002, 0.05, 0.001, 0)
                  : new Simulation.Faults(0, 0, 0, 0, 0, 0.002);
      Outcome found = run(c, seed, faults, Precision.FULL, link -> link, true);
      if (check(c, found, "seed " + seed)) failed++;
    }
    assertTrue(failed > 30 && failed < 130, failed + " of 150 failed");
  }

  /** Each message of each rank is the one before which it dies, so that no phase is left out. */
  @Test
  void aRankThatDiesBeforeAnyOfItsMessagesEndsAllOthersWithAnErrorThatNamesTheOperation()
      throws InterruptedException {
    Case c = Case.of(List.of(2, 2), 3);
    for (int rank = 0; rank < c.ranks(); rank++) {
      int dead = 0;
      for (boolean died = true; died; ) {
        int[] left = {dead};
        int victim = rank;
        Links links = link -> link.rank() == victim ? dying(link, left) : link;
        Outcome found = run(c, 1, NONE, Precision.FULL, links, true);
        died = left[0] < 0;
        if (!died) break;
        assertTrue(check(c, found, "rank " + rank + " before message " + dead));
        long failed = found.errors.stream().filter(e -> e != null).count();
        assertTrue(failed > 1, "nobody noticed, message " + dead);
        dead++;
      }
      assertTrue(dead > 20, "rank " + rank + " sends " + dead + " messages");
    }
  }

  /**
   * Nobody is more than a step ahead of who fails, and all end.
   *
   * @return whether any rank failed
   */
  private static boolean check(Case c, Outcome found, String where) {
    int failedStep = Integer.MAX_VALUE;
    for (int r = 0; r < c.ranks(); r++) {
      Throwable e = found.errors.get(r);
      if (e == null) continue;
      failedStep = Math.min(failedStep, found.completed[r] + 1);
      boolean clean =
          e instanceof Simulation.Died
              || (e instanceof CollectiveException
                  && e.getMessage().matches("rank " + r + ", step \\d+, (reduce|all-)[a-z-]*: .*"));
      assertTrue(clean, where + ": " + e);
    }
    for (int done : found.completed) assertTrue(done <= failedStep, where);
    long bound = (STEPS + 2L) * 4 * c.ranks() * PATIENCE.toMillis() + 60_000;
    assertTrue(found.simulation.now() <= bound, where + ": " + found.simulation.now());
    return failedStep < Integer.MAX_VALUE;
  }

  /** Whose rank dies once it has sent so many messages, or tries to send ever after. */
  private static Link dying(Link link, int[] left) {
    return new WatchedLink(
        link,
        (phase, operation) -> {
          if (left[0]-- <= 0) throw new Simulation.Died();
        });
  }

  /** Of 8 workers on 2 hosts of 4 ranks: whole subtrees, and slices of 80 values. */
  @Test
  void aHostSendsOneSumWhereItsRanksWouldSendOneEach() throws InterruptedException {
    int length = 640;
    List<Slice> slices = slices(8, 80);
    Case c = new Case(8, Distribution.even(8, 8), Case.hosts(List.of(4, 4)), length, slices);
    // Each of 8 values and a header; both ways half of the vector.
    long half = length / 2 / 8 * (32L + Header.BYTES);
    assertEquals(2 * half, betweenHosts(c, true));
    assertEquals(4 * 2 * half, betweenHosts(c, false));
  }

  /** Of 6 workers on 2 hosts of 3 ranks: the first three are no subtree, but two. */
  @Test
  void aHostSendsAsManySumsAsItsWorkersHaveSubtrees() throws InterruptedException {
    int length = 480;
    List<Slice> slices = slices(6, 80);
    Case c = new Case(6, Distribution.even(6, 6), Case.hosts(List.of(3, 3)), length, slices);
    long half = length / 2 / 8 * (32L + Header.BYTES);
    assertEquals(2 * half + half, betweenHosts(c, true));
    assertEquals(3 * 2 * half, betweenHosts(c, false));
  }

  /** Of so many ranks, as large each. */
  private static List<Slice> slices(int ranks, int size) {
    return IntStream.range(0, ranks).mapToObj(r -> new Slice(size * r, size * (r + 1))).toList();
  }

  /** Bytes of a reduce-scatter and an all-gather from the first host to the second. */
  private static long betweenHosts(Case c, boolean byHost) throws InterruptedException {
    Simulation simulation = new Simulation(1, NONE, Header.BYTES + 32);
    Optional<Hosts> hosts = byHost ? Optional.of(c.hosts) : Optional.empty();
    List<Throwable> errors =
        simulation.run(
            c.ranks(),
            link -> {
              try (Collectives all = new Collectives(link, 5, c.distribution, PATIENCE, hosts)) {
                int first = c.distribution.first(link.rank());
                int last = c.distribution.last(link.rank());
                float[] sum = new float[c.length];
                all.reduceScatter(1, c.nodes(first, last, 1, Precision.FULL), c.slices, sum);
                all.allGather(2, sum, c.slices);
                float[] expected = c.nodes(0, c.workers, 1, Precision.FULL).get(0).value();
                if (!Arrays.equals(expected, sum)) throw new AssertionError("a wrong sum");
              }
            });
    for (Throwable e : errors) assertNull(e);
    long bytes = 0;
    for (int from = 0; from < c.hosts.last(0); from++)
      for (int to = c.hosts.last(0); to < c.ranks(); to++) bytes += simulation.sentBytes(from, to);
    return bytes;
  }

  @Test
  void aRankHoldsFewMessagesHoweverLongTheVector() throws InterruptedException {
    int length = 65_536;
    List<Slice> slices = slices(4, 16_384);
    Case c = new Case(4, Distribution.even(4, 4), Case.hosts(List.of(2, 2)), length, slices);
    Simulation simulation = new Simulation(1, NONE, 80);
    List<Throwable> errors =
        simulation.run(
            4,
            link -> {
              try (Collectives all =
                  new Collectives(link, 5, c.distribution, PATIENCE, Optional.of(c.hosts))) {
                float[] own = new float[length];
                Arrays.fill(own, 1);
                float[] sum = new float[length];
                all.reduceScatter(1, List.of(new TreeSum.Node<>(0, link.rank(), own)), slices, sum);
                all.allGather(1, sum, slices);
                for (float s : sum) if (s != 4) throw new AssertionError("a wrong sum");
              }
            });
    for (Throwable e : errors) assertNull(e);
    assertTrue(simulation.mostLent() < 80, simulation.mostLent() + " messages");
  }

  /** Memory that two ranks of a host share has room for 16. */
  @Test
  void fewMessagesOfARankWaitForAnotherHoweverManyHostsThereAre() throws InterruptedException {
    for (List<Integer> shape :
        List.of(List.of(2, 2, 2), List.of(2, 2, 2, 2, 2, 2), List.of(3, 1, 2))) {
      Hosts hosts = Case.hosts(shape);
      int length = hosts.ranks() * 256;
      List<Slice> slices =
          IntStream.range(0, hosts.ranks())
              .mapToObj(r -> new Slice(256 * r, 256 * (r + 1)))
              .toList();
      Distribution distribution = Distribution.even(hosts.ranks(), hosts.ranks());
      for (long seed = 0; seed < 10; seed++) {
        Simulation simulation = new Simulation(seed, NONE, Header.BYTES + 32);
        List<Throwable> errors =
            simulation.run(
                hosts.ranks(),
                link -> {
                  try (Collectives all =
                      new Collectives(link, 5, distribution, PATIENCE, Optional.of(hosts))) {
                    float[] own = new float[length];
                    Arrays.fill(own, 1);
                    all.reduceScatter(
                        1, List.of(new TreeSum.Node<>(0, link.rank(), own)), slices, own);
                    all.allGather(2, own, slices);
                    for (float s : own)
                      if (s != hosts.ranks()) throw new AssertionError("a wrong sum");
                  }
                });
        for (Throwable e : errors) assertNull(e);
        int most = simulation.mostQueued();
        assertTrue(most <= 12, most + " messages, " + shape + ", seed " + seed);
      }
    }
  }
}
