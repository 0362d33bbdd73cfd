package io.kudari.data;

import io.kudari.data.order.CanonicalExample;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * Finds out what a set holds, and keeps its examples where they are wanted.
 *
 * <p>The fingerprint is the SHA-256 of the shape, the names of the classes, and the sum, modulo
 * 2^256, of the SHA-256 of each example's canonical bytes; and where a column of doubles needs an
 * offset, of a sum of what floats do not hold. It does not depend on compression, on how the set is
 * spread over files, or on the order of examples.
 */
final class Describer extends ExampleSink {

  private final long seed;
  private final Finding finding;
  private final CanonicalExample canonical = new CanonicalExample();
  private final MessageDigest digest = sha256();
  private final StoreWriter.Room roomOrNull;
  private ExampleRecord record;
  private Keeper keeper;
  private ClassNames ended;

  /**
   * Of a source.
   *
   * @param name of the source, for errors
   * @param schema to read it with
   * @param seed of the order
   * @param roomOrNull where examples are kept, or null to keep none
   */
  Describer(String name, Schema schema, long seed, StoreWriter.Room roomOrNull) {
    super(name, schema);
    this.seed = seed;
    this.finding = new Finding(name, schema);
    this.roomOrNull = roomOrNull;
  }

  @Override
  public void columns(List<String> features, List<String> labels) {
    finding.columns(features, labels);
  }

  @Override
  protected void weights(String column) {
    finding.weights(column);
  }

  @Override
  public void note(String line) {
    finding.note(line);
  }

  @Override
  protected void begun(TableRow row) {
    begun();
    if (!schema().isKnown()) finding.begin(row.rules(), row.kinds());
  }

  @Override
  public void leaveOut() {
    finding.leaveOut();
  }

  @Override
  public void leaveOutInvalid() {
    finding.leaveOutInvalid();
  }

  @Override
  protected void begun() {
    finding.begin(shape(), ofBytes(), classes(), targets());
    if (roomOrNull == null) return;
    Encoding encoding = schema().isKnown() ? schema().encoding() : Encoding.NONE;
    var layout = ExampleStore.Layout.of(shape(), ofBytes(), targets(), hasWeights(), encoding);
    record = new ExampleRecord(layout);
    keeper = new Keeper(source(), layout, roomOrNull);
  }

  @Override
  protected void take(byte[] pixels, int label) {
    canonical.begin(pixels);
    canonical.end(className(label));
    long key = count(label);
    if (keeper != null)
      keeper.add(key, record.begin(pixels, Offsets.NONE).weigh(weight()).end(label));
  }

  @Override
  protected void take(double[] features, int label) {
    begin(features);
    canonical.end(className(label));
    finding.watch(features);
    long key = count(label);
    if (keeper != null)
      keeper.add(key, record.begin(features, Offsets.NONE).weigh(weight()).end(label));
  }

  @Override
  protected void take(double[] features, double[] values) {
    begin(features);
    canonical.end(values);
    finding.watch(features);
    finding.watch(values, weight());
    long key = count(0);
    if (keeper != null)
      keeper.add(key, record.begin(features, Offsets.NONE).weigh(weight()).end(values));
  }

  /** What categories a table has is known when all is read: until then none can be kept. */
  private void begin(double[] features) {
    TableRow row = rowOrNull();
    if (row != null && row.isSpecial() && !schema().isKnown()) keeper = null;
    if (row == null) canonical.begin(features);
    else canonical.begin(row.numbers(), row.texts());
  }

  /** Counts the example, whose key it returns. */
  private long count(int label) {
    canonical.weigh(weight());
    long key = key(canonical, seed);
    canonical.digest(digest);
    finding.add(label, key, digest.digest());
    if (rowOrNull() != null) finding.watch(rowOrNull(), label, key);
    return key;
  }

  @Override
  public void end(ClassNames names) {
    ended = names;
  }

  /** What was found, once all examples were added. */
  Finding finding() {
    if (shape() != null) finding.end(ended, featureNamesOrNull());
    return finding;
  }

  /** What was kept, which is nothing where no example was added. */
  Keeper keeper() {
    return keeper;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
