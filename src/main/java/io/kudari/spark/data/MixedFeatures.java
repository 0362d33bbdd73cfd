package io.kudari.spark.data;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Features in columns of numbers, of vectors and of arrays, one after the other.
 *
 * @param names of the columns
 * @param parts a column each
 */
record MixedFeatures(List<String> names, List<RowFeatures.Whole> parts)
    implements RowFeatures.Whole {

  static MixedFeatures of(StructType row, List<String> names) {
    List<RowFeatures.Whole> parts =
        names.stream().map(name -> RowFeatures.several(row, List.of(name))).toList();
    return new MixedFeatures(names, parts);
  }

  @Override
  public double[] of(InternalRow row, boolean gaps) {
    double[] values = new double[parts.size()];
    int size = 0;
    for (RowFeatures.Whole part : parts) {
      double[] more = part.of(row, gaps);
      if (more == null) return null;
      if (size + more.length > values.length)
        values = Arrays.copyOf(values, Math.max(2 * values.length, size + more.length));
      System.arraycopy(more, 0, values, size, more.length);
      size += more.length;
    }
    return values.length == size ? values : Arrays.copyOf(values, size);
  }

  @Override
  public String name(int feature) {
    return String.join(", ", names) + "[" + feature + "]";
  }
}
