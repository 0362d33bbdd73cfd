package io.kudari.ml;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeMapData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Copies of rows that are gone when the next ones come. What a column of structures has, so also of
 * vectors, goes to where that of an earlier row was: little is allocated. For one thread.
 */
final class HeldRows {

  private final DataType[] types;

  /** Of columns of numbers and such, which are objects of their own here. */
  private final boolean[] alone;

  /** Of columns of which a row had what is not one block of bytes. */
  private final UnsafeProjection[] projections;

  private final Object[][] cells;

  /**
   * Holds nothing.
   *
   * @param columns of the rows
   * @param most how many are held at once
   */
  HeldRows(StructType columns, int most) {
    this.types =
        Arrays.stream(columns.fields()).map(StructField::dataType).toArray(DataType[]::new);
    this.alone = new boolean[types.length];
    for (int c = 0; c < types.length; c++) alone[c] = UnsafeRow.isFixedLength(types[c]);
    this.projections = new UnsafeProjection[types.length];
    this.cells = new Object[most][];
  }

  /**
   * Copies a row.
   *
   * @param place below the most; what it held is lost
   */
  void hold(int place, InternalRow row) {
    if (cells[place] == null) cells[place] = new Object[types.length];
    Object[] to = cells[place];
    for (int c = 0; c < types.length; c++) {
      // Not every row of Spark's looks for nulls when it is asked for a value.
      Object value = row.isNullAt(c) ? null : row.get(c, types[c]);
      to[c] = alone[c] ? value : copy(inBytes(c, value), to[c]);
    }
  }

  /** The row that is held there, until another one is. */
  InternalRow row(int place) {
    return new GenericInternalRow(cells[place]);
  }

  private static Object copy(Object value, Object before) {
    if (!(value instanceof UnsafeRow row)) return InternalRow.copyValue(value);
    UnsafeRow to =
        before instanceof UnsafeRow had
            ? had
            : UnsafeRow.createFromByteArray(row.getSizeInBytes(), row.numFields());
    to.copyFrom(row);
    return to;
  }

  /**
   * Structures, arrays and maps as one block of bytes, until the next call; all else as it is.
   * Those of a columnar format cannot be relied upon to copy themselves.
   */
  private Object inBytes(int column, Object value) {
    boolean nested =
        value instanceof InternalRow || value instanceof ArrayData || value instanceof MapData;
    if (!nested || isBytes(value)) return value;
    if (projections[column] == null)
      projections[column] = UnsafeProjection.create(new DataType[] {types[column]});
    InternalRow alone = new GenericInternalRow(new Object[] {value});
    return projections[column].apply(alone).get(0, types[column]);
  }

  private static boolean isBytes(Object value) {
    return value instanceof UnsafeRow
        || value instanceof UnsafeArrayData
        || value instanceof UnsafeMapData;
  }
}
