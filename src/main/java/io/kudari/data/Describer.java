package io.kudari.data;

import io.kudari.data.order.CanonicalExample;
import io.kudari.data.order.KeyCounts;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

/**
 * Finds out what a set holds, and keeps none of it.
 *
 * <p>The fingerprint is the SHA-256 of the shape, the names of the classes, and the sum, modulo
 * 2^256, of the SHA-256 of each example's canonical bytes; and where a column of doubles needs an
 * offset, of a sum of what floats do not hold. It does not depend on compression, on how the set is
 * spread over files, or on the order of examples.
 */
final class Describer extends ExampleSink {

  private static final long ODD = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final CanonicalExample canonical = new CanonicalExample();
  private final MessageDigest digest = sha256();
  private final HashSum sum = new HashSum();
  private final List<byte[]> classNames = new ArrayList<>();
  private final BitSet seen = new BitSet();
  private final List<String> notes = new ArrayList<>();

  private KeyCounts keys = new KeyCounts();
  private List<String> names = List.of();
  private List<String> features = List.of();
  private List<String> labelColumns = List.of();
  private ColumnWatch watch;
  private long lost;

  /**
   * Of a source.
   *
   * @param name of the source, for errors
   * @param schema to read it with
   * @param seed of the order
   */
  Describer(String name, Schema schema, long seed) {
    super(name, schema);
    this.seed = seed;
  }

  @Override
  public void columns(List<String> features, List<String> labels) {
    this.features = features;
    this.labelColumns = labels;
  }

  @Override
  public void note(String line) {
    notes.add(line);
  }

  @Override
  protected void begun() {
    if (!ofBytes()) watch = new ColumnWatch(shape().size());
  }

  @Override
  protected void take(byte[] pixels, int label) {
    canonical.begin(pixels);
    end(label);
  }

  @Override
  protected void take(double[] features, int label) {
    begin(features);
    end(label);
  }

  @Override
  protected void take(double[] features, double[] values) {
    begin(features);
    canonical.end(values);
    count(0);
  }

  /** What floats lose of doubles goes into a sum that counts only when it matters. */
  private void begin(double[] features) {
    canonical.begin(features);
    watch.add(features);
    long row = 0;
    for (int j = 0; j < features.length; j++)
      if ((float) features[j] != features[j])
        row = (row ^ Double.doubleToLongBits(features[j]) ^ j) * ODD ^ row >>> 29;
    lost += row;
  }

  private void end(int label) {
    seen.set(label);
    while (classNames.size() <= label) classNames.add(null);
    byte[] name = classNames.get(label);
    if (name == null) {
      name = CanonicalExample.name(canonicalClass(label));
      classNames.set(label, name);
    }
    canonical.end(name);
    count(label);
  }

  private void count(int label) {
    keys.add(label, canonical.key(seed));
    canonical.digest(digest);
    sum.add(digest.digest());
  }

  @Override
  protected void ended(int[] number, List<String> names) {
    this.names = names;
    if (names.size() == 1 && !schema().isKnown()) throw oneClass(names.get(0));
    keys = keys.renumbered(number, names.size());
  }

  private DataException oneClass(String only) {
    return new DataException(
        String.format(
            "%s: all %d examples are of class %s, a classification needs at least two",
            source(), count(), only));
  }

  /**
   * What was found, once all examples were added.
   *
   * @throws DataException when there are none, or of one class alone
   */
  Survey survey() {
    if (count() == 0) throw new DataException(source() + ": holds no examples");
    Schema schema = schema().isKnown() ? schema() : found();
    Rounding rounding = watch == null ? Rounding.EXACT : watch.rounding(featureNames());
    boolean ofDoubles = !rounding.offsets().isNone();
    Description description =
        new Description(
            count(), schema, ofBytes(), fingerprint(schema, ofDoubles), List.copyOf(notes));
    int groups = Math.max(1, schema.classes());
    int[] same = java.util.stream.IntStream.range(0, keys.groups()).toArray();
    return new Survey(description, keys.renumbered(same, groups), rounding);
  }

  private Schema found() {
    int found = !names.isEmpty() ? names.size() : classes() > 0 ? classes() : seen.length();
    if (targets() == 0 && names.isEmpty() && classes() == 0 && seen.cardinality() == 1)
      throw oneClass(String.valueOf(found - 1));
    try {
      return new Schema(
          shape(), targets() > 0 ? 0 : found, targets(), names, features, labelColumns);
    } catch (IllegalArgumentException e) {
      throw new DataException(source() + ": " + e.getMessage(), e);
    }
  }

  private String fingerprint(Schema schema, boolean ofDoubles) {
    digestText(shape() + ", " + schema.classes() + " classes, " + count() + " examples");
    names.forEach(this::digestText);
    digestText(sum.hex());
    if (ofDoubles) digestText("as doubles " + lost);
    return HexFormat.of().formatHex(digest.digest());
  }

  private void digestText(String text) {
    digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A sum of numbers of 256 bits, modulo 2^256. */
  private static final class HashSum {

    private static final int WORDS = 8;

    /** The lowest 32 bits first; carries are left in the high halves until somebody looks. */
    private final long[] words = new long[WORDS];

    private int added;

    void add(byte[] hash) {
      for (int w = 0; w < WORDS; w++) {
        int at = hash.length - 4 * (w + 1);
        words[w] +=
            (hash[at] & 0xffL) << 24
                | (hash[at + 1] & 0xffL) << 16
                | (hash[at + 2] & 0xffL) << 8
                | hash[at + 3] & 0xffL;
      }
      if (++added == Integer.MAX_VALUE / 2) carry();
    }

    private void carry() {
      added = 0;
      long over = 0;
      for (int w = 0; w < WORDS; w++) {
        long sum = words[w] + over;
        words[w] = sum & 0xffffffffL;
        over = sum >>> 32;
      }
    }

    String hex() {
      carry();
      BigInteger all = BigInteger.ZERO;
      for (int w = WORDS - 1; w >= 0; w--) all = all.shiftLeft(32).or(BigInteger.valueOf(words[w]));
      return all.toString(16);
    }
  }
}
