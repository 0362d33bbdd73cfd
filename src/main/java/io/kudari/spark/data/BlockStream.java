package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.Dealer;
import io.kudari.data.ThreadBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;
import scala.Tuple2;

/**
 * The blocks that a split gives to the ranks, while it is read on a thread of its own: a few are in
 * memory at once, however large the split is. The thread ends with the task.
 */
final class BlockStream implements Iterator<Tuple2<Integer, byte[]>> {

  private static final int WAITING = 16;

  /** Reads a split. */
  interface Reading {

    /** Gives what it has for the ranks; the sum of the keys of all its examples. */
    long into(Dealer.Receiver receiver) throws IOException;
  }

  /** What the reading thread hands on: blocks, then how it ended. */
  private sealed interface Item {

    record Of(Tuple2<Integer, byte[]> block) implements Item {}

    record End(Throwable failureOrNull) implements Item {}
  }

  private final String source;
  private final Blocks blocks;
  private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(WAITING);
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
    blocks = new Blocks(test, ranks, this::give);
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
      put(new Item.End(failure(reading)));
    } catch (InterruptedException | Stopped e) {
      // The task has ended: nobody waits.
    }
  }

  /** What the task is to end with, or null. */
  private Throwable failure(Reading reading) {
    try {
      long before = ThreadBytes.read();
      long keys = reading.into(blocks);
      blocks.end(keys, ThreadBytes.read() - before);
    } catch (Stopped e) {
      throw e;
    } catch (DataException e) {
      blocks.refuse(e);
    } catch (OutOfMemoryError e) {
      blocks.refuse(Refusal.of(source, e));
    } catch (IOException e) {
      return refuse(e);
    } catch (Throwable e) {
      return e;
    }
    return null;
  }

  private Throwable refuse(IOException e) {
    try {
      blocks.refuse(Refusal.of(source, e));
      return null;
    } catch (UncheckedIOException again) {
      return again;
    }
  }

  /** The reading thread is interrupted within a source's reading. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void give(Tuple2<Integer, byte[]> block) {
    try {
      put(new Item.Of(block));
    } catch (InterruptedException e) {
      throw new Stopped();
    }
  }

  /** An interruption may be lost in a library: whether the task is over is looked at, too. */
  private void put(Item item) throws InterruptedException {
    while (!items.offer(item, 1, TimeUnit.SECONDS)) if (over) throw new InterruptedException();
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
