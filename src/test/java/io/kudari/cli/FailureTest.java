package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.spark.cluster.CancelledJob;
import java.util.concurrent.CancellationException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class FailureTest {

  @Test
  void aJobThatSomebodyCancelsIsALossInOneLine() {
    SparkException said = new SparkException("Job 3 cancelled as part of cancellation of all jobs");
    CancellationException thrown =
        assertThrows(CancellationException.class, () -> CancelledJob.check(said));
    assertEquals(
        new Failure(
            ExitCode.LOST,
            "the training was cancelled: Job 3 cancelled as part of cancellation of all jobs"),
        Failure.of(thrown));
  }
}
