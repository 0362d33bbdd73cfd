package io.kudari.cli;

/** What the process's exit code means. */
public enum ExitCode {
  /** Everything was done. */
  OK(0, "everything was done"),
  /** Something unforeseen: a defect of Kudari, or of the machine. */
  FAILED(1, "an unforeseen failure; --stacktrace shows where"),
  /** The command line or the configuration breaks a rule. */
  USAGE(2, "the command line or the configuration breaks a rule"),
  /** The data or a model folder breaks a rule, or needs more than this machine gives. */
  DATA(3, "the data or a model folder breaks a rule, or needs more than this machine gives"),
  /** The loss became NaN or infinite. */
  DIVERGED(4, "the loss became NaN or infinite"),
  /** The output folder exists or cannot be written. */
  OUTPUT(5, "the output folder exists or cannot be written"),
  /** A rank was lost or could not be reached, or a job of Spark's was cancelled in its pages. */
  LOST(6, "an executor was lost or could not be reached, or a job of Spark's was cancelled"),
  /** A check of {@code kudari lab} missed its range. */
  CHECK(7, "a check of the lab missed its range; the page was written"),
  /** Ended by SIGHUP: the terminal was closed, or its connection broke. */
  HUNG_UP(129, "ended with its terminal (SIGHUP); what was saved is valid"),
  /** Ended by Ctrl-C (SIGINT). */
  INTERRUPTED(130, "ended by Ctrl-C; what was saved is valid"),
  /** Ended by SIGTERM. */
  TERMINATED(143, "ended by SIGTERM; what was saved is valid");

  /** The number the process exits with. */
  public final int code;

  final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }
}
