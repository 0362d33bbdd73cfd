package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.TableRules;
import io.kudari.data.TableSource;
import io.kudari.data.Task;
import io.kudari.data.format.SparkTable;
import io.kudari.event.FirstLine;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * A data frame, whose rows are examples. It is computed by tasks alone, which read it by its
 * partitions; what travels to them knows its columns, not the frame. Thread-safe.
 */
public final class FrameSource implements TableSource {

  private static final long serialVersionUID = 1;

  private final SparkTable table;
  private final transient Dataset<Row> frame;
  private transient FrameSet set;

  /**
   * Of a frame that is not computed yet.
   *
   * @param table says what its columns are
   * @throws DataException when it is a stream
   */
  public FrameSource(SparkTable table, Dataset<Row> frame) {
    this.table = table;
    this.frame = frame;
    if (frame.isStreaming())
      throw new DataException(name() + ": is a stream, of which there is no end to train on");
  }

  @Override
  public String name() {
    return table.name();
  }

  @Override
  public Task task() {
    return table.task();
  }

  @Override
  public boolean saysValidation() {
    return table.saysValidation();
  }

  @Override
  public TableRules rules() {
    return table.rules();
  }

  @Override
  public FrameSource with(TableRules other) {
    return new FrameSource(table.with(other), frame);
  }

  @Override
  public DataException changed() {
    return new DataException(
        name() + ": gave other rows when it was computed again: save or checkpoint it");
  }

  /** Always refused: see {@link SparkReader}. */
  @Override
  public void read(Configuration hadoop, ExampleSink into) {
    throw new IllegalStateException("a data frame is read by tasks");
  }

  /**
   * Its partitions; the frame is planned once, so that what Spark shuffles for it serves every
   * reading. Planning may run jobs.
   *
   * @throws DataException when columns are not there, or Spark refuses the plan
   */
  synchronized FrameSet set() {
    if (set == null) set = FrameSet.of(table.exact(List.of(frame.columns())), used());
    return set;
  }

  /** The frame without columns that nobody reads. */
  private Dataset<Row> used() {
    List<String> all = List.of(frame.columns());
    List<String> used = table.used(all);
    Set<String> seen = new HashSet<>();
    for (String name : used)
      if (!seen.add(name))
        throw new DataException(name() + ": more than one column is named " + name);
    if (used.size() == all.size()) return frame;
    try {
      return frame.select(used.stream().map(FrameSource::column).toArray(Column[]::new));
    } catch (RuntimeException e) {
      throw new DataException(name() + ": " + FirstLine.of(e), e);
    }
  }

  /** A name may have dots. */
  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }
}
