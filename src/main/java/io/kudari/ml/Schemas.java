package io.kudari.ml;

import java.util.Arrays;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Schemas of what models add to. */
final class Schemas {

  private Schemas() {}

  /**
   * A schema with one more column.
   *
   * @param field the column, or one of the name "", which is not added
   * @throws IllegalArgumentException when there is one of that name, in Spark's words
   */
  static StructType with(StructType schema, StructField field) {
    if (field.name().isEmpty()) return schema;
    if (Arrays.asList(schema.fieldNames()).contains(field.name()))
      throw new IllegalArgumentException("Column " + field.name() + " already exists.");
    return schema.add(field);
  }

  /** A column of which nothing more is known. */
  static StructField field(String name, DataType type, boolean nullable) {
    return new StructField(name, type, nullable, Metadata.empty());
  }

  /** A name with dots is one name. */
  static String quoted(String name) {
    return '`' + name.replace("`", "``") + '`';
  }
}
