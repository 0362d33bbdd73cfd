package io.kudari.ml;

import io.kudari.data.DataException;
import io.kudari.spark.data.InvalidFeature;
import io.kudari.spark.data.RowFeatures;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Makes one column of arrays of those columns of numbers, booleans and vectors that are features
 * together, for a training, which reads either numbers or a vector. Other columns stay.
 *
 * @param from columns of a row
 * @param features those that are put together, in this order
 * @param others places of the rest
 * @param gaps whether values may be missing, which are NaN then, or infinite: whoever reads the
 *     arrays decides
 */
@SuppressWarnings("ArrayRecordComponent")
record Assembly(StructType from, List<String> features, int[] others, boolean gaps)
    implements InternalRows.PartitionFunction {

  private static final long serialVersionUID = 1;

  /** As what is read of the rows is told. */
  private static final String FRAME = "the data frame: ";

  /** The columns that are read then: one of a name that no other has, or those themselves. */
  static List<String> read(StructType schema, List<String> features) {
    boolean vectors =
        features.stream().anyMatch(f -> RowFeatures.isVector(schema.apply(f).dataType()));
    if (!vectors || features.size() == 1) return features;
    // Every feature has this name before its number.
    String name = "featuresCols";
    List<String> taken = List.of(schema.fieldNames());
    while (taken.contains(name)) name += "_";
    return List.of(name);
  }

  /**
   * The rows with that column before all others, or as they are.
   *
   * @param read what {@link #read} found
   */
  static Dataset<Row> of(
      Dataset<Row> rows, List<String> features, List<String> read, boolean gaps) {
    if (read.equals(features)) return rows;
    StructType from = rows.schema();
    StructField[] fields = from.fields();
    Set<String> assembled = Set.copyOf(features);
    int[] others =
        IntStream.range(0, fields.length)
            .filter(c -> !assembled.contains(fields[c].name()))
            .toArray();
    StructType to =
        new StructType().add(read.get(0), DataTypes.createArrayType(DataTypes.DoubleType));
    for (int c : others) to = to.add(fields[c]);
    return InternalRows.mapped(rows, new Assembly(from, features, others, gaps), to);
  }

  @Override
  public Iterator<InternalRow> apply(Iterator<InternalRow> rows) {
    RowFeatures.Whole reader = RowFeatures.several(from, features);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public InternalRow next() {
        return assembled(reader, rows.next());
      }
    };
  }

  private InternalRow assembled(RowFeatures.Whole reader, InternalRow row) {
    double[] values = values(reader, row);
    Object[] cells = new Object[1 + others.length];
    cells[0] = values == null ? null : UnsafeArrayData.fromPrimitiveArray(values);
    for (int i = 0; i < others.length; i++)
      cells[1 + i] = row.get(others[i], from.apply(others[i]).dataType());
    return new GenericInternalRow(cells);
  }

  private double[] values(RowFeatures.Whole reader, InternalRow row) {
    try {
      return reader.of(row, gaps);
    } catch (InvalidFeature e) {
      throw new DataException(FRAME + e.getMessage() + Features.SKIPS, e);
    } catch (IllegalArgumentException e) {
      throw new DataException(FRAME + e.getMessage(), e);
    }
  }
}
