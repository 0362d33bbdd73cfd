package io.kudari.data;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.Arrays;

/**
 * Which worker sees which training example, and when. Every worker owns a part of the training set
 * for the whole run and visits it in a new order each epoch; together they see every example
 * exactly once an epoch, whatever sequence of batch sizes cuts the epoch into steps.
 *
 * <p>A seeded permutation of the training set deals position {@code q} to worker {@code q mod
 * workers}, so worker {@code v} owns ⌈(N−v)/workers⌉ of N examples. An epoch has the global
 * positions 0..N−1; a step that covers [p, p+b) takes from worker {@code v} the local positions
 * [{@link #local}(p, v), {@link #local}(p+b, v)): exactly b examples over all workers, as evenly as
 * b divides. The local positions count through {@link #order}.
 *
 * <p>Immutable and a pure function of its arguments; threads may share it.
 */
public final class Sampler implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  private final long seed;
  private final int workers;
  private final int[] dealt;

  /**
   * Deals the training set to workers.
   *
   * @param seed the experiment's
   * @param workers logical workers, at least 1; more workers than examples leave some without any
   * @param ids indices in the source of the examples to train on, each once
   */
  public Sampler(long seed, int workers, int[] ids) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1, not " + workers);
    }
    this.seed = seed;
    this.workers = workers;
    int[] deal = new RandomStream(seed, Purpose.PARTITION, 0, 0).permutation(ids.length);
    this.dealt = Arrays.stream(deal).map(i -> ids[i]).toArray();
  }

  /** Number of training examples: the length of an epoch. */
  public int examples() {
    return dealt.length;
  }

  /** Number of logical workers. */
  public int workers() {
    return workers;
  }

  /** Number of examples this worker owns. */
  public int examples(int worker) {
    return local(dealt.length, worker);
  }

  /** Indices in the source of the examples this worker owns, ascending: what it has to load. */
  public int[] partition(int worker) {
    int[] own = new int[examples(worker)];
    for (int i = 0; i < own.length; i++) own[i] = dealt[worker + i * workers];
    Arrays.sort(own);
    return own;
  }

  /**
   * How many of this worker's examples come before a global position of the epoch: ⌈(position −
   * worker) / workers⌉. Positions past the end of the epoch count as its end.
   *
   * @param position at least 0
   */
  public int local(long position, int worker) {
    if (position < 0 || worker < 0 || worker >= workers) {
      throw new IllegalArgumentException(
          "no position " + position + " of worker " + worker + " of " + workers);
    }
    long reached = Math.min(position, dealt.length);
    return (int) ((reached - worker + workers - 1) / workers);
  }

  /**
   * The order in which a worker visits its examples in an epoch: rows of its {@link #partition},
   * each once.
   *
   * @param epoch from 0
   */
  public int[] order(long epoch, int worker) {
    return new RandomStream(seed, Purpose.SHUFFLE, epoch, worker).permutation(examples(worker));
  }
}
