package io.kudari.spark.cluster;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The jobs of one training, told from all others of its application by their names. Thread-safe.
 */
public final class TrainingJobs {

  private final JavaSparkContext spark;
  private final String prefix;
  private final AtomicInteger last = new AtomicInteger();

  /**
   * None yet.
   *
   * @param number of no other training in the application
   */
  TrainingJobs(JavaSparkContext spark, long number) {
    this.spark = spark;
    this.prefix = "kudari-" + number + ".";
  }

  /** Those of a training whose tasks take any slot that is free. */
  public static TrainingJobs withoutLease(JavaSparkContext spark) {
    return new TrainingJobs(spark, SlotLeases.of(spark.sc()).number());
  }

  /** A name for one more. */
  public JobGroup next() {
    return new JobGroup(spark, prefix + last.incrementAndGet());
  }

  boolean own(RunningTask task) {
    return task.job().startsWith(prefix);
  }
}
