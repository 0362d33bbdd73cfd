package io.kudari.spark.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * A task that Spark has sent to an executor, and whose end it has not heard of.
 *
 * @param executor where it runs
 * @param job of a training that it is of, or an empty text
 * @param barrier whether it is of a barrier stage
 * @param cores of the executor that it takes
 */
record RunningTask(String executor, String job, boolean barrier, int cores) {

  /** All of an application, as its scheduler knows them now; none when it has ended. */
  static List<RunningTask> all(SparkContext spark) {
    List<RunningTask> all = new ArrayList<>();
    if (!(spark.taskScheduler() instanceof TaskSchedulerImpl scheduler)) return all;
    // Not by listeners or the status store, which hear of a task later, or never.
    synchronized (scheduler) {
      scheduler
          .taskIdToTaskSetManager()
          .forEach(
              (id, stage) -> {
                Option<TaskInfo> task = stage.taskInfos().get(id);
                if (task.isDefined())
                  all.add(
                      new RunningTask(
                          task.get().executorId(),
                          job(stage.taskSet().properties()),
                          stage.isBarrier(),
                          cores(spark, stage.taskSet().resourceProfileId())));
              });
    }
    return all;
  }

  /**
   * Those on executors whose slots Spark counts: not on one that was ended and is still dying,
   * which a frozen one does for ten seconds while another has taken its place.
   */
  static List<RunningTask> onCounted(JavaSparkContext spark) {
    List<RunningTask> all = all(spark.sc());
    if (spark.isLocal() || spark.sc().isStopped()) return all;
    List<String> counted = JavaConverters.seqAsJavaList(spark.sc().getExecutorIds());
    all.removeIf(task -> !counted.contains(task.executor()));
    return all;
  }

  /** The same with so many cores. */
  RunningTask taking(int others) {
    return new RunningTask(executor, job, barrier, others);
  }

  private static int cores(SparkContext spark, int profile) {
    return TaskCores.coresOf(
        spark.conf(), spark.resourceProfileManager().resourceProfileFromId(profile));
  }

  private static String job(Properties ofJob) {
    return ofJob == null ? "" : ofJob.getProperty(JobGroup.NAME, "");
  }
}
