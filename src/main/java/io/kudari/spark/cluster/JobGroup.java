package io.kudari.spark.cluster;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Option;

/**
 * A name for one job of a training, or for the jobs of one reading. Spark takes it from the thread
 * that submits, which is the user's own: it has it for that moment only. A job of a thread that has
 * a group is of that group as well, so that who cancels the group cancels the training.
 *
 * @param name of no other job in the application
 */
public record JobGroup(JavaSparkContext spark, String name) {

  static final String ID = "spark.jobGroup.id";

  /** By which tasks know the job that they are of, whatever its group is. */
  static final String NAME = "kudari.job";

  /** What a submission sets on a thread; the first is the group. */
  private static final List<String> PROPERTIES =
      List.of(ID, "spark.job.description", "spark.job.interruptOnCancel", "spark.job.tags", NAME);

  /**
   * Submits a job under this name; its tasks are interrupted when it is cancelled.
   *
   * @param description for Spark's interface
   * @param submission on this thread, which has the name until it returns
   */
  public <T> T submit(String description, Supplier<T> submission) {
    List<String> before = PROPERTIES.stream().map(spark::getLocalProperty).toList();
    try {
      spark.setJobGroup(Objects.requireNonNullElse(before.get(0), name), description, true);
      spark.addJobTag(name);
      spark.setLocalProperty(NAME, name);
      return submission.get();
    } finally {
      for (int p = 0; p < PROPERTIES.size(); p++)
        spark.setLocalProperty(PROPERTIES.get(p), before.get(p));
    }
  }

  /** Cancels the job, if it runs. */
  public void cancel() {
    try {
      spark.cancelJobsWithTag(name);
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
    SparkStatusTracker tracker = spark.sc().statusTracker();
    int done = 0;
    int of = 0;
    for (int job : tracker.getJobIdsForTag(name)) {
      Option<SparkJobInfo> info = tracker.getJobInfo(job);
      int[] stages = info.isEmpty() ? new int[0] : info.get().stageIds().clone();
      Arrays.sort(stages);
      for (int s = 0; s < stages.length - butLast; s++) {
        Option<SparkStageInfo> stage = tracker.getStageInfo(stages[s]);
        if (stage.isEmpty()) continue;
        done += stage.get().numCompletedTasks();
        of += stage.get().numTasks();
      }
    }
    return of == 0 ? Optional.empty() : Optional.of(new Tasks(done, of));
  }

  /** Whether an executor has a task of it. */
  public boolean runs() {
    return RunningTask.all(spark.sc()).stream().anyMatch(task -> task.job().equals(name));
  }

  /** Whether an executor has a task of its barrier stage. */
  public boolean runsBarrier() {
    return RunningTask.all(spark.sc()).stream()
        .anyMatch(task -> task.barrier() && task.job().equals(name));
  }
}
