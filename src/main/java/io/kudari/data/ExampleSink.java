package io.kudari.data;

import io.kudari.data.order.CanonicalExample;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Takes the examples of a set one after another, in the source's order. Every format reads into
 * one, so that counts, limits and fingerprints mean the same in all of them; what becomes of the
 * examples is for the subclass to say. Not thread-safe.
 */
public abstract class ExampleSink {

  private final String name;
  private final Schema schema;

  private IntFunction<String> features;
  private Shape shape;
  private boolean ofBytes;
  private int classes;
  private int targets;
  private int count;
  private boolean weighted;
  private double weight = 1;
  private ClassNames numbering;
  private TableRow cells;
  private Boolean heldOrNull;
  private final List<byte[]> classNames = new ArrayList<>();

  /**
   * Of a source.
   *
   * @param name of the source, for errors
   * @param schema that it is read with
   */
  protected ExampleSink(String name, Schema schema) {
    this.name = name;
    this.schema = schema;
  }

  /** What the set is read with. */
  public final Schema schema() {
    return schema;
  }

  /** Name of the source. */
  protected final String source() {
    return name;
  }

  /**
   * Says what the examples are, once, before the first is added.
   *
   * @param shape of one example's features; already checked against the file that declares them
   * @param ofBytes whether features are bytes 0..255 rather than numbers
   * @param classes number of classes when it is known beforehand, 0 when the labels tell, or for
   *     regression
   * @param targets of one example, or 0 for classification
   * @throws DataException when the schema has another shape or task
   */
  public final void begin(Shape shape, boolean ofBytes, int classes, int targets) {
    int values = needsLabels() ? targets : schema.targets();
    schema.check(name, shape, values);
    this.shape = shape;
    this.ofBytes = ofBytes;
    this.classes = schema.isKnown() ? schema.classes() : classes;
    this.targets = values;
    begun();
  }

  /**
   * Says what the columns of a table are, once, before the first row is added.
   *
   * @param place of errors in the row that is read
   * @return what is to be filled with one row after another, and added
   * @throws DataException when the schema has other columns, or another task
   */
  public final TableRow begin(TableColumns table, int targets, TableRow.Place place) {
    int values = needsLabels() ? targets : schema.targets();
    schema.check(name, table, values);
    this.shape = schema.isKnown() ? schema.shape() : Shape.flat(table.names().size());
    this.ofBytes = false;
    this.classes = schema.classes();
    this.targets = values;
    name(table.names()::get);
    TableRow row = new TableRow(schema, table, !needsLabels(), place);
    begun(row);
    return row;
  }

  /** Says what the features are called, when they have names: for messages. */
  public final void name(IntFunction<String> features) {
    this.features = features;
  }

  /**
   * Numbers the labels of the set: by the classes of the schema, or while it is unknown by those
   * given or found.
   *
   * @param given all classes that the source's own settings list, or empty
   * @throws DataException when those given are not the schema's
   */
  public final ClassNames numbering(List<String> given) {
    numbering = schema.numbering(name, given);
    return numbering;
  }

  /** Says which columns are read, by their names; not called where there are none. */
  public void columns(List<String> features, List<String> labels) {}

  /**
   * Says that every example has a weight, before {@link #begin}.
   *
   * @param column that it is read from
   */
  public final void weighted(String column) {
    weighted = true;
    weights(column);
  }

  /** Told of the column of weights. */
  protected void weights(String column) {}

  /**
   * The weight of the example that is added next.
   *
   * @param weight finite, not below 0
   */
  public final void weigh(double weight) {
    this.weight = weight;
  }

  /**
   * Whether examples must have classes or targets. Where they need not, sources read files that
   * lack them, do not look at those that are there, and add examples without; the schema is known
   * then.
   */
  public boolean needsLabels() {
    return true;
  }

  /** Takes one line for the user. */
  public void note(String line) {}

  /** Whether the next example must be added rather than skipped. */
  public boolean wantsNext() {
    return true;
  }

  /** Whether every wanted example was added. */
  public boolean finished() {
    return false;
  }

  /**
   * Whether what follows need not be read: every wanted example was added, and the numbers of their
   * classes are final.
   *
   * @param allClasses whether the source's own settings list all classes
   */
  public final boolean enough(boolean allClasses) {
    return finished() && (targets > 0 || allClasses || schema.isKnown());
  }

  /** Shape of an example, or null before {@link #begin}. */
  public final Shape shape() {
    return shape;
  }

  /** Number of examples added or skipped so far. */
  public final int count() {
    return count;
  }

  /** The next example, of pixels and a class. */
  public final void add(byte[] pixels, int label) {
    if (wantsNext()) take(pixels, label);
    next();
  }

