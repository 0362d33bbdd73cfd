package io.kudari.data.order;

import java.util.Arrays;

/**
 * How many keys of each class there are in each of equally wide ranges of keys, called buckets:
 * 65,536 of them, or fewer, so that there are never more than 2^20 counters. Counts of parts of a
 * set add up, in any order, to those of the set. Not thread-safe.
 */
public final class KeyCounts implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Of the first bits of a key, at most. */
  private static final int BITS = 16;

  private static final int MOST = 1 << 20;

  private int bits;
  private long sum;
  private long[][] counts;

  /** Of no keys. */
  public KeyCounts() {
    this(BITS, new long[0][]);
  }

  private KeyCounts(int bits, long[][] counts) {
    this.bits = bits;
    this.counts = counts;
  }

  /**
   * Counts a key.
   *
   * @param group class of its example, from 0
   */
  public void add(int group, long key) {
    if (group >= counts.length) grow(group + 1);
    counts[group][bucket(key)]++;
    sum += key;
  }

  private void grow(int groups) {
    while ((long) groups << bits > MOST && bits > 0) fold();
    int before = counts.length;
    counts = Arrays.copyOf(counts, groups);
    for (int g = before; g < groups; g++) counts[g] = new long[1 << bits];
  }

  /** Makes one bucket of every two. */
  private void fold() {
    for (int g = 0; g < counts.length; g++) {
      long[] wide = new long[counts[g].length / 2];
      for (int b = 0; b < counts[g].length; b++) wide[b >> 1] += counts[g][b];
      counts[g] = wide;
    }
    bits--;
  }

  /**
   * Adds the counts of other examples.
   *
   * @param number the number here of each class there
   */
  public void add(KeyCounts other, int[] number) {
    for (int g = 0; g < other.counts.length; g++)
      if (number[g] >= counts.length) grow(number[g] + 1);
    while (bits > other.bits) fold();
    int narrower = other.bits - bits;
    for (int g = 0; g < other.counts.length; g++)
      for (int b = 0; b < other.counts[g].length; b++)
        counts[number[g]][b >> narrower] += other.counts[g][b];
    sum += other.sum;
  }

  /**
   * The same, whose classes have other numbers.
   *
   * @param number the new one of each class there is
   * @param groups how many classes there are then, also those without examples
   */
  public KeyCounts renumbered(int[] number, int groups) {
    KeyCounts all = new KeyCounts(bits, new long[0][]);
    all.grow(groups);
    all.add(this, number);
    return all;
  }

  /** The same without regard to classes. */
  public KeyCounts together() {
    long[] together = new long[1 << bits];
    for (long[] group : counts) for (int b = 0; b < together.length; b++) together[b] += group[b];
    KeyCounts all = new KeyCounts(bits, new long[][] {together});
    all.sum = sum;
    return all;
  }

  /** The same in at most so many buckets as are useful to find places among so many examples. */
  public KeyCounts coarse() {
    KeyCounts coarse = copy();
    while (coarse.bits > 4 && 8L << coarse.bits > total()) coarse.fold();
    return coarse;
  }

  private KeyCounts copy() {
    KeyCounts same =
        new KeyCounts(bits, Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new));
    same.sum = sum;
    return same;
  }

  /** Keys of a class. */
  public long total(int group) {
    return group < counts.length ? Arrays.stream(counts[group]).sum() : 0;
  }

  /** All keys. */
  public long total() {
    long all = 0;
    for (int g = 0; g < counts.length; g++) all += total(g);
    return all;
  }

  /** The sum of all keys modulo 2^64, by which another multiset of examples is told. */
  public long sum() {
    return sum;
  }

  /** Number of classes. */
  public int groups() {
    return counts.length;
  }

  /** Number of buckets: a power of two. */
  public int buckets() {
    return 1 << bits;
  }

  /** The bucket of a key; smaller keys are in smaller ones. */
  public int bucket(long key) {
    // A long is not shifted by 64.
    return (int) (key >>> 1 >>> (63 - bits));
  }

  /** Keys of a class in a bucket. */
  public long count(int group, int bucket) {
    return counts[group][bucket];
  }
}
