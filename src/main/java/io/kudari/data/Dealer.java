package io.kudari.data;

import io.kudari.data.order.CanonicalExample;
import io.kudari.data.order.Division;

/**
 * Keeps those examples of a set that some neighbouring workers own, each worker's in the order of
 * their keys, whatever order they come in.
 */
final class Dealer extends ExampleSink {

  private final Division.Part part;
  private final Offsets offsets;
  private final long seed;
  private final CanonicalExample canonical = new CanonicalExample();
  private final StoreWriter.Room room;
  private final byte[][] classNames;
  private Keeper kept;

  /**
   * Of a source that was described.
   *
   * @param name of the source, for errors
   * @param schema of the training set
   * @param offsets of the features
   * @param seed of the order
   * @param part whose examples are kept
   * @param room where they are kept
   */
  Dealer(
      String name,
      Schema schema,
      Offsets offsets,
      long seed,
      Division.Part part,
      StoreWriter.Room room) {
    super(name, schema);
    this.part = part;
    this.offsets = offsets;
    this.seed = seed;
    this.room = room;
    this.classNames = new byte[schema.classes()][];
  }

  @Override
  protected void begun() {
    offsets.check(shape().size());
    boolean asBytes = ofBytes() && offsets.isNone();
    kept = new Keeper(ExampleStore.Layout.of(shape(), asBytes, targets()), room);
  }

  @Override
  protected void take(byte[] pixels, int label) {
    canonical.begin(pixels);
    if (!keeps(label)) return;
    kept.add(pixels, offsets).label(label).end();
  }

  @Override
  protected void take(double[] features, int label) {
    canonical.begin(features);
    if (!keeps(label)) return;
    kept.add(features, offsets).label(label).end();
  }

  @Override
  protected void take(double[] features, double[] targets) {
    canonical.begin(features);
    canonical.end(targets);
    if (!keepsKey(0)) return;
    kept.add(features, offsets).targets(targets).end();
  }

  private boolean keeps(int label) {
    if (classNames[label] == null) classNames[label] = CanonicalExample.name(canonicalClass(label));
    canonical.end(classNames[label]);
    return keepsKey(label);
  }

  private boolean keepsKey(int label) {
    long key = canonical.key(seed);
    if (!part.needs(label, key)) return false;
    if (kept.count() > part.needed()) throw changed(source());
    kept.key(key);
    return true;
  }

  /** An error about a source that has changed. */
  static DataException changed(String source) {
    return new DataException(
        source + ": has changed since it was described: it has other examples");
  }

  @Override
  protected void ended(ClassNames names) {}

  /** What was kept, which is nothing where no example was added. */
  Keeper keeper() {
    return kept;
  }
}
