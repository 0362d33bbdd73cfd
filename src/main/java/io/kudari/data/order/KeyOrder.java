package io.kudari.data.order;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Sorts examples by their keys. */
public final class KeyOrder {

  private KeyOrder() {}

  /**
   * The places of keys in their order, as unsigned numbers.
   *
   * @param keys the first {@code count} are sorted; they stay as they are
   * @param ties orders the places of equal keys
   */
  public static int[] sort(long[] keys, int count, Comparator<Integer> ties) {
    int low = 32 - Integer.numberOfLeadingZeros(Math.max(1, count) - 1);
    long places = (1L << low) - 1;
    // The first bits of a key with its place behind them: primitive numbers sort several times as
    // fast as objects that are compared.
    long[] packed = new long[count];
    for (int i = 0; i < count; i++) packed[i] = (keys[i] & ~places | i) ^ Long.MIN_VALUE;
    Arrays.parallelSort(packed);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) order[i] = (int) (packed[i] & places);
    for (int from = 0; from < count; ) {
      int to = from + 1;
      while (to < count && (packed[from] ^ packed[to]) >>> low == 0) to++;
      if (to - from > 1) sort(order, from, to, keys, ties);
      from = to;
    }
    return order;
  }

  private static void sort(int[] order, int from, int to, long[] keys, Comparator<Integer> ties) {
    Comparator<Integer> byKey = (a, b) -> Long.compareUnsigned(keys[a], keys[b]);
    int[] sorted =
        IntStream.range(from, to)
            .mapToObj(i -> order[i])
            .sorted(byKey.thenComparing(ties))
            .mapToInt(i -> i)
            .toArray();
    System.arraycopy(sorted, 0, order, from, sorted.length);
  }
}
