package io.kudari.spark;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Room for the ranks of {@code all-reduce} and {@code averaging} on a cluster.
 *
 * @param ranks number of barrier tasks
 * @param threads of each: {@code spark.task.cpus}
 */
public record RankSlots(int ranks, int threads) {

  private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** When no more executors have come for so long, those that are there are all. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** Settings of Spark, or a cluster, with which a barrier stage cannot live. */
  public static final class UnsuitableException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    UnsuitableException(String message) {
      super(message);
    }
  }

  /**
   * Checks settings before Spark starts.
   *
   * @throws UnsuitableException when one of them forbids long-lived ranks
   */
  static void check(SparkConf conf) {
    refuse(conf, "spark.dynamicAllocation.enabled", "ranks live for the whole run");
    refuse(conf, "spark.speculation", "a rank cannot run twice");
    int threads = threads(conf);
    int cores = SparkStart.localCores(conf.get("spark.master", ""));
    String where = conf.get("spark.master", "");
    if (cores == 0) {
      cores = conf.getInt("spark.executor.cores", threads);
      where = "an executor";
    }
    if (threads < 1 || threads > cores) {
      throw new UnsuitableException(
          "spark.task.cpus = "
              + threads
              + " (threads of a rank) must be within 1.."
              + cores
              + ", the cores of "
              + where);
    }
    NetworkLink.checkCipher(conf);
  }

  /**
   * Waits until enough executors have come, for at most a minute.
   *
   * @param asked number of ranks, or 0 for as many as there are slots, but no more than workers
   * @throws UnsuitableException when there are too few slots
   */
  public static RankSlots of(JavaSparkContext spark, int asked, int workers)
      throws InterruptedException {
    int threads = threads(spark.getConf());
    int slots = await(spark, asked, workers);
    if (slots < Math.max(1, asked)) {
      throw new UnsuitableException(
          (asked > 0 ? "train.ranks is " + asked + ", but " : "")
              + "Spark has room for "
              + slots
              + " tasks of spark.task.cpus = "
              + threads
              + ": give it more cores or ask for fewer ranks");
    }
    return new RankSlots(asked > 0 ? asked : Math.min(slots, workers), threads);
  }

  private static int threads(SparkConf conf) {
    return conf.getInt("spark.task.cpus", 1);
  }

  private static void refuse(SparkConf conf, String key, String why) {
    if (conf.getBoolean(key, false)) {
      throw new UnsuitableException(
          key + " must be false for train.strategy = all-reduce and averaging: " + why);
    }
  }

  /** Executors of a cluster register one by one. Returns the number of slots. */
  private static int await(JavaSparkContext spark, int asked, int workers)
      throws InterruptedException {
    long start = System.nanoTime();
    long changed = start;
    int slots = slots(spark);
    while (!spark.isLocal() && slots < (asked > 0 ? asked : workers)) {
      long now = System.nanoTime();
      boolean settled = asked == 0 && slots > 0 && now - changed > SETTLED_NANOS;
      if (settled || now - start > MOST_WAIT_NANOS) break;
      Thread.sleep(100);
      int before = slots;
      slots = slots(spark);
      if (slots != before) changed = now;
    }
    return slots;
  }

  static int slots(JavaSparkContext spark) {
    if (spark.sc().isStopped()) {
      throw new UnsuitableException(
          "Spark has ended the application: is its master at " + spark.master() + "?");
    }
    return spark
        .sc()
        .maxNumConcurrentTasks(spark.sc().resourceProfileManager().defaultResourceProfile());
  }
}
