package io.kudari.data;

import io.kudari.data.order.CanonicalExample;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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
  private final List<byte[]> classNames = new ArrayList<>();
  private final StoreWriter.Room roomOrNull;
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
  public void note(String line) {
    finding.note(line);
  }

  @Override
  protected void begun() {
    finding.begin(shape(), ofBytes(), classes(), targets());
    if (roomOrNull != null)
      keeper =
          new Keeper(source(), ExampleStore.Layout.of(shape(), ofBytes(), targets()), roomOrNull);
  }

  @Override
  protected void take(byte[] pixels, int label) {
    canonical.begin(pixels);
    count(label, name(label));
    if (keeper != null) keeper.add(pixels, Offsets.NONE).label(label).end();
  }

  @Override
  protected void take(double[] features, int label) {
    canonical.begin(features);
    finding.watch(features);
    count(label, name(label));
    if (keeper != null) keeper.add(features, Offsets.NONE).label(label).end();
  }

  @Override
  protected void take(double[] features, double[] values) {
    canonical.begin(features);
    canonical.end(values);
    finding.watch(features);
    count(0);
    if (keeper != null) keeper.add(features, Offsets.NONE).targets(values).end();
  }

  private byte[] name(int label) {
    while (classNames.size() <= label) classNames.add(null);
    if (classNames.get(label) == null)
      classNames.set(label, CanonicalExample.name(canonicalClass(label)));
    return classNames.get(label);
  }

  private void count(int label, byte[] name) {
    canonical.end(name);
    count(label);
  }

  private void count(int label) {
    long key = canonical.key(seed);
    canonical.digest(digest);
    finding.add(label, key, digest.digest());
    if (keeper != null) keeper.key(key);
  }

  @Override
  protected void ended(ClassNames names) {
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
