package io.kudari.run;

import org.apache.hadoop.conf.Configuration;

/** What a training that runs within a task of Spark has of it: the driver's file systems. */
record TaskFiles(Configuration hadoop) implements SparkSource {

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public Session forTasks() {
    throw new IllegalStateException("a task starts no tasks");
  }

  @Override
  public Session forRanks(int ranks) {
    throw new IllegalStateException("a task starts no ranks");
  }
}
