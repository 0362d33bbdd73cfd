package io.kudari.model;

/**
 * The examples one worker sees in one step, in buffers that are filled again for every step. Not
 * thread-safe.
 *
 * <p>{@code features} holds {@code count} examples in row-major order. A classification batch has
 * {@code labels}, a regression batch {@code targets}; the other is null.
 */
public final class MiniBatch {

  /** {@code capacity × shape.size()} normalised values. */
  public final float[] features;

  /** Class of each example, or null. */
  public final int[] labels;

  /** {@code capacity × outputs} values, or null. */
  public final float[] targets;

  private final Shape shape;
  private final int capacity;
  private int count;
  private Draw draw = new Draw(0, 0, 0);

  /**
   * Names the random numbers of one worker in one step: dropout masks are drawn from it.
   *
   * @param seed the experiment's
   * @param step from 0
   * @param worker from 0
   */
  public record Draw(long seed, long step, int worker) {}

  private MiniBatch(Shape shape, int capacity, int[] labels, float[] targets) {
    this.shape = shape;
    this.capacity = capacity;
    this.features = new float[Math.multiplyExact(capacity, shape.size())];
    this.labels = labels;
    this.targets = targets;
  }

  /** An empty batch of at most {@code capacity} labelled examples. */
  public static MiniBatch labelled(Shape shape, int capacity) {
    return new MiniBatch(shape, capacity, new int[capacity], null);
  }

  /**
   * An empty batch of at most {@code capacity} examples with {@code outputs} target values each.
   */
  public static MiniBatch targeted(Shape shape, int capacity, int outputs) {
    return new MiniBatch(shape, capacity, null, new float[Math.multiplyExact(capacity, outputs)]);
  }

  /** Shape of one example. */
  public Shape shape() {
    return shape;
  }

  /** Most examples it can hold. */
  public int capacity() {
    return capacity;
  }

  /** Number of examples it holds now. */
  public int count() {
    return count;
  }

  /** Says how many examples the buffers hold now, and whose they are. */
  public void filled(int count, Draw draw) {
    if (count < 0 || count > capacity) {
      throw new IllegalArgumentException("count must be within 0.." + capacity + ", not " + count);
    }
    this.count = count;
    this.draw = draw;
  }

  /** The random numbers that belong to this batch. */
  public Draw draw() {
    return draw;
  }
}
