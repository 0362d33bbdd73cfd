package io.kudari.cli;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Which job group has tasks, and ranks, on which executors, by what Spark tells its listeners. */
final class TaskRecorder extends SparkListener {

  private final Map<Integer, String> groupOfStage = new HashMap<>();
  private final Set<Integer> stagesOfRanks = new HashSet<>();
  private final Map<String, Set<String>> executorsOfGroup = new HashMap<>();
  private final Map<String, Set<String>> executorsOfRanks = new HashMap<>();
  private int lost;

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
    int stage = event.stageInfo().stageId();
    groupOfStage.put(stage, event.properties().getProperty("spark.jobGroup.id", ""));
    if (event.stageInfo().rddInfos().exists(rdd -> rdd.isBarrier())) stagesOfRanks.add(stage);
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart event) {
    String group = groupOfStage.get(event.stageId());
    String executor = event.taskInfo().executorId();
    executorsOfGroup.computeIfAbsent(group, g -> new TreeSet<>()).add(executor);
    if (stagesOfRanks.contains(event.stageId()))
      executorsOfRanks.computeIfAbsent(group, g -> new TreeSet<>()).add(executor);
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    boolean failed = event.reason() instanceof TaskFailedReason;
    if (failed && event.reason().toString().startsWith("ExecutorLostFailure")) lost++;
  }

  /** All that have had ranks: others describe or deal examples. */
  synchronized Set<String> groupsOfRanks() {
    return new LinkedHashSet<>(executorsOfRanks.keySet());
  }

  /** Where a group has had ranks. */
  synchronized Set<String> executorsOfRanks(String group) {
    return new TreeSet<>(executorsOfRanks.getOrDefault(group, Set.of()));
  }

  /** Where a group has had tasks. */
  synchronized Set<String> executors(String group) {
    return new TreeSet<>(executorsOfGroup.getOrDefault(group, Set.of()));
  }

  /** Tasks that were lost with their executor. */
  synchronized int lost() {
    return lost;
  }
}
