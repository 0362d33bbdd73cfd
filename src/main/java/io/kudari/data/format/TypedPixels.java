package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.Invalid;
import io.kudari.data.Missing;
import io.kudari.data.TableRules;
import io.kudari.model.Shape;

/**
 * All features in one column of images, or of bytes of a shape that is said: bytes for a
 * classification, and numbers for a regression.
 */
final class TypedPixels implements TypedFeatures {

  private PixelSpec spec;
  private final TableRules rules;
  private final int targets;
  private final ExampleSink into;
  private TypedRows rows;
  private int at;
  private Pixels pixels;
  private boolean isMissing;
  private boolean isInvalid;

  /** Nothing is read yet. */
  TypedPixels(PixelSpec spec, TableRules rules, int targets, ExampleSink into) {
    this.spec = spec;
    this.rules = rules;
    this.targets = targets;
    this.into = into;
  }

  @Override
  public boolean reads(TypedRows.Kind kind) {
    return kind.isPixels();
  }

  @Override
  public void open(TypedRows from, int[] places) {
    rows = from;
    at = places[0];
    TypedRows.Column column = from.columns().get(at);
    boolean bytes = column.kind() == TypedRows.Kind.BYTES;
    if (bytes && spec.said().isEmpty() && into.schema().isKnown())
      spec = new PixelSpec(into.schema().shape(), 0, 0, false);
    if (!bytes && spec.saysBytes())
      throw wrong(column, "shape is of a column of bytes, an image says its own");
    if (bytes && !spec.saysBytes())
      throw wrong(column, "shape = [channels, height, width] says what its bytes are");
    if (bytes && !spec.ofImages().isEmpty())
      throw wrong(column, spec.ofImages() + " is of a column of images, not of bytes");
  }

  private DataException wrong(TypedRows.Column column, String rule) {
    return rows.error("column " + column.name() + " is " + column.type() + ": " + rule);
  }

  @Override
  public boolean mustRead() {
    return into.shape() == null
        || rules.missing() == Missing.SKIP
        || rules.invalid() == Invalid.SKIP;
  }

  /** The first example decides the shape of all. */
  @Override
  public void read() {
    isInvalid = false;
    isMissing = rows.isNull(at);
    if (isMissing) {
      if (rules.missing() == Missing.SKIP && into.needsLabels()) return;
      throw TypedReader.error(rows, name(), null, "pixels must be there");
    }
    try {
      pixels = ofBytes() ? spec.of(rows.bytes(at)) : spec.of(rows.image(at));
    } catch (IllegalArgumentException e) {
      isInvalid = rules.invalid() == Invalid.SKIP && into.needsLabels();
      if (isInvalid) return;
      throw wrong(e.getMessage());
    }
    if (into.shape() == null) begin(pixels.shape());
    else if (!into.shape().equals(pixels.shape()))
      throw wrong(
          "pixels of shape "
              + pixels.shape()
              + ", the first example has "
              + into.shape()
              + (ofBytes() ? "" : PixelSpec.SCALES));
  }

  private boolean ofBytes() {
    return rows.columns().get(at).kind() == TypedRows.Kind.BYTES;
  }

  private void begin(Shape shape) {
    into.begin(shape, targets == 0, 0, targets);
    TypedRows first = rows;
    int column = at;
    into.name(j -> first.name(column, j));
  }

  private String name() {
    return rows.columns().get(at).name();
  }

  private DataException wrong(String found) {
    return rows.rowError("column " + name() + ": found " + found);
  }

  @Override
  public boolean isLeftOut() {
    return isMissing;
  }

  @Override
  public boolean isInvalid() {
    return isInvalid;
  }

  @Override
  public void add() {
    if (targets == 0) into.add(pixels.bytes());
    else into.add(pixels.numbers());
  }

  @Override
  public void add(int label) {
    into.add(pixels.bytes(), label);
  }

  @Override
  public void add(double[] values) {
    into.add(pixels.numbers(), values);
  }
}
