package io.kudari.spark.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.JavaConverters;

/**
 * Where Spark should put tasks so that those of a host have neighbouring numbers. Spark gives
 * executors a task each in turn, so that the tasks of two hosts alternate; here each host gets as
 * many, but one after the other. A wish and no more: where it cannot be met, Spark waits for {@code
 * spark.locality.wait} at each level of locality and puts the tasks anywhere.
 */
public final class Neighbours {

  /**
   * An executor.
   *
   * @param slots tasks that it has room for now
   */
  record Place(String host, int slots) {}

  /** A name or an address, that of IPv6 in brackets, with or without a port. */
  private static final Pattern HOST = Pattern.compile("([^\\[\\]:]+|\\[[^\\[\\]]+\\])(:\\d+)?");

  /** Milliseconds: what Spark waits by default at the levels of a host and of a rack. */
  private static final long MOST_WAIT = 6000;

  private Neighbours() {}

  /**
   * An RDD whose tasks are wished so when its stage begins, unless the numbers do not matter then
   * or there is no such room; what stages before it occupy is free by then.
   *
   * @param task cores of each
   * @param pays whether tasks on such hosts, by their numbers, need to be neighbours
   */
  public static <T> RDD<T> of(
      JavaSparkContext spark, RDD<T> rdd, TaskCores task, Predicate<List<String>> pays) {
    if (spark.isLocal() || !mayWait(spark.getConf())) return rdd;
    int tasks = rdd.getNumPartitions();
    return new Placed<>(rdd, () -> wish(spark, task, tasks, pays), rdd.elementClassTag());
  }

  private static List<String> wish(
      JavaSparkContext spark, TaskCores task, int tasks, Predicate<List<String>> pays) {
    try {
      List<String> hosts = hosts(places(spark, task), tasks);
      return pays.test(hosts) ? hosts : List.of();
    } catch (RuntimeException e) {
      // Of an application that ends. Spark would blame the stage, which needs no wish.
      return List.of();
    }
  }

  /**
   * Whether Spark gives a wish up soon, and goes on: by the old rules it ends a barrier stage whose
   * tasks were not all launched at once, and ranks must begin within seconds.
   */
  static boolean mayWait(SparkConf conf) {
    String usual = conf.get("spark.locality.wait", "3s");
    long node = conf.getTimeAsMs("spark.locality.wait.node", usual);
    long rack = conf.getTimeAsMs("spark.locality.wait.rack", usual);
    boolean resets = conf.getBoolean("spark.locality.wait.legacyResetOnTaskLaunch", false);
    return !resets && node + rack <= MOST_WAIT;
  }

  private static List<Place> places(JavaSparkContext spark, TaskCores task) {
    List<RunningTask> running = RunningTask.onCounted(spark);
    // The status store hears of a loss later.
    List<String> counted = JavaConverters.seqAsJavaList(spark.sc().getExecutorIds());
    List<Place> places = new ArrayList<>();
    for (var e : JavaConverters.seqAsJavaList(spark.sc().statusStore().executorList(true))) {
      if (!counted.contains(e.id())) continue;
      List<RunningTask> there =
          running.stream().filter(other -> other.executor().equals(e.id())).toList();
      Optional<String> host = host(e.hostPort());
      if (host.isEmpty()) return List.of();
      int used = there.stream().mapToInt(RunningTask::cores).sum();
      int slots = (e.totalCores() - used) / task.cores();
      // Of other resources than cores, Spark has counted those of its usual tasks.
      if (!task.own()) slots = Math.min(slots, e.maxTasks() - there.size());
      places.add(new Place(host.get(), slots));
    }
    return places;
  }

  /** The host of an executor, whose port Spark adds later; empty where the text is neither. */
  static Optional<String> host(String hostPort) {
    if (hostPort == null) return Optional.empty();
    Matcher parts = HOST.matcher(hostPort);
    return parts.matches() ? Optional.of(parts.group(1)) : Optional.empty();
  }

  /** By task: its host; empty where all hosts or none have one task, or there is no room. */
  static List<String> hosts(List<Place> places, int tasks) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    int left = tasks;
    for (int round = 0; left > 0; round++) {
      int before = left;
      for (Place p : places) {
        if (left == 0 || p.slots <= round) continue;
        counts.merge(p.host, 1, Integer::sum);
        left--;
      }
      if (left == before) return List.of();
    }
    if (counts.size() == 1 || counts.size() == tasks) return List.of();
    List<String> hosts = new ArrayList<>();
    counts.forEach((host, count) -> hosts.addAll(Collections.nCopies(count, host)));
    return hosts;
  }
}
