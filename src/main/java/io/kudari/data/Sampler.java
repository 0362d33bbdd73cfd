package io.kudari.data;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which worker sees which training example, and when. Every worker owns a part of the training set
 * for the whole run and visits it in a new order each epoch; together they see every example
 * exactly once an epoch, whatever sequence of batch sizes cuts the epoch into steps. A {@link
 * Sampling} may ask for other orders and parts.
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
  private final Sampling sampling;
  private final int[] dealt;

  /** Class of each dealt example; empty unless the sampling goes by it. */
  private final int[] labels;

  /**
   * Deals the training set to workers.
   *
   * @param seed the experiment's
   * @param workers logical workers, at least 1; more workers than examples leave some without any
   * @param ids indices in the source of the examples to train on, each once
   */
  public Sampler(long seed, int workers, int[] ids) {
    this(seed, workers, ids, Sampling.USUAL, new int[0]);
  }

  /**
   * Deals the training set to workers in a way.
   *
   * @param labels class of each example of the source, at least 0; not read unless the sampling
   *     goes by it
   */
  public Sampler(long seed, int workers, int[] ids, Sampling sampling, int[] labels) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1, not " + workers);
    }
    this.seed = seed;
    this.workers = workers;
    int[] shuffled = new RandomStream(seed, Purpose.PARTITION, 0, 0).permutation(ids.length);
    for (int i = 0; i < shuffled.length; i++) shuffled[i] = ids[shuffled[i]];
    this.sampling = sampling;
    this.dealt =
        sampling.shards() == Sampling.Shards.DEALT ? shuffled : cut(sorted(shuffled, labels));
    this.labels =
        sampling.needsLabels() ? Arrays.stream(dealt).map(id -> labels[id]).toArray() : new int[0];
  }

  /** The same indices, those of smaller labels first; of equal ones in the order given. */
  private static int[] sorted(int[] indices, int[] labels) {
    long[] keys = new long[indices.length];
    for (int i = 0; i < keys.length; i++) keys[i] = (long) labels[indices[i]] << 32 | i;
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> indices[(int) key]).toArray();
  }

  /** Deals contiguous parts, of the sizes that all dealing gives. */
  private int[] cut(int[] whole) {
    int[] places = new int[whole.length];
    int next = 0;
    for (int worker = 0; worker < workers; worker++)
      for (int place = worker; place < whole.length; place += workers)
        places[place] = whole[next++];
    return places;
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
   * each once unless they are drawn with replacement.
   *
   * @param epoch from 0
   */
  public int[] order(long epoch, int worker) {
    int own = examples(worker);
    return switch (sampling.order()) {
      case SHUFFLED -> random(epoch, worker).permutation(own);
      case ONCE -> random(0, worker).permutation(own);
      case SORTED_BY_LABEL -> sorted(random(epoch, worker).permutation(own), rowLabels(worker));
      case WITH_REPLACEMENT -> {
        RandomStream random = random(epoch, worker);
        yield IntStream.range(0, own).map(i -> random.below(own)).toArray();
      }
    };
  }

  private RandomStream random(long epoch, int worker) {
    return new RandomStream(seed, Purpose.SHUFFLE, epoch, worker);
  }

  /** Class of each row of a worker's {@link #partition}. */
  private int[] rowLabels(int worker) {
    long[] keys = new long[examples(worker)];
    for (int i = 0; i < keys.length; i++) {
      int place = worker + i * workers;
      keys[i] = (long) dealt[place] << 32 | labels[place];
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }
}