  /** The next example, of numbers and a class. */
  public final void add(double[] features, int label) {
    if (wantsNext()) take(features, label);
    next();
  }

  /** The next example, of numbers and the values to predict from them. */
  public final void add(double[] features, double[] values) {
    if (wantsNext()) take(features, values);
    next();
  }

  /** The next example, of pixels alone, where labels are not needed. */
  public final void add(byte[] pixels) {
    if (wantsNext()) take(pixels);
    next();
  }

  /** The next example, of numbers alone, where labels are not needed. */
  public final void add(double[] features) {
    if (wantsNext()) take(features);
    next();
  }

  /** The next example, of a table's row and a class. */
  public final void add(TableRow row, int label) {
    if (wantsNext()) {
      cells = row;
      take(row.values(), label);
      cells = null;
    }
    next();
  }

  /** The next example, of a table's row and the values to predict from it. */
  public final void add(TableRow row, double[] values) {
    if (wantsNext()) {
      cells = row;
      take(row.values(), values);
      cells = null;
    }
    next();
  }

  /** The next example, of a table's row alone, where labels are not needed. */
  public final void add(TableRow row) {
    if (wantsNext()) take(row.values());
    next();
  }

  /** Leaves out a row that has gaps, where those are to be left out: it is no example. */
  public void leaveOut() {}

  /** Likewise a row with a cell that holds what it must not. */
  public void leaveOutInvalid() {}

  /**
   * Says of the examples that follow whether they are for validation; not called by sources that do
   * not say so of each.
   */
  public final void hold(boolean forValidation) {
    heldOrNull = forValidation;
  }

  /**
   * The place of an example in the order of a seed. Where a source says which are for validation,
   * those come first, in the lower half of all keys.
   */
  protected final long key(CanonicalExample example, long seed) {
    if (heldOrNull == null) return example.key(seed);
    if (heldOrNull) example.hold();
    return example.key(seed) >>> 1 | (heldOrNull ? 0 : Long.MIN_VALUE);
  }

  /** Passes over the next example, which is not wanted. */
  public final void skip() {
    next();
  }

  private void next() {
    if (count == Integer.MAX_VALUE) {
      throw new DataException(name + ": holds more than " + Integer.MAX_VALUE + " examples");
    }
    count++;
    weight = 1;
  }

  /**
   * Ends the reading of a set whose labels are names: the labels added so far, in the numbers
   * {@code names} gave them at first, get their final ones.
   */
  public void end(ClassNames names) {}

  /** Whether features are bytes. */
  protected final boolean ofBytes() {
    return ofBytes;
  }

  /** Whether examples have weights. */
  protected final boolean hasWeights() {
    return weighted;
  }

  /** The weight of the example that is being taken. */
  protected final double weight() {
    return weight;
  }

  /** Number of classes, or 0 where the labels tell, or for regression. */
  protected final int classes() {
    return classes;
  }

  /** Target values of an example, or 0 for classification. */
  protected final int targets() {
    return targets;
  }

  /** What a feature is called, or null where features have no names. */
  protected final IntFunction<String> featureNamesOrNull() {
    return features;
  }

  /** The name of the class that has a number now, as it ends a {@link CanonicalExample}. */
  protected final byte[] className(int label) {
    while (classNames.size() <= label) classNames.add(null);
    if (classNames.get(label) == null)
      classNames.set(label, CanonicalExample.name(canonicalClass(label)));
    return classNames.get(label);
  }

  /** One text for all spellings of a class. */
  private String canonicalClass(int label) {
    if (schema.isKnown()) return ClassNames.canonical(schema.names().get(label));
    return numbering == null ? String.valueOf(label) : numbering.canonical(label);
  }

  /** The row of the example that is taken; null where it is not of a table. */
  protected final TableRow rowOrNull() {
    return cells;
  }

  /** What the examples are is known now. */
  protected abstract void begun();

  /** What the examples of a table are is known now. */
  protected void begun(TableRow row) {
    begun();
  }

  /** The next wanted example. The array belongs to the caller. */
  protected abstract void take(byte[] pixels, int label);

  /** The next wanted example. The array belongs to the caller. */
  protected abstract void take(double[] features, int label);

  /** The next wanted example. The arrays belong to the caller. */
  protected abstract void take(double[] features, double[] values);

  /** The next wanted example, where labels are not needed. The array belongs to the caller. */
  protected void take(byte[] pixels) {
    throw new IllegalStateException("examples of " + name + " need labels");
  }

  /** The next wanted example, where labels are not needed. The array belongs to the caller. */
  protected void take(double[] features) {
    throw new IllegalStateException("examples of " + name + " need labels");
  }
}
