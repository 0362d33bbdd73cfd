package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.SplitSequence;
import io.kudari.data.ThreadBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;

/**
 * What is made of splits while they are read on a thread of its own: a few pieces are in memory at
 * once, however large the splits are. The thread ends with the task.
 */
final class SplitStream<T> implements Iterator<T> {

  private static final int WAITING = 16;

  /** What the reading thread hands on: blocks, then how it ended. */
  private sealed interface Item<T> {

    record Of<T>(T piece) implements Item<T> {}

    record End<T>(Throwable failureOrNull) implements Item<T> {}
  }

  private final SplitSequence splits;
  private final Configuration hadoop;
  private final Part part;
  private final BlockingQueue<Item<T>> items = new ArrayBlockingQueue<>(WAITING);
  private volatile boolean over;
  private Item<T> next;

  /**
   * Begins to read.
   *
   * @param begin makes something of them
   */
  SplitStream(SplitSequence splits, Configuration hadoop, Part.Begin<T> begin) {
    this.splits = splits;
    this.hadoop = hadoop;
    this.part = begin.of(splits.source().name(), this::give);
    TaskContext task = TaskContext.get();
    Thread thread =
        new Thread(
            () -> {
              // Whoever reads may ask for its task.
              TaskContext$.MODULE$.setTaskContext(task);
              read();
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

  private void read() {
    try (part) {
      put(new Item.End<>(failure()));
    } catch (InterruptedException | Stopped e) {
      // The task has ended: nobody waits.
    }
  }

  /** What the task is to end with, or null. */
  private Throwable failure() {
    try {
      long before = ThreadBytes.read();
      long unused = splits.read(hadoop, part);
      part.whole(ThreadBytes.read() - before);
    } catch (Stopped e) {
      throw e;
    } catch (DataException e) {
      part.refuse(e);
    } catch (OutOfMemoryError e) {
      part.refuse(Refusal.of(splits.source().name(), e));
    } catch (IOException e) {
      return refuse(e);
    } catch (Throwable e) {
      return e;
    }
    return null;
  }

  private Throwable refuse(IOException e) {
    try {
      part.refuse(Refusal.of(splits.source().name(), e));
      return null;
    } catch (UncheckedIOException again) {
      return again;
    }
  }

  /** The reading thread is interrupted within a source's reading. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void give(T piece) {
    try {
      put(new Item.Of<>(piece));
    } catch (InterruptedException e) {
      throw new Stopped();
    }
  }

  /** An interruption may be lost in a library: whether the task is over is looked at, too. */
  private void put(Item<T> item) throws InterruptedException {
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
    if (next instanceof Item.Of<T>) return true;
    throwIfFailed(((Item.End<T>) next).failureOrNull());
    return false;
  }

  private static void throwIfFailed(Throwable failure) {
    if (failure instanceof RuntimeException e) throw e;
    if (failure instanceof Error e) throw e;
    if (failure != null) throw new IllegalStateException(failure);
  }

  @Override
  public T next() {
    if (!hasNext()) throw new NoSuchElementException();
    T piece = ((Item.Of<T>) next).piece();
    next = null;
    return piece;
  }
}
