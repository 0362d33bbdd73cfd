package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.model.Shape;

/** All features in one column of vectors, without gaps. */
final class TypedVector implements TypedFeatures {

  private final int targets;
  private final ExampleSink into;
  private TypedRows rows;
  private int at;
  private double[] values;

  /** Nothing is read yet. */
  TypedVector(int targets, ExampleSink into) {
    this.targets = targets;
    this.into = into;
  }

  @Override
  public boolean reads(TypedRows.Kind kind) {
    return kind == TypedRows.Kind.VECTOR;
  }

  @Override
  public void open(TypedRows from, int[] places) {
    rows = from;
    at = places[0];
  }

  @Override
  public boolean mustRead() {
    return into.shape() == null;
  }

  /** The first example decides the size of all. */
  @Override
  public void read() {
    values = rows.vector(at, false);
    if (into.shape() == null) {
      into.begin(Shape.flat(values.length), false, 0, targets);
      TypedRows first = rows;
      int column = at;
      into.name(j -> first.name(column, j));
    } else if (into.shape().size() != values.length) {
      throw TypedReader.sizes(rows, values.length, into.shape().size());
    }
  }

  @Override
  public boolean isLeftOut() {
    return false;
  }

  @Override
  public boolean isInvalid() {
    return false;
  }

  @Override
  public void add() {
    into.add(values);
  }

  @Override
  public void add(int label) {
    into.add(values, label);
  }

  @Override
  public void add(double[] of) {
    into.add(values, of);
  }
}
