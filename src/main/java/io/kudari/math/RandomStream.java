package io.kudari.math;

/**
 * A counter-based stream of random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011, §3.3).
 *
 * <p>A stream is named by a seed and three coordinates, such as (purpose, step, worker). Streams of
 * different names are independent, and a name gives the same numbers on every machine and whatever
 * ran before: nothing about a run depends on which thread drew first. Gaussians use {@link
 * StrictMath}. Not thread-safe: a stream belongs to one thread.
 */
public final class RandomStream {

  private final int key0;
  private final int key1;
  private final int name0;
  private final int name1;
  private final int name2;
  private int counter;
  private final int[] block = new int[4];
  private int used = 4;
  private double spareGaussian = Double.NaN;

  /**
   * The stream of this name.
   *
   * @param seed the experiment's seed: all 64 bits are used as the cipher's key
   * @param purpose what the numbers are for, so that two uses never share a stream
   * @param a first coordinate, such as a step; its high half is folded into the purpose's word
   * @param b second coordinate, such as a worker
   */
  public RandomStream(long seed, Purpose purpose, long a, int b) {
    this.key0 = (int) seed;
    this.key1 = (int) (seed >>> 32);
    this.name0 = (int) a;
    this.name1 = b;
    this.name2 = purpose.ordinal() ^ ((int) (a >>> 32) << 8);
  }

  /**
   * What a stream is drawn for. The order of the constants is part of the format of every seeded
   * result: append only.
   */
  public enum Purpose {
    SPLIT,
    PARTITION,
    SHUFFLE,
    INITIAL,
    DROPOUT,
    GENERATOR,
    NOISE,
    COMPRESSION,
    TEST
  }

  /** The next 32 random bits. */
  public int nextInt() {
    if (used == 4) {
      philox(counter++, name0, name1, name2, key0, key1, block);
      used = 0;
    }
    return block[used++];
  }

  /** Uniform in [0, 1), with 24 random bits. */
  public float uniform() {
    return (nextInt() >>> 8) * 0x1.0p-24f;
  }

  /** Uniform in [0, 1), with 53 random bits. */
  public double uniformDouble() {
    long high = nextInt() >>> 6L;
    long low = nextInt() >>> 5L;
    return ((high << 27) + low) * 0x1.0p-53;
  }

  /**
   * Uniform in 0..bound-1 without bias (Lemire, "Fast random integer generation in an interval",
   * 2019).
   */
  public int below(int bound) {
    if (bound < 1) throw new IllegalArgumentException("bound must be at least 1, not " + bound);
    long product = (nextInt() & 0xFFFFFFFFL) * bound;
    int low = (int) product;
    if (Integer.compareUnsigned(low, bound) < 0) {
      int threshold = Integer.remainderUnsigned(-bound, bound);
      while (Integer.compareUnsigned(low, threshold) < 0) {
        product = (nextInt() & 0xFFFFFFFFL) * bound;
        low = (int) product;
      }
    }
    return (int) (product >>> 32);
  }

  /** Standard normal (Box and Muller, 1958). */
  public double gaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double spare = spareGaussian;
      spareGaussian = Double.NaN;
      return spare;
    }
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniformDouble()));
    double angle = 2 * StrictMath.PI * uniformDouble();
    spareGaussian = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /** A uniformly random permutation of 0..n-1 (Fisher and Yates, in Durstenfeld's form). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** Ten rounds of Philox4x32 on a 128-bit counter with a 64-bit key, into {@code out}. */
  static void philox(int c0, int c1, int c2, int c3, int k0, int k1, int[] out) {
    for (int round = 0; round < 10; round++) {
      long p0 = (c0 & 0xFFFFFFFFL) * 0xD2511F53L;
      long p1 = (c2 & 0xFFFFFFFFL) * 0xCD9E8D57L;
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
  }
}
