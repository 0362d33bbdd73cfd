package io.kudari.cli;

import io.kudari.config.ConfigurationException;
import io.kudari.data.DataException;
import io.kudari.engine.processor.NativeLibraryException;
import io.kudari.run.FolderException;
import io.kudari.run.HeapCheck;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.train.DivergedException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import org.apache.hadoop.fs.FSError;
import picocli.CommandLine;

/**
 * What ended a command, as its user is told: the one place that makes a line and an exit code of
 * what was thrown.
 *
 * @param code of the process
 * @param line names what is wrong and the rule, without line breaks
 */
record Failure(ExitCode code, String line) {

  /** A line is cut in its middle beyond this: what it names is in front, the rule at the end. */
  private static final int LONGEST = 2000;

  private static final String HEAP = "Java heap space";

  /** Of whatever was thrown. */
  static Failure of(Throwable thrown) {
    Throwable own = unwrapped(thrown);
    Throwable cause = known(own);
    ExitCode code = code(cause);
    return new Failure(code, oneLine(text(cause, cause == own, code)));
  }

  /** Without what the command line's library puts around an error of a command. */
  private static Throwable unwrapped(Throwable thrown) {
    boolean wraps =
        thrown instanceof CommandLine.ExecutionException
            || thrown instanceof InvocationTargetException;
    return wraps && thrown.getCause() != null ? unwrapped(thrown.getCause()) : thrown;
  }

  /** Whether it is a defect, or a trouble of the machine, that nobody has foreseen. */
  boolean isForeign() {
    return code == ExitCode.FAILED;
  }

  /** The error in the chain of causes that speaks to the user; Spark wraps what a task throws. */
  private static Throwable known(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause())
      if (code(t) != ExitCode.FAILED) return t;
    return failure;
  }

  private static ExitCode code(Throwable t) {
    if (t instanceof CommandException c) return c.code();
    if (t instanceof ConfigurationException) return ExitCode.USAGE;
    if (t instanceof FolderException) return ExitCode.OUTPUT;
    if (t instanceof RankSlots.UnsuitableException) return ExitCode.USAGE;
    if (t instanceof RankLostException) return ExitCode.LOST;
    // In Spark's pages: who ends the command itself has a code of his own.
    if (t instanceof CancellationException) return ExitCode.LOST;
    if (t instanceof UnresolvedAddressException) return ExitCode.LOST;
    if (t instanceof DataException) return ExitCode.DATA;
    if (t instanceof NativeLibraryException) return ExitCode.DATA;
    if (t instanceof DivergedException) return ExitCode.DIVERGED;
    boolean ofMachine =
        t instanceof IOException || t instanceof FSError || t instanceof OutOfMemoryError;
    return ofMachine ? ExitCode.DATA : ExitCode.FAILED;
  }

  private static String text(Throwable cause, boolean here, ExitCode code) {
    String message = message(cause);
    if (cause instanceof OutOfMemoryError) return outOfMemory(here, message);
    if (cause instanceof UnresolvedAddressException) return "a host's name cannot be looked up";
    if (cause instanceof AccessDeniedException) return message + ": permission denied";
    if (cause instanceof NoSuchFileException) return message + ": no such file or folder";
    if (message.contains("Too many open files"))
      return message + ": raise the limit on open files (ulimit -n)";
    return code == ExitCode.FAILED ? cause.getClass().getSimpleName() + ": " + message : message;
  }

  /** What was said, or what caused it said. */
  private static String message(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause())
      if (t.getMessage() != null && !t.getMessage().isBlank()) return t.getMessage();
    return failure.getClass().getSimpleName();
  }

  /** What was too close to be refused beforehand. A rank's error comes wrapped. */
  private static String outOfMemory(boolean here, String message) {
    if (message.contains("native thread"))
      return "the system gives no more threads ("
          + message
          + "): raise the limits on processes and memory (ulimit -u, ulimit -v), or ask for fewer"
          + " ranks";
    boolean heap = message.equals(HEAP) || message.contains("GC overhead");
    if (heap && !here)
      return "a rank ran out of memory ("
          + message
          + "): raise "
          + HeapCheck.EXECUTORS
          + ", or in local mode KUDARI_MEMORY";
    if (heap)
      return "out of memory ("
          + message
          + "): data and model need more than the "
          + Runtime.getRuntime().maxMemory()
          + " bytes of Java heap: raise "
          + HeapCheck.HERE;
    return "out of memory ("
        + message
        + "): what lies outside the Java heap may be as large as the heap: raise "
        + HeapCheck.HERE;
  }

  private static String oneLine(String text) {
    String line = text.lines().findFirst().orElse("");
    if (line.length() <= LONGEST) return line;
    return line.substring(0, LONGEST / 2) + " … " + line.substring(line.length() - LONGEST / 2);
  }
}
