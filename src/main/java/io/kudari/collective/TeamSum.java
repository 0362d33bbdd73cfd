package io.kudari.collective;

import io.kudari.math.Floats;
import io.kudari.math.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums the vectors of a rank's threads, which share memory: each thread hosts a contiguous part of
 * the rank's workers, in thread order, and sums a slice of the vectors of all. The bits are those
 * of {@link TreeSum}.
 */
public final class TeamSum {

  /** Elements summed in one go, so that a tree's inner sums stay in the cache. */
  private static final int BLOCK = 8192;

  private final int workers;
  private final TeamBarrier barrier;
  private final List<List<TreeSum.Node<float[]>>> parts;

  /**
   * A sum for the threads of a barrier.
   *
   * @param workers of the whole run, not of the rank alone
   */
  public TeamSum(int workers, TeamBarrier barrier) {
    this.workers = workers;
    this.barrier = barrier;
    this.parts = new ArrayList<>();
    for (int t = 0; t < barrier.threads(); t++) parts.add(List.of());
  }

  /**
   * Waits for the nodes of all threads and sums them within one slice. Called by every thread.
   *
   * <p>Only the caller's slice is summed on return: another thread's slice may be read, and any of
   * the vectors written, after the next {@link TeamBarrier#await}, which every thread must call
   * between two sums.
   *
   * @param thread index of the caller
   * @param own the caller's nodes, of full length; the left ones are overwritten by sums
   * @param slice what the caller sums; the threads' slices must not overlap
   * @return the rank's nodes: the same arrays for every thread; one node when the rank hosts all
   *     workers
   */
  public List<TreeSum.Node<float[]>> sum(int thread, List<TreeSum.Node<float[]>> own, Slice slice) {
    return sum(thread, own, slice, Precision.FULL);
  }

  /**
   * As the other.
   *
   * @param precision of every sum
   */
  public List<TreeSum.Node<float[]>> sum(
      int thread, List<TreeSum.Node<float[]>> own, Slice slice, Precision precision) {
    parts.set(thread, own);
    barrier.await(thread);
    for (int from = slice.from(); from < slice.to(); from += BLOCK) {
      sum(from, Math.min(from + BLOCK, slice.to()), precision);
    }
    return sum(slice.to(), slice.to(), precision);
  }

  private List<TreeSum.Node<float[]>> sum(int from, int to, Precision precision) {
    TreeSum<float[]> sum =
        new TreeSum<>(
            workers,
            (left, right) -> {
              Floats.add(left, right, from, to);
              precision.round(left, from, to);
              return left;
            });
    for (List<TreeSum.Node<float[]>> part : parts) part.forEach(sum::add);
    return sum.nodes();
  }
}
