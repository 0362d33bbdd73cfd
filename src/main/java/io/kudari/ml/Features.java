package io.kudari.ml;

import io.kudari.data.DataException;
import io.kudari.data.format.PixelSpec;
import io.kudari.model.Shape;
import io.kudari.spark.data.InvalidFeature;
import io.kudari.spark.data.RowFeatures;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Reads the features of rows for a model: of one column of vectors, arrays, images or bytes, or of
 * several columns one after the other. Immutable.
 *
 * @param row all columns of a row
 * @param columns which of them, in their order
 * @param pixels what is said of a column of images or bytes
 * @param shape of the model's examples
 * @param skip whether a row of null, NaN or infinite values, or of pixels that cannot be read, is
 *     left out rather than refused
 */
record Features(StructType row, List<String> columns, PixelSpec pixels, Shape shape, boolean skip)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /** What a line about a row that is no example ends with. */
  static final String SKIPS = "; handleInvalid = skip leaves such rows out";

  /**
   * Those that a model's stage names.
   *
   * @param shape of the model's examples
   * @throws IllegalArgumentException when a column is missing or of another type, or {@code
   *     inputShape} is not the model's; one line
   */
  static Features of(StructType row, InferenceParams<?> stage, String featuresCol, Shape shape) {
    List<String> columns = columns(row, stage, featuresCol);
    PixelSpec pixels = PixelInput.of(row, columns, stage).spec(shape);
    boolean skip = stage.getHandleInvalid().equals(InferenceParams.SKIP);
    return new Features(row, columns, pixels, shape, skip);
  }

  /**
   * The columns that a stage names.
   *
   * @throws IllegalArgumentException when one is missing, of another type or named twice; one line,
   *     in Spark's words
   */
  static List<String> columns(StructType schema, InferenceParams<?> params, String featuresCol) {
    List<String> several = List.of(params.getFeaturesCols());
    for (String name : several) checkOneOfSeveral(name, type(schema, name));
    Set<String> seen = new HashSet<>();
    for (String name : several)
      if (!seen.add(name))
        throw new IllegalArgumentException("Column " + name + " cannot be a feature twice");
    if (!several.isEmpty()) return several;
    checkAlone(featuresCol, type(schema, featuresCol));
    return List.of(featuresCol);
  }

  private static void checkAlone(String name, DataType type) {
    if (!RowFeatures.isVector(type) && !RowFeatures.kind(type).isPixels())
      throw wrong(name, "a vector, an array of numbers, binary or an image", type);
  }

  private static void checkOneOfSeveral(String name, DataType type) {
    if (!isNumber(type) && !type.equals(DataTypes.BooleanType) && !RowFeatures.isVector(type))
      throw wrong(name, "numeric, boolean, a vector or an array of numbers", type);
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

  /** What finds them in rows, on one thread. */
  RowFeatures open() {
    return RowFeatures.of(row, columns, pixels, shape);
  }

  /**
   * The features of a row, or null for one that is left out.
   *
   * @param features as {@link #open} gave them
   * @throws DataException when the row is no example, and is not to be left out
   */
  double[] read(RowFeatures features, InternalRow next) {
    double[] values;
    try {
      values = features.of(next);
    } catch (InvalidFeature e) {
      if (skip) return null;
      throw new DataException(e.getMessage() + SKIPS, e);
    } catch (IllegalArgumentException e) {
      throw new DataException(e.getMessage(), e);
    }
    if (values.length != shape.size())
      throw new DataException(
          "column " + String.join(", ", columns) + ": " + width(values.length, shape.size()));
    return values;
  }

  /** What is wrong with so many values. */
  static String width(int found, int expected) {
    return "a row has " + found + " features, but the model was trained with " + expected;
  }
}
