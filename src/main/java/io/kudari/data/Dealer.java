package io.kudari.data;

import io.kudari.data.order.CanonicalExample;
import io.kudari.data.order.Division;
import io.kudari.data.order.KeyOrder;
import java.util.List;

/**
 * Keeps those examples of a set that some neighbouring workers own, each worker's in the order of
 * their keys, whatever order they come in.
 */
final class Dealer extends ExampleSink {

  private final Division division;
  private final Division.Part part;
  private final int first;
  private final int last;
  private final Offsets offsets;
  private final long seed;
  private final CanonicalExample canonical = new CanonicalExample();
  private final byte[][] classNames;

  private final StoreWriter.Room memory;
  private final long[] keys;
  private StoreWriter kept;

  /**
   * Of a source that was described.
   *
   * @param name of the source, for errors
   * @param schema of the training set
   * @param offsets of the features
   * @param seed of the order
   * @param first worker
   * @param last worker after the last
   * @param memory where examples are kept
   */
  Dealer(
      String name,
      Schema schema,
      Offsets offsets,
      long seed,
      Division division,
      int first,
      int last,
      StoreWriter.Room memory) {
    super(name, schema);
    this.division = division;
    this.part = division.part(first, last);
    this.first = first;
    this.last = last;
    this.offsets = offsets;
    this.seed = seed;
    this.memory = memory;
    this.keys = new long[Loader.room(name, part.needed(), 1, Long.BYTES)];
    this.classNames = new byte[schema.classes()][];
  }

  @Override
  protected void begun() {
    offsets.check(shape().size());
    boolean asBytes = ofBytes() && offsets.isNone();
    kept = new StoreWriter(ExampleStore.Layout.of(shape(), asBytes, targets()), memory);
  }

  @Override
  protected void take(byte[] pixels, int label) {
    canonical.begin(pixels);
    if (!keeps(label)) return;
    kept.add(pixels, offsets);
    kept.label(label);
    kept.end();
  }

  @Override
  protected void take(double[] features, int label) {
    canonical.begin(features);
    if (!keeps(label)) return;
    kept.add(features, offsets);
    kept.label(label);
    kept.end();
  }

  @Override
  protected void take(double[] features, double[] targets) {
    canonical.begin(features);
    canonical.end(targets);
    if (!keepsKey(0)) return;
    kept.add(features, offsets);
    for (double target : targets) kept.target((float) target);
    kept.end();
  }

  private boolean keeps(int label) {
    if (classNames[label] == null) classNames[label] = CanonicalExample.name(canonicalClass(label));
    canonical.end(classNames[label]);
    return keepsKey(label);
  }

  private boolean keepsKey(int label) {
    long key = canonical.key(seed);
    if (!part.needs(label, key)) return false;
    if (kept.count() == keys.length) throw changed();
    keys[kept.count()] = key;
    return true;
  }

  private DataException changed() {
    return new DataException(
        source() + ": has changed since it was described: it has other examples");
  }

  @Override
  protected void ended(int[] number, List<String> names) {}

  /**
   * The workers' examples, once all were added.
   *
   * @throws DataException when they are not those that were described
   */
  Shards shards() {
    if (kept == null || kept.count() < keys.length) throw changed();
    ExampleStore store = kept.store();
    int[][] training = rows(false);
    int[][] held = rows(true);
    Division.Places places = part.places();
    for (int at : KeyOrder.sort(keys, keys.length, store::compare)) {
      Division.Place place = places.next(store.targets() > 0 ? 0 : store.label(at), keys[at]);
      if (place != null) (place.held() ? held : training)[place.worker() - first][place.row()] = at;
    }
    return new Shards(store, training, held);
  }

  private int[][] rows(boolean held) {
    int[][] rows = new int[last - first][];
    for (int v = 0; v < rows.length; v++) rows[v] = new int[division.examples(held, first + v)];
    return rows;
  }
}
