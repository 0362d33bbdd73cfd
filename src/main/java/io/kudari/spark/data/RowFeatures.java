package io.kudari.spark.data;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Where a row has its features. Thread-safe. */
public sealed interface RowFeatures {

  /**
   * In these columns: one of vectors, of arrays of numbers or of bytes, or several of numbers.
   *
   * @throws IllegalArgumentException when one is not there, or of another type
   */
  static RowFeatures of(StructType row, List<String> names) {
    String first = names.get(0);
    DataType type = row.apply(first).dataType();
    if (names.size() > 1) return Columns.of(row, names);
    if (Cells.isVector(type) || Cells.isArray(type)) return whole(row, first);
    if (type instanceof BinaryType) return new Bytes(first, row.fieldIndex(first));
    return Columns.of(row, names);
  }

  /**
   * The features of a row.
   *
   * @throws InvalidFeature when one is missing or not finite
   * @throws IllegalArgumentException when there is none, or a vector is too large; the message
   *     names the column
   */
  double[] of(InternalRow row);

  /** What a feature is called. */
  String name(int feature);

  /** In a column of vectors or arrays, whose values may be missing. */
  sealed interface Whole extends RowFeatures {

    @Override
    default double[] of(InternalRow row) {
      return of(row, false);
    }

    /**
     * As the other.
     *
     * @param gaps whether values may be missing, which are NaN then, or infinite; null where all
     *     are
     */
    double[] of(InternalRow row, boolean gaps);
  }

  /** In this column of vectors or arrays of numbers. */
  static Whole whole(StructType row, String column) {
    boolean vector = Cells.isVector(row.apply(column).dataType());
    return vector ? new Vector(column, row.fieldIndex(column)) : Array.of(row, column);
  }

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
        if (row.isNullAt(at[j])) throw missing(names.get(j));
        values[j] = checked(cells[j].at(row, at[j]), false, this, j);
      }
      return values;
    }

    @Override
    public String name(int feature) {
      return names.get(feature);
    }
  }

  /** All features in a column of arrays. */
  record Array(String column, int at, Cells.Number element) implements Whole {

    static Array of(StructType row, String column) {
      ArrayType type = (ArrayType) row.apply(column).dataType();
      return new Array(column, row.fieldIndex(column), Cells.number(type.elementType()));
    }

    @Override
    public double[] of(InternalRow row, boolean gaps) {
      if (row.isNullAt(at)) return none(column, gaps);
      ArrayData array = row.getArray(at);
      if (array.numElements() == 0) throw new IllegalArgumentException(empty(column));
      double[] values = new double[array.numElements()];
      for (int j = 0; j < values.length; j++) {
        boolean none = array.isNullAt(j);
        if (none && !gaps) throw missing(name(j));
        values[j] = none ? Double.NaN : checked(element.at(array, j), gaps, this, j);
      }
      return values;
    }

    @Override
    public String name(int feature) {
      return column + "[" + feature + "]";
    }
  }

  /** All features in a column of vectors; what a sparse one leaves out is 0. */
  record Vector(String column, int at) implements Whole {

    private static final int FIELDS = 4;
    private static final int SPARSE = 0;

    @Override
    public double[] of(InternalRow row, boolean gaps) {
      if (row.isNullAt(at)) return none(column, gaps);
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
        values[place] = checked(given[i], gaps, this, place);
      }
      return values;
    }

    @Override
    public String name(int feature) {
      return column + "[" + feature + "]";
    }
  }

  /** All features in a column of unsigned bytes. */
  record Bytes(String column, int at) implements RowFeatures {

    @Override
    public double[] of(InternalRow row) {
      if (row.isNullAt(at)) throw missing(column);
      byte[] bytes = row.getBinary(at);
      if (bytes.length == 0) throw new IllegalArgumentException(empty(column));
      double[] values = new double[bytes.length];
      for (int i = 0; i < bytes.length; i++) values[i] = bytes[i] & 0xff;
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

  /** A number that is finite as a float, unless it need not be. */
  private static double checked(double value, boolean gaps, RowFeatures of, int feature) {
    if (gaps || Float.isFinite((float) value)) return value;
    throw new InvalidFeature(
        "column " + of.name(feature) + ": found " + value + ", a feature must be a finite number");
  }

  private static double[] none(String column, boolean gaps) {
    if (gaps) return null;
    throw missing(column);
  }

  private static InvalidFeature missing(String name) {
    return new InvalidFeature("column " + name + ": found null, a feature must have a value");
  }
}
