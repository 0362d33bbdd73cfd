package io.kudari.data;

import io.kudari.data.order.Division;
import java.util.Arrays;

/**
 * How many examples of some kind there are, and of a few with the greatest keys the keys and
 * classes: those that are held out last. What it says does not depend on their order. Not
 * thread-safe.
 */
public final class GreatestKeys implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  private static final int FIRST = 4;

  private final int most;
  private long count;
  private int size;

  /** Descending, as unsigned numbers. */
  private long[] keys;

  private int[] labels;

  /**
   * Of no examples.
   *
   * @param most keys that are kept
   */
  GreatestKeys(int most) {
    this.most = most;
    keys = new long[Math.min(FIRST, most)];
    labels = new int[keys.length];
  }

  /**
   * The next example.
   *
   * @param label its class, or 0
   */
  void add(int label, long key) {
    count++;
    keep(label, key);
  }

  private void keep(int label, long key) {
    int at = size;
    while (at > 0 && Long.compareUnsigned(keys[at - 1], key) < 0) at--;
    if (at == most) return;
    if (size == keys.length && size < most) {
      keys = Arrays.copyOf(keys, Math.min(2 * size, most));
      labels = Arrays.copyOf(labels, keys.length);
    }
    int moved = Math.min(size, keys.length - 1) - at;
    System.arraycopy(keys, at, keys, at + 1, moved);
    System.arraycopy(labels, at, labels, at + 1, moved);
    keys[at] = key;
    labels[at] = label;
    size = Math.min(size + 1, keys.length);
  }

  /**
   * Adds others.
   *
   * @param number the number here of each class there
   */
  void add(GreatestKeys other, int[] number) {
    count += other.count;
    for (int i = 0; i < other.size; i++) keep(number[other.labels[i]], other.keys[i]);
  }

  /** Gives each class another number. */
  void renumber(int[] number) {
    for (int i = 0; i < size; i++) labels[i] = number[labels[i]];
  }

  /** Number of examples. */
  long count() {
    return count;
  }

  /** Whether as many examples as keys are kept of lie in buckets that are trained on as a whole. */
  boolean areTrainedOn(Division division) {
    if (size < most) return false;
    for (int i = 0; i < size; i++) if (!division.trains(labels[i], keys[i])) return false;
    return true;
  }

  /** Whether there are as many examples as keys are kept of. */
  boolean isFull() {
    return size == most;
  }

  @Override
  public String toString() {
    return count + " " + Arrays.toString(keys);
  }
}
