package io.kudari.data;

import org.apache.hadoop.fs.FileSystem;

/**
 * Bytes that Hadoop's file systems have read, by their own statistics: Spark counts its tasks'
 * input by the same.
 */
public final class ThreadBytes {

  private ThreadBytes() {}

  /** All that this thread has read since it began; never less than before. */
  // Hadoop has no other statistics of a thread.
  @SuppressWarnings("deprecation")
  public static long read() {
    long sum = 0;
    for (FileSystem.Statistics of : FileSystem.getAllStatistics())
      sum += of.getThreadStatistics().getBytesRead();
    return sum;
  }
}
