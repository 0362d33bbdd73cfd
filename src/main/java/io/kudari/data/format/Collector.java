package io.kudari.data.format;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.Examples;
import io.kudari.data.Heap;
import io.kudari.data.Offsets;
import io.kudari.data.Rounding;
import io.kudari.data.Schema;
import io.kudari.data.Survey;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Receives the examples of a set one after another, in the source's order, and makes of them either
 * a {@link Description}, keeping nothing, or the wanted {@link Examples}. Every format reads
 * through one, so that counts, limits and fingerprints mean the same in all of them.
 *
 * <p>The fingerprint is the SHA-256 of the decoded examples: the shape, then of each example its
 * features (bytes, or floats with the lowest byte first) and its label or targets, then the class
 * names, and where a column of doubles needs an offset, a sum of what floats do not hold. It does
 * not depend on compression or on how the set is spread over files. Not thread-safe.
 */
final class Collector {

  /** Odd, of mixed bits: Knuth's multiplier, from {@code MMIX}. */
  private static final long LOST_FACTOR = 6364136223846793005L;

  /** Examples after which their number is compared with the heap again. */
  private static final int COUNTED = 1 << 18;

  /** Indices of each example that whoever splits a training set has at once: an order, a part. */
  private static final int SPLIT_INDICES = 2;

  /** Gives all examples of a source to a collector. */
  interface Reading {
    void into(Collector collector) throws IOException;
  }

  private final String name;
  private final Schema schema;
  private final int[] wanted;
  private final Offsets offsets;
  private final MessageDigest digest;
  private final int indices;
  private final BitSet seen = new BitSet();
  private final LabelList read = new LabelList();

  private final List<String> notes = new ArrayList<>();

  private Shape shape;
  private int classes;
  private List<String> classNames = List.of();
  private List<String> features = List.of();
  private List<String> labelColumns = List.of();
  private int outputs;
  private boolean ofBytes;
  private ByteBuffer row;
  private int count;
  private int kept;

  private IntFunction<String> names = String::valueOf;
  private ColumnWatch watch;
  private long lost;

  private byte[] bytes;
  private float[] floats;
  private int[] labels = {};
  private float[] targets;

  private Collector(
      String name,
      Schema schema,
      int[] wanted,
      Offsets offsets,
      MessageDigest digest,
      int indices) {
    this.name = name;
    this.schema = schema;
    this.wanted = wanted;
    this.offsets = offsets;
    this.digest = digest;
    this.indices = indices;
  }

  /**
   * Describes a source by reading all of it.
   *
   * @param name of the source, for errors
   * @param schema to read it with
   */
  static Description describe(String name, Schema schema, Reading reading) throws IOException {
    return survey(name, schema, reading, 1).description();
  }

  /** As {@link #describe} of a training set, with the labels and what rounding does. */
  static Survey survey(String name, Reading reading) throws IOException {
    return survey(name, Schema.UNKNOWN, reading, SPLIT_INDICES);
  }

  private static Survey survey(String name, Schema schema, Reading reading, int indices)
      throws IOException {
    Collector all = new Collector(name, schema, null, Offsets.NONE, sha256(), indices);
    reading.into(all);
    if (all.count == 0) throw new DataException(name + ": holds no examples");
    if (all.outputs == 0 && all.classes == 0) all.inferClasses();
    Rounding rounding = all.watch == null ? Rounding.EXACT : all.watch.rounding(all.names);
    all.classNames.forEach(all::digestText);
    if (!rounding.offsets().isNone()) all.digestText("as doubles " + all.lost);
    Description description =
        new Description(
            all.count,
            schema.isKnown() ? schema : all.found(),
            all.ofBytes,
            HexFormat.of().formatHex(all.digest.digest()),
            all.notes);
    return new Survey(description, all.read.toArray(), rounding);
  }

