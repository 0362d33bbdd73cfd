package io.kudari.cli;

import io.kudari.config.ConfigurationException;
import io.kudari.data.DataException;
import io.kudari.run.FolderException;
import io.kudari.run.HeapCheck;
import io.kudari.spark.RankLostException;
import io.kudari.spark.RankSlots;
import io.kudari.train.DivergedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code kudari}. */
@Command(
    name = "kudari",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Trains neural networks by data-parallel SGD on Apache Spark.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Start with: kudari train conf/digits.conf --out out/digits"},
    subcommands = {
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      DataCommand.class,
      DoctorCommand.class
    })
public final class Main implements Runnable {

  private static final String HEAP = "Java heap space";

  @Spec private CommandSpec spec;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error came from.")
  private boolean stacktrace;

  /**
   * Runs a command and ends the process: Spark leaves threads behind that would keep it alive.
   *
   * @param args command line
   */
  public static void main(String[] args) {
    System.exit(run(args, new PrintWriter(System.err, true)));
  }

  /** Runs a command; errors go to {@code errors}. Returns the exit code. */
  static int run(String[] args, PrintWriter errors) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setErr(errors);
    line.getCommandSpec()
        .usageMessage()
        .exitCodeList(
            Arrays.stream(ExitCode.values())
                .collect(
                    java.util.LinkedHashMap::new,
                    (map, c) -> map.put(String.format("%4d", c.code), c.meaning),
                    java.util.Map::putAll));
    line.setParameterExceptionHandler(Main::usageError);
    line.setExecutionExceptionHandler(
        (e, commandLine, parsed) -> report(e, errors, main.stacktrace));
    try {
      return line.execute(args);
    } catch (Error e) {
      // The library hands on exceptions only.
      return report(e, errors, main.stacktrace);
    }
  }

  private static int usageError(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("kudari: " + e.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try 'kudari " + path(e.getCommandLine()) + "--help'.");
    }
    return ExitCode.USAGE.code;
  }

  private static String path(CommandLine command) {
    return command.getParent() == null ? "" : command.getCommandName() + " ";
  }

  /** One line for the user; the rest only when asked for. */
  private static int report(Throwable failure, PrintWriter errors, boolean stacktrace) {
    Throwable cause = known(failure);
    ExitCode code = code(cause);
    String message =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    if (isHeap(cause)) message = outOfHeap(cause == failure, message);
    boolean foreign = code == ExitCode.FAILED;
    errors.println(
        "kudari: "
            + (foreign ? cause.getClass().getSimpleName() + ": " : "")
            + message.lines().findFirst().orElse(""));
    if (stacktrace) failure.printStackTrace(errors);
    else if (foreign) errors.println("kudari: run again with --stacktrace to see where");
    return code.code;
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
    if (t instanceof DataException) return ExitCode.DATA;
    if (t instanceof DivergedException) return ExitCode.DIVERGED;
    if (t instanceof IOException || isHeap(t)) return ExitCode.DATA;
    return ExitCode.FAILED;
  }

  /** Not of threads or native memory, which a larger heap would not help. */
  private static boolean isHeap(Throwable t) {
    return t instanceof OutOfMemoryError
        && (HEAP.equals(t.getMessage()) || "GC overhead limit exceeded".equals(t.getMessage()));
  }

  /** What was too close to be refused beforehand. A rank's error comes wrapped. */
  private static String outOfHeap(boolean here, String message) {
    if (!here) {
      return "a rank ran out of memory ("
          + message
          + "): raise "
          + HeapCheck.EXECUTORS
          + ", or in local mode KUDARI_MEMORY";
    }
    return "out of memory ("
        + message
        + "): data and model need more than the "
        + Runtime.getRuntime().maxMemory()
        + " bytes of Java heap: raise "
        + HeapCheck.HERE;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: train, evaluate, predict, data or doctor");
  }
}
