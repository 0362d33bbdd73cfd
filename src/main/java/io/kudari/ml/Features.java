package io.kudari.ml;

import io.kudari.data.DataException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Reads the features of rows: of one column of vectors, arrays or bytes, or of several columns one
 * after the other. Immutable.
 *
 * @param columns where they are, in their order
 * @param width values of an example
 * @param skip whether a row of null, NaN or infinite values is left out rather than refused
 */
record Features(List<Column> columns, int width, boolean skip) implements Serializable {

  private static final long serialVersionUID = 1;

  /** What a column holds. */
  enum Kind {
    VECTOR,
    ARRAY,
    BYTES,
    NUMBER,
    TRUTH
  }

  /** A column of a row. */
  record Column(String name, int index, Kind kind) implements Serializable {

    private static final long serialVersionUID = 1;
  }

  /**
   * Of the columns that a stage names.
   *
   * @throws IllegalArgumentException when one is missing or of another type; one line, in Spark's
   *     words
   */
  static List<Column> columns(StructType schema, InferenceParams<?> params, String featuresCol) {
    String[] several = params.getFeaturesCols();
    if (several.length == 0) return List.of(alone(schema, featuresCol));
    List<Column> all = new ArrayList<>();
    for (String name : several) all.add(oneOfSeveral(schema, name));
    return List.copyOf(all);
  }

  private static Column alone(StructType schema, String name) {
    DataType type = type(schema, name);
    Kind kind;
    if (type.equals(SQLDataTypes.VectorType())) kind = Kind.VECTOR;
    else if (type instanceof ArrayType array && isNumber(array.elementType())) kind = Kind.ARRAY;
    else if (type.equals(DataTypes.BinaryType)) kind = Kind.BYTES;
    else throw wrong(name, "a vector, an array of numbers or binary", type);
    return new Column(name, schema.fieldIndex(name), kind);
  }

  private static Column oneOfSeveral(StructType schema, String name) {
    DataType type = type(schema, name);
    Kind kind;
    if (isNumber(type)) kind = Kind.NUMBER;
    else if (type.equals(DataTypes.BooleanType)) kind = Kind.TRUTH;
    else throw wrong(name, "numeric or boolean", type);
    return new Column(name, schema.fieldIndex(name), kind);
  }

  /** The type of a column that must be there. */
  static DataType type(StructType schema, String name) {
    if (!Arrays.asList(schema.fieldNames()).contains(name)) {
      throw new IllegalArgumentException(
          "Column %s does not exist. Available: %s"
              .formatted(name, String.join(", ", schema.fieldNames())));
    }
    return schema.apply(name).dataType();
  }

  static IllegalArgumentException wrong(String name, String needed, DataType type) {
    return new IllegalArgumentException(
        "Column %s must be of type %s but was actually of type %s."
            .formatted(name, needed, type.simpleString()));
  }

  static boolean isNumber(DataType type) {
    return type instanceof NumericType;
  }

  /** What tells whether rows are valid, however many values they have. */
  static Features ofAnyWidth(List<Column> columns) {
    return new Features(columns, Integer.MAX_VALUE, true);
  }

  /** Whether no feature of a row is null, NaN or infinite. */
  boolean isValid(Row row) {
    return columns.stream().allMatch(column -> isValid(row, column));
  }

  private boolean isValid(Row row, Column column) {
    if (row.isNullAt(column.index())) return false;
    double[] values = new double[size(row, column)];
    int read = read(row, column, values, 0);
    return Arrays.stream(values, 0, read).allMatch(Features::isFinite);
  }

  private static int size(Row row, Column column) {
    return switch (column.kind()) {
      case VECTOR -> row.<Vector>getAs(column.index()).size();
      case ARRAY -> row.getList(column.index()).size();
      case BYTES -> row.<byte[]>getAs(column.index()).length;
      case NUMBER, TRUTH -> 1;
    };
  }

  /**
   * Reads one row.
   *
   * @param into overwritten, {@link #width} values
   * @return false for a row that is to be left out
   * @throws DataException when the row is no example, and is not to be left out
   */
  boolean read(Row row, double[] into) {
    int at = 0;
    for (Column column : columns) {
      if (row.isNullAt(column.index())) return invalid(column, "is null");
      int read = read(row, column, into, at);
      for (int i = at; i < at + read; i++)
        if (!isFinite(into[i]))
          return invalid(column, "holds " + into[i] + " at index " + (i - at));
      at += read;
    }
    if (at != width) throw new DataException(names() + ": " + width(at, width));
    return true;
  }

  /** As a float, which is what a model computes with. */
  static boolean isFinite(double value) {
    return Float.isFinite((float) value);
  }

  private boolean invalid(Column column, String what) {
    if (skip) return false;
    throw new DataException(
        "Column %s %s; handleInvalid = skip leaves such rows out".formatted(column.name(), what));
  }

  private int read(Row row, Column column, double[] into, int at) {
    return switch (column.kind()) {
      case VECTOR -> vector(row.getAs(column.index()), into, at);
      case ARRAY -> array(row.getList(column.index()), into, at);
      case BYTES -> bytes(row.getAs(column.index()), into, at);
      case NUMBER -> number(row.<Number>getAs(column.index()).doubleValue(), into, at);
      case TRUTH -> number(row.getBoolean(column.index()) ? 1 : 0, into, at);
    };
  }

  private int vector(Vector vector, double[] into, int at) {
    check(at + vector.size());
    if (vector instanceof SparseVector sparse) {
      Arrays.fill(into, at, at + sparse.size(), 0);
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      for (int i = 0; i < indices.length; i++) into[at + indices[i]] = values[i];
    } else {
      System.arraycopy(vector.toArray(), 0, into, at, vector.size());
    }
    return vector.size();
  }

  /** A null among the numbers is as NaN. */
  private int array(List<? extends Number> numbers, double[] into, int at) {
    check(at + numbers.size());
    int i = at;
    for (Number n : numbers) into[i++] = n == null ? Double.NaN : n.doubleValue();
    return numbers.size();
  }

  private int bytes(byte[] bytes, double[] into, int at) {
    check(at + bytes.length);
    for (int i = 0; i < bytes.length; i++) into[at + i] = bytes[i] & 0xff;
    return bytes.length;
  }

  private int number(double value, double[] into, int at) {
    check(at + 1);
    into[at] = value;
    return 1;
  }

  private void check(int values) {
    if (values > width) throw new DataException(names() + ": " + width(values, width));
  }

  private String names() {
    return "Column " + columns.stream().map(Column::name).collect(Collectors.joining(", "));
  }

  /** What is wrong with so many values. */
  static String width(int found, int expected) {
    return "a row has " + found + " features, but the model was trained with " + expected;
  }
}
