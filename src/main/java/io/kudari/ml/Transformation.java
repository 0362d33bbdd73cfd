package io.kudari.ml;

import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
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

    /** How many values are added. */
    int columns();

    /**
     * One of them, as Spark has it in its rows.
     *
     * @param column of those that are added, from 0
     * @param outputs of a batch
     * @param from where those of the row begin
     */
    Object of(int column, float[] outputs, int from);
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
    private final ExampleReader reader;
    private final MiniBatch filled;
    private final HeldRows held = new HeldRows(features.row(), batch);
    private final float[] computed;
    private int at;
    private int count;

    Outcomes(Iterator<InternalRow> rows, TrainedNetwork network, GradientFunction function) {
      this.rows = rows;
      this.network = network;
      this.function = function;
      this.reader = new ExampleReader(features, network);
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
      int from = at * network.outputs();
      return new JoinedRow(held.row(at++), new Added(outputs, computed, from));
    }

    private void fill() {
      at = 0;
      count = 0;
      while (count < batch && rows.hasNext()) {
        InternalRow row = rows.next();
        if (reader.read(row, filled.features(), count * network.features()))
          held.hold(count++, row);
      }
      if (count > 0) network.outputs(function, filled, count, computed);
    }
  }

  /** What is added to a row: values are made when somebody asks for them. */
  private static final class Added extends GenericInternalRow {

    private final transient RowOutputs of;
    private final transient float[] outputs;
    private final int from;

    Added(RowOutputs of, float[] outputs, int from) {
      super(new Object[of.columns()]);
      this.of = of;
      this.outputs = outputs;
      this.from = from;
    }

    @Override
    public Object genericGet(int column) {
      Object[] made = values();
      if (made[column] == null) made[column] = of.of(column, outputs, from);
      return made[column];
    }
  }
}
