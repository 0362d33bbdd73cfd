package io.kudari.data;

import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * When a worker sees which of its examples. Every worker owns a part of the training set for the
 * whole run and visits it in a new order each epoch; together they see every example exactly once
 * an epoch, whatever sequence of batch sizes cuts the epoch into steps. A {@link Sampling.Order}
 * may ask for other orders.
 *
 * <p>Worker {@code v} owns ⌈(N−v)/workers⌉ of N examples, as {@link io.kudari.data.order.Division}
 * says. An epoch has the global positions 0..N−1; a step that covers [p, p+b) takes from worker
 * {@code v} the local positions [{@link #local}(p, v), {@link #local}(p+b, v)): exactly b examples
 * over all workers, as evenly as b divides. The local positions count through {@link #order}.
 *
 * <p>A pure function of its arguments; threads may share it.
 *
 * @param seed the experiment's
 * @param workers logical workers, at least 1; more workers than examples leave some without any
 * @param examples to train on: the length of an epoch
 * @param order of a worker's examples
 */
public record Sampler(long seed, int workers, int examples, Sampling.Order order)
    implements java.io.Serializable {

  public Sampler {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1, not " + workers);
    }
    if (examples < 0) {
      throw new IllegalArgumentException("examples must be at least 0, not " + examples);
    }
  }

  /** With a new order each epoch. */
  public Sampler(long seed, int workers, int examples) {
    this(seed, workers, examples, Sampling.Order.SHUFFLED);
  }

  /** Number of examples this worker owns. */
  public int examples(int worker) {
    return local(examples, worker);
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
    long reached = Math.min(position, examples);
    return (int) ((reached - worker + workers - 1) / workers);
  }

  /**
   * The order in which a worker visits its examples in an epoch: rows of its own, each once unless
   * they are drawn with replacement.
   *
   * @param epoch from 0
   * @param label class of each of the worker's rows; not asked unless the order goes by it
   */
  public int[] order(long epoch, int worker, IntUnaryOperator label) {
    int own = examples(worker);
    return switch (order) {
      case SHUFFLED -> random(epoch, worker).permutation(own);
      case ONCE -> random(0, worker).permutation(own);
      case SORTED_BY_LABEL -> sorted(random(epoch, worker).permutation(own), label);
      case WITH_REPLACEMENT -> {
        RandomStream random = random(epoch, worker);
        yield IntStream.range(0, own).map(i -> random.below(own)).toArray();
      }
    };
  }

  /** The same rows, those of smaller labels first; of equal ones in the order given. */
  private static int[] sorted(int[] rows, IntUnaryOperator label) {
    long[] keys = new long[rows.length];
    for (int i = 0; i < keys.length; i++) keys[i] = (long) label.applyAsInt(rows[i]) << 32 | i;
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> rows[(int) key]).toArray();
  }

  private RandomStream random(long epoch, int worker) {
    return new RandomStream(seed, Purpose.SHUFFLE, epoch, worker);
  }
}
