package io.kudari.optim;

import io.kudari.math.Layout;
import java.util.Arrays;

/** The sums that one measured transform needs in one step: reused from step to step. */
final class Measurement {

  private final Transform.Measured transform;
  private final Pieces pieces;
  private final int sums;
  private final double[] partial;
  private final double[] totals;

  Measurement(Transform.Measured transform, Layout layout) {
    this.transform = transform;
    this.pieces = new Pieces(layout, transform.grouping());
    this.sums = transform.sums();
    this.partial = new double[pieces.count() * sums];
    this.totals = new double[pieces.groups() * sums];
  }

  boolean ofParameters() {
    return transform.measuresParameters();
  }

  void clear() {
    Arrays.fill(partial, 0);
  }

  /** Measures the pieces of a block. */
  void measure(Block block) {
    int end = block.to;
    for (int p = pieces.first[block.index]; p < pieces.first[block.index + 1]; p++) {
      block.from = pieces.from[p];
      block.to = pieces.to[p];
      transform.measure(block, partial, p * sums);
    }
    block.from = 0;
    block.to = end;
  }

  /** Gets the other owners' sums and adds all up, piece after piece. */
  void complete(PartialSums exchange, int firstBlock, int endBlock) {
    exchange.complete(partial, pieces.first[firstBlock] * sums, pieces.first[endBlock] * sums);
    Arrays.fill(totals, 0);
    for (int p = 0; p < pieces.count(); p++) {
      for (int k = 0; k < sums; k++) totals[pieces.group[p] * sums + k] += partial[p * sums + k];
    }
  }

  /** Applies the transform to the pieces of a block. */
  void apply(Block block, Step at) {
    int end = block.to;
    block.totals = totals;
    for (int p = pieces.first[block.index]; p < pieces.first[block.index + 1]; p++) {
      block.from = pieces.from[p];
      block.to = pieces.to[p];
      block.total = pieces.group[p] * sums;
      block.groupSize = pieces.groupSize[pieces.group[p]];
      transform.apply(block, at);
    }
    block.from = 0;
    block.to = end;
  }
}
