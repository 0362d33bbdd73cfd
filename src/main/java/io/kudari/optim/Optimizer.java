package io.kudari.optim;

import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A chain of transforms at work on one slice of the parameter vector, and the slots it keeps for
 * it.
 *
 * <p>Every array argument is a full vector under the layout's indices, of which only the slice is
 * read and written. The bits of the result do not depend on how the vector is sliced, provided all
 * slices together cover it and their {@link PartialSums} complete each other.
 *
 * <p>The chain runs block by block in the cache. A transform that needs a norm ends a pass: its
 * sums are taken of every block, completed, and the next pass starts with it. Segments that are not
 * learned are left alone. A step allocates nothing, except for gradient noise, whose random streams
 * are objects.
 *
 * <p>Not thread-safe: one thread at a time calls it.
 */
public final class Optimizer {

  private final int size;
  private final Slice slice;
  private final PartialSums exchange;
  private final Transform[] chain;
  private final Measurement[] measurements;
  private final int[] passEnds;
  private final Slice[] blocks;
  private final Role[] roles;
  private final int firstBlock;
  private final int endBlock;

  /** By transform, by block of the slice, by slot of the transform. */
  private final float[][][][] slots;

  private final Block block = new Block();
  private boolean begun;

  /** What a pass hands to the next one; empty with a single pass. */
  private final float[] carried;

  private final VectorSource between;

  /**
   * An optimizer whose slots are empty.
   *
   * @param slice whole blocks of the layout
   * @throws IllegalArgumentException if the slice cuts a block
   */
  Optimizer(Layout layout, Slice slice, PartialSums exchange, List<Transform> chain) {
    this.size = layout.size();
    this.slice = slice;
    this.exchange = exchange;
    this.chain = chain.toArray(Transform[]::new);
    this.blocks = layout.blocks().toArray(Slice[]::new);
    this.roles = roles(layout, blocks);
    this.firstBlock = blockAt(slice.from());
    this.endBlock = blockAt(slice.to());
    this.measurements = new Measurement[chain.size()];
    List<Integer> ends = new ArrayList<>();
    for (int t = 0; t < chain.size(); t++) {
      if (chain.get(t) instanceof Transform.Measured m) {
        measurements[t] = new Measurement(m, layout);
        ends.add(t);
      }
    }
    ends.add(chain.size());
    this.passEnds = ends.stream().mapToInt(Integer::intValue).toArray();
    this.carried = new float[passEnds.length > 1 ? slice.size() : 0];
    this.between =
        (from, to, into) -> System.arraycopy(carried, from - slice.from(), into, 0, to - from);
    this.slots = new float[chain.size()][endBlock - firstBlock][][];
    for (int t = 0; t < chain.size(); t++) {
      for (int b = firstBlock; b < endBlock; b++) {
        int length = !roles[b].isLearned() ? 0 : blocks[b].size();
        slots[t][b - firstBlock] = new float[this.chain[t].slots()][length];
      }
    }
  }

  private static Role[] roles(Layout layout, Slice[] blocks) {
    Role[] roles = new Role[blocks.length];
    int b = 0;
    for (Segment s : layout.segments()) {
      for (; b < blocks.length && blocks[b].from() < s.end(); b++) roles[b] = s.role();
    }
    return roles;
  }

  private int blockAt(int offset) {
    if (offset == size) return blocks.length;
    for (int b = 0; b < blocks.length; b++) if (blocks[b].from() == offset) return b;
    throw new IllegalArgumentException(
        "slice " + slice + " does not consist of whole blocks: none starts at " + offset);
  }

  /** Whether a step needs nothing of other slices, so that owners need not step together. */
  public boolean isLocal() {
    return passEnds.length == 1;
  }

  /** The part of the vector this optimizer updates. */
  public Slice slice() {
    return slice;
  }

  /**
   * Updates the slice of the parameters.
   *
   * @param params the whole vector; only the slice is read and written
   * @param gradient the mean gradient over the global batch; only the slice is read
   * @throws IllegalArgumentException if an array has not the layout's length
   */
  public void step(float[] params, float[] gradient, Step at) {
    checkLength("gradient", gradient);
    step(params, VectorSource.of(gradient), at);
  }

  /** As the other, reading each block of the gradient once, when it is needed. */
  public void step(float[] params, VectorSource gradient, Step at) {
    checkLength("parameters", params);
    if (!begun) begin(params);
    int start = 0;
    VectorSource from = gradient;
    for (int end : passEnds) {
      boolean last = end == chain.length;
      if (!last) measurements[end].clear();
      for (int b = firstBlock; b < endBlock; b++) {
        if (!roles[b].isLearned()) continue;
        pass(b, start, end, params, from, at);
      }
      if (!last) measurements[end].complete(exchange, firstBlock, endBlock);
      start = end;
      from = between;
    }
  }

