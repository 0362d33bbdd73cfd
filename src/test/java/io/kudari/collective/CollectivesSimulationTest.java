package io.kudari.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Attempts of some steps on a network that misbehaves. Invariants, in every run:
 *
 * <ul>
 *   <li>neverAWrongSum: what a completed step gives has the bits of the one tree;
 *   <li>cleanError: a rank that does not succeed dies or throws a {@link CollectiveException} that
 *       names rank, step, phase;
 *   <li>oneErrorIsEveryonesError: when a rank fails in step s, no rank completes step s + 1;
 *   <li>neverAHang: all ranks end within the sum of the bounds of their waits;
 *   <li>everyBufferComesBack: an attempt that succeeds leaves no buffer behind.
 * </ul>
 */
@Slow
class CollectivesSimulationTest {

  private static final int STEPS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** An attempt's shape and outcome. */
  private static final class Attempt {
    final int workers;
    final int ranks;
    final int length;
    final Distribution distribution;
    final List<Slice> slices;
    final int[] completed;
    List<Throwable> errors;

    Attempt(long seed) {
      RandomStream random = new RandomStream(seed, Purpose.TEST, 1, 1);
      workers = 1 + random.below(9);
      ranks = 1 + random.below(Math.min(workers, 5));
      length = 1 + random.below(60);
      List<Integer> others = new ArrayList<>(IntStream.range(1, workers).boxed().toList());
      while (others.size() > ranks - 1) others.remove(random.below(others.size()));
      others.add(0, 0);
      distribution = new Distribution(workers, others);
      int[] cuts =
          IntStream.range(0, ranks - 1).map(i -> random.below(length + 1)).sorted().toArray();
      slices =
          IntStream.range(0, ranks)
              .mapToObj(r -> new Slice(r == 0 ? 0 : cuts[r - 1], r == ranks - 1 ? length : cuts[r]))
              .toList();
      completed = new int[ranks];
    }

    float[] vector(int worker, int step) {
      RandomStream random = new RandomStream(worker, Purpose.TEST, step, 2);
      float[] v = new float[length];
      for (int i = 0; i < length; i++) v[i] = (float) (random.uniform() - 0.5) * (1 << (i % 20));
      return v;
    }

    List<TreeSum.Node<float[]>> nodes(int first, int last, int step) {
      TreeSum<float[]> sum = new TreeSum<>(workers, Attempt::add);
      for (int v = first; v < last; v++) sum.add(v, vector(v, step));
      return sum.nodes();
    }

    static float[] add(float[] left, float[] right) {
      for (int i = 0; i < left.length; i++) left[i] += right[i];
      return left;
    }

    /** A step: sum, all-gather of the sum, and a small reduction; all checked. */
    void step(Collectives c, int rank, int step) {
      int first = distribution.first(rank);
      int last = distribution.last(rank);
      float[] sum = sum(c, rank, step, nodes(first, last, step));
      c.allGather(step, sum, slices);
      float[] expected = nodes(0, workers, step).get(0).value();
      if (!Arrays.equals(expected, sum)) throw new AssertionError("neverAWrongSum: step " + step);
      TreeSum<double[]> losses = new TreeSum<>(workers, (l, r) -> new double[] {l[0] + r[0]});
      TreeSum<double[]> all = new TreeSum<>(workers, (l, r) -> new double[] {l[0] + r[0]});
      for (int v = 0; v < workers; v++) {
        if (v >= first && v < last) losses.add(v, new double[] {1.0 / (v + 3)});
        all.add(v, new double[] {1.0 / (v + 3)});
      }
      if (c.reduce(step, losses.nodes())[0] != all.root()[0]) {
        throw new AssertionError("neverAWrongSum: loss of step " + step);
      }
    }

    /** By half of the ranks, sends while the vectors become known, from their ends. */
    private float[] sum(Collectives c, int rank, int step, List<TreeSum.Node<float[]>> known) {
      RandomStream random = new RandomStream(rank, Purpose.TEST, step, 3);
      if (random.below(2) == 0) {
        float[] into = random.below(2) == 0 ? known.get(0).value() : new float[length];
        c.reduceScatter(step, known, slices, into);
        return into;
      }
      List<TreeSum.Node<float[]>> growing = new ArrayList<>();
      for (TreeSum.Node<float[]> n : known) {
        float[] unknown = new float[length];
        Arrays.fill(unknown, Float.NaN);
        growing.add(new TreeSum.Node<>(n.level(), n.index(), unknown));
      }
      ReduceScatter begun = c.startReduceScatter(step, growing, slices);
      for (int to = length; to > 0; ) {
        int from = random.below(to);
        for (int k = 0; k < known.size(); k++) {
          System.arraycopy(known.get(k).value(), from, growing.get(k).value(), from, to - from);
        }
        begun.advance(from);
        to = from;
      }
      float[] into = growing.get(0).value();
      begun.finish(into);
      return into;
    }

