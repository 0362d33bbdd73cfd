package io.kudari.cli;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Which job group has ranks on which executors, by what Spark tells its listeners. */
final class TaskRecorder extends SparkListener {

  private final Map<Integer, String> groupOfStage = new HashMap<>();
  private final Map<String, Set<String>> executorsOfGroup = new HashMap<>();
  private int lost;

  /** Other stages than those of ranks, which describe or deal examples, are passed over. */
  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
    if (event.stageInfo().rddInfos().forall(rdd -> !rdd.isBarrier())) return;
    groupOfStage.put(
        event.stageInfo().stageId(), event.properties().getProperty("spark.jobGroup.id", ""));
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart event) {
    String group = groupOfStage.get(event.stageId());
    if (group == null) return;
    String executor = event.taskInfo().executorId();
    executorsOfGroup.computeIfAbsent(group, g -> new TreeSet<>()).add(executor);
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    boolean failed = event.reason() instanceof TaskFailedReason;
    if (failed && event.reason().toString().startsWith("ExecutorLostFailure")) lost++;
  }

  /** All that have had ranks. */
  synchronized Set<String> groups() {
    return new LinkedHashSet<>(executorsOfGroup.keySet());
  }

  /** Where a group has had ranks. */
  synchronized Set<String> executors(String group) {
    return new TreeSet<>(executorsOfGroup.getOrDefault(group, Set.of()));
  }

  /** Tasks that were lost with their executor. */
  synchronized int lost() {
    return lost;
  }
}
