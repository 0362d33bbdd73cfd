package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.event.FirstLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.util.ShutdownHookManager;

/** What a task says of a set that it cannot read, when Spark is not to try again. */
final class Refusal {

  private Refusal() {}

  /**
   * Of a failure of a file system, or of what computes rows.
   *
   * @param source name of the set
   * @throws UncheckedIOException when Spark tries again, elsewhere
   */
  static DataException of(String source, IOException failure) {
    retry(failure);
    return new DataException(source + ": cannot be read: " + FirstLine.of(failure), failure);
  }

  /**
   * Returns when Spark is not to try again.
   *
   * @throws UncheckedIOException when it is, elsewhere
   */
  static void retry(IOException failure) {
    TaskContext task = TaskContext.get();
    if (ShutdownHookManager.inShutdown() || (task != null && !isLast(task)))
      throw new UncheckedIOException(failure);
  }

  /** In a task it would end the process, in local mode the user's own. */
  static DataException of(String source, OutOfMemoryError failure) {
    return new DataException(source + ": out of memory while it is read: " + failure.getMessage());
  }

  private static boolean isLast(TaskContext task) {
    SparkConf conf = SparkEnv.get().conf();
    boolean local = conf.get("spark.master", "").startsWith("local");
    return local || task.attemptNumber() + 1 >= conf.getInt("spark.task.maxFailures", 4);
  }
}
