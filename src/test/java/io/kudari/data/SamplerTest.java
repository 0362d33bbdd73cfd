package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static int[] ids(int n) {
    return IntStream.range(0, n).map(i -> 3 * i + 1).toArray();
  }

  @Property(tries = 300)
  void anEpochVisitsEveryExampleOnceWhateverTheBatchSizes(
      @ForAll @IntRange(max = 400) int examples,
      @ForAll @IntRange(min = 1, max = 40) int workers,
      @ForAll @IntRange(max = 5) int epoch,
      @ForAll long seed) {
    Sampler sampler = new Sampler(seed, workers, ids(examples));
    RandomStream sizes = new RandomStream(seed, Purpose.TEST, 0, 0);
    int[] seen = new int[3 * examples + 1];
    for (int position = 0; position < examples; ) {
      int batch = Math.min(1 + sizes.below(60), examples - position);
      int taken = 0;
      int least = Integer.MAX_VALUE;
      int most = 0;
      for (int worker = 0; worker < workers; worker++) {
        int[] own = sampler.partition(worker);
        int[] order = sampler.order(epoch, worker);
        int from = sampler.local(position, worker);
        int to = sampler.local(position + batch, worker);
        for (int i = from; i < to; i++) seen[own[order[i]]]++;
        taken += to - from;
        least = Math.min(least, to - from);
        most = Math.max(most, to - from);
      }
      assertEquals(batch, taken);
      assertTrue(most - least <= 1, "shards of one step differ by at most one example");
      position += batch;
    }
    for (int id : ids(examples)) assertEquals(1, seen[id]);
    assertEquals(examples, Arrays.stream(seen).sum());
  }

  @Property(tries = 100)
  void partitionsAreAscendingDisjointAndOfTheStatedSizes(
      @ForAll @IntRange(max = 400) int examples,
      @ForAll @IntRange(min = 1, max = 40) int workers,
      @ForAll long seed) {
    Sampler sampler = new Sampler(seed, workers, ids(examples));
    for (int worker = 0; worker < workers; worker++) {
      int[] own = sampler.partition(worker);
      assertEquals((int) Math.ceil((examples - worker) / (double) workers), own.length);
      assertEquals(own.length, sampler.examples(worker));
      for (int i = 1; i < own.length; i++) assertTrue(own[i - 1] < own[i]);
    }
    int[] all =
        IntStream.range(0, workers).flatMap(v -> Arrays.stream(sampler.partition(v))).toArray();
    Arrays.sort(all);
    assertArrayEquals(ids(examples), all);
  }

  @Test
  void epochsWorkersAndSeedsDifferAndNothingElseMatters() {
    Sampler sampler = new Sampler(5, 4, ids(400));
    int[] order = sampler.order(2, 1);
    assertFalse(Arrays.equals(order, sampler.order(3, 1)));
    assertFalse(Arrays.equals(order, sampler.order(2, 2)));
    assertFalse(Arrays.equals(order, new Sampler(6, 4, ids(400)).order(2, 1)));
    assertFalse(Arrays.equals(sampler.partition(1), new Sampler(6, 4, ids(400)).partition(1)));

    Sampler fresh = new Sampler(5, 4, ids(400));
    assertArrayEquals(order, fresh.order(2, 1));
    assertArrayEquals(sampler.partition(1), fresh.partition(1));
  }

  /** Every third example is of class 2, and so on; the indices are not those of the classes. */
  private static int[] classes(int n) {
    return IntStream.range(0, 3 * n + 1).map(id -> id / 3 % 3).toArray();
  }

  private static Sampler sampler(Sampling.Order order, Sampling.Shards shards) {
    return new Sampler(5, 4, ids(90), new Sampling(order, shards), classes(90));
  }

  private static int[] visited(Sampler sampler, int epoch, int worker) {
    int[] own = sampler.partition(worker);
    return Arrays.stream(sampler.order(epoch, worker)).map(row -> own[row]).toArray();
  }

  @Test
  void sortedByLabelAWorkerVisitsClassAfterClassInNewOrders() {
    Sampler sampler = sampler(Sampling.Order.SORTED_BY_LABEL, Sampling.Shards.DEALT);
    int[] classes = classes(90);
    for (int worker = 0; worker < 4; worker++) {
      int[] visited = visited(sampler, 1, worker);
      int[] found = Arrays.stream(visited).map(id -> classes[id]).toArray();
      int[] rising = found.clone();
      Arrays.sort(rising);
      assertArrayEquals(rising, found);
      assertFalse(Arrays.equals(visited, visited(sampler, 2, worker)));
      Arrays.sort(visited);
      assertArrayEquals(sampler.partition(worker), visited);
    }
  }

  @Test
  void shuffledOnceEveryEpochHasTheOrderOfTheFirst() {
    Sampler once = sampler(Sampling.Order.ONCE, Sampling.Shards.DEALT);
    Sampler usual = new Sampler(5, 4, ids(90));
    for (int epoch = 0; epoch < 3; epoch++)
      assertArrayEquals(usual.order(0, 2), once.order(epoch, 2));
  }

  @Test
  void withReplacementAboutAThirdOfTheExamplesIsNotDrawnInAnEpoch() {
    var drawn = new Sampling(Sampling.Order.WITH_REPLACEMENT, Sampling.Shards.DEALT);
    Sampler sampler = new Sampler(5, 2, ids(4000), drawn, new int[0]);
    for (int epoch = 0; epoch < 3; epoch++) {
      int[] order = sampler.order(epoch, 1);
      assertEquals(2000, order.length);
      // (1 − 1/n)ⁿ is e⁻¹; the deviation of the share is 0.007.
      long distinct = Arrays.stream(order).distinct().count();
      assertEquals(1 - Math.exp(-1), distinct / 2000.0, 0.03);
    }
    assertFalse(Arrays.equals(sampler.order(0, 1), sampler.order(1, 1)));
  }

  @Test
  void shardsSortedByLabelHaveTheUsualSizesAndAreCutClassByClass() {
    Sampler sampler = sampler(Sampling.Order.SHUFFLED, Sampling.Shards.SORTED_BY_LABEL);
    Sampler usual = new Sampler(5, 4, ids(90));
    int[] classes = classes(90);
    int highest = 0;
    int[] all = new int[0];
    for (int worker = 0; worker < 4; worker++) {
      int[] own = sampler.partition(worker);
      assertEquals(usual.partition(worker).length, own.length);
      int[] labels = Arrays.stream(own).map(id -> classes[id]).sorted().toArray();
      assertTrue(labels[0] >= highest, "classes do not fall from worker to worker");
      highest = labels[labels.length - 1];
      all = IntStream.concat(Arrays.stream(all), Arrays.stream(own)).sorted().toArray();
    }
    assertArrayEquals(ids(90), all);
  }

  @Test
  void dealingIsRandomRatherThanByIndex() {
    // Of 1000 examples dealt to 2, worker 0 owns about half of the first 500 (deviation 11).
    long early =
        Arrays.stream(new Sampler(1, 2, ids(1000)).partition(0)).filter(i -> i < 1500).count();
    assertTrue(early > 190 && early < 310, early + " of the first 500");
  }

  @Test
  void positionsBeyondTheEpochAreItsEnd() {
    Sampler sampler = new Sampler(1, 3, ids(10));
    assertEquals(4, sampler.local(10, 0));
    assertEquals(4, sampler.local(1_000_000_000_000L, 0));
    assertEquals(3, sampler.local(11, 2));
  }

  @Test
  void argumentsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Sampler(1, 0, ids(3)));
    Sampler sampler = new Sampler(1, 2, ids(3));
    assertThrows(IllegalArgumentException.class, () -> sampler.local(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> sampler.local(0, 2));
    assertThrows(IllegalArgumentException.class, () -> sampler.partition(-1));
  }
}
