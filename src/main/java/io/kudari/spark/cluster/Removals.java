package io.kudari.spark.cluster;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.spark.Dependency;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.JavaConverters;

/**
 * Has Spark remove what a training has left in it, on a thread of its own, so that no step waits.
 * {@link #close} does: an application that ends while Spark removes a block cuts that off, and
 * Spark prints a {@code RejectedExecutionException} for a run in which nothing was wrong.
 *
 * <p>Thread-safe.
 */
public final class Removals implements AutoCloseable {

  /** An executor that is frozen would be waited for for two minutes. */
  private static final Duration LAST = Duration.ofSeconds(5);

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread t = new Thread(work, "kudari-removals");
            t.setDaemon(true);
            return t;
          });

  /** Destroys a broadcast, which nobody must use any more. */
  public void add(Broadcast<?> broadcast) {
    // Spark's own method without a parameter leaves the rest to the background.
    add(() -> broadcast.destroy(true));
  }

  /** Drops what is kept of a data set. */
  public void add(JavaRDD<?> data) {
    add(() -> data.unpersist(true));
  }

  /**
   * Drops what a shuffle has written, whose data nobody must use any more; shuffles before it, such
   * as those of a data frame, may be another's.
   */
  public void addShuffle(JavaPairRDD<?, ?> data) {
    add(
        () -> {
          for (Dependency<?> of : JavaConverters.seqAsJavaList(data.rdd().dependencies()))
            if (of instanceof ShuffleDependency<?, ?, ?> shuffle)
              data.context().cleaner().get().doCleanupShuffle(shuffle.shuffleId(), true);
        });
  }

  private void add(Runnable removal) {
    thread.execute(
        () -> {
          try {
            removal.run();
          } catch (Exception e) {
            // Of an executor that was lost, or after the application's end: gone all the same.
          }
        });
  }

  /** Waits until everything is removed, for some seconds at most. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (thread.awaitTermination(LAST.toMillis(), TimeUnit.MILLISECONDS)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.shutdownNow();
  }
}
