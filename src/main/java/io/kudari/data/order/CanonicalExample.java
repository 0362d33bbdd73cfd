package io.kudari.data.order;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;

/**
 * One example after another as bytes that say what it holds, not how it was stored: pixels and a
 * table's columns of equal numbers have equal bytes.
 *
 * <pre>
 * byte   1 when every feature is a whole number within 0..255, 4 when all are numbers, else 5
 * …      the features: 1 byte each; or the 4 of a float, the lowest first, where −0 is 0; or of each
 *        cell 'n' and such a float, or 's', a text in UTF-8 and 255, or '-' where there is nothing
 * byte   'c' or 't'
 * …      the name of the class in UTF-8, or the targets as floats
 * byte   255, and the weight as a float: unless that is 1, so that a weight of 1 is none
 * byte   'v' where its source says that it is for validation
 * </pre>
 *
 * <p>Not thread-safe.
 */
public final class CanonicalExample {

  private static final XXHash64 HASH = XXHashFactory.fastestJavaInstance().hash64();

  private static final byte CELLS = 5;

  /** No byte of UTF-8. */
  private static final byte WEIGHT = (byte) 0xff;

  private byte[] bytes = new byte[256];
  private int length;

  /** Begins an example of bytes. */
  public void begin(byte[] features) {
    length = 0;
    room(1 + features.length);
    bytes[length++] = 1;
    System.arraycopy(features, 0, bytes, length, features.length);
    length += features.length;
  }

  /** Begins an example of numbers. */
  public void begin(double[] features) {
    length = 0;
    room(1 + Float.BYTES * features.length);
    boolean small = areBytes(features);
    bytes[length++] = (byte) (small ? 1 : Float.BYTES);
    if (small) for (double feature : features) bytes[length++] = (byte) (int) (float) feature;
    else for (double feature : features) putFloat(feature);
  }

  /**
   * Begins an example of a table's cells, as that of numbers where all are.
   *
   * @param numbers of the cells, NaN where one is none, or that of a category
   * @param texts of those that are no numbers; null where there is nothing
   */
  public void begin(double[] numbers, String[] texts) {
    if (areNumbers(numbers)) {
      begin(numbers);
      return;
    }
    length = 0;
    room(1);
    bytes[length++] = CELLS;
    for (int c = 0; c < numbers.length; c++) {
      if (!Double.isNaN(numbers[c])) {
        room(1 + Float.BYTES);
        bytes[length++] = 'n';
        putFloat(numbers[c]);
      } else if (texts[c] == null) {
        room(1);
        bytes[length++] = '-';
      } else {
        putText(texts[c].getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static boolean areNumbers(double[] cells) {
    for (double cell : cells) if (Double.isNaN(cell)) return false;
    return true;
  }

  /** No byte of UTF-8 is 255. */
  private void putText(byte[] utf8) {
    room(2 + utf8.length);
    bytes[length++] = 's';
    System.arraycopy(utf8, 0, bytes, length, utf8.length);
    length += utf8.length;
    bytes[length++] = (byte) 0xff;
  }

  private static boolean areBytes(double[] features) {
    for (double feature : features) {
      float value = (float) feature;
      if (!(value >= 0 && value <= 255 && value == (int) value)) return false;
    }
    return true;
  }

  /**
   * Ends it with its class.
   *
   * @param name the same for every spelling of the class
   */
  public void end(byte[] name) {
    room(1 + name.length);
    bytes[length++] = 'c';
    System.arraycopy(name, 0, bytes, length, name.length);
    length += name.length;
  }

  /** Ends it with what is to be predicted of it. */
  public void end(double[] targets) {
    room(1 + Float.BYTES * targets.length);
    bytes[length++] = 't';
    for (double target : targets) putFloat(target);
  }

  /** Adds the weight of an example that has been ended. */
  public void weigh(double weight) {
    if ((float) weight == 1) return;
    room(1 + Float.BYTES);
    bytes[length++] = WEIGHT;
    putFloat(weight);
  }

  /** Marks it, behind its end, as one for validation. */
  public void hold() {
    room(1);
    bytes[length++] = 'v';
  }

  /** The name of a class as it ends an example. */
  public static byte[] name(String canonical) {
    return canonical.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The place of the example in the order of a seed: XXH64 (Collet, 2012) of its bytes. Keys are
   * compared as unsigned numbers; examples of equal keys by what they hold.
   */
  public long key(long seed) {
    return HASH.hash(bytes, 0, length, seed);
  }

  /** Hands the bytes on. */
  public void digest(MessageDigest into) {
    into.update(bytes, 0, length);
  }

  private void putFloat(double number) {
    int bits = Float.floatToIntBits((float) number + 0f);
    bytes[length++] = (byte) bits;
    bytes[length++] = (byte) (bits >> 8);
    bytes[length++] = (byte) (bits >> 16);
    bytes[length++] = (byte) (bits >> 24);
  }

  private void room(int more) {
    long wanted = (long) length + more;
    if (wanted > bytes.length)
      bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.max(wanted, bytes.length * 3L / 2)));
  }
}
