package io.kudari.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.Floats;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TeamSumTest {

  @Property(tries = 60)
  void anyNumberOfThreadsGivesTheBitsOfTheTree(
      @ForAll @IntRange(min = 1, max = 9) int workers,
      @ForAll @IntRange(min = 1, max = 4) int threads,
      @ForAll @IntRange(min = 0, max = 20_000) int length)
      throws Exception {
    int team = Math.min(threads, workers);
    Distribution hosts = Distribution.even(workers, team);
    TeamBarrier barrier = new TeamBarrier(team, Duration.ofSeconds(10));
    TeamSum sum = new TeamSum(workers, barrier);
    List<float[]> found =
        together(
            team,
            t -> {
              float[] last = null;
              for (int step = 0; step < 3; step++) {
                Slice slice = new Slice(length * t / team, length * (t + 1) / team);
                var nodes =
                    sum.sum(t, nodes(workers, hosts.first(t), hosts.last(t), length, step), slice);
                barrier.await(t);
                assertEquals(1, nodes.size());
                last = nodes.get(0).value();
                barrier.await(t);
              }
              return last;
            });
    float[] expected = nodes(workers, 0, workers, length, 2).get(0).value();
    for (float[] f : found) assertArrayEquals(expected, f, 0f);
  }

  @Test
  void aFailureOfOneThreadEndsTheWaitOfTheOthers() throws Exception {
    TeamBarrier barrier = new TeamBarrier(3, Duration.ofSeconds(60));
    List<String> ends =
        together(
            3,
            t -> {
              if (t == 1) {
                barrier.fail("no gradient");
                return "failed";
              }
              return assertThrows(CollectiveException.class, () -> barrier.await(t)).getMessage();
            });
    assertTrue(ends.get(0).contains("no gradient") && ends.get(2).contains("no gradient"));
  }

  @Test
  void aMissingThreadIsAnErrorForAllWithinTheBound() throws Exception {
    TeamBarrier barrier = new TeamBarrier(3, Duration.ofMillis(50));
    List<String> ends =
        together(
            2, t -> assertThrows(CollectiveException.class, () -> barrier.await(t)).getMessage());
    for (String end : ends) assertTrue(end.contains("did not reach the barrier"), end);
  }

  private static List<TreeSum.Node<float[]>> nodes(
      int workers, int first, int last, int length, int step) {
    TreeSum<float[]> sum =
        new TreeSum<>(
            workers,
            (l, r) -> {
              Floats.add(l, r, 0, length);
              return l;
            });
    for (int v = first; v < last; v++) {
      RandomStream random = new RandomStream(v, Purpose.TEST, step, 3);
      float[] x = new float[length];
      for (int i = 0; i < length; i++) x[i] = (float) random.uniform() - 0.3f;
      sum.add(v, x);
    }
    return sum.nodes();
  }

  private interface Body<T> {
    T run(int thread) throws Exception;
  }

  private static <T> List<T> together(int threads, Body<T> body)
      throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        futures.add(pool.submit(() -> body.run(thread)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> f : futures) results.add(f.get(30, TimeUnit.SECONDS));
      return results;
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("a thread hangs", e);
    } finally {
      pool.shutdownNow();
    }
  }
}
