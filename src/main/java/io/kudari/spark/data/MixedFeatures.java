package io.kudari.spark.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Features in columns of numbers, of vectors and of arrays, one after the other. The first row that
 * is read says how many each column has. Not thread-safe.
 */
final class MixedFeatures implements RowFeatures.Whole {

  private final List<String> names;
  private final List<RowFeatures.Whole> parts;

  /** How many features each part has: at least 1, or 0 before that is known. */
  private final int[] sizes;

  /**
   * Of parts.
   *
   * @param names of their columns
   */
  private MixedFeatures(List<String> names, List<RowFeatures.Whole> parts) {
    this.names = names;
    this.parts = parts;
    this.sizes = new int[parts.size()];
  }

  static MixedFeatures of(StructType row, List<String> names) {
    List<List<String>> runs = runs(row, names);
    return new MixedFeatures(
        runs.stream().map(run -> String.join(", ", run)).toList(),
        runs.stream().map(run -> RowFeatures.several(row, run)).toList());
  }

  /** Each vector or array, and columns of numbers that follow one another together. */
  private static List<List<String>> runs(StructType row, List<String> names) {
    List<List<String>> runs = new ArrayList<>();
    boolean numbers = false;
    for (String name : names) {
      boolean number = !RowFeatures.isVector(row.apply(name).dataType());
      if (!number || !numbers) runs.add(new ArrayList<>());
      runs.get(runs.size() - 1).add(name);
      numbers = number;
    }
    return runs;
  }

  @Override
  public double[] of(InternalRow row, boolean gaps) {
    double[] values = new double[parts.size()];
    int size = 0;
    for (int i = 0; i < sizes.length; i++) {
      double[] more = parts.get(i).of(row, gaps);
      if (more == null) return null;
      check(i, more.length);
      if (size + more.length > values.length)
        values = Arrays.copyOf(values, Math.max(2 * values.length, size + more.length));
      System.arraycopy(more, 0, values, size, more.length);
      size += more.length;
    }
    return values.length == size ? values : Arrays.copyOf(values, size);
  }

  private void check(int part, int size) {
    if (sizes[part] == 0) sizes[part] = size;
    if (sizes[part] != size)
      throw new IllegalArgumentException(
          "column %s: found %d features, a row before has %d"
              .formatted(names.get(part), size, sizes[part]));
  }

  @Override
  public String name(int feature) {
    int before = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (feature < before + sizes[i]) return parts.get(i).name(feature - before);
      before += sizes[i];
    }
    throw new IndexOutOfBoundsException(feature);
  }
}
