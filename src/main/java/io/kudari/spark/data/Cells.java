package io.kudari.spark.data;

import io.kudari.data.CellText;
import io.kudari.data.format.StructImage;
import io.kudari.data.format.TypedRows;
import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/** What Spark's rows and arrays have in their cells, by its types. */
final class Cells {

  private static final List<String> VECTOR = List.of("type", "size", "indices", "values");

  private Cells() {}

  /** Reads a cell of numbers, which is not null. */
  interface Number {
    double at(SpecializedGetters row, int column);
  }

  /** Reads the text of a cell, which is not null. */
  interface Text {
    String at(SpecializedGetters row, int column);
  }

  static boolean isNumber(DataType type) {
    return type instanceof BooleanType
        || type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType
        || type instanceof FloatType
        || type instanceof DoubleType
        || type instanceof DecimalType;
  }

  /** Whether it is of floats, or arrays of them. */
  static boolean isOfFloats(DataType type) {
    return (type instanceof ArrayType array ? array.elementType() : type) instanceof FloatType;
  }

  /** What cells of a type are. */
  static TypedRows.Kind kind(DataType type) {
    if (type instanceof BooleanType) return TypedRows.Kind.BOOLEAN;
    if (isNumber(type)) return TypedRows.Kind.NUMBER;
    if (type instanceof StringType) return TypedRows.Kind.TEXT;
    if (type instanceof BinaryType) return TypedRows.Kind.BYTES;
    if (isImage(type)) return TypedRows.Kind.IMAGE;
    return isVector(type) || isArray(type) ? TypedRows.Kind.VECTOR : TypedRows.Kind.OTHER;
  }

  /** Whether it is of images as Spark reads them. */
  static boolean isImage(DataType type) {
    return type instanceof StructType struct
        && List.of(struct.fieldNames()).equals(StructImage.FIELDS)
        && struct.fields()[StructImage.HEIGHT].dataType() instanceof IntegerType
        && struct.fields()[StructImage.WIDTH].dataType() instanceof IntegerType
        && struct.fields()[StructImage.CHANNELS].dataType() instanceof IntegerType
        && struct.fields()[StructImage.DATA].dataType() instanceof BinaryType;
  }

  /**
   * A cell of images, which is not null.
   *
   * @throws IllegalArgumentException when it lacks a size or its pixels
   */
  static StructImage image(InternalRow row, int column) {
    InternalRow image = row.getStruct(column, StructImage.FIELDS.size());
    for (int field :
        new int[] {StructImage.HEIGHT, StructImage.WIDTH, StructImage.CHANNELS, StructImage.DATA})
      if (image.isNullAt(field))
        throw new IllegalArgumentException("an image without size or pixels");
    return new StructImage(
        image.getInt(StructImage.HEIGHT),
        image.getInt(StructImage.WIDTH),
        image.getInt(StructImage.CHANNELS),
        image.getBinary(StructImage.DATA));
  }

  /** Whether it is an array of numbers. */
  static boolean isArray(DataType type) {
    return type instanceof ArrayType array && isNumber(array.elementType());
  }

  /** Whether it is a vector of Spark's machine learning, by what its rows hold of it. */
  static boolean isVector(DataType type) {
    return type instanceof UserDefinedType<?> user
        && user.sqlType() instanceof StructType struct
        && List.of(struct.fieldNames()).equals(VECTOR);
  }

  /** How to read numbers of a type: booleans are 0 and 1. */
  static Number number(DataType type) {
    if (type instanceof BooleanType) return (row, at) -> row.getBoolean(at) ? 1 : 0;
    if (type instanceof ByteType) return SpecializedGetters::getByte;
    if (type instanceof ShortType) return SpecializedGetters::getShort;
    if (type instanceof IntegerType) return SpecializedGetters::getInt;
    if (type instanceof LongType) return SpecializedGetters::getLong;
    if (type instanceof FloatType) return SpecializedGetters::getFloat;
    if (type instanceof DoubleType) return SpecializedGetters::getDouble;
    if (type instanceof DecimalType of)
      return (row, at) -> row.getDecimal(at, of.precision(), of.scale()).toDouble();
    throw new IllegalArgumentException(type.toString());
  }

  /** How to read texts, and numbers as texts with all their digits; null of other types. */
  static Text textOrNull(DataType type) {
    if (type instanceof StringType) return (row, at) -> row.getUTF8String(at).toString();
    if (type instanceof FloatType) return (row, at) -> CellText.ofFloat(row.getFloat(at));
    if (type instanceof LongType) return (row, at) -> String.valueOf(row.getLong(at));
    if (type instanceof DecimalType of)
      return (row, at) -> digits(row.getDecimal(at, of.precision(), of.scale()).toJavaBigDecimal());
    if (!isNumber(type)) return null;
    Number number = number(type);
    return (row, at) -> CellText.of(number.at(row, at));
  }

  private static String digits(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