  private Schema found() {
    try {
      return new Schema(shape, classes, outputs, classNames, features, labelColumns);
    } catch (IllegalArgumentException e) {
      throw new DataException(name + ": " + e.getMessage(), e);
    }
  }

  /** Loads the wanted examples of a source as they are; {@code wanted} ascends. */
  static Examples load(String name, Schema schema, int[] wanted, Reading reading)
      throws IOException {
    return load(name, schema, wanted, Offsets.NONE, reading);
  }

  /**
   * Loads the wanted examples of a source, less offsets; {@code wanted} ascends.
   *
   * @param offsets of the features
   */
  static Examples load(String name, Schema schema, int[] wanted, Offsets offsets, Reading reading)
      throws IOException {
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] <= (i == 0 ? -1 : wanted[i - 1])) {
        throw new IllegalArgumentException("wanted indices must ascend from 0, each once");
      }
    }
    Collector some = new Collector(name, schema, wanted, offsets, null, 0);
    reading.into(some);
    if (!some.finished() || some.shape == null) {
      throw new DataException(
          name + ": holds " + some.count + " examples; one that was described is no longer there");
    }
    return new Examples(
        some.shape,
        some.bytes,
        some.floats,
        some.targets == null ? some.labels : null,
        some.targets,
        wanted.length);
  }

  /**
   * Says what the examples are, once, before the first is added.
   *
   * @param features of one example; already checked against the file that declares them
   * @param classes number of classes when it is known beforehand, 0 when the labels tell, or for
   *     regression
   * @param targets of one example, or 0 for classification
   * @throws DataException when the schema has another shape or task
   */
  void begin(Shape features, boolean ofBytes, int classes, int targets) {
    schema.check(name, features, targets);
    this.shape = features;
    this.ofBytes = ofBytes;
    this.classes = schema.isKnown() ? schema.classes() : classes;
    this.outputs = targets;
    if (wanted == null) {
      if (!ofBytes) {
        row = ByteBuffer.allocate(Math.multiplyExact(features.size(), Float.BYTES));
        row.order(ByteOrder.LITTLE_ENDIAN);
        watch = new ColumnWatch(features.size());
      }
      digestText(features + " of " + (ofBytes ? "bytes" : "floats"));
    } else {
      offsets.check(features.size());
      allocate();
    }
  }

  /** Says what the features are called, when they have names: for messages. */
  void name(IntFunction<String> features) {
    names = features;
  }

  private void allocate() {
    int features = room(shape.size(), ofBytes ? 1 : Float.BYTES);
    if (ofBytes) bytes = new byte[features];
    else floats = new float[features];
    if (outputs == 0) labels = new int[room(1, Integer.BYTES)];
    else targets = new float[room(outputs, Float.BYTES)];
  }

  /** Number of values of all wanted examples, when they take less than 2^31 bytes. */
  private int room(int values, int size) {
    long most = Integer.MAX_VALUE / size;
    long all = (long) wanted.length * values;
    Heap.check(name, wanted.length + " examples of " + values + " values", all * size);
    if (all <= most) return (int) all;
    throw new DataException(
        String.format(
            "%s: %d examples of %d values are %d bytes, at most %d can be loaded at once",
            name, wanted.length, values, all * size, Integer.MAX_VALUE));
  }

  /** What the set is read with. */
  Schema schema() {
    return schema;
  }

  /** Says which columns are read, by their names; not called where there are none. */
  void columns(List<String> features, List<String> labels) {
    this.features = features;
    this.labelColumns = labels;
  }

  /** Adds one line for the user. */
  void note(String line) {
    notes.add(line);
  }

  /** Whether the next example must be added rather than skipped: always, when describing. */
  boolean wantsNext() {
    return wanted == null || (kept < wanted.length && wanted[kept] == count);
  }

  /** Whether every wanted example was added. */
  boolean finished() {
    return wanted != null && kept == wanted.length;
  }

  /**
   * Whether what follows need not be read: every wanted example was added, and the numbers of their
   * classes are final.
   *
   * @param allClasses whether the source's own settings list all classes
   */
  boolean enough(boolean allClasses) {
    return finished() && (outputs > 0 || allClasses || schema.isKnown());
  }

  /** Shape of an example, or null before {@link #begin}. */
  Shape shape() {
    return shape;
  }

  /** Number of examples added or skipped so far. */
  int count() {
    return count;
  }

  /** The next example, of pixels and a class. */
  void add(byte[] pixels, int label) {
    if (wanted == null) {
      digest.update(pixels);
      note(label);
    } else if (wantsNext()) {
      System.arraycopy(pixels, 0, bytes, kept * pixels.length, pixels.length);
      labels[kept++] = label;
    }
    next();
  }

  /** The next example, of numbers and a class. */
  void add(double[] features, int label) {
    if (wanted == null) {
      digest(features);
      note(label);
    } else if (wantsNext()) {
      keep(features);
      labels[kept++] = label;
    }
    next();
  }

  /** The next example, of numbers and the values to predict from them. */
  void add(double[] features, double[] values) {
    if (wanted == null) {
      digest(features);
      for (double value : values) digestInt(Float.floatToIntBits((float) value));
    } else if (wantsNext()) {
      keep(features);
      int at = kept * values.length;
      for (int i = 0; i < values.length; i++) targets[at + i] = (float) values[i];
      kept++;
    }
    next();
  }

  private void keep(double[] features) {
    int at = kept * features.length;
    if (offsets.isNone()) {
      for (int i = 0; i < features.length; i++) floats[at + i] = (float) features[i];
    } else {
      double[] less = offsets.values();
      for (int i = 0; i < features.length; i++) floats[at + i] = (float) (features[i] - less[i]);
    }
  }

  /** Passes over the next example, which is not wanted. */
  void skip() {
    next();
  }

  /**
   * Ends the reading of a set whose labels are names: the labels added so far, in the numbers
   * {@code names} gave them at first, get their final ones.
   */
  void end(ClassNames names) {
    int[] number = names.numbers();
    classNames = names.names();
    classes = classNames.size();
    if (classes == 1 && wanted == null && !schema.isKnown())
      throw oneClass(name, count, classNames.get(0));
    read.replace(number);
    for (int i = 0; i < labels.length; i++) labels[i] = number[labels[i]];
  }

  private void next() {
    if (count == Integer.MAX_VALUE) {
      throw new DataException(name + ": holds more than " + Integer.MAX_VALUE + " examples");
    }
    if (++count % COUNTED == 0 && wanted == null) checkCount();
  }

  /** What is kept of each example whoever computes on it: said as soon as it is too much. */
  private void checkCount() {
    int each = indices + (outputs == 0 ? 1 : 0);
    String what = "indices and labels of more than " + count + " examples";
    Heap.check(name, what, (long) count * each * Integer.BYTES);
  }

  private void note(int label) {
    digestInt(label);
    seen.set(label);
    read.add(label);
  }

  /** As floats; what those lose goes into a sum that counts only when it matters. */
  private void digest(double[] features) {
    row.clear();
    for (double value : features) {
      row.putFloat((float) value);
      if ((float) value != value) lost = lost * LOST_FACTOR + Double.doubleToLongBits(value);
    }
    digest.update(row.array());
    watch.add(features);
  }

  private void digestInt(int value) {
    digest.update((byte) value);
    digest.update((byte) (value >> 8));
    digest.update((byte) (value >> 16));
    digest.update((byte) (value >> 24));
  }

  private void digestText(String text) {
    digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void inferClasses() {
    classes = seen.length();
    if (seen.cardinality() == 1) throw oneClass(name, count, String.valueOf(classes - 1));
  }

  private static DataException oneClass(String name, int count, String only) {
    return new DataException(
        String.format(
            "%s: all %d examples are of class %s, a classification needs at least two",
            name, count, only));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
