package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.Dealer;
import io.kudari.event.FirstLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;
import org.apache.spark.util.ShutdownHookManager;
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

  private final String source;
  private final byte kind;
  private final Block[] open;
  private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(WAITING);
  private final boolean isLast;
  private volatile boolean over;
  private Item next;

  /**
   * Begins to read.
   *
   * @param source its name, for errors
   * @param test whether it is a split of the test set
   */
  BlockStream(String source, boolean test, int ranks, Reading reading) {
    this.source = source;
    kind = test ? Block.TEST : Block.TRAIN;
    open = new Block[ranks];
    TaskContext task = TaskContext.get();
    Thread thread =
        new Thread(
            () -> {
              // Whoever reads may ask for its task.
              TaskContext$.MODULE$.setTaskContext(task);
              read(reading);
            },
            "kudari-split-reader");
    thread.setDaemon(true);
    isLast = task == null || isLast(task);
    if (task != null) {
      TaskContext unused =
          task.addTaskCompletionListener(
              (TaskContext ended) -> {
                over = true;
                thread.interrupt();
              });
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
      return refused(e);
    } catch (OutOfMemoryError e) {
      // In a task it would end the process, in local mode the user's own.
      return refused(
          new DataException(source + ": out of memory while it is read: " + e.getMessage()));
    } catch (IOException e) {
      // Spark tries again, elsewhere.
      if (!isLast || ShutdownHookManager.inShutdown())
        return new Item.End(new UncheckedIOException(e));
      return refused(new DataException(source + ": cannot be read: " + FirstLine.of(e), e));
    } catch (Throwable e) {
      return new Item.End(e);
    }
  }

  /** Every rank hears the reason, so that one line ends the run. */
  private Item refused(DataException e) throws InterruptedException {
    for (int rank = 0; rank < open.length; rank++)
      put(new Item.Of(new Tuple2<>(rank, Block.reason(e))));
    return new Item.End(null);
  }

  /** The reading thread is interrupted within a source's reading. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** An interruption may be lost in a library: whether the task is over is looked at, too. */
  private void put(Item item) throws InterruptedException {
    while (!items.offer(item, 1, TimeUnit.SECONDS)) if (over) throw new InterruptedException();
  }

  private static boolean isLast(TaskContext task) {
    SparkConf conf = SparkEnv.get().conf();
    boolean local = conf.get("spark.master", "").startsWith("local");
    return local || task.attemptNumber() + 1 >= conf.getInt("spark.task.maxFailures", 4);
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
