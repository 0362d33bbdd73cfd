package io.kudari.spark.cluster;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;

/**
 * Settings whose values Spark looks at late, on a thread of its own when the application runs: what
 * is no time, or none at all, ends that thread and nothing else.
 */
public final class Values {

  /** Times, by key: what a number without a unit means. The least is one of these. */
  private static final Map<String, TimeUnit> TIMES =
      new TreeMap<>(
          Map.of(
              "spark.barrier.sync.timeout", TimeUnit.SECONDS,
              "spark.cleaner.periodicGC.interval", TimeUnit.SECONDS,
              "spark.excludeOnFailure.timeout", TimeUnit.MILLISECONDS,
              "spark.executor.heartbeatInterval", TimeUnit.MILLISECONDS,
              "spark.network.timeout", TimeUnit.SECONDS,
              "spark.rpc.askTimeout", TimeUnit.SECONDS,
              "spark.rpc.lookupTimeout", TimeUnit.SECONDS,
              "spark.scheduler.barrier.maxConcurrentTasksCheck.interval", TimeUnit.SECONDS,
              "spark.scheduler.revive.interval", TimeUnit.MILLISECONDS));

  /** Milliseconds, of which there may be none. */
  private static final List<String> WAITS =
      List.of(
          "spark.locality.wait",
          "spark.locality.wait.process",
          "spark.locality.wait.node",
          "spark.locality.wait.rack");

  private static final String PARALLELISM = "spark.default.parallelism";

  private Values() {}

  /**
   * Looks at those that are set.
   *
   * @throws RankSlots.UnsuitableException when one is no time, or too little; when one is no number
   */
  public static void check(SparkConf conf) {
    TIMES.forEach((key, unit) -> time(conf, key, unit, 1));
    WAITS.forEach(key -> time(conf, key, TimeUnit.MILLISECONDS, 0));
    String tasks = conf.get(PARALLELISM, "1").strip();
    if (!tasks.matches("0*[1-9]\\d{0,8}"))
      throw new RankSlots.UnsuitableException(
          PARALLELISM + " must be a whole number of at least 1, not '" + tasks + "'");
  }

  private static void time(SparkConf conf, String key, TimeUnit unit, long least) {
    if (!conf.contains(key) || isTime(conf.get(key), unit, least)) return;
    throw new RankSlots.UnsuitableException(
        "%s must be a time of at least %d%s, such as 30s, not '%s'"
            .formatted(key, least, unit == TimeUnit.SECONDS ? "s" : "ms", conf.get(key)));
  }

  private static boolean isTime(String text, TimeUnit unit, long least) {
    try {
      return JavaUtils.timeStringAs(text, unit) >= least;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
