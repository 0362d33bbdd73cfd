package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.Schema;
import io.kudari.data.format.SparkTable;
import io.kudari.spark.cluster.Parcel;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.shuffle.FetchFailedException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a data frame, which tasks read by its partitions.
 *
 * @param table says what its columns are
 * @param columns of a row
 */
record FrameSet(JavaRDD<InternalRow> rows, SparkTable table, StructType columns)
    implements TaskSet {

  /** Every task tells the driver what it found. */
  private static final int MOST_TASKS = 1000;

  static FrameSet of(SparkTable table, Dataset<Row> frame) {
    // Rows as Spark computes them: those it gives to programs cost as much as the training.
    JavaRDD<InternalRow> rows = frame.queryExecution().toRdd().toJavaRDD();
    return new FrameSet(rows, table, frame.schema());
  }

  /** For tasks that may read them in any order. */
  private JavaRDD<InternalRow> few() {
    return rows.getNumPartitions() > MOST_TASKS ? rows.coalesce(MOST_TASKS) : rows;
  }

  @Override
  public JavaRDD<byte[]> describe(Schema schema, long seed) {
    SparkTable of = table;
    StructType row = columns;
    return few()
        .mapPartitions(
            part -> {
              byte[] report =
                  Report.of(
                      of.name(),
                      schema,
                      findings ->
                          findings.describe(
                              of.name(),
                              seed,
                              into -> {
                                RowReader reader = new RowReader(of, row, into);
                                for (InternalRow next; (next = next(part)) != null; )
                                  reader.add(next);
                                reader.end();
                              }));
              return List.of(report).iterator();
            });
  }

  @Override
  public JavaPairRDD<Integer, byte[]> deal(
      Broadcast<? extends Parcel<? extends Splits.Dealt>> dealt, boolean test) {
    SparkTable of = table;
    StructType row = columns;
    return few()
        .mapPartitionsToPair(
            part -> {
              Splits.Dealt to = dealt.value().content();
              return new RowStream<>(
                  of, row, part, (source, pieces) -> new DealtPart(to, test, pieces));
            });
  }

  @Override
  public JavaRDD<byte[]> pass(Broadcast<Parcel<Pass>> pass, boolean whole) {
    SparkTable of = table;
    StructType row = columns;
    return rows.mapPartitions(
        part ->
            new RowStream<>(
                of, row, part, (source, to) -> new PassedPart(pass.value().content(), to)));
  }

  /**
   * The next row, or null at the end.
   *
   * @throws IOException when it cannot be computed
   */
  static InternalRow next(Iterator<InternalRow> rows) throws IOException {
    try {
      return rows.hasNext() ? rows.next() : null;
    } catch (TaskKilledException | DataException e) {
      throw e;
    } catch (Exception e) {
      // Spark computes again what it shuffled.
      if (e instanceof FetchFailedException) throw new IllegalStateException(e);
      throw new IOException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }
}
