package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static int[] order(Sampler sampler, int epoch, int worker) {
    return sampler.order(epoch, worker, row -> 0);
  }

  @Property(tries = 300)
  void anEpochVisitsEveryExampleOnceWhateverTheBatchSizes(
      @ForAll @IntRange(max = 400) int examples,
      @ForAll @IntRange(min = 1, max = 40) int workers,
      @ForAll @IntRange(max = 5) int epoch,
      @ForAll long seed) {
    Sampler sampler = new Sampler(seed, workers, examples);
    RandomStream sizes = new RandomStream(seed, Purpose.TEST, 0, 0);
    int[][] seen = new int[workers][];
    for (int v = 0; v < workers; v++) seen[v] = new int[sampler.examples(v)];
    for (int position = 0; position < examples; ) {
      int batch = Math.min(1 + sizes.below(60), examples - position);
      int taken = 0;
      int least = Integer.MAX_VALUE;
      int most = 0;
      for (int worker = 0; worker < workers; worker++) {
        int[] order = order(sampler, epoch, worker);
        int from = sampler.local(position, worker);
        int to = sampler.local(position + batch, worker);
        for (int i = from; i < to; i++) seen[worker][order[i]]++;
        taken += to - from;
        least = Math.min(least, to - from);
        most = Math.max(most, to - from);
      }
      assertEquals(batch, taken);
      assertTrue(most - least <= 1, "shards of one step differ by at most one example");
      position += batch;
    }
    int all = 0;
    for (int[] of : seen)
      for (int times : of) {
        assertEquals(1, times);
        all++;
      }
    assertEquals(examples, all);
  }

  @Test
  void epochsWorkersAndSeedsDifferAndNothingElseMatters() {
    Sampler sampler = new Sampler(5, 4, 400);
    int[] order = order(sampler, 2, 1);
    assertFalse(Arrays.equals(order, order(sampler, 3, 1)));
    assertFalse(Arrays.equals(order, order(sampler, 2, 2)));
    assertFalse(Arrays.equals(order, order(new Sampler(6, 4, 400), 2, 1)));
    assertArrayEquals(order, order(new Sampler(5, 4, 400), 2, 1));
  }

  @Test
  void sortedByLabelAWorkerVisitsClassAfterClassInNewOrders() {
    Sampler sampler = new Sampler(5, 4, 90, Sampling.Order.SORTED_BY_LABEL);
    IntUnaryOperator classes = row -> row % 3;
    for (int worker = 0; worker < 4; worker++) {
      int[] visited = sampler.order(1, worker, classes);
      int[] found = Arrays.stream(visited).map(classes).toArray();
      int[] rising = found.clone();
      Arrays.sort(rising);
      assertArrayEquals(rising, found);
      assertFalse(Arrays.equals(visited, sampler.order(2, worker, classes)));
      Arrays.sort(visited);
      assertArrayEquals(IntStream.range(0, sampler.examples(worker)).toArray(), visited);
    }
  }

  @Test
  void shuffledOnceEveryEpochHasTheOrderOfTheFirst() {
    Sampler once = new Sampler(5, 4, 90, Sampling.Order.ONCE);
    Sampler usual = new Sampler(5, 4, 90);
    for (int epoch = 0; epoch < 3; epoch++)
      assertArrayEquals(order(usual, 0, 2), order(once, epoch, 2));
  }

  @Test
  void withReplacementAboutAThirdOfTheExamplesIsNotDrawnInAnEpoch() {
    Sampler sampler = new Sampler(5, 2, 4000, Sampling.Order.WITH_REPLACEMENT);
    for (int epoch = 0; epoch < 3; epoch++) {
      int[] order = order(sampler, epoch, 1);
      assertEquals(2000, order.length);
      // (1 − 1/n)ⁿ is e⁻¹; the deviation of the share is 0.007.
      long distinct = Arrays.stream(order).distinct().count();
      assertEquals(1 - Math.exp(-1), distinct / 2000.0, 0.03);
    }
    assertFalse(Arrays.equals(order(sampler, 0, 1), order(sampler, 1, 1)));
  }

  @Test
  void positionsBeyondTheEpochAreItsEnd() {
    Sampler sampler = new Sampler(1, 3, 10);
    assertEquals(4, sampler.local(10, 0));
    assertEquals(4, sampler.local(1_000_000_000_000L, 0));
    assertEquals(3, sampler.local(11, 2));
  }

  @Test
  void argumentsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Sampler(1, 0, 3));
    Sampler sampler = new Sampler(1, 2, 3);
    assertThrows(IllegalArgumentException.class, () -> sampler.local(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> sampler.local(0, 2));
    assertThrows(IllegalArgumentException.class, () -> sampler.examples(-1));
    assertThrows(IllegalArgumentException.class, () -> new Sampler(1, 2, -1));
  }
}
