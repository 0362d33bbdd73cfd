package io.kudari.spark.cluster;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;

/**
 * Spark's name for one job of a training. Spark takes it from the thread that submits, which is the
 * user's own: it has it for that moment only.
 *
 * @param name of no other job in the application
 */
public record JobGroup(JavaSparkContext spark, String name) {

  static final String ID = "spark.jobGroup.id";

  /** What {@code setJobGroup} sets on a thread. */
  private static final List<String> PROPERTIES =
      List.of(ID, "spark.job.description", "spark.job.interruptOnCancel");

  /**
   * Submits a job under this name; its tasks are interrupted when it is cancelled.
   *
   * @param description for Spark's interface
   * @param submission on this thread, which has the name until it returns
   */
  public <T> T submit(String description, Supplier<T> submission) {
    List<String> before = PROPERTIES.stream().map(spark::getLocalProperty).toList();
    try {
      spark.setJobGroup(name, description, true);
      return submission.get();
    } finally {
      for (int p = 0; p < PROPERTIES.size(); p++)
        spark.setLocalProperty(PROPERTIES.get(p), before.get(p));
    }
  }

  /** Cancels the job, if it runs. */
  public void cancel() {
    try {
      spark.cancelJobGroup(name);
    } catch (IllegalStateException e) {
      // The application has ended, and all its jobs with it.
    }
  }

  /**
   * Tasks of stages.
   *
   * @param done have ended
   * @param of all
   */
  public record Tasks(int done, int of) {}

  /** The tasks of all stages of the job, once there are some. */
  public Optional<Tasks> tasks() {
    return tasks(0);
  }

  /** The tasks of all stages but the last, likewise. */
  public Optional<Tasks> before() {
    return tasks(1);
  }

  private Optional<Tasks> tasks(int butLast) {
    JavaSparkStatusTracker tracker = spark.statusTracker();
    int done = 0;
    int of = 0;
    for (int job : tracker.getJobIdsForGroup(name)) {
      SparkJobInfo info = tracker.getJobInfo(job);
      int[] stages = info == null ? new int[0] : info.stageIds().clone();
      Arrays.sort(stages);
      for (int s = 0; s < stages.length - butLast; s++) {
        SparkStageInfo stage = tracker.getStageInfo(stages[s]);
        if (stage == null) continue;
        done += stage.numCompletedTasks();
        of += stage.numTasks();
      }
    }
    return of == 0 ? Optional.empty() : Optional.of(new Tasks(done, of));
  }

  /** Whether an executor has a task of it. */
  public boolean runs() {
    return RunningTask.all(spark.sc()).stream().anyMatch(task -> task.group().equals(name));
  }

  /** Whether an executor has a task of its barrier stage. */
  public boolean runsBarrier() {
    return RunningTask.all(spark.sc()).stream()
        .anyMatch(task -> task.barrier() && task.group().equals(name));
  }
}