    Simulation run(long seed, Simulation.Faults faults) throws InterruptedException {
      Simulation simulation = new Simulation(seed, faults, Header.BYTES + 32);
      errors =
          simulation.run(
              ranks,
              link -> {
                try (Collectives c = new Collectives(link, 5, distribution, PATIENCE)) {
                  float[] start = new float[length];
                  if (link.rank() == ranks - 1) start = vector(99, 99);
                  c.broadcast(0, ranks - 1, start);
                  if (!Arrays.equals(start, vector(99, 99))) {
                    throw new AssertionError("neverAWrongSum: broadcast");
                  }
                  for (int s = 1; s <= STEPS; s++) {
                    step(c, link.rank(), s);
                    completed[link.rank()] = s;
                  }
                }
              });
      return simulation;
    }
  }

  @Test
  void delaysDuplicatesReorderingAndForeignMessagesNeverMatter() throws InterruptedException {
    Simulation.Faults faults = new Simulation.Faults(0, 0.1, 0, 0.1, 0, 0);
    for (long seed = 0; seed < 500; seed++) {
      Attempt attempt = new Attempt(seed);
      Simulation simulation = attempt.run(seed, faults);
      for (Throwable e : attempt.errors) assertNull(e, "seed " + seed + ": " + e);
      assertEquals(0, simulation.lent(), "everyBufferComesBack, seed " + seed);
    }
  }

  @Test
  void underAnyFaultTheSumIsExactEverywhereOrTheErrorIsCleanEverywhere()
      throws InterruptedException {
    int failed = 0;
    int succeeded = 0;
    for (long seed = 0; seed < 1500; seed++) {
      Attempt attempt = new Attempt(seed);
      Simulation simulation = attempt.run(seed, faults(seed));
      check(seed, attempt, simulation);
      if (attempt.errors.stream().allMatch(e -> e == null)) succeeded++;
      else failed++;
    }
    assertTrue(failed > 300 && succeeded > 300, failed + " failed, " + succeeded + " succeeded");
  }

  @Test
  void aRankHoldsFewMessagesHoweverLongTheVector() throws InterruptedException {
    int length = 65_536;
    Distribution distribution = Distribution.even(4, 4);
    List<Slice> slices =
        IntStream.range(0, 4).mapToObj(r -> Layout.flat(length).shard(r, 4)).toList();
    Simulation simulation = new Simulation(1, new Simulation.Faults(0, 0, 0, 0, 0, 0), 80);
    List<Throwable> errors =
        simulation.run(
            4,
            link -> {
              try (Collectives c = new Collectives(link, 5, distribution, PATIENCE)) {
                float[] own = new float[length];
                Arrays.fill(own, 1);
                float[] sum = new float[length];
                var nodes = List.of(new TreeSum.Node<>(0, link.rank(), own));
                c.reduceScatter(1, nodes, slices, sum);
                c.allGather(1, sum, slices);
                for (float s : sum) if (s != 4) throw new AssertionError("neverAWrongSum");
              }
            });
    for (Throwable e : errors) assertNull(e);
    assertTrue(simulation.mostLent() < 60, simulation.mostLent() + " messages");
  }

  /** One kind of fault in most runs, all at once in some. */
  private static Simulation.Faults faults(long seed) {
    return switch ((int) (seed % 6)) {
      case 0 -> new Simulation.Faults(0.005, 0, 0, 0, 0, 0);
      case 1 -> new Simulation.Faults(0, 0.1, 0.002, 0.05, 0, 0);
      case 2 -> new Simulation.Faults(0, 0, 0, 0, 0.003, 0);
      case 3 -> new Simulation.Faults(0, 0, 0, 0, 0, 0.003);
      case 4 -> new Simulation.Faults(0.05, 0.05, 0.05, 0.05, 0.05, 0.02);
      default -> new Simulation.Faults(0.001, 0.05, 0.001, 0.05, 0.001, 0.001);
    };
  }

  private static void check(long seed, Attempt attempt, Simulation simulation) {
    int failedStep = Integer.MAX_VALUE;
    for (int r = 0; r < attempt.ranks; r++) {
      Throwable e = attempt.errors.get(r);
      if (e == null) continue;
      failedStep = Math.min(failedStep, attempt.completed[r] + 1);
      boolean clean =
          e instanceof Simulation.Died
              || (e instanceof CollectiveException
                  && e.getMessage()
                      .matches("rank " + r + ", step \\d, (reduce|all-|broad)[a-z-]*: rank .*"));
      assertTrue(clean, "cleanError, seed " + seed + ": " + e);
    }
    for (int r = 0; r < attempt.ranks; r++) {
      assertTrue(attempt.completed[r] <= failedStep, "oneErrorIsEveryonesError, seed " + seed);
    }
    if (failedStep == Integer.MAX_VALUE) {
      assertEquals(0, simulation.lent(), "everyBufferComesBack, seed " + seed);
    }
    long bound = (STEPS + 2L) * 4 * attempt.ranks * PATIENCE.toMillis() + 60_000;
    assertTrue(simulation.now() <= bound, "neverAHang, seed " + seed + ": " + simulation.now());
  }
}
