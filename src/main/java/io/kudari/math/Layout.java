package io.kudari.math;

import java.util.ArrayList;
import java.util.List;

/**
 * The named segments of the flat parameter vector: contiguous, in order, without gaps. Immutable.
 *
 * <p>The vector is also cut into <em>blocks</em> of at most {@link #BLOCK} elements that never
 * cross a segment's end. Blocks do not depend on the number of ranks. Norms are summed within a
 * block first and over the blocks in their order next, and ranks own whole blocks, so a norm has
 * the same bits however the vector is distributed.
 *
 * @param segments contiguous from offset 0
 */
public record Layout(List<Segment> segments) implements java.io.Serializable {

  /** Most elements of a block. */
  public static final int BLOCK = 4096;

  public Layout {
    segments = List.copyOf(segments);
    int at = 0;
    for (Segment s : segments) {
      if (s.offset() != at) {
        throw new IllegalArgumentException(
            "segment " + s.name() + " starts at " + s.offset() + ", expected " + at);
      }
      at = s.end();
    }
    if (segments.stream().map(Segment::name).distinct().count() != segments.size()) {
      throw new IllegalArgumentException(
          "two segments have the same name: " + segments.stream().map(Segment::name).toList());
    }
  }

  /** A layout of one weight segment: for analytic functions and tests. */
  public static Layout flat(int size) {
    return new Layout(List.of(new Segment("parameters", 0, List.of(size), Role.WEIGHT)));
  }

  /** Number of elements of the whole vector. */
  public int size() {
    return segments.isEmpty() ? 0 : segments.get(segments.size() - 1).end();
  }

  /** All blocks, in order of their offsets. */
  public List<Slice> blocks() {
    List<Slice> blocks = new ArrayList<>();
    for (Segment s : segments) {
      for (int from = s.offset(); from < s.end(); from += BLOCK) {
        blocks.add(new Slice(from, Math.min(from + BLOCK, s.end())));
      }
    }
    return blocks;
  }

  /**
   * The slice that one of {@code ranks} owns: whole blocks, contiguous, in rank order, covering the
   * vector exactly. A rank's slice is empty when there are fewer blocks than ranks.
   *
   * @throws IllegalArgumentException unless 0 ≤ rank &lt; ranks
   */
  public Slice shard(int rank, int ranks) {
    return shard(new Slice(0, size()), rank, ranks);
  }

  /**
   * One part of a slice, as {@link #shard(int, int)} is of the whole vector.
   *
   * @param slice whole blocks
   * @throws IllegalArgumentException unless 0 ≤ part &lt; parts
   */
  public Slice shard(Slice slice, int part, int parts) {
    if (part < 0 || part >= parts) {
      throw new IllegalArgumentException("rank " + part + " is not within 0.." + (parts - 1));
    }
    List<Slice> blocks = blocks();
    return new Slice(
        boundary(blocks, slice, part, parts), boundary(blocks, slice, part + 1, parts));
  }

  /** The first block boundary at or after the even cut. */
  private static int boundary(List<Slice> blocks, Slice slice, int cut, int parts) {
    long even = slice.from() + (long) slice.size() * cut / parts;
    for (Slice b : blocks) if (b.from() >= even) return Math.min(b.from(), slice.to());
    return slice.to();
  }
}
