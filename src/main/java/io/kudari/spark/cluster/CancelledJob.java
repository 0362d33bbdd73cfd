package io.kudari.spark.cluster;

import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in what Spark says of a failed job that somebody has cancelled it. */
public final class CancelledJob {

  /** Spark ends jobs so as well when the application ends, which is no wish of anybody's. */
  private static final Pattern SAID =
      Pattern.compile("Job \\d+ cancelled(?! because SparkContext)[^\\n]*");

  private CancelledJob() {}

  /**
   * Returns when nobody has.
   *
   * @throws CancellationException that says in one line what was cancelled
   */
  public static void check(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      Matcher said = SAID.matcher(String.valueOf(t.getMessage()));
      if (!said.find()) continue;
      CancellationException cancelled =
          new CancellationException("the training was cancelled: " + said.group().strip());
      cancelled.initCause(failure);
      throw cancelled;
    }
  }
}
