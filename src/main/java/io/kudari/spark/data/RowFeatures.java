package io.kudari.spark.data;

import io.kudari.data.format.PixelSpec;
import io.kudari.data.format.TypedRows;
import io.kudari.model.Shape;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;

/** Where a row has its features. For one thread. */
public sealed interface RowFeatures permits RowFeatures.Whole, PixelFeatures {

  /**
   * In these columns: one of pixels, or any of numbers, of vectors and of arrays of numbers.
   *
   * @param pixels what is said of a column of pixels
   * @param shape that images must have then
   * @throws IllegalArgumentException when one is not there, or of another type
   */
  static RowFeatures of(StructType row, List<String> names, PixelSpec pixels, Shape shape) {
    boolean ofPixels = names.size() == 1 && Cells.kind(type(row, names.get(0))).isPixels();
    return ofPixels ? PixelFeatures.of(row, names.get(0), pixels, shape) : several(row, names);
  }

  /** In these columns of numbers, of vectors and of arrays of numbers, one after the other. */
  static Whole several(StructType row, List<String> names) {
    if (names.stream().noneMatch(name -> isVector(type(row, name)))) return Columns.of(row, names);
    if (names.size() == 1) return whole(row, names.get(0));
    return MixedFeatures.of(row, names);
  }

  private static DataType type(StructType row, String name) {
    return row.apply(name).dataType();
  }

  /** What features a column of a type may have. */
  static TypedRows.Kind kind(DataType type) {
    return Cells.kind(type);
  }

  /** Whether a column of a type has any number of features. */
  static boolean isVector(DataType type) {
    return Cells.isVector(type) || Cells.isArray(type);
  }

  /**
   * The features of a row.
   *
   * @throws InvalidFeature when one is missing or not finite
   * @throws IllegalArgumentException when there is none, or a vector is too large; the message
   *     names the column
   */
  double[] of(InternalRow row);

  /**
   * Copies the features of a row as floats, where they lie so that this is faster than {@link #of}.
   *
   * @param size how many there should be
   * @param at where they begin
   * @return whether they are copied, as many and all finite; if not, {@link #of} knows more, and
   *     anything may be written
   */
  default boolean copy(InternalRow row, int size, float[] to, int at) {
    return false;
  }

  /** What a feature is called. */
  String name(int feature);

  /** In columns whose values may be missing. */
  sealed interface Whole extends RowFeatures permits Columns, Array, Vector, MixedFeatures {

    @Override
    default double[] of(InternalRow row) {
      return of(row, false);
    }

    /**
     * As the other.
     *
     * @param gaps whether values may be missing, which are NaN then, or infinite; null where a
     *     vector or an array is
     */
    double[] of(InternalRow row, boolean gaps);
  }

  /** In this column of vectors or arrays of numbers. */
  static Whole whole(StructType row, String column) {
    boolean vector = Cells.isVector(type(row, column));
    return vector ? new Vector(column, row.fieldIndex(column)) : Array.of(row, column);
  }

  /** One column of numbers for each feature. */
  @SuppressWarnings("ArrayRecordComponent")
  record Columns(List<String> names, int[] at, Cells.Number[] cells) implements Whole {

    static Columns of(StructType row, List<String> names) {
      int[] at = names.stream().mapToInt(row::fieldIndex).toArray();
      Cells.Number[] cells =
          names.stream()
              .map(name -> Cells.number(row.apply(name).dataType()))
              .toArray(Cells.Number[]::new);
      return new Columns(names, at, cells);
    }

    @Override
    public double[] of(InternalRow row, boolean gaps) {
      double[] values = new double[at.length];
      for (int j = 0; j < at.length; j++) {
        boolean none = row.isNullAt(at[j]);
        if (none && !gaps) throw InvalidFeature.missing(names.get(j));
        values[j] = none ? Double.NaN : checked(cells[j].at(row, at[j]), gaps, this, j);
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
        if (none && !gaps) throw InvalidFeature.missing(name(j));
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
    public boolean copy(InternalRow row, int size, float[] to, int at) {
      if (row.isNullAt(this.at)) return false;
      InternalRow vector = row.getStruct(this.at, FIELDS);
      if (vector.getByte(0) == SPARSE) return false;
      ArrayData values = vector.getArray(3);
      if (values.numElements() != size) return false;
      return values instanceof UnsafeArrayData unsafe && copy(unsafe, size, to, at);
    }

    /** A loop over bytes of which Java knows that they are: others take twice as long. */
    private static boolean copy(UnsafeArrayData values, int size, float[] to, int at) {
      if (!(values.getBaseObject() instanceof byte[] bytes)) return false;
      long from =
          values.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes((long) size);
      for (int j = 0; j < size; j++) {
        float value = (float) Platform.getDouble(bytes, from + (long) j * Double.BYTES);
        if (!Float.isFinite(value)) return false;
        to[at + j] = value;
      }
      return true;
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
    throw InvalidFeature.missing(column);
  }
}
