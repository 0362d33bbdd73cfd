package io.kudari.exchange;

import io.kudari.collective.Courier;
import io.kudari.collective.TreeSum;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.state.Stateful;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * How the workers' vectors become one update, as one thread of a rank sees it. A step is {@link
 * #progress}, {@link #offer}, a meeting of the rank's threads, {@link #reduce}, the update of the
 * own slice by whoever calls, {@link #publish}. All threads of all ranks call the same methods in
 * the same order. Not thread-safe.
 */
public interface Exchange extends Stateful {

  /** The part of the vector that the caller updates: whole blocks. */
  Slice slice();

  /**
   * Whether every rank gets the whole sum and updates the whole vector, its threads a part each, so
   * that no rank sends what it has updated.
   */
  default boolean isReplicated() {
    return false;
  }

  /** The part of {@link #slice} whose state the caller saves: of all callers, a part each. */
  default Slice saved() {
    return slice();
  }

  /**
   * Begins a step: who hears, for each worker's vector, from where on it is final while the rest is
   * still computed.
   */
  ObjIntConsumer<float[]> progress();

  /** Nanoseconds spent in what {@link #progress} gave, since this was last asked. */
  long takeProgressNanos();

  /**
   * Offers the vectors of the caller's workers, which stay as they are until {@link #publish}.
   *
   * @param own summed subtrees, from left to right
   */
  void offer(List<TreeSum.Node<float[]>> own);

  /**
   * The sum of all workers' vectors, once the threads of the rank have met; to be read within the
   * own slice, block by block, until the next {@link #offer}.
   */
  VectorSource reduce();

  /** Whether {@link #reduceAside} lets the caller go on while the ranks exchange. */
  default boolean worksAside() {
    return false;
  }

  /**
   * As {@link #reduce}, of vectors that nobody changes before the sum has been read, which may be
   * after the next {@link #offer}: whoever reads it waits until the ranks have exchanged it.
   */
  default VectorSource reduceAside() {
    return reduce();
  }

  /**
   * Lets every caller's slice of an array be written and then {@link #publish}es it, while the
   * callers go on; after all that was begun before. Only where it {@link #worksAside} and is not
   * {@link #isReplicated replicated}.
   *
   * @param update writes the caller's slice, on another thread
   * @param values the same array for all threads of the rank
   */
  default Courier.Errand publishAside(Runnable update, float[] values) {
    throw new UnsupportedOperationException("publishAside");
  }

  /**
   * The sum of some other vectors of all workers, such as slots. Between two calls something must
   * be published.
   *
   * @return of full length, valid within the own slice until the next call
   */
  float[] sum(List<TreeSum.Node<float[]>> own);

  /** Completes an array that the rank's threads share and of which each has written its slice. */
  void publish(float[] values);

  @Override
  default String name() {
    return "exchange";
  }

  @Override
  default void save(StateWriter to) {}

  @Override
  default void restore(StateReader from) {}
}
