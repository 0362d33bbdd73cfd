package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.ThreadBytes;
import io.kudari.data.format.SparkTable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/** What is made of a partition of rows: they are read as it is asked for. */
final class RowStream<T> implements Iterator<T> {

  private final String source;
  private final Iterator<InternalRow> rows;
  private final Queue<T> ready = new ArrayDeque<>();
  private final Part part;
  private ExampleSink sink;
  private final long before = ThreadBytes.read();
  private RowReader reader;
  private boolean ended;

  /** Nothing is read yet. */
  RowStream(SparkTable table, StructType row, Iterator<InternalRow> rows, Part.Begin<T> begin) {
    this.source = table.name();
    this.rows = rows;
    part = begin.of(source, ready::add);
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskContext unused = task.addTaskCompletionListener((TaskContext over) -> part.close());
    }
    guarded(
        () -> {
          sink = part.next(source, 0);
          reader = new RowReader(table, row, sink);
        });
  }

  /** Reads something. */
  private interface Reading {
    void read() throws IOException;
  }

  private void guarded(Reading reading) {
    try {
      reading.read();
    } catch (DataException e) {
      refuse(e);
    } catch (IOException e) {
      refuse(Refusal.of(source, e));
    } catch (OutOfMemoryError e) {
      refuse(Refusal.of(source, e));
    }
  }

  private void refuse(DataException e) {
    ended = true;
    part.refuse(e);
  }

  private void step() throws IOException {
    InternalRow row = FrameSet.next(rows);
    if (row != null) {
      reader.add(row);
    } else {
      ended = true;
      reader.end();
      if (sink.count() > 0) part.end(sink);
      part.whole(ThreadBytes.read() - before);
    }
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && !ended) guarded(this::step);
    return !ready.isEmpty();
  }

  @Override
  public T next() {
    if (!hasNext()) throw new NoSuchElementException();
    return ready.remove();
  }
}
