package io.kudari.ml;

import io.kudari.data.DataException;
import io.kudari.data.Offsets;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What a task does: it applies a model to the rows of a partition, some at a time, and adds values
 * to each, in their order. A row's outputs do not depend on which rows are beside it but for the
 * last bits, where kernels round by a row's place in a batch.
 *
 * @param model as {@link TrainedNetwork#sent}
 * @param features how rows are read
 * @param outputs what is added
 * @param batch rows at a time
 */
record Transformation(Broadcast<byte[]> model, Features features, RowOutputs outputs, int batch)
    implements InternalRows.PartitionFunction {

  private static final long serialVersionUID = 1;

  /** Makes of a model's outputs what is added to a row. */
  interface RowOutputs extends Serializable {

    /**
     * The values of one row, as Spark has them in its rows.
     *
     * @param outputs of a batch
     * @param from where those of the row begin
     */
    Object[] of(float[] outputs, int from);
  }

  @Override
  public Iterator<InternalRow> apply(Iterator<InternalRow> rows) {
    if (!rows.hasNext()) return Collections.emptyIterator();
    TrainedNetwork network = TrainedNetwork.read(model.value());
    GradientFunction function = network.open();
    TaskContext task = TaskContext.get();
    if (task != null) {
      var unused =
          task.addTaskCompletionListener((TaskCompletionListener) context -> function.close());
    }
    return new Outcomes(rows, network, function);
  }

  /** Rows with their outputs: computed when the first of a batch is asked for. */
  private final class Outcomes implements Iterator<InternalRow> {

    private final Iterator<InternalRow> rows;
    private final TrainedNetwork network;
    private final GradientFunction function;
    private final MiniBatch filled;
    private final UnsafeProjection whole = UnsafeProjection.create(features.row());
    private final UnsafeRow[] held = new UnsafeRow[batch];
    private final Function<InternalRow, double[]> reader = features.reader();
    private final float[] computed;
    private int at;
    private int count;

    Outcomes(Iterator<InternalRow> rows, TrainedNetwork network, GradientFunction function) {
      this.rows = rows;
      this.network = network;
      this.function = function;
      this.filled = network.batch(batch);
      this.computed = new float[batch * network.outputs()];
    }

    @Override
    public boolean hasNext() {
      if (at == count) fill();
      return at < count;
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) throw new NoSuchElementException();
      Object[] more = outputs.of(computed, at * network.outputs());
      return new JoinedRow(held[at++], new GenericInternalRow(more));
    }

    private void fill() {
      at = 0;
      count = 0;
      Offsets offsets = network.saved().normalizer().offsets();
      while (count < batch && rows.hasNext()) {
        InternalRow row = rows.next();
        double[] example = reader.apply(row);
        if (example == null || !isRight(example)) continue;
        offsets.less(example, filled.features(), count * example.length);
        hold(row);
      }
      if (count == 0) return;
      network.outputs(function, filled, count, computed);
    }

    /** Whether a row is an example of the model's, or else it is to be left out. */
    private boolean isRight(double[] example) {
      String wrong = network.wrongOrNull(example);
      if (wrong == null || features.skip()) return wrong == null;
      throw new DataException(wrong + Features.SKIPS);
    }

    /** Copies a row to where one of the batch before was, so that little is allocated. */
    private void hold(InternalRow row) {
      if (held[count] == null)
        held[count] = UnsafeRow.createFromByteArray(0, features.row().size());
      held[count++].copyFrom(whole.apply(row));
    }
  }
}
