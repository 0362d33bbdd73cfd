package io.kudari.collective;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which rank hosts which logical workers: contiguous ranges in rank order, each of at least one
 * worker. Immutable.
 *
 * @param workers number of logical workers
 * @param firsts first worker of each rank; the first is 0
 */
public record Distribution(int workers, List<Integer> firsts) implements java.io.Serializable {

  /** Checks that every rank hosts a worker. */
  public Distribution {
    firsts = List.copyOf(firsts);
    if (firsts.isEmpty() || firsts.get(0) != 0) {
      throw new IllegalArgumentException("the first rank must host worker 0, not " + firsts);
    }
    for (int r = 0; r < firsts.size(); r++) {
      int next = r + 1 < firsts.size() ? firsts.get(r + 1) : workers;
      if (next <= firsts.get(r)) {
        throw new IllegalArgumentException(
            "rank " + r + " hosts none of the " + workers + " workers: ranges start at " + firsts);
      }
    }
  }

  /** Ranges whose sizes differ by at most one. */
  public static Distribution even(int workers, int ranks) {
    return new Distribution(
        workers,
        IntStream.range(0, ranks).map(r -> (int) ((long) r * workers / ranks)).boxed().toList());
  }

  /** Number of ranks. */
  public int ranks() {
    return firsts.size();
  }

  /** First worker of a rank. */
  public int first(int rank) {
    return firsts.get(rank);
  }

  /** Worker after the last one of a rank. */
  public int last(int rank) {
    return rank + 1 < ranks() ? firsts.get(rank + 1) : workers;
  }

  /**
   * The nodes into which a rank sums its workers, without values: what {@link TreeSum#nodes()}
   * gives for its range.
   */
  public List<TreeSum.Node<Boolean>> nodes(int rank) {
    TreeSum<Boolean> shape = new TreeSum<>(workers, (left, right) -> left);
    for (int v = first(rank); v < last(rank); v++) shape.add(v, true);
    return shape.nodes();
  }
}
