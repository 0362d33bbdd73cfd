package io.kudari.run;

import io.kudari.data.DataException;
import org.apache.hadoop.conf.Configuration;

/**
 * What a training that runs within a task of Spark has of it: the driver's file systems, and its
 * share of the process's memory.
 *
 * @param together how many such tasks the process runs at once, at least 1
 * @param local whether the process is the driver's
 */
record TaskFiles(Configuration hadoop, int together, boolean local) implements SparkSource {

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public HeapCheck.Room room() {
    return new HeapCheck.Room(together, setting());
  }

  /** What sets the process's memory. */
  String setting() {
    return local ? HeapCheck.HERE : HeapCheck.EXECUTORS;
  }

  @Override
  public Session forTasks() {
    // Trials are serial: nothing else needs Spark.
    throw new DataException(
        "a trial runs within a task, which cannot read what Spark reads: format = table");
  }

  @Override
  public Session forRanks(int ranks, int threads) {
    throw new IllegalStateException("a task starts no ranks");
  }
}
