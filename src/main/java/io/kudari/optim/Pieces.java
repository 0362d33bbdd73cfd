package io.kudari.optim;

import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import java.util.Arrays;

/**
 * The layout's blocks cut where groups of elements begin: the fixed pieces on which sums over a
 * group are based. Immutable.
 */
final class Pieces {

  /** Which elements are summed together. Statistics belong to no group. */
  enum Grouping {
    /** All elements. */
    VECTOR,
    /** The elements of one weight segment. */
    WEIGHT_SEGMENT,
    /** The fan-in of one unit: one row of a weight segment of two or more axes. */
    UNIT
  }

  /** Pieces of block b are [first[b], first[b + 1]). */
  final int[] first;

  /** Start and end of a piece within its block. */
  final int[] from;

  final int[] to;

  /** The group of a piece. */
  final int[] group;

  /** Number of elements of a group. */
  final int[] groupSize;

  Pieces(Layout layout, Grouping grouping) {
    Slice[] blocks = layout.blocks().toArray(Slice[]::new);
    first = new int[blocks.length + 1];
    IntList from = new IntList();
    IntList to = new IntList();
    IntList group = new IntList();
    IntList sizes = new IntList();
    if (grouping == Grouping.VECTOR) sizes.add(0);
    int block = 0;
    for (Segment s : layout.segments()) {
      int unit = groupLength(s, grouping);
      int base = grouping == Grouping.VECTOR ? 0 : sizes.size;
      if (unit > 0 && grouping != Grouping.VECTOR) {
        for (int at = 0; at < s.size(); at += unit) sizes.add(unit);
      }
      for (; block < blocks.length && blocks[block].from() < s.end(); block++) {
        first[block] = from.size;
        Slice b = blocks[block];
        if (unit == 0) continue;
        for (int at = b.from(); at < b.to(); ) {
          int number = (at - s.offset()) / unit;
          int end = (int) Math.min(b.to(), s.offset() + (number + 1L) * unit);
          from.add(at - b.from());
          to.add(end - b.from());
          group.add(base + number);
          at = end;
        }
      }
    }
    first[blocks.length] = from.size;
    this.from = from.toArray();
    this.to = to.toArray();
    this.group = group.toArray();
    this.groupSize = sizes.toArray();
    if (grouping == Grouping.VECTOR) {
      for (int i = 0; i < this.from.length; i++) groupSize[0] += this.to[i] - this.from[i];
    }
  }

  /** Elements between two starts of groups in a segment, or 0 where it has no groups. */
  private static int groupLength(Segment s, Grouping grouping) {
    return switch (grouping) {
      case VECTOR -> !s.role().isLearned() ? 0 : s.size();
      case WEIGHT_SEGMENT -> s.role() == Role.WEIGHT ? s.size() : 0;
      case UNIT -> {
        boolean rows = s.role() == Role.WEIGHT && s.shape().size() >= 2;
        int fanIn = s.size() / s.shape().get(0);
        // The mean of a single input is that input: centred, it could never learn.
        yield rows && fanIn > 1 ? fanIn : 0;
      }
    };
  }

  int count() {
    return from.length;
  }

  int groups() {
    return groupSize.length;
  }

  private static final class IntList {
    private int[] values = new int[64];
    private int size;

    void add(int value) {
      if (size == values.length) values = Arrays.copyOf(values, 2 * size);
      values[size++] = value;
    }

    int[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
