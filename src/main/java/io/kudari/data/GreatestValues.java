package io.kudari.data;

import io.kudari.data.order.Division;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A random sample of a column's values: those of the examples with the greatest keys, which are
 * held out last. It does not depend on their order. Of as many examples as it holds, or fewer, it
 * has all values. Not thread-safe.
 */
public final class GreatestValues implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Values that are kept in the end: the rank of their median has a deviation of a 128th. */
  private static final int MOST = 1 << 12;

  /** Of all columns of a table together, unless it has very many. */
  private static final int MOST_OF_ALL = 1 << 16;

  private static final int LEAST = 64;

  private final int most;
  private long[] keys = new long[16];
  private int[] labels = new int[16];
  private double[] values = new double[16];
  private int size;

  /** Examples with smaller keys are left out. */
  private long least;

  /**
   * Of no values.
   *
   * @param columns that are sampled side by side
   */
  GreatestValues(int columns) {
    most = Math.max(LEAST, Math.min(MOST, MOST_OF_ALL / Math.max(1, columns)));
  }

  /** What was left out before is not written. */
  private void writeObject(java.io.ObjectOutputStream out) throws java.io.IOException {
    prune();
    int kept = Math.max(1, size);
    keys = Arrays.copyOf(keys, kept);
    labels = Arrays.copyOf(labels, kept);
    values = Arrays.copyOf(values, kept);
    out.defaultWriteObject();
  }

  /**
   * The next example.
   *
   * @param label its class, or 0
   * @param value finite
   */
  void add(int label, long key, double value) {
    if (Long.compareUnsigned(key, least) < 0) return;
    if (size == keys.length) grow();
    keys[size] = key;
    labels[size] = label;
    values[size++] = value;
  }

  private void grow() {
    if (size >= 2 * most) prune();
    if (size < keys.length) return;
    keys = Arrays.copyOf(keys, 2 * size);
    labels = Arrays.copyOf(labels, 2 * size);
    values = Arrays.copyOf(values, 2 * size);
  }

  /** Keeps those of the greatest keys; of equal ones, the greatest values. */
  private void prune() {
    if (size <= most) return;
    Comparator<Integer> byKey = (a, b) -> Long.compareUnsigned(keys[b], keys[a]);
    List<Integer> kept =
        IntStream.range(0, size)
            .boxed()
            .sorted(byKey.thenComparing((a, b) -> Double.compare(values[b], values[a])))
            .limit(most)
            .toList();
    long[] keysOf = kept.stream().mapToLong(i -> keys[i]).toArray();
    int[] labelsOf = kept.stream().mapToInt(i -> labels[i]).toArray();
    double[] valuesOf = kept.stream().mapToDouble(i -> values[i]).toArray();
    System.arraycopy(keysOf, 0, keys, 0, most);
    System.arraycopy(labelsOf, 0, labels, 0, most);
    System.arraycopy(valuesOf, 0, values, 0, most);
    size = most;
    least = keys[most - 1];
  }

  /**
   * Adds others.
   *
   * @param number the number here of each class there
   */
  void add(GreatestValues other, int[] number) {
    for (int i = 0; i < other.size; i++)
      add(number[other.labels[i]], other.keys[i], other.values[i]);
  }

  /** Gives each class another number. */
  void renumber(int[] number) {
    for (int i = 0; i < size; i++) labels[i] = number[labels[i]];
  }

  /** The median of all; 0 of none. */
  double median() {
    return median(i -> true);
  }

  /** The median of those in buckets that are trained on as a whole; 0 of none. */
  double median(Division division) {
    return median(i -> division.trains(labels[i], keys[i]));
  }

  private double median(Predicate<Integer> wanted) {
    prune();
    double[] sorted =
        IntStream.range(0, size)
            .filter(wanted::test)
            .mapToDouble(i -> values[i])
            .sorted()
            .toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) return 0;
    if (sorted.length % 2 == 1) return sorted[middle];
    return sorted[middle - 1] / 2 + sorted[middle] / 2;
  }
}