  /** Runs transforms [start, end) on one block, then stores it or measures for the next pass. */
  private void pass(int b, int start, int end, float[] params, VectorSource gradient, Step at) {
    enter(b);
    int offset = blocks[b].from();
    boolean measuresOnly = start == end && !measurements[end].ofParameters();
    if (!measuresOnly) System.arraycopy(params, offset, block.params, 0, block.to);
    gradient.read(offset, offset + block.to, block.update);
    for (int t = start; t < end; t++) {
      block.slots = slots[t][b - firstBlock];
      if (measurements[t] == null) chain[t].apply(block, at);
      else measurements[t].apply(block, at);
    }
    if (end == chain.length) {
      System.arraycopy(block.params, 0, params, offset, block.to);
    } else {
      if (end > start || gradient != between)
        System.arraycopy(block.update, 0, carried, offset - slice.from(), block.to);
      measurements[end].measure(block);
    }
  }

  private void enter(int b) {
    block.index = b;
    block.role = roles[b];
    block.from = 0;
    block.to = blocks[b].size();
  }

  private void begin(float[] params) {
    for (int b = firstBlock; b < endBlock; b++) {
      if (!roles[b].isLearned()) continue;
      enter(b);
      System.arraycopy(params, blocks[b].from(), block.params, 0, block.to);
      for (int t = 0; t < chain.length; t++) {
        block.slots = slots[t][b - firstBlock];
        chain[t].begin(block);
      }
    }
    begun = true;
  }

  /**
   * Writes the slice of the parameters to evaluate: the moving or stochastic average or the slow
   * weights where the recipe keeps such, else the training parameters. Statistics are copied.
   *
   * @param params the training parameters
   * @param out receives the slice; may be {@code params} itself
   * @param steps number of steps taken so far
   */
  public void evaluation(float[] params, float[] out, long steps) {
    checkLength("parameters", params);
    checkLength("output", out);
    System.arraycopy(params, slice.from(), out, slice.from(), slice.size());
    for (int t = 0; begun && t < chain.length; t++) {
      int slot = chain[t].evaluationSlot(steps);
      if (slot >= 0) gather(t, slot, out, 0);
    }
  }

  /** Whether {@link #evaluation} gives other values than the training parameters. */
  public boolean averages(long steps) {
    for (Transform t : chain) if (t.evaluationSlot(steps) >= 0) return true;
    return false;
  }

  /**
   * Whether batch normalisation's running statistics must be computed anew, by a pass over training
   * data with the parameters of {@link #evaluation}, before those are evaluated: so for stochastic
   * weight averaging (Izmailov et al., 2018, §3.2).
   */
  public boolean needsStatistics(long steps) {
    for (Transform t : chain) {
      if (t instanceof Averages.Stochastic && t.evaluationSlot(steps) >= 0) return true;
    }
    return false;
  }

  /**
   * A copy of the slots, for a checkpoint: one array of the slice's length for each slot, in the
   * order of the chain, 0 for statistics. Empty before the first step. The slots are all the state
   * an optimizer has besides the step number.
   */
  public float[][] slots() {
    if (!begun) return new float[0][];
    float[][] all = new float[slotCount()][slice.size()];
    int i = 0;
    for (int t = 0; t < chain.length; t++) {
      for (int k = 0; k < chain[t].slots(); k++) gather(t, k, all[i++], slice.from());
    }
    return all;
  }

  /** How many floats are kept for each parameter. */
  public int slotCount() {
    int count = 0;
    for (Transform t : chain) count += t.slots();
    return count;
  }

  /**
   * Takes over what {@link #slots} gave, of this or of another optimizer of the same recipe and
   * slice; to change slices, concatenate the arrays in slice order and cut them anew.
   *
   * @throws IllegalArgumentException if the number or a length of the arrays does not fit
   */
  public void restore(float[][] saved) {
    begun = saved.length > 0 || slotCount() == 0;
    if (saved.length == 0) {
      for (float[][][] byBlock : slots) {
        for (float[][] ofBlock : byBlock) for (float[] s : ofBlock) Arrays.fill(s, 0);
      }
      return;
    }
    if (saved.length != slotCount()) {
      throw new IllegalArgumentException(
          "the recipe keeps " + slotCount() + " slots, not " + saved.length);
    }
    int i = 0;
    for (int t = 0; t < chain.length; t++) {
      for (int k = 0; k < chain[t].slots(); k++, i++) {
        if (saved[i].length != slice.size()) {
          throw new IllegalArgumentException(
              "slot " + i + " has " + saved[i].length + " values, the slice " + slice.size());
        }
        scatter(t, k, saved[i]);
      }
    }
  }

  private void gather(int t, int slot, float[] out, int base) {
    for (int b = firstBlock; b < endBlock; b++) {
      float[] values = slots[t][b - firstBlock][slot];
      System.arraycopy(values, 0, out, blocks[b].from() - base, values.length);
    }
  }

  private void scatter(int t, int slot, float[] in) {
    for (int b = firstBlock; b < endBlock; b++) {
      float[] values = slots[t][b - firstBlock][slot];
      System.arraycopy(in, blocks[b].from() - slice.from(), values, 0, values.length);
    }
  }

  private void checkLength(String what, float[] array) {
    if (array.length != size) {
      throw new IllegalArgumentException(
          what + " has " + array.length + " values, the layout " + size);
    }
  }
}
