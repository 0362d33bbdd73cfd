package io.kudari.model;

import java.util.Objects;

/**
 * The examples one worker sees in one step, in buffers that are filled again for every step. Not
 * thread-safe.
 *
 * <p>The features of {@code count} examples lie in row-major order. They are floats, ready for a
 * model, or the bytes of a data set with the {@link Scaling} that makes such floats of them: then a
 * model does that as it computes. A classification batch has {@code labels}, a regression batch
 * {@code targets}; the other is null.
 *
 * <p>Who fills a batch writes to {@link #features} or to {@link #bytes}, and then says so with
 * {@link #filled(int, Draw)} or {@link #filled(int, Draw, Scaling)}. Examples count 1 each, unless
 * weights are written after that, to {@link #weigh}.
 */
public final class MiniBatch {

  /** Class of each example, or null. */
  public final int[] labels;

  /** {@code capacity × outputs} values, or null. */
  public final float[] targets;

  private final Shape shape;
  private final int capacity;
  private final int room;
  private final float[] table = new float[Scaling.BYTES];
  private float[] features;
  private byte[] bytes;
  private float[] weights;
  private boolean weighted;
  private float[] units;

  /** Of the bytes; null when the features are floats. */
  private Scaling scaling;

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
    this.room = Math.multiplyExact(capacity, shape.size());
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

  /**
   * Normalised features, {@code capacity × shape.size()} values. Where the batch holds bytes, the
   * first call computes them, and the batch then holds floats.
   */
  public float[] features() {
    if (features == null) features = new float[room];
    if (holdsBytes()) {
      normalise(features);
      scaling = null;
    }
    return features;
  }

  /** Raw features, {@code capacity × shape.size()} unsigned bytes. */
  public byte[] bytes() {
    if (bytes == null) bytes = new byte[room];
    return bytes;
  }

  /** Whether it holds bytes that {@link #features} has not made floats of. */
  public boolean holdsBytes() {
    return scaling != null;
  }

  /**
   * Writes what {@link #features} would give of a batch of bytes, which go on being bytes.
   *
   * @param to at least {@code count × shape.size()} values, of which as many are overwritten
   * @throws IllegalStateException when it holds no bytes
   */
  public void normalise(float[] to) {
    if (!holdsBytes()) throw new IllegalStateException("the batch holds no bytes");
    scaling.apply(bytes(), count, shape.size(), to, table);
  }

  /** Says how many examples the buffers hold now, as floats, and whose they are. */
  public void filled(int count, Draw draw) {
    set(count, draw, null);
  }

  /**
   * Says how many examples the buffers hold now, as bytes, and whose they are.
   *
   * @param scaling what makes features of the bytes
   */
  public void filled(int count, Draw draw, Scaling scaling) {
    set(count, draw, Objects.requireNonNull(scaling));
  }

  private void set(int count, Draw draw, Scaling scaling) {
    if (count < 0 || count > capacity) {
      throw new IllegalArgumentException("count must be within 0.." + capacity + ", not " + count);
    }
    this.count = count;
    this.draw = draw;
    this.scaling = scaling;
    this.weighted = false;
    this.units = null;
  }

  /**
   * Says that the examples it holds now have weights.
   *
   * @return {@code capacity} values to be overwritten: finite, none below 0
   */
  public float[] weigh() {
    if (weights == null) weights = new float[capacity];
    weighted = true;
    return weights;
  }

  /** Weight of each example; only read. Null where each counts 1. */
  public float[] weightsOrNull() {
    return weighted ? weights : null;
  }

  /** Sum of the examples' weights: their number where they have none. */
  public double weight() {
    if (!weighted) return count;
    double sum = 0;
    for (int e = 0; e < count; e++) sum += weights[e];
    return sum;
  }

  /**
   * Says that the loss of the targets it holds now is to be told in other units: those that they
   * had before they were scaled.
   *
   * @param each of an output, in those units; not changed any more
   */
  public void tellIn(float[] each) {
    units = each;
  }

  /** What one is of each output in the units of the loss; only read. Null where it is one. */
  public float[] unitsOrNull() {
    return units;
  }

  /** The random numbers that belong to this batch. */
  public Draw draw() {
    return draw;
  }
}
