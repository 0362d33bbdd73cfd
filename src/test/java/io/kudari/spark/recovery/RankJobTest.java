package io.kudari.spark.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.RankSlots;
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
    String reason = "java.io.NotSerializableException: io.kudari.spark.recovery.RankTask";
    RuntimeException e = failure(BARRIER + reason + "\n\tat java.base/java.io.ObjectOutputStream");
    assertEquals(IllegalStateException.class, e.getClass());
    assertEquals("a rank failed: " + reason, e.getMessage());
  }

  @Test
  void aClassThatExecutorsLackIsNamedUnlessTheExecutorWasLost() {
    String missing =
        "java.lang.ClassNotFoundException: io.kudari.spark.recovery.RankTask\n\tat java.base";
    RankSlots.UnsuitableException e =
        assertThrows(RankSlots.UnsuitableException.class, () -> failure(BARRIER + missing));
    String line = "the executors lack class io.kudari.spark.recovery.RankTask:";
    assertEquals(line, e.getMessage().substring(0, line.length()));
    // An executor that is being ended closes its jars under what still runs.
    String lost = "ExecutorLostFailure (executor 1 exited unrelated to the running tasks)\n";
    assertEquals(RankLostException.class, failure(BARRIER + lost + missing).getClass());
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
