package io.kudari.collective;

import io.kudari.math.Floats;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Sums one chunk of the vector along the tree. Nodes come from left to right; each is either in
 * memory, where it may be overwritten, or in a message. The root ends in the target.
 */
final class ChunkSum {

  /** Some elements of an array, from {@code offset} on; scratch arrays go back to the free ones. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Span(float[] values, int offset, boolean scratch) {}

  private final ArrayDeque<float[]> free;
  private final TreeSum<Span> tree;
  private final float[] target;
  private final int from;
  private final int length;
  private boolean first = true;

  /**
   * An empty sum.
   *
   * @param free arrays as long as a chunk, to take from and to put back
   * @param target receives the sum at [from, from + length)
   */
  ChunkSum(int workers, ArrayDeque<float[]> free, float[] target, int from, int length) {
    this.free = free;
    this.tree = new TreeSum<>(workers, this::add);
    this.target = target;
    this.from = from;
    this.length = length;
  }

  /** Adds a node whose elements lie in a full-length array. */
  void add(TreeSum.Node<?> node, float[] values) {
    if (first && values != target) System.arraycopy(values, from, target, from, length);
    add(node, first ? new Span(target, from, false) : new Span(values, from, false));
  }

  /** Adds a node whose elements are the payload of a message. */
  void add(TreeSum.Node<?> node, ByteBuffer payload, int capacity) {
    Span span = first ? new Span(target, from, false) : new Span(scratch(capacity), 0, true);
    payload.asFloatBuffer().get(span.values, span.offset, length);
    add(node, span);
  }

  private void add(TreeSum.Node<?> node, Span span) {
    first = false;
    tree.add(new TreeSum.Node<>(node.level(), node.index(), span));
  }

  /** Checks that the sum is complete. */
  void finish() {
    if (tree.root().values != target) {
      throw new IllegalStateException("the leftmost node must end in the target");
    }
  }

  private float[] scratch(int capacity) {
    return free.isEmpty() ? new float[capacity] : free.pop();
  }

  private Span add(Span left, Span right) {
    Floats.add(left.values, left.offset, right.values, right.offset, length);
    if (right.scratch) free.push(right.values);
    return left;
  }
}
