package io.kudari.ml;

import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.UserDefinedType;

/**
 * What a model of a regression says of a row: a vector of its values.
 *
 * @param targets how many there are
 */
record VectorOutput(int targets) implements Transformation.RowOutputs {

  private static final long serialVersionUID = 1;

  @SuppressWarnings("unchecked")
  private static final UserDefinedType<Vector> VECTOR =
      (UserDefinedType<Vector>) SQLDataTypes.VectorType();

  @Override
  public int columns() {
    return 1;
  }

  @Override
  public Object of(int column, float[] outputs, int from) {
    return cell(vector(outputs, from));
  }

  /** A vector as a row has it. */
  static Object cell(Vector vector) {
    return VECTOR.serialize(vector);
  }

  /** The values that begin there. */
  Vector vector(float[] outputs, int from) {
    double[] values = new double[targets];
    for (int k = 0; k < targets; k++) values[k] = outputs[from + k];
    return Vectors.dense(values);
  }
}
