package io.kudari.data;

import io.kudari.data.order.CanonicalExample;
import io.kudari.data.order.Division;
import io.kudari.model.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Gives the examples of a set, or of a split of it, to those who need them, with their keys, as
 * {@link ExampleStore} keeps them.
 */
public final class Dealer extends ExampleSink {

  private final List<Division.Part> parts;
  private final Receiver receiver;
  private final Offsets offsets;
  private final long seed;
  private final CanonicalExample canonical = new CanonicalExample();
  private final byte[][] classNames;
  private ByteBuffer record;

  /** Takes examples. */
  public interface Receiver {

    /**
     * Hears how examples are kept, before the first.
     *
     * @param ofBytes whether features are bytes
     * @param targets of an example, or 0 where it has a class
     */
    default void begin(Shape shape, boolean ofBytes, int targets) {}

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
   * @param schema of the training set
   * @param offsets of the features
   * @param seed of the order
   * @param parts who may need examples
   */
  public Dealer(
      String name,
      Schema schema,
      Offsets offsets,
      long seed,
      List<Division.Part> parts,
      Receiver receiver) {
    super(name, schema);
    this.parts = List.copyOf(parts);
    this.offsets = offsets;
    this.seed = seed;
    this.receiver = receiver;
    this.classNames = new byte[schema.classes()][];
  }

  @Override
  protected void begun() {
    offsets.check(shape().size());
    boolean asBytes = ofBytes() && offsets.isNone();
    receiver.begin(shape(), asBytes, targets());
    var layout = ExampleStore.Layout.of(shape(), asBytes, targets());
    record = ByteBuffer.allocate(layout.size()).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  protected void take(byte[] pixels, int label) {
    canonical.begin(pixels);
    record.clear();
    if (offsets.isNone()) record.put(pixels);
    else for (int j = 0; j < pixels.length; j++) record.putFloat(offsets.less(pixels[j] & 0xff, j));
    give(label);
  }

  @Override
  protected void take(double[] features, int label) {
    begin(features);
    give(label);
  }

  @Override
  protected void take(double[] features, double[] targets) {
    begin(features);
    canonical.end(targets);
    for (double target : targets) record.putFloat((float) target);
    give(0, canonical.key(seed));
  }

  private void begin(double[] features) {
    canonical.begin(features);
    record.clear();
    for (int j = 0; j < features.length; j++) record.putFloat(offsets.less(features[j], j));
  }

  private void give(int label) {
    if (classNames[label] == null) classNames[label] = CanonicalExample.name(canonicalClass(label));
    canonical.end(classNames[label]);
    record.putInt(label);
    give(label, canonical.key(seed));
  }

  private void give(int label, long key) {
    for (int p = 0; p < parts.size(); p++)
      if (parts.get(p).needs(label, key)) receiver.take(p, key, record.flip());
  }

  /** An error about a source that has changed. */
  static DataException changed(String source) {
    return new DataException(
        source + ": has changed since it was described: it has other examples");
  }

  @Override
  protected void ended(ClassNames names) {}
}
