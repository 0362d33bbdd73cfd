package io.kudari.data.order;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyOrderTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 1000, 5000})
  void keysAreSortedAsUnsignedNumbersAndEqualOnesByWhatBreaksTies(int count) {
    SplittableRandom random = new SplittableRandom(count);
    long[] keys = new long[count + 3];
    for (int i = 0; i < keys.length; i++)
      keys[i] = random.nextInt(4) == 0 ? random.nextInt(3) - 1 : random.nextLong();
    int[] rank = IntStream.range(0, count).map(i -> count - i).toArray();
    Comparator<Integer> ties = Comparator.comparingInt(i -> rank[i]);
    Comparator<Integer> byKey = (a, b) -> Long.compareUnsigned(keys[a], keys[b]);
    int[] expected =
        IntStream.range(0, count)
            .boxed()
            .sorted(byKey.thenComparing(ties))
            .mapToInt(i -> i)
            .toArray();
    assertArrayEquals(expected, KeyOrder.sort(keys, count, ties));
  }
}
