package io.kudari.collective;

import io.kudari.math.Floats;
import io.kudari.math.VectorSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the sum of vectors that lie in memory, without changing them: each piece is summed when it
 * is read, and stays in the cache for what comes next. The bits are those of {@link TreeSum}.
 *
 * <p>Not thread-safe: threads that read the same vectors have one each.
 */
public final class SumReader implements VectorSource {

  /** A leaf has a vector, an inner node two children. */
  private record Tree(int vector, Tree left, Tree right) {}

  private final Tree root;
  private final int longest;
  private final Precision precision;
  private final List<float[]> scratch = new ArrayList<>();
  private List<float[]> vectors = List.of();

  /**
   * A reader of nothing yet.
   *
   * @param workers of the whole run
   * @param places where in the tree the vectors lie, from left to right; together they cover it
   * @param longest piece that is ever read
   */
  public SumReader(int workers, List<? extends TreeSum.Node<?>> places, int longest) {
    this(workers, places, longest, Precision.FULL);
  }

  /**
   * As the other.
   *
   * @param precision of every sum
   */
  public SumReader(
      int workers,
      List<? extends TreeSum.Node<?>> places,
      int longest,
      Precision precision) {
    TreeSum<Tree> tree = new TreeSum<>(workers, (left, right) -> new Tree(-1, left, right));
    for (int i = 0; i < places.size(); i++) {
      TreeSum.Node<?> place = places.get(i);
      tree.add(new TreeSum.Node<>(place.level(), place.index(), new Tree(i, null, null)));
    }
    this.root = tree.root();
    this.longest = longest;
    this.precision = precision;
  }

  /**
   * Names the vectors.
   *
   * @param now in the order of the places
   */
  public void of(List<float[]> now) {
    vectors = now;
  }

  @Override
  public void read(int from, int to, float[] into) {
    read(root, from, to, into, 0);
  }

  /** The JIT vectorises additions under one index only, hence the copies to the scratch arrays. */
  private void read(Tree tree, int from, int to, float[] into, int depth) {
    if (tree.vector >= 0) {
      System.arraycopy(vectors.get(tree.vector), from, into, 0, to - from);
      return;
    }
    read(tree.left, from, to, into, depth);
    if (depth == scratch.size()) scratch.add(new float[longest]);
    float[] right = scratch.get(depth);
    read(tree.right, from, to, right, depth + 1);
    Floats.add(into, right, 0, to - from);
    precision.round(into, 0, to - from);
  }
}
