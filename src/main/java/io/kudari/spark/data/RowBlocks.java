package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.Dealer;
import io.kudari.data.ThreadBytes;
import io.kudari.data.format.SparkTable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * The blocks that a partition of rows gives to the ranks: rows are read as blocks are asked for.
 */
final class RowBlocks implements Iterator<Tuple2<Integer, byte[]>> {

  private final String source;
  private final Iterator<InternalRow> rows;
  private final Queue<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
  private final Blocks blocks;
  private final Dealer dealer;
  private final long before = ThreadBytes.read();
  private RowReader reader;
  private boolean ended;

  /** Nothing is read yet. */
  RowBlocks(
      SparkTable table,
      StructType row,
      Iterator<InternalRow> rows,
      Splits.Dealt dealt,
      boolean test) {
    this.source = table.name();
    this.rows = rows;
    var parts = dealt.parts(test);
    blocks = new Blocks(test, parts.size(), ready::add);
    dealer = new Dealer(source, dealt.deal(test), parts, blocks);
    guarded(() -> reader = new RowReader(table, row, dealer));
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
    blocks.refuse(e);
  }

  private void step() throws IOException {
    InternalRow row = FrameSet.next(rows);
    if (row != null) {
      reader.add(row);
    } else {
      ended = true;
      reader.end();
      blocks.end(dealer.keySum(), ThreadBytes.read() - before);
    }
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && !ended) guarded(this::step);
    return !ready.isEmpty();
  }

  @Override
  public Tuple2<Integer, byte[]> next() {
    if (!hasNext()) throw new NoSuchElementException();
    return ready.remove();
  }
}
