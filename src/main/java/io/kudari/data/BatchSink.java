package io.kudari.data;

import io.kudari.model.MiniBatch;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Fills batches with the examples of a set, in the source's order, ready for a trained model. It
 * keeps one batch, however many examples there are.
 */
public final class BatchSink extends ExampleSink {

  private static final MiniBatch.Draw NO_DRAW = new MiniBatch.Draw(0, 0, 0);

  private final Normalizer normalizer;
  private final boolean labels;
  private final long passed;
  private final Consumer<String> notes;
  private final Computing to;
  private final Set<String> noted = new LinkedHashSet<>();
  private MiniBatch batch;
  private int filled;

  /** Who computes on the batches. */
  public interface Computing {

    /**
     * A batch to fill, of the model's shape and task; waits until there is one.
     *
     * @param ofBytes whether it will be filled with bytes rather than floats
     */
    MiniBatch empty(boolean ofBytes);

    /** Takes a batch of at least one example, which the sink does not touch again. */
    void full(MiniBatch batch);
  }

  /**
   * Of a source.
   *
   * @param name of the source, for errors
   * @param schema of the model's training set
   * @param normalizer of the model
   * @param labels whether batches need labels or targets; without, those of a batch mean nothing
   * @param notes gets each line for the user once, when it is known that the set fits the schema
   * @param to takes the batches
   */
  public BatchSink(
      String name,
      Schema schema,
      Normalizer normalizer,
      boolean labels,
      Consumer<String> notes,
      Computing to) {
    this(name, schema, normalizer, labels, 0, notes, to);
  }

  /**
   * As the other.
   *
   * @param passed how many examples are passed over first
   */
  public BatchSink(
      String name,
      Schema schema,
      Normalizer normalizer,
      boolean labels,
      long passed,
      Consumer<String> notes,
      Computing to) {
    super(name, schema);
    this.normalizer = normalizer;
    this.labels = labels;
    this.passed = passed;
    this.notes = notes;
    this.to = to;
  }

  @Override
  public boolean needsLabels() {
    return labels;
  }

  @Override
  public boolean wantsNext() {
    return count() >= passed;
  }

  @Override
  public void note(String line) {
    if (noted.add(line) && shape() != null) notes.accept(line);
  }

  @Override
  protected void begun() {
    normalizer.check(shape());
    noted.forEach(notes);
  }

  @Override
  protected void take(byte[] pixels) {
    keep(pixels);
    kept();
  }

  @Override
  protected void take(double[] features) {
    keep(features);
    kept();
  }

  @Override
  protected void take(byte[] pixels, int label) {
    keep(pixels);
    if (labels) batch.labels[filled] = label;
    kept();
  }

  @Override
  protected void take(double[] features, int label) {
    keep(features);
    if (labels) batch.labels[filled] = label;
    kept();
  }

  @Override
  protected void take(double[] features, double[] values) {
    keep(features);
    int at = filled * values.length;
    if (labels) for (int i = 0; i < values.length; i++) batch.targets[at + i] = (float) values[i];
    kept();
  }

  private void keep(byte[] pixels) {
    next();
    int at = filled * pixels.length;
    if (asBytes()) {
      System.arraycopy(pixels, 0, batch.bytes(), at, pixels.length);
      return;
    }
    float[] floats = batch.features();
    for (int i = 0; i < pixels.length; i++)
      floats[at + i] = normalizer.offsets().less(pixels[i] & 0xff, i);
  }

  private void keep(double[] features) {
    next();
    int at = filled * shape().size();
    float[] floats = batch.features();
    Encoding encoding = schema().encoding();
    if (!encoding.isNone()) encoding.expand(features, normalizer.offsets(), floats, at);
    else normalizer.offsets().less(features, floats, at);
  }

  private boolean asBytes() {
    return ofBytes() && normalizer.offsets().isNone();
  }

  private void next() {
    if (batch == null) batch = to.empty(asBytes());
  }

  private void kept() {
    if (++filled == batch.capacity()) handOver();
  }

  private void handOver() {
    if (asBytes()) {
      batch.filled(filled, NO_DRAW, normalizer.scaling());
    } else {
      normalizer.apply(batch.features(), filled, shape().size());
      batch.filled(filled, NO_DRAW);
    }
    to.full(batch);
    batch = null;
    filled = 0;
  }

  /**
   * Hands over the last batch, once all examples were added.
   *
   * @throws DataException when there was none
   */
  public void finish() {
    if (count() == 0) throw new DataException(source() + ": holds no examples");
    if (filled > 0) handOver();
  }
}
