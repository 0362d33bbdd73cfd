package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.Dealer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import scala.Tuple2;

/**
 * The blocks that a split gives to the ranks, while it is read on a thread of its own: a few are in
 * memory at once, however large the split is. The thread ends with the task.
 */
final class BlockStream implements Iterator<Tuple2<Integer, byte[]>>, Dealer.Receiver {

  private static final int WAITING = 16;

  /** Reads a split. */
  interface Reading {
    void into(Dealer.Receiver receiver) throws IOException;
  }

  /** What the reading thread hands on: blocks, then how it ended. */
  private sealed interface Item {

    record Of(Tuple2<Integer, byte[]> block) implements Item {}

    record End(Throwable failureOrNull) implements Item {}
  }

  private final byte kind;
  private final Block[] open;
  private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(WAITING);
  private Item next;

  /**
   * Begins to read.
   *
   * @param test whether it is a split of the test set
   */
  BlockStream(boolean test, int ranks, Reading reading) {
    kind = test ? Block.TEST : Block.TRAIN;
    open = new Block[ranks];
    Thread thread = new Thread(() -> read(reading), "kudari-split-reader");
    thread.setDaemon(true);
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskContext unused =
          task.addTaskCompletionListener((TaskContext ended) -> thread.interrupt());
    }
    thread.start();
  }

  private void read(Reading reading) {
    try {
      put(ended(reading));
    } catch (InterruptedException e) {
      // The task has ended: nobody waits.
    }
  }

  private Item ended(Reading reading) throws InterruptedException {
    try {
      reading.into(this);
      for (int rank = 0; rank < open.length; rank++) if (open[rank] != null) close(rank);
      return new Item.End(null);
    } catch (Stopped e) {
      throw new InterruptedException();
    } catch (DataException e) {
      for (int rank : IntStream.range(0, open.length).toArray())
        put(new Item.Of(new Tuple2<>(rank, Block.reason(e))));
      return new Item.End(null);
    } catch (Throwable e) {
      return new Item.End(e);
    }
  }

  /** The reading thread is interrupted within a source's reading. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void put(Item item) throws InterruptedException {
    items.put(item);
  }

  @Override
  public void take(int rank, long key, ByteBuffer record) {
    if (open[rank] == null) open[rank] = new Block(kind);
    open[rank].add(key, record);
    if (open[rank].size() >= Block.FULL) close(rank);
  }

  private void close(int rank) {
    try {
      put(new Item.Of(new Tuple2<>(rank, open[rank].toBytes())));
    } catch (InterruptedException e) {
      throw new Stopped();
    }
    open[rank] = null;
  }

  @Override
  public boolean hasNext() {
    try {
      if (next == null) next = items.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a split is read", e);
    }
    if (next instanceof Item.Of) return true;
    throwIfFailed(((Item.End) next).failureOrNull());
    return false;
  }

  private static void throwIfFailed(Throwable failure) {
    if (failure instanceof IOException io) throw new UncheckedIOException(io);
    if (failure instanceof RuntimeException e) throw e;
    if (failure instanceof Error e) throw e;
    if (failure != null) throw new IllegalStateException(failure);
  }

  @Override
  public Tuple2<Integer, byte[]> next() {
    if (!hasNext()) throw new NoSuchElementException();
    Tuple2<Integer, byte[]> block = ((Item.Of) next).block();
    next = null;
    return block;
  }
}
