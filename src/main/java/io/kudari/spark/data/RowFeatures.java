package io.kudari.spark.data;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** Where a row has its features. */
sealed interface RowFeatures {

  /**
   * The features of a row.
   *
   * @throws IllegalArgumentException when one is missing or not finite; the message names the
   *     column and the value
   */
  double[] of(InternalRow row);

  /** What a feature is called. */
  String name(int feature);

  /** One column of numbers for each feature. */
  @SuppressWarnings("ArrayRecordComponent")
  record Columns(List<String> names, int[] at, Cells.Number[] cells) implements RowFeatures {

    static Columns of(StructType row, List<String> names) {
      int[] at = names.stream().mapToInt(row::fieldIndex).toArray();
      Cells.Number[] cells =
          names.stream()
              .map(name -> Cells.number(row.apply(name).dataType()))
              .toArray(Cells.Number[]::new);
      return new Columns(names, at, cells);
    }

    @Override
    public double[] of(InternalRow row) {
      double[] values = new double[at.length];
      for (int j = 0; j < at.length; j++) {
        if (row.isNullAt(at[j])) throw missing("column " + names.get(j));
        values[j] = finite(cells[j].at(row, at[j]), "column " + names.get(j));
      }
      return values;
    }

    @Override
    public String name(int feature) {
      return names.get(feature);
    }
  }

  /** All features in a column of arrays. */
  record Array(String column, int at, Cells.Number element) implements RowFeatures {

    static Array of(StructType row, String column) {
      ArrayType type = (ArrayType) row.apply(column).dataType();
      return new Array(column, row.fieldIndex(column), Cells.number(type.elementType()));
    }

    @Override
    public double[] of(InternalRow row) {
      if (row.isNullAt(at)) throw missing("column " + column);
      ArrayData array = row.getArray(at);
      if (array.numElements() == 0) throw new IllegalArgumentException(empty(column));
      double[] values = new double[array.numElements()];
      for (int j = 0; j < values.length; j++) {
        if (array.isNullAt(j)) throw missing("column " + name(j));
        values[j] = finite(element.at(array, j), "column " + name(j));
      }
      return values;
    }

    @Override
    public String name(int feature) {
      return column + "[" + feature + "]";
    }
  }

  /** All features in a column of vectors; what a sparse one leaves out is 0. */
  record Vector(String column, int at) implements RowFeatures {

    private static final int FIELDS = 4;
    private static final int SPARSE = 0;

    @Override
    public double[] of(InternalRow row) {
      if (row.isNullAt(at)) throw missing("column " + column);
      InternalRow vector = row.getStruct(at, FIELDS);
      double[] given = vector.getArray(3).toDoubleArray();
      boolean sparse = vector.getByte(0) == SPARSE;
      int size = sparse ? vector.getInt(1) : given.length;
      if (size == 0) throw new IllegalArgumentException(empty(column));
      if (size > MOST)
        throw new IllegalArgumentException(
            "column " + column + ": a vector of size " + size + ", at most " + MOST + " are read");
      int[] places = sparse ? vector.getArray(2).toIntArray() : null;
      double[] values = sparse ? new double[size] : given;
      for (int i = 0; i < given.length; i++) {
        int place = sparse ? places[i] : i;
        values[place] = finite(given[i], "column " + name(place));
      }
      return values;
    }

    @Override
    public String name(int feature) {
      return column + "[" + feature + "]";
    }
  }

  /** The largest vector. */
  int MOST = 1 << 20;

  private static String empty(String column) {
    return "column " + column + ": found no values, there must be at least one feature";
  }

  /** A number that is finite as a float. */
  private static double finite(double value, String where) {
    if (Float.isFinite((float) value)) return value;
    throw new IllegalArgumentException(
        where + ": found " + value + ", a feature must be a finite number");
  }

  private static IllegalArgumentException missing(String where) {
    return new IllegalArgumentException(where + ": found null, a feature must have a value");
  }
}
