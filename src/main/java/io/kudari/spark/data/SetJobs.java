package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSource;
import io.kudari.event.FirstLine;
import io.kudari.spark.cluster.CancelledJob;
import io.kudari.spark.cluster.JobGroup;
import io.kudari.spark.cluster.MissingClass;
import io.kudari.spark.cluster.TrainingJobs;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/** Jobs that read sets. */
record SetJobs(JavaSparkContext spark) {

  /**
   * Runs jobs under a name of their own, and ends them when this thread is interrupted.
   *
   * @throws java.util.concurrent.CancellationException when somebody has cancelled one
   */
  <T> T run(ExampleSource source, String what, Work<T> work) throws IOException {
    JobGroup jobs = TrainingJobs.withoutLease(spark).next();
    try {
      return jobs.submit(what, () -> work.get(jobs));
    } catch (UncheckedIOException e) {
      jobs.cancel();
      throw e.getCause();
    } catch (DataException e) {
      jobs.cancel();
      throw e;
    } catch (Exception e) {
      jobs.cancel();
      CancelledJob.check(e);
      MissingClass.check(e);
      // Spark throws checked exceptions that it does not declare.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while reading examples", e);
      }
      if (e instanceof SparkException)
        throw new DataException(source.name() + ": cannot be read: " + FirstLine.of(e), e);
      throw e;
    }
  }

  /** A piece of work that needs jobs. */
  interface Work<T> {

    T of(JobGroup jobs) throws IOException;

    private T get(JobGroup jobs) {
      try {
        return of(jobs);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
