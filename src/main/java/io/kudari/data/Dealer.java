package io.kudari.data;

import io.kudari.data.order.CanonicalExample;
import io.kudari.data.order.Division;
import io.kudari.model.Shape;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Gives the examples of a set, or of a split of it, to those who need them, with their keys, as
 * {@link ExampleStore} keeps them.
 */
public final class Dealer extends ExampleSink {

  private final Deal deal;
  private final List<Division.Part> parts;
  private final Receiver receiver;
  private final CanonicalExample canonical = new CanonicalExample();
  private ExampleRecord record;
  private long sum;

  /** Takes examples. */
  public interface Receiver {

    /**
     * Hears how examples are kept, before the first.
     *
     * @param ofBytes whether features are bytes
     * @param targets of an example, or 0 where it has a class
     * @param weighted whether examples have weights
     */
    default void begin(Shape shape, boolean ofBytes, int targets, boolean weighted) {}

    /**
     * An example that a part needs.
     *
     * @param part which of them
     * @param record valid until this returns, to be read from its position
     */
    void take(int part, long key, ByteBuffer record);
  }

  /**
   * Of a source that was described.
   *
   * @param name of the source, for errors
   * @param parts of the deal's division: who may need examples
   */
  public Dealer(String name, Deal deal, List<Division.Part> parts, Receiver receiver) {
    super(name, deal.schema());
    this.deal = deal;
    this.parts = List.copyOf(parts);
    this.receiver = receiver;
  }

  @Override
  protected void begun() {
    deal.offsets().check(shape().size());
    boolean asBytes = ofBytes() && deal.offsets().isNone();
    receiver.begin(shape(), asBytes, targets(), hasWeights());
    record =
        new ExampleRecord(
            ExampleStore.Layout.of(shape(), asBytes, targets(), hasWeights(), schema().encoding()));
  }

  @Override
  protected void take(byte[] pixels, int label) {
    canonical.begin(pixels);
    canonical.end(className(label));
    give(label, record.begin(pixels, deal.offsets()).weigh(weight()).end(label));
  }

  @Override
  protected void take(double[] features, int label) {
    begin(features);
    canonical.end(className(label));
    give(label, record.begin(features, deal.offsets()).weigh(weight()).end(label));
  }

  @Override
  protected void take(double[] features, double[] targets) {
    begin(features);
    canonical.end(targets);
    give(0, record.begin(features, deal.offsets()).weigh(weight()).end(targets));
  }

  private void begin(double[] features) {
    TableRow row = rowOrNull();
    if (row == null) canonical.begin(features);
    else canonical.begin(row.numbers(), row.texts());
  }

  private void give(int label, ByteBuffer example) {
    canonical.weigh(weight());
    long key = key(canonical, deal.seed());
    sum += key;
    for (int p = 0; p < parts.size(); p++)
      if (parts.get(p).needs(label, key)) receiver.take(p, key, example.rewind());
  }

  /** The sum of the keys of all examples so far, whoever needs them, modulo 2^64. */
  public long keySum() {
    return sum;
  }
}
