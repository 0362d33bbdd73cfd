package io.kudari.data;

/** Keeps the wanted examples of a set, their features as floats or bytes. */
final class Loader extends ExampleSink {

  private final int[] wanted;
  private final Offsets offsets;
  private int kept;

  private byte[] bytes;
  private float[] floats;
  private int[] labels = {};
  private float[] values;

  /**
   * Of a source.
   *
   * @param name of the source, for errors
   * @param schema to read it with
   * @param wanted indices that ascend from 0, each once
   * @param offsets of the features
   */
  Loader(String name, Schema schema, int[] wanted, Offsets offsets) {
    super(name, schema);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] <= (i == 0 ? -1 : wanted[i - 1])) {
        throw new IllegalArgumentException("wanted indices must ascend from 0, each once");
      }
    }
    this.wanted = wanted;
    this.offsets = offsets;
  }

  /**
   * What was kept.
   *
   * @throws DataException when the set has fewer examples than are wanted
   */
  Examples examples() {
    if (!finished() || shape() == null) {
      throw new DataException(
          source() + ": holds " + count() + " examples; one that was described is no longer there");
    }
    return new Examples(
        shape(), bytes, floats, values == null ? labels : null, values, wanted.length);
  }

  @Override
  public boolean wantsNext() {
    return kept < wanted.length && wanted[kept] == count();
  }

  @Override
  public boolean finished() {
    return kept == wanted.length;
  }

  @Override
  protected void begun() {
    offsets.check(shape().size());
    int features = room(shape().size(), ofBytes() && offsets.isNone() ? 1 : Float.BYTES);
    if (ofBytes() && offsets.isNone()) bytes = new byte[features];
    else floats = new float[features];
    if (targets() == 0) labels = new int[room(1, Integer.BYTES)];
    else values = new float[room(targets(), Float.BYTES)];
  }

  /** Number of values of all wanted examples, when they take less than 2^31 bytes. */
  private int room(int each, int size) {
    long all = (long) wanted.length * each;
    Heap.check(source(), wanted.length + " examples of " + each + " values", all * size);
    if (all <= Integer.MAX_VALUE / size) return (int) all;
    throw new DataException(
        String.format(
            "%s: %d examples of %d values are %d bytes, at most %d can be loaded at once",
            source(), wanted.length, each, all * size, Integer.MAX_VALUE));
  }

  @Override
  protected void take(byte[] pixels, int label) {
    int at = kept * pixels.length;
    if (bytes != null) System.arraycopy(pixels, 0, bytes, at, pixels.length);
    else for (int i = 0; i < pixels.length; i++) floats[at + i] = offsets.less(pixels[i] & 0xff, i);
    labels[kept++] = label;
  }

  @Override
  protected void take(double[] features, int label) {
    keep(features);
    labels[kept++] = label;
  }

  @Override
  protected void take(double[] features, double[] targets) {
    keep(features);
    int at = kept++ * targets.length;
    for (int i = 0; i < targets.length; i++) values[at + i] = (float) targets[i];
  }

  private void keep(double[] features) {
    boolean special = rowOrNull() != null && rowOrNull().isSpecial();
    if (special && !schema().isKnown())
      throw new DataException(source() + ": what its columns hold must be found before");
    int at = kept * shape().size();
    if (encoding() != null) encoding().expand(features, offsets, floats, at);
    else offsets.less(features, floats, at);
  }

  /** Of a table whose features are not its cells; else null. */
  private Encoding encoding() {
    return schema().isKnown() && !schema().encoding().isNone() ? schema().encoding() : null;
  }

  @Override
  public void end(ClassNames names) {
    int[] number = names.numbers();
    for (int i = 0; i < labels.length; i++) labels[i] = number[labels[i]];
  }
}
