package io.kudari.data.format;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;

import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Spark ML's vectors as its {@code VectorUDT} stores them: a group of
 *
 * <pre>
 * type     0 for sparse, 1 for dense
 * size     of a sparse vector, else null
 * indices  of a sparse vector's values, else null
 * values   of which a dense vector has all
 * </pre>
 */
final class ParquetVectors {

  private static final int SPARSE = 0;
  private static final int DENSE = 1;
  private static final List<String> FIELDS = List.of("type", "size", "indices", "values");

  private ParquetVectors() {}

  /** Whether a column is of such vectors. */
  static boolean isVector(Type type) {
    if (type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) return false;
    GroupType group = type.asGroupType();
    return group.getFields().stream().map(Type::getName).toList().equals(FIELDS)
        && isOf(group.getType(0), INT32)
        && isOf(group.getType(1), INT32)
        && isListOf(group.getType(2), INT32)
        && isListOf(group.getType(3), DOUBLE);
  }

  private static boolean isOf(Type type, PrimitiveTypeName name) {
    return type.isPrimitive() && type.asPrimitiveType().getPrimitiveTypeName() == name;
  }

  /** A list is a group that repeats a group of one element. */
  private static boolean isListOf(Type type, PrimitiveTypeName element) {
    if (type.isPrimitive() || type.asGroupType().getFieldCount() != 1) return false;
    Type repeated = type.asGroupType().getType(0);
    return !repeated.isPrimitive()
        && repeated.isRepetition(Type.Repetition.REPEATED)
        && repeated.asGroupType().getFieldCount() == 1
        && isOf(repeated.asGroupType().getType(0), element);
  }

  /**
   * All values of a vector.
   *
   * @param gaps whether values need not be finite
   * @throws IllegalArgumentException when it breaks a rule, which the message names
   */
  static double[] dense(Group vector, boolean gaps) {
    require(has(vector, "type") && has(vector, "values"), "a vector without type or values");
    int type = vector.getInteger("type", 0);
    require(type == SPARSE || type == DENSE, "vector type " + type + ", it is 0 or 1");
    Group values = vector.getGroup("values", 0);
    int count = values.getFieldRepetitionCount(0);
    if (type == SPARSE) return sparse(vector, values, count, gaps);
    require(count > 0, "a vector of no values");
    double[] dense = new double[count];
    for (int i = 0; i < count; i++) dense[i] = value(values, i, gaps);
    return dense;
  }

  private static double[] sparse(Group vector, Group values, int count, boolean gaps) {
    require(has(vector, "size") && has(vector, "indices"), "a sparse vector without size");
    int size = vector.getInteger("size", 0);
    require(
        size > 0 && size <= LibSvmSource.MOST_FEATURES,
        "a sparse vector of size " + size + ", it must be within 1.." + LibSvmSource.MOST_FEATURES);
    Group indices = vector.getGroup("indices", 0);
    require(
        indices.getFieldRepetitionCount(0) == count,
        indices.getFieldRepetitionCount(0) + " indices for " + count + " values");
    double[] dense = new double[size];
    int last = -1;
    for (int i = 0; i < count; i++) {
      Group element = indices.getGroup(0, i);
      require(element.getFieldRepetitionCount(0) == 1, "a null index in a vector");
      int index = element.getInteger(0, 0);
      if (index <= last || index >= size) {
        throw new IllegalArgumentException(
            String.format(
                "index %d of a sparse vector, it must be within %d..%d here: they ascend",
                index, last + 1, size - 1));
      }
      dense[index] = value(values, i, gaps);
      last = index;
    }
    return dense;
  }

  private static double value(Group values, int i, boolean gaps) {
    Group element = values.getGroup(0, i);
    require(element.getFieldRepetitionCount(0) == 1, "a null value in a vector");
    double value = element.getDouble(0, 0);
    if (!gaps && !Float.isFinite((float) value)) {
      throw new IllegalArgumentException("found " + value + " in a vector, it must be finite");
    }
    return value;
  }

  private static boolean has(Group vector, String field) {
    return vector.getFieldRepetitionCount(field) == 1;
  }

  private static void require(boolean rule, String broken) {
    if (!rule) throw new IllegalArgumentException(broken);
  }
}
