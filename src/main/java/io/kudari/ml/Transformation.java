package io.kudari.ml;

import io.kudari.data.Offsets;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
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
    implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1;

  /** Makes of a model's outputs what is added to a row. */
  interface RowOutputs extends Serializable {

    /**
     * The values of one row.
     *
     * @param outputs of a batch
     * @param from where those of the row begin
     */
    Object[] of(float[] outputs, int from);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
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
  private final class Outcomes implements Iterator<Row> {

    private final Iterator<Row> rows;
    private final TrainedNetwork network;
    private final GradientFunction function;
    private final MiniBatch filled;
    private final Row[] held = new Row[batch];
    private final double[] example;
    private final float[] computed;
    private int at;
    private int count;

    Outcomes(Iterator<Row> rows, TrainedNetwork network, GradientFunction function) {
      this.rows = rows;
      this.network = network;
      this.function = function;
      this.filled = network.batch(batch);
      this.example = new double[network.features()];
      this.computed = new float[batch * network.outputs()];
    }

    @Override
    public boolean hasNext() {
      if (at == count) fill();
      return at < count;
    }

    @Override
    public Row next() {
      if (!hasNext()) throw new NoSuchElementException();
      Row row = held[at];
      Row whole = with(row, outputs.of(computed, at * network.outputs()));
      held[at++] = null;
      return whole;
    }

    private void fill() {
      at = 0;
      count = 0;
      Offsets offsets = network.saved().normalizer().offsets();
      while (count < batch && rows.hasNext()) {
        Row row = rows.next();
        if (!features.read(row, example)) continue;
        int place = count * example.length;
        offsets.less(example, filled.features(), place);
        held[count++] = row;
      }
      if (count == 0) return;
      network.outputs(function, filled, count, computed);
    }
  }

  private static Row with(Row row, Object[] more) {
    Object[] all = new Object[row.size() + more.length];
    for (int i = 0; i < row.size(); i++) all[i] = row.get(i);
    System.arraycopy(more, 0, all, row.size(), more.length);
    return RowFactory.create(all);
  }
}
