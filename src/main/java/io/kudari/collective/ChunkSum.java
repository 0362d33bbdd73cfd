package io.kudari.collective;

import io.kudari.math.Floats;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Sums one chunk of the vector along the tree. Nodes come from left to right; each is either in
 * memory or in a message. All are copied to the start of arrays of a chunk's length: the JIT
 * vectorises additions under one index only.
 */
final class ChunkSum {

  private final ArrayDeque<float[]> free;
  private final TreeSum<float[]> tree;
  private final int capacity;
  private final Precision precision;
  private final int from;
  private final int length;

  /**
   * An empty sum of the elements [from, from + length).
   *
   * @param free arrays, to take those that are long enough from and to put back
   * @param capacity length of the longest chunk
   * @param precision of every sum, and of what messages have
   */
  ChunkSum(
      int workers,
      ArrayDeque<float[]> free,
      int capacity,
      int from,
      int length,
      Precision precision) {
    this.free = free;
    this.tree = new TreeSum<>(workers, this::add);
    this.capacity = capacity;
    this.precision = precision;
    this.from = from;
    this.length = length;
  }

  /** Adds a node whose elements lie in a full-length array. */
  void add(TreeSum.Node<?> node, float[] values) {
    float[] chunk = take();
    System.arraycopy(values, from, chunk, 0, length);
    tree.add(new TreeSum.Node<>(node.level(), node.index(), chunk));
  }

  /** Adds a node whose elements are the payload of a message. */
  void add(TreeSum.Node<?> node, ByteBuffer payload) {
    float[] chunk = take();
    precision.get(payload, chunk, length);
    tree.add(new TreeSum.Node<>(node.level(), node.index(), chunk));
  }

  /** Adds a node whose elements are those of a chunk, in an array that belongs to this from now. */
  void adopt(TreeSum.Node<float[]> node) {
    tree.add(node);
  }

  /** What has been summed so far; the arrays begin with the chunk's elements. */
  List<TreeSum.Node<float[]>> nodes() {
    return tree.nodes();
  }

  /**
   * Ends the sum, which must be complete.
   *
   * @param target receives it at [from, from + length)
   */
  void finish(float[] target) {
    float[] sum = tree.root();
    System.arraycopy(sum, 0, target, from, length);
    free.push(sum);
  }

  private float[] take() {
    float[] next = free.poll();
    return next != null && next.length >= capacity ? next : new float[capacity];
  }

  private float[] add(float[] left, float[] right) {
    Floats.add(left, right, 0, length);
    precision.round(left, 0, length);
    free.push(right);
    return left;
  }
}
