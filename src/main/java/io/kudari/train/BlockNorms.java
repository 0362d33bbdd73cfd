package io.kudari.train;

import io.kudari.math.Layout;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import java.util.List;

/**
 * Squared norms of what is learned, summed within blocks and then over the blocks in their order,
 * whoever holds which: so they have the same bits on any number of ranks. Not thread-safe.
 */
public final class BlockNorms {

  /** The sum of squares of a range. */
  @FunctionalInterface
  public interface Squares {
    double sum(float[] values, int from, int to);
  }

  private final Workers workers;
  private final Squares squares;
  private final List<Slice> blocks;
  private final boolean[] learned;
  private final float[] piece = new float[Layout.BLOCK];

  /**
   * Of vectors of a layout.
   *
   * @param workers give the slice to read and complete the sums
   * @param squares sums a block's
   */
  public BlockNorms(Layout layout, Workers workers, Squares squares) {
    this.workers = workers;
    this.squares = squares;
    this.blocks = layout.blocks();
    this.learned = learned(layout, blocks);
  }

  private static boolean[] learned(Layout layout, List<Slice> blocks) {
    boolean[] learned = new boolean[blocks.size()];
    int b = 0;
    for (Segment s : layout.segments()) {
      for (; b < learned.length && blocks.get(b).from() < s.end(); b++)
        learned[b] = s.role().isLearned();
    }
    return learned;
  }

  /**
   * By block, in order; 0 for what is not learned. All loops that train together call this at the
   * same point.
   *
   * @param vector of which the own slice is read
   */
  public double[] squares(VectorSource vector) {
    double[] sums = new double[blocks.size()];
    Slice own = workers.slice();
    int first = sums.length;
    int last = 0;
    for (int b = 0; b < sums.length; b++) {
      Slice block = blocks.get(b);
      if (block.from() < own.from() || block.to() > own.to()) continue;
      first = Math.min(first, b);
      last = b + 1;
      if (!learned[b]) continue;
      vector.read(block.from(), block.to(), piece);
      sums[b] = squares.sum(piece, 0, block.size());
    }
    workers.partialSums().complete(sums, Math.min(first, last), last);
    return sums;
  }

  /** Of all that is learned. */
  public double squaredNorm(VectorSource vector) {
    double sum = 0;
    for (double s : squares(vector)) sum += s;
    return sum;
  }
}
