package io.kudari.collective;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * Sums values of the logical workers along one fixed binary tree, whoever holds which of them.
 *
 * <p>The leaves are the workers 0..V−1. Node (level, index) covers the leaves [index·2^level,
 * (index+1)·2^level), cut at V; its value is left child + right child, or the left child alone
 * where the right one covers no leaf. So the root's value has the same bits however the leaves are
 * distributed: a holder of a contiguous range merges what it can into {@link #nodes()} and whoever
 * receives the nodes of all ranges, in their order, goes on merging.
 *
 * <p>Not thread-safe.
 *
 * @param <T> what is summed
 */
public final class TreeSum<T> {

  /**
   * A node whose whole subtree has been summed.
   *
   * @param level 0 for a leaf
   * @param index position within its level, from the left
   */
  public record Node<T>(int level, int index, T value) implements java.io.Serializable {}

  private final int leaves;
  private final BinaryOperator<T> add;
  private final List<Node<T>> nodes = new ArrayList<>();

  /**
   * An empty sum.
   *
   * @param leaves number of workers, at least 1
   * @param add left + right; it may write the result into its left argument
   */
  public TreeSum(int leaves, BinaryOperator<T> add) {
    if (leaves < 1)
      throw new IllegalArgumentException("a tree needs at least one leaf, not " + leaves);
    this.leaves = leaves;
    this.add = add;
  }

  /**
   * Adds the value of one worker.
   *
   * @throws IllegalArgumentException unless the worker is right of everything added before
   */
  public void add(int worker, T value) {
    add(new Node<>(0, worker, value));
  }

  /**
   * Adds a summed subtree.
   *
   * @throws IllegalArgumentException unless it lies right of everything added before
   */
  public void add(Node<T> node) {
    long first = (long) node.index() << node.level();
    if (first < end() || first >= leaves) {
      throw new IllegalArgumentException(
          "node ("
              + node.level()
              + ", "
              + node.index()
              + ") of "
              + leaves
              + " leaves does not lie right of leaf "
              + (end() - 1));
    }
    nodes.add(node);
    while (grow()) {}
  }

  /** What has been summed so far: the fewest nodes that cover it, from left to right. */
  public List<Node<T>> nodes() {
    return new ArrayList<>(nodes);
  }

  /**
   * The sum over all workers.
   *
   * @throws IllegalStateException when some worker's value is missing
   */
  public T root() {
    if (nodes.size() != 1 || nodes.get(0).index() != 0 || (1L << nodes.get(0).level()) < leaves) {
      throw new IllegalStateException(
          "the values of some of the " + leaves + " workers are missing");
    }
    return nodes.get(0).value();
  }

  /** Index after the last leaf covered. */
  private long end() {
    if (nodes.isEmpty()) return 0;
    Node<T> last = nodes.get(nodes.size() - 1);
    return Math.min(leaves, (last.index() + 1L) << last.level());
  }

  /** Replaces the last node, or the last two, by their parent where the parent is complete. */
  private boolean grow() {
    Node<T> last = nodes.get(nodes.size() - 1);
    int parent = last.index() >> 1;
    if (last.index() % 2 == 0) {
      boolean hasSibling = (last.index() + 1L) << last.level() < leaves;
      if (hasSibling || (last.index() == 0)) return false;
      nodes.set(nodes.size() - 1, new Node<>(last.level() + 1, parent, last.value()));
      return true;
    }
    if (nodes.size() < 2) return false;
    Node<T> left = nodes.get(nodes.size() - 2);
    if (left.level() != last.level() || left.index() != last.index() - 1) return false;
    nodes.remove(nodes.size() - 1);
    T sum = add.apply(left.value(), last.value());
    nodes.set(nodes.size() - 1, new Node<>(last.level() + 1, parent, sum));
    return true;
  }
}
