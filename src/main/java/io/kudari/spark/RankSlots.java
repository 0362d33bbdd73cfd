package io.kudari.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Room for the ranks of {@code all-reduce} and {@code averaging} on a cluster.
 *
 * @param ranks number of barrier tasks
 * @param threads of each: {@code spark.task.cpus}
 */
public record RankSlots(int ranks, int threads) {

  private static final long MOST_WAIT_NANOS = 60_000_000_000L;

  /** Settings of Spark under which a barrier stage cannot live. */
  public static final class UnsuitableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnsuitableException(String message) {
      super(message);
    }
  }

  /**
   * Checks Spark's settings and waits, for at most a minute, until enough executors have come.
   *
   * @param asked number of ranks, or 0 for as many as there are slots, but no more than workers
   * @throws UnsuitableException when a setting forbids barrier stages, or there are too few slots
   */
  public static RankSlots of(JavaSparkContext spark, int asked, int workers)
      throws InterruptedException {
    SparkConf conf = spark.getConf();
    refuse(conf, "spark.dynamicAllocation.enabled", "ranks live for the whole run");
    refuse(conf, "spark.speculation", "a rank cannot run twice");
    int threads = conf.getInt("spark.task.cpus", 1);
    int slots = await(spark, Math.max(1, asked));
    if (slots < Math.max(1, asked)) {
      throw new UnsuitableException(
          "train.ranks is "
              + asked
              + ", but Spark has room for "
              + slots
              + " tasks of spark.task.cpus = "
              + threads
              + ": give it more cores or ask for fewer ranks");
    }
    return new RankSlots(asked > 0 ? asked : Math.min(slots, workers), threads);
  }

  private static void refuse(SparkConf conf, String key, String why) {
    if (conf.getBoolean(key, false)) {
      throw new UnsuitableException(
          key + " must be false for train.strategy = all-reduce and averaging: " + why);
    }
  }

  /** Executors of a cluster register one by one. */
  private static int await(JavaSparkContext spark, int wanted) throws InterruptedException {
    var profile = spark.sc().resourceProfileManager().defaultResourceProfile();
    long start = System.nanoTime();
    int slots = spark.sc().maxNumConcurrentTasks(profile);
    while (slots < wanted && !spark.isLocal() && System.nanoTime() - start < MOST_WAIT_NANOS) {
      Thread.sleep(100);
      slots = spark.sc().maxNumConcurrentTasks(profile);
    }
    return slots;
  }
}
