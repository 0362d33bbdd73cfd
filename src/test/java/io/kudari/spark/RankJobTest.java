package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

/** What the end of a stage means, by Spark's own words. */
class RankJobTest {

  private static final String BARRIER =
      "Job aborted due to stage failure: Could not recover from a failed barrier ResultStage. Most"
          + " recent failure reason: Stage failed because barrier task ResultTask(0, 1) finished"
          + " unsuccessfully.\n";

  @Test
  void aStageThatLostAnExecutorLostARank() {
    String lost = "ExecutorLostFailure (executor 1 exited caused by one of the running tasks)";
    RuntimeException e = failure(BARRIER + lost + " Reason: Command exited with code 137\n");
    assertEquals(RankLostException.class, e.getClass());
    assertEquals(
        "a rank was lost: " + lost + " Reason: Command exited with code 137", e.getMessage());
    assertEquals(RankLostException.class, failure("Job 3 cancelled").getClass());
  }

  @Test
  void aTaskThatCannotBeginAnywhereEndsTheRunWithItsReason() {
    RuntimeException e =
        failure(
            BARRIER
                + "java.lang.ClassNotFoundException: io.kudari.spark.RankTask\n"
                + "\tat java.base/java.net.URLClassLoader.findClass(URLClassLoader.java:445)\n");
    assertEquals(IllegalStateException.class, e.getClass());
    assertEquals(
        "a rank failed: java.lang.ClassNotFoundException: io.kudari.spark.RankTask",
        e.getMessage());
  }

  @Test
  void aResultThatMayNotTravelEndsTheRunWithTheSettingsName() {
    String said =
        "Job aborted due to stage failure: Total size of serialized results of 1 tasks (31.0 KiB)"
            + " is bigger than spark.driver.maxResultSize (1024.0 B)";
    RuntimeException e = failure(said);
    assertEquals(IllegalStateException.class, e.getClass());
    assertEquals("a rank failed: " + said, e.getMessage());
  }

  private static RuntimeException failure(String message) {
    return RankJob.failure(new SparkException(message));
  }
}
